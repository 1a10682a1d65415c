"""Bounds on figures of a trial, decided: what a rule set must show before it goes out.

A bound is kept or broken where the whole interval of its figure lies on one side of it. Where the bound lies within the
interval the sample does not decide, and the number of leads is told that probably would: intervals shrink with the
square root of it. That holds of figures that are the same for any number of leads; of hot leads a week, and of all that
comes from their queue, no number is told: more leads are a bigger market, with other figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from leadrules.dsl.quantity import MICROSECONDS, show_duration
from leadrules.dsl.rules.gate_figures import lasts
from leadrules.dsl.rules.model_demands import Demand
from leadrules.simulator.metrics import NOTHING, Estimate

Side = Literal["at least", "at most", "above", "below"]
Status = Literal["kept", "broken", "undecided"]
By = Literal["interval", "estimate"]
FACTOR = 1.1  # leads are told with some room: the interval of the next sample is not that of this one
MOST_LEADS = 1_000_000_000


class Bound(Struct, frozen=True):
    """What must hold of a figure. `name` is that of a measure; `words` is how it was written."""

    name: str
    side: Side
    limit: float
    words: str


class Decision(Struct, frozen=True):
    """A bound and what became of it.

    `by`: whether the interval or the estimate alone decided. `needed`: where the sample does not decide, how many leads
    probably would; None where no number would, because the figure is on the bound, has no value, or is another one for
    another number of leads, which `size` says as in `Measure`.
    """

    bound: Bound
    title: str
    kind: str
    status: Status
    by: By
    estimate: Estimate
    needed: int | None = None
    size: str = "any"


class Gated(Struct, frozen=True):
    """The bounds of one trial, decided. `source`: the market; `leads`: how many were tried."""

    source: str
    leads: int
    decisions: tuple[Decision, ...]

    @property
    def broken(self) -> bool:
        """Whether any bound is broken."""
        return any(decision.status == "broken" for decision in self.decisions)

    @property
    def undecided(self) -> bool:
        """Whether the sample leaves any bound open."""
        return any(decision.status == "undecided" for decision in self.decisions)


class Known(Struct, frozen=True):
    """A figure that a bound can be about."""

    title: str
    kind: str
    estimate: Estimate
    size: str = "any"


def bounds_of(demand: Demand) -> Iterator[Bound]:
    """The bounds of a line of a gate."""
    name = demand.figure.replace("_", " ")
    for side, limit in (("at least", demand.least), ("at most", demand.most)):
        if limit is not None:
            yield Bound(demand.figure, side, limit, f"{name} {side} {show_limit(demand.figure, limit)}")  # type: ignore[arg-type]


def show_limit(figure: str, limit: float) -> str:
    """A limit as one writes it: a duration in units, everything else as a plain number."""
    return show_duration(limit * MICROSECONDS["second"]) if lasts(figure) else f"{limit:g}"


def decide(bounds: Iterable[Bound], figures: Mapping[str, Known], leads: int, by: By) -> tuple[Decision, ...]:
    """Each bound with what became of it; one on a figure that is not among `figures` is undecided."""
    unknown = Known("what is not measured here", "number", NOTHING)
    return tuple(_decide(bound, figures.get(bound.name, unknown), leads, by) for bound in bounds)


def _decide(bound: Bound, known: Known, leads: int, by: By) -> Decision:
    estimate, needed = known.estimate, None
    sides: Sequence[float | None] = (estimate.low, estimate.high) if by == "interval" else (estimate.value,)
    kept = {value is not None and _keeps(value, bound) for value in sides}
    status: Status = "undecided"
    if None not in sides and len(kept) == 1:
        status = "kept" if kept.pop() else "broken"
    elif known.size == "any":
        needed = _needed(estimate, bound.limit, leads)
    return Decision(bound, known.title, known.kind, status, by, estimate, needed, known.size)


def _keeps(value: float, bound: Bound) -> bool:
    match bound.side:
        case "at least":
            return value >= bound.limit
        case "at most":
            return value <= bound.limit
        case "above":
            return value > bound.limit
    return value < bound.limit


def _needed(estimate: Estimate, limit: float, leads: int) -> int | None:
    """The number of leads whose interval would just leave out the bound, were the estimate the truth."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    distance = abs(estimate.value - limit)
    half = estimate.value - estimate.low if limit < estimate.value else estimate.high - estimate.value
    if not distance or leads * (half / distance) ** 2 > MOST_LEADS:
        return None
    wanted = FACTOR * leads * (half / distance) ** 2
    digits = max(0, int(math.log10(max(1.0, wanted))) - 1)
    step = int(10**digits)
    return math.ceil(wanted / step) * step
