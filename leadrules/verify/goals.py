"""What tests of a rule set can reach: each outcome of each of its parts, and how to see that a lead gets there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from leadrules.dsl.source import Span
from leadrules.engine.columns import Bools
from leadrules.verify.looks import Looks

Kind = Literal["condition", "criterion", "row", "limit", "decay", "change", "tier"]
KINDS: Sequence[Kind] = ("condition", "criterion", "row", "limit", "decay", "change", "tier")


class Goal(Struct, frozen=True):
    """An outcome of a part of the rules.

    `owner`: the dotted name of what the part belongs to (`fit.size`, `total`, `hot`). `part`: what of it, where its place
    does not say so. `outcome`: which of its outcomes; `lack` says in words that it was never seen. `needed`: whether it
    counts; that a condition was seen unknown is only told.
    """

    kind: Kind
    span: Span
    owner: str
    part: str
    outcome: str
    lack: str
    needed: bool = True


class Aim(Struct, frozen=True):
    """A goal, which of some leads get there, and whether any lead can.

    `met` gives bool (leads). Where `possible` is false it is shown that no lead can get there.
    """

    goal: Goal
    met: Callable[[Looks], Bools]
    possible: bool = True
