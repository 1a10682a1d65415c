"""Who the leads of a market are, as it was written: one class for each kind of statement."""

from __future__ import annotations

from typing import Any, Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Node, Number, Path, Row, Text

NO_FIELDS = {
    "intent": "intent 0.5",
    "activity": "activity 1.3",
    "in": "in STAGE { … }, or in mail NAME { … }",
    "channels": "channels { NAME 40%; NAME 60% }",
}
"""Words that say something else of a persona than how a field is spread, each with its form."""

# channels { ... }


class ChannelIntent(Node, frozen=True):
    """`, intent 0.3`: what a channel adds to intent."""

    amount: Expression


class ChannelActivity(Node, frozen=True):
    """`, activity 1.2`: how many times as active the leads of a channel are."""

    amount: Expression


class ChannelCost(Node, frozen=True):
    """`, 60 EUR a lead`: what each lead of a channel costs."""

    amount: Expression


ChannelClause = ChannelIntent | ChannelActivity | ChannelCost


class ChannelRow(Item, frozen=True):
    """`ads 40%, 60 EUR a lead, intent 0.3`."""

    name: Name
    share: Number
    clauses: tuple[ChannelClause, ...]


class Channels(Item, frozen=True):
    """`channels { ... }`, at the margin or inside a persona."""

    body: Body[ChannelRow]


class FromChannel(Item, frozen=True):
    """`source from channel`: a field that says which channel a lead came by."""

    field: Name


# Laws that depend on another field


class Numbers(Node, frozen=True):
    """`lognormal median 120 spread 1.1, unknown 15%` in a row: one of the distributions of numbers."""

    distribution: Node
    unknown: Number | None


class LawRow(Item, frozen=True):
    """`software: { ... }`, `under 50: 40%`, `else: evenly 1 to 9`. `row` is what stands before the colon, worth 0."""

    row: Row
    law: Body[Any] | Number | Numbers


class LawBy(Item, frozen=True):
    """`industry by country { germany: { ... }; else: { ... } }`: a law for each value of another field."""

    field: Name
    subject: Path
    body: Body[LawRow]


class UnknownBy(Item, frozen=True):
    """`employees unknown by employees { under 20: 40%; else: 5% }`: for how many leads nobody knows it."""

    field: Name
    subject: Path
    body: Body[Row]


class Correlate(Item, frozen=True):
    """`correlate employees with budget 0.45`."""

    left: Name
    right: Name
    amount: Expression


# Accounts


class MeanSize(Item, frozen=True):
    """`size 6 on average, shape 2`: one lead, and others as many as a negative binomial law says."""

    number: Number
    shape: Expression | None


class Same(Item, frozen=True):
    """`same industry, country`: fields that all leads of an account share."""

    fields: tuple[Name, ...]


class PlaceRow(Item, frozen=True):
    """`decider 1`, or `user rest` (no count)."""

    value: Text | Name | Number
    count: Number | None


class FromPlace(Item, frozen=True):
    """`role from place in account { decider 1; influencer 2; user rest }`."""

    field: Name
    body: Body[PlaceRow]


class GammaSpread(Item, frozen=True):
    """`gamma spread 0.8`: activity by a gamma law of mean 1 and that standard deviation."""

    amount: Expression


# Where numbers come from


class Extent(Node, frozen=True):
    """`0.2 to 0.4 per day, "our CRM"` (either part may be missing)."""

    low: Expression | None
    high: Expression | None
    unit: Literal["hour", "day", "week"] | None
    source: Text | None


class SourceRow(Item, frozen=True):
    """`"stages.consider.visits": 0.2 to 0.4 per day, "our CRM 2025, n = 4,812"`."""

    path: Text
    extent: Extent


class Sources(Item, frozen=True):
    """`sources { ... }`."""

    body: Body[SourceRow]


LawPart = LawBy | UnknownBy | LawRow | Correlate | Sources | SourceRow
Part = Channels | ChannelRow | FromChannel | FromPlace | PlaceRow | MeanSize | Same | GammaSpread | LawPart
