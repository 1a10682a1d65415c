"""What keeps a condition or a pattern of events from being true of a lead."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.expression.model import Condition, Pattern
from leadrules.dsl.rules.model_criteria import Each
from leadrules.engine.taken_back import TakenBack


class Found(Struct, frozen=True):
    """A value as the rules write it, and what it is for the lead; None where it is not known.

    `of_events`: it is made of events, so that it is not known only because there are none.
    """

    name: str
    value: str | None
    of_events: bool = False


class Tally(Struct, frozen=True):
    """How many events of a pattern's type can be seen, how many of them are in its window, and how many match."""

    seen: int
    recent: int
    matching: int
    latest: int | None


class Lack(Struct, frozen=True):
    """A part of a condition that is not as it is wanted: `truth` is FALSE or UNKNOWN of what is wanted.

    `wanted` is False where the part stands behind a `not`. A part made of parts has those that lack (`any_of`: one of
    them is enough) and no values of its own. `named` are the names of conditions and items it stands in.
    `taken_back`: the latest of the resets that took what would feed a criterion.
    """

    part: Condition | Pattern | Each
    wanted: bool
    truth: int
    found: tuple[Found, ...] = ()
    tally: Tally | None = None
    parts: tuple[Lack, ...] = ()
    any_of: bool = False
    named: str | None = None
    taken_back: TakenBack | None = None
