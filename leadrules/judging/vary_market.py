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
from leadrules.judging.figure import Accounts, Figure, is_nothing, less, standard_error
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.judging.uncertainty import Spread, Uncertainty, Untold
from leadrules.simulator.blocks import Progress
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import Z, wilson
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.population import Floats
from leadrules.simulator.threads import in_order
from leadrules.simulator.world import build_world

LEADS = 4_096  # in each market: moves are paired, and need few
MOST_QUEUED = 65_536  # leads: a queue is followed with as many as are compared, and in each market


class Move(Struct, frozen=True):
    """By how much one difference is another one in another market, and with what standard error.

    `none`: whether there the rule sets do the same for every lead, so that there is no difference at all.
    """

    value: float
    chance: float
    none: bool


class _Trial(Struct, frozen=True):
    """With what each market is tried. `followed`: whether sales call there."""

    plans: Sequence[Plan]
    draws: Draws
    names: frozenset[str]
    leads: int
    followed: bool

    def gaps(self, market: ScenarioModel) -> tuple[Mapping[str, Figure], Accounts]:
        """The differences in one market, of those figures that both rule sets have there."""
        world = build_world(market)
        tried = try_rules(self.plans, world, self.draws, self.leads, replayed=0)
        if self.followed:
            tried = follow_rules(self.plans, tried, world, self.draws)
        old, new = (
            {one.name: one.figure() for one in measured(each) if one.name in self.names}
            for each in show(self.plans, tried)
        )
        pairs = ((name, figure, old.get(name)) for name, figure in new.items())
        found = {name: less(other, one) for name, other, one in pairs if one is not None and other is not None}
        return found, tried.sample.account


def vary_market(
    plans: Sequence[Plan],
    market: ScenarioModel,
    draws: Draws,
    leads: int,
    markets: int,
    figures: Sequence[Compared],
    progress: Progress = lambda _markets: None,
) -> Uncertainty:
    """The differences of some figures in so many markets that are as likely, with the same leads and draws in each.

    A market tells by how much a difference moves from that in the market as it was written, on the same leads; this is
    added to the difference that `leads` leads have shown. What chance still adds to the moves is taken from their
    variance. Few leads tell the moves; of figures that grow with the leads the moves grow with them. What comes from a queue is
    another figure for fewer leads, so that the queue of all of them is followed, up to `MOST_QUEUED`.
    """
    known = ranged(market)
    fixed = len({p.path for p in parameters(market)}) - len(known)
    if not known:
        return Uncertainty(0, 0, {}, fixed, ())
    followed = leads <= MOST_QUEUED and any(figure.size == "queue" for figure in figures)
    names = frozenset(figure.name for figure in figures)
    trial = _Trial(plans, draws, names, leads if followed else min(leads, LEADS), followed)
    moves = _moves(trial, market, markets, progress)
    ranges = {path: (p.low or 0.0, p.high or 0.0) for path, p in known.items()}
    told = [*_spreads(figures, moves, leads / trial.leads)]
    rows = {spread.figure for spread in told}
    untold = (_untold(figure, followed) for figure in figures if figure.name not in rows)
    return Uncertainty(markets, trial.leads, ranges, fixed, tuple(told), tuple(untold))


def _moves(trial: _Trial, market: ScenarioModel, markets: int, progress: Progress) -> list[Mapping[str, Move]]:
    """The moves of all differences in each of so many markets."""
    written, account = trial.gaps(market)

    def work(number: int) -> Mapping[str, Move]:
        there, _ = trial.gaps(draw_market(market, trial.draws, number))
        return {name: _move(there[name], gap, account) for name, gap in written.items() if name in there}

    found = []
    for moves in in_order(work, range(markets)):
        found.append(moves)
        progress(len(found))
    return found


def _move(there: Figure, written: Figure, account: Accounts) -> Move:
    between = less(there, written)
    chance = float(np.nan_to_num(standard_error(between, account)))
    return Move(between.value, chance, is_nothing(there))


def _untold(figure: Compared, followed: bool) -> Untold:
    return Untold(figure.title, "leads" if figure.size == "queue" and not followed else "value")


def _spreads(figures: Sequence[Compared], moves: Sequence[Mapping[str, Move]], larger: float) -> Iterator[Spread]:
    """How far each figure moves that can be told as the market was written and in two others at least.

    `larger`: how many times as many leads were compared as were tried in each market.
    """
    for figure in figures:
        there = [found[figure.name] for found in moves if figure.name in found]
        if figure.difference.value is not None and len(there) > 1:
            yield _spread(figure, figure.difference.value, there, larger if figure.size == "volume" else 1.0)


def _spread(figure: Compared, middle: float, there: Sequence[Move], by: float) -> Spread:
    moves, chances = (by * np.array([getattr(move, name) for move in there]) for name in ("value", "chance"))
    none = np.array([move.none for move in there])
    chance = _error_within(figure.difference)
    differences = np.where(none, 0.0, middle + moves)
    errors = np.where(none, 0.0, np.hypot(np.nan if chance is None else chance, chances))
    low, high = np.quantile(differences, (0.025, 0.975))
    better = np.round(differences * figure.better, 12)
    return Spread(
        figure=figure.name,
        title=figure.title,
        kind=figure.kind,
        chance=chance,
        scenario=max(0.0, float(moves.var(ddof=1)) - float((chances**2).mean())) ** 0.5,
        low=float(low),
        high=float(high),
        better=_above(better, errors) if figure.better else None,
        worse=_above(-better, errors) if figure.better else None,
        same=wilson(float((better == 0).sum()), len(there)) if figure.better else None,
    )


def _above(differences: Floats, errors: Floats) -> Estimate:
    """The share of markets with a difference above 0, with how far chance could move it, and how far other markets would.

    The chance of the difference that all have in common moves all of them one way: the limits of the share are those where
    each lies 1.96 of its standard errors lower, or higher, and from there those of Wilson for so many markets.
    """
    markets = len(differences)
    value = float((differences > 0).mean())
    if np.isnan(errors).any():
        return Estimate(value, None, None)
    low, high = (wilson(float((differences + side * Z * errors > 0).sum()), markets) for side in (-1, 1))
    return Estimate(value, low.low, high.high)


def _error_within(difference: Estimate) -> float | None:
    """The standard error that an interval says: half of it over 1.96, which for few accounts is a little more."""
    if difference.low is None or difference.high is None:
        return None
    return (difference.high - difference.low) / (2 * Z)
