"""Figures compared to claims: what the differences allow to say, taken together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from leadrules.judging.claim import Claim, Tells
from leadrules.judging.comparison import Compared
from leadrules.judging.multiplicity import above_zero, holm, off_zero
from leadrules.simulator.intervals import Z
from leadrules.simulator.metrics import Estimate

SUBJECTS: Mapping[str, tuple[str | None, Sequence[str]]] = {
    "ranking": ("ranking", ("expected auc", "auc")),
    "volume": (None, ("{best} per week", "share of {best}")),
    "capacity": ("capacity", ("utilisation",)),
    "money": ("money", ("gain", "won more")),
}


def conclude(figures: Sequence[Compared], best: str | None, margins: Mapping[str, float]) -> tuple[Claim, ...]:
    """A claim on each subject that there are figures of, and on each figure with a stated margin.

    `best`: what the best tier of both is called, None where that is not one. What is claimed is wrong in at most one of twenty comparisons, whatever the
    number of claims: chances are held against Holm's bounds, for a difference by its two-sided test, for a margin by
    two one-sided tests (Schuirmann 1987). What changes most surely comes first, before what changes by less than a margin;
    the rest is in the order of `SUBJECTS`.
    """
    named = {figure.name: figure for figure in figures}
    about = dict(_headlines(figures, named, best))
    about |= {name: named[name].group for name in margins if name in named and name not in about}
    chances = {("differs", name): _chance_of_none(named[name].difference) for name in about}
    chances |= {
        ("within", name): _chance_beyond(named[name].difference, margin)
        for name, margin in margins.items()
        if name in about
    }
    tested = {key: chance for key, chance in chances.items() if chance is not None}
    shown = {key for key, stands in zip(tested, holm([*tested.values()]), strict=True) if stands}
    found = [
        Claim(
            subject,
            name,
            _tells(named[name].difference, ("differs", name) in shown),
            margins.get(name),
            ("within", name) in shown,
        )
        for name, subject in about.items()
    ]
    return tuple(sorted(found, key=lambda claim: _place(claim, named[claim.figure].difference)))


def _place(claim: Claim, difference: Estimate) -> tuple[int, float]:
    """Where a claim stands: those that say most first, the surest of these before the others."""
    sides = _sides(difference)
    if claim.tells not in ("more", "less") or sides is None or difference.value is None:
        return (2, 0.0)
    error = sides[difference.value <= 0]
    return (int(claim.within), -abs(difference.value) / error if error else -math.inf)


def _headlines(
    figures: Sequence[Compared], named: Mapping[str, Compared], best: str | None
) -> Iterator[tuple[str, str]]:
    """For each subject the first of its figures that can be told, and the subject: no win rate stands for a volume."""
    for subject, (group, wanted) in SUBJECTS.items():
        names = [name.format(best=best) for name in wanted]
        rest = [figure.name for figure in figures if figure.group == group]
        told = [name for name in (*names, *rest) if name in named and named[name].difference.value is not None]
        if told:
            yield told[0], subject


def _chance_of_none(difference: Estimate) -> float | None:
    """The chance of a difference as large as this where there is none; None where it is 0 for every lead."""
    sides = _sides(difference)
    if difference.value is None or sides is None or not any(sides):
        return None
    return off_zero(difference.value, sides[difference.value <= 0])


def _chance_beyond(difference: Estimate, margin: float) -> float | None:
    """The chance of a difference as small as this where it is as large as a margin, on either side."""
    sides = _sides(difference)
    if difference.value is None or sides is None:
        return None
    below, above = sides
    return max(above_zero(margin - difference.value, above), above_zero(margin + difference.value, below))


def _sides(difference: Estimate) -> tuple[float, float] | None:
    """The standard errors that an interval says of what lies below, and above: its limits over 1.96."""
    if difference.value is None or difference.low is None or difference.high is None:
        return None
    return (difference.value - difference.low) / Z, (difference.high - difference.value) / Z


def _tells(difference: Estimate, shown: bool) -> Tells:
    if difference.value is None or difference.low is None or difference.high is None:
        return "unknown"
    if difference.low == difference.high == 0:
        return "same"
    return "no evidence" if not shown else "more" if difference.value > 0 else "less"
