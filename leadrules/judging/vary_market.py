"""Rule sets and a market with ranges to how far what is not known of it moves their difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel, parameters
from leadrules.engine.plan import Plan
from leadrules.judging.compare import measured
from leadrules.judging.comparison import Compared
from leadrules.judging.draw_market import draw_market, ranged
from leadrules.judging.figure import Accounts, error_of
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.judging.uncertainty import Spread, Uncertainty
from leadrules.simulator.blocks import Progress
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import Z, wilson
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.population import Floats
from leadrules.simulator.threads import in_order
from leadrules.simulator.world import build_world

LEADS = 4_096


class Gap(Struct, frozen=True):
    """The difference of one figure in one market, and the part each lead has in it."""

    value: float
    parts: Floats


Gaps = Mapping[str, Gap]


def vary_market(
    plans: Sequence[Plan],
    market: ScenarioModel,
    draws: Draws,
    markets: int,
    figures: Sequence[Compared],
    progress: Progress = lambda _markets: None,
) -> Uncertainty:
    """The differences of some figures in so many markets that are as likely, with the same leads and draws in each.

    A market tells by how much a difference moves from that in the market as it was written, on the same leads; this is
    added to the difference that many leads have shown. What chance still adds to the moves is taken from their
    variance.
    """
    known = ranged(market)
    fixed = len({p.path for p in parameters(market)}) - len(known)
    if not known:
        return Uncertainty(0, 0, {}, fixed, ())
    names = [figure.name for figure in figures]
    others = [market, *(draw_market(market, draws, number) for number in range(markets))]
    gaps = []
    account: Accounts | None = None
    for found, accounts in in_order(lambda other: _gaps(plans, other, draws, names), others):
        account = accounts if account is None else account
        gaps.append(found)
        progress(len(gaps) - 1)
    assert account is not None
    ranges = {path: (p.low or 0.0, p.high or 0.0) for path, p in known.items()}
    return Uncertainty(markets, LEADS, ranges, fixed, tuple(_spreads(figures, gaps, account)))


def _gaps(plans: Sequence[Plan], market: ScenarioModel, draws: Draws, names: Sequence[str]) -> tuple[Gaps, Accounts]:
    """The differences in one market, of those figures that both rule sets have there."""
    tried = try_rules(plans, build_world(market), draws, LEADS, replayed=0)
    old, new = show(plans, tried)
    before = {measure.name: measure for measure in measured(old)}
    found = {}
    for measure in measured(new):
        if measure.name in names and measure.name in before:
            one, other = before[measure.name].figure(), measure.figure()
            if one is not None and other is not None:
                found[measure.name] = Gap(other.value - one.value, other.parts - one.parts)
    return found, tried.sample.account


def _spreads(figures: Sequence[Compared], gaps: Sequence[Gaps], account: Accounts) -> Iterator[Spread]:
    """How far each figure moves that can be told as the market was written and in two others at least."""
    written = gaps[0]
    for figure in figures:
        there = [found[figure.name] for found in gaps[1:] if figure.name in found]
        if figure.name in written and figure.difference.value is not None and len(there) > 1:
            yield _spread(figure, figure.difference.value, written[figure.name], there, account)


def _spread(figure: Compared, middle: float, written: Gap, there: Sequence[Gap], account: Accounts) -> Spread:
    moves = np.array([gap.value - written.value for gap in there])
    chance = np.nan_to_num([error_of(gap.parts - written.parts, account)[0] for gap in there])
    variance = float(moves.var(ddof=1)) - float((chance**2).mean())
    differences = middle + moves
    low, high = np.quantile(differences, (0.025, 0.975))
    better = np.heaviside(np.round(differences * figure.better, 12), 0.5)
    return Spread(
        figure=figure.name,
        title=figure.title,
        kind=figure.kind,
        chance=_error_within(figure.difference),
        scenario=max(0.0, variance) ** 0.5,
        low=float(low),
        high=float(high),
        better=wilson(float(better.sum()), len(there)) if figure.better else None,
    )


def _error_within(difference: Estimate) -> float | None:
    """The standard error that an interval says: half of it over 1.96, which for few accounts is a little more."""
    if difference.low is None or difference.high is None:
        return None
    return (difference.high - difference.low) / (2 * Z)
