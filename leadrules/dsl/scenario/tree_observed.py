"""The block `observed { ... }` as it was written: what stands between what happens and what is seen of it."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Number, Text


class WithoutConsent(Item, frozen=True):
    """`without consent 15%, except form, demo`: leads of whom nothing else is seen."""

    share: Number
    spared: tuple[Name, ...]


class Blocked(Item, frozen=True):
    """`blocked 20% of leads, 60% of events, except form`: what an ad blocker keeps back."""

    share: Number
    events: Number | None
    spared: tuple[Name, ...]


class Lost(Item, frozen=True):
    """`lost 3%`, or `lost page_view 8%`: single events that never arrive."""

    event: Name | None
    share: Number


class Filtered(Item, frozen=True):
    """`filtered 90% of crawler`: leads of a persona who are taken for machines, and left out."""

    share: Number
    persona: Name


class Identified(Item, frozen=True):
    """`identified by form, never 20%`: until when a lead is anonymous."""

    event: Name
    never: Number | None


class Duplicated(Item, frozen=True):
    """`duplicated 1.5%, new id 20%`: events that arrive twice."""

    share: Number
    renewed: Number | None


class Late(Item, frozen=True):
    """`late 5% lognormal median 6 hours spread 1`: events that arrive later than they happen."""

    share: Number
    median: Expression
    spread: Expression


class ClockOff(Item, frozen=True):
    """`clock off by 30 seconds`: how far the clocks of leads are off."""

    spread: Expression


class Dirty(Item, frozen=True):
    """`industry wrong 3%`: a field that is `missing`, `wrong` or `misspelt` for some leads."""

    field: Name
    how: Literal["missing", "wrong", "misspelt"]
    share: Number


class Replaced(Item, frozen=True):
    """`domain replaced by "gmail.com" 20%`: a field that has one and the same value for some leads."""

    field: Name
    value: Text | Name | Number
    share: Number


class Enriched(Item, frozen=True):
    """`employees known 3 days after arrival`: a field that somebody adds later."""

    field: Name
    delay: Expression


Part = (
    WithoutConsent | Blocked | Lost | Filtered | Identified | Duplicated | Late | ClockOff | Dirty | Replaced | Enriched
)


class Observed(Item, frozen=True):
    """`observed { ... }`."""

    body: Body[Part]
