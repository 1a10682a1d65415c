"""Two versions of a rule set to how far the change goes, for whom they serve: a ladder, and its rungs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.verify.shifts import BUDGET, SEED, Shift, find_shift
from leadrules.verify.tell_apart import Change, tell_apart

Rung = Literal["same", "text", "points", "tier", "reads"]
RUNGS: tuple[Rung, ...] = ("same", "text", "points", "tier", "reads")
VERSIONED = RUNGS.index("points")


class Breaking(Struct, frozen=True):
    """How far a change goes.

    "same": nothing; "text": words, tests and demands, which change no lead; "points": scores, or what is set off;
    "tier": some lead is in another tier or grade, as `shift` shows; "reads": a name that data or readers of the results
    have is gone. `shift` is None where none of `tried` leads stands otherwise, which proves nothing. `versions`: of
    the old rules and of the new ones.
    """

    rung: Rung
    changes: tuple[Change, ...]
    shift: Shift | None
    tried: int
    seed: int
    versions: tuple[int | None, int | None]

    @property
    def differs(self) -> bool:
        """Whether the rules differ in more than words and demands."""
        return RUNGS.index(self.rung) >= VERSIONED

    @property
    def version_lacks(self) -> str:
        """What is wrong with the new version, in words; "" where nothing is."""
        old, new = self.versions
        if old is not None and new is None:
            return f"the version is gone, which was {old}"
        if old is None or new is None:
            return ""
        if new < old:
            return f"the version goes back from {old} to {new}"
        if self.differs and new == old:
            return f"the version is still {old}, and more than words changed"
        return ""


def breaking(old: Model, new: Model, budget: int = BUDGET, seed: int = SEED) -> Breaking:
    """How far a change of rules goes. `budget` leads are made up to see whom it moves; the same seed tries the same."""
    changes = tell_apart(old, new)
    versions = old.version, new.version
    if not any(change.effect for change in changes):
        rung: Rung = "text" if changes else "same"
        return Breaking(rung, changes, None, 0, seed, versions)
    shift, tried = find_shift(old, new, budget, seed)
    moved: Rung = "tier" if shift and shift.kind == "tier" else "points"
    gone = any(change.gone for change in changes)
    return Breaking("reads" if gone else moved, changes, shift, tried, seed, versions)
