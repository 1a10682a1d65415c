"""What a single change would do to a lead, tried by scoring it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.engine.ahead import Outlook
from leadrules.engine.change import Becomes, Change
from leadrules.engine.values import Single


class Flip(Struct, frozen=True):
    """A change that moves a lead to another `tier`, `up` or down.

    `before` is what a field was, None where it was not known. `size` tells how small the change is: of a number by
    which share it moves, of anything else 1. `value` is what the lead is ranked by then, `moved` by how much more.
    """

    change: Change
    before: Single
    tier: str
    up: bool
    size: float
    value: float
    moved: float


class Outcome(Struct, frozen=True):
    """What comes of a change: how much each score gains, and the tier; None where the rule set has no tiers."""

    change: Becomes
    gains: Mapping[str, float]
    tier: str | None


class Stake(Struct, frozen=True):
    """What hangs on a field that is not known: the values that the rules name for it which give most and least."""

    field: str
    most: Outcome
    least: Outcome


class Flips(Struct, frozen=True):
    """The nearest single changes, smallest first, and what is at stake in what is not known.

    `value` is what the lead is ranked by now. `passing` is what comes if nothing happens, None where there
    are no tiers. `tried` changes were scored beside it. `highest` and `lowest` say whether there is no tier
    above or below.
    """

    tier: str | None
    value: float
    ups: tuple[Flip, ...]
    downs: tuple[Flip, ...]
    passing: Outlook | None
    stakes: tuple[Stake, ...]
    tried: int
    highest: bool = False
    lowest: bool = False
