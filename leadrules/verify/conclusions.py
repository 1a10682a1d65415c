"""What one would like to conclude of a rule set, and in which worlds it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

from msgspec import Struct

from leadrules.judging.metrics import Metrics
from leadrules.simulator.intervals import Z, difference
from leadrules.simulator.metrics import Estimate

Verdict = Literal["holds", "fails", "open"]


class WorldResult(Struct, frozen=True):
    """How a rule set does in one world; `ahead`: its ROC AUC less that of the mere number of events."""

    name: str
    title: str
    metrics: Metrics
    ahead: Estimate


class Conclusion(Struct, frozen=True):
    """A statement, and the worlds in which its interval says that it holds, that it fails, or neither."""

    text: str
    holds: tuple[str, ...]
    fails: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def flips(self) -> bool:
        """Whether it holds in one world and fails in another."""
        return bool(self.holds and self.fails)


class Statement(Struct, frozen=True):
    """A statement about a world: it holds where the figure lies above the bound."""

    world: str
    text: str
    figure: Estimate
    bound: float


def conclude(results: Sequence[WorldResult]) -> tuple[Conclusion, ...]:
    """Every conclusion with its worlds, in the order of the worlds."""
    return weigh([Statement(result.name, *said) for result in results for said in _said(result)])


def weigh(statements: Sequence[Statement]) -> tuple[Conclusion, ...]:
    """What statements about worlds come to: a conclusion for each text, in the order given.

    Intervals are widened for the number of verdicts (Bonferroni), so that in one run of twenty at most any verdict is
    wrong by chance.
    """
    reach = NormalDist().inv_cdf(1 - 0.025 / max(1, len(statements))) / Z
    found: dict[str, dict[Verdict, list[str]]] = {}
    for said in statements:
        verdict = _above(said.figure, said.bound, reach)
        found.setdefault(said.text, {"holds": [], "fails": [], "open": []})[verdict].append(said.world)
    return tuple(Conclusion(text, *(tuple(worlds) for worlds in by.values())) for text, by in found.items())


def _said(result: WorldResult) -> Iterator[tuple[str, Estimate, float]]:
    """Each statement with the figure it is about, and the bound above which it is true."""
    metrics = result.metrics
    yield "the score ranks better than chance", metrics.roc_auc, 0.5
    yield f"the best {metrics.top_share:.0%} win more often than all", metrics.lift_at_top, 1.0
    yield "the score ranks better than the number of events", result.ahead, 0.0
    ends = [(metrics.tiers[0], metrics.tiers[-1])] if len(metrics.tiers) > 2 else []
    for higher, lower in (*ends, *pairwise(metrics.tiers)):
        text = f"`{higher.tier}` leads win more often than `{lower.tier}` ones"
        yield text, difference(higher.win_rate, lower.win_rate), 0.0


def _above(estimate: Estimate, bound: float, reach: float) -> Verdict:
    """Whether a figure lies above a bound, its interval widened so many times."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "open"
    low = estimate.value - reach * (estimate.value - estimate.low)
    high = estimate.value + reach * (estimate.high - estimate.value)
    return "holds" if low > bound else "fails" if high < bound else "open"
