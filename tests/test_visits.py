"""Visits come as often as stated, evenly over each stay and independently, and what happens in them has its shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.engine.columns import Codes, Numbers
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.quantiles import MOST_AT_ONCE, geometric, poisson
from leadrules.simulator.simulate import BLOCK, simulate
from tests.phase_type import RICH, counts_z, judge, mean_z, seeds, share_z, world_of, z_of
from tests.test_draws import drawn, several, uniform, words

DAY = 86_400
STEP = 1_000_000

MARKET = """
scenario visits {
  timezone Europe/Warsaw
  horizon 60 days from 2026-03-02
}
event look
event read
event ask
event call
persona calm 60% { in first { visits 0.2 per day } }
persona busy 30% {
  activity 2
  in second { events { ask 20%; call 80% } }
}
persona mute 10% { activity 0 }
intent { spread 0.8 }
activity {
  spread 0.7
  correlation with intent 0.4
}
stage first {
  lasts exponential mean 15 days, faster with intent 0.3
  visits 2 per week
  events { look 70%; read 30% }
  then silent 80%, else lost
}
stage silent { lasts exactly 2 days; then second 90%, else lost }
stage second {
  lasts weibull mean 10 days shape 0.8
  visits 0.04 per hour
  events { ask 75%; call 25% }
  then won 10%, else lost
}
"""
RATES = ([0.2, 4 / 7, 0.0], [0.96, 1.92, 0.0])
STAGES = ((0, ("look", "read")), (2, ("ask", "call")))


def one_block(text: str, seed: int, leads: int = BLOCK) -> Population:
    return simulate(world_of(text), Draws(seed), 0, leads)


def of_events(population: Population) -> tuple[Any, Any, Any]:
    """Of each event its lead, its tick and its type."""
    events = population.leads.events
    return np.repeat(population.leads.ids, np.diff(events.offsets)), events.time, events.kinds


def bounds(population: Population, stage: int, horizon: int) -> tuple[Any, Any]:
    """When each lead comes to a stage, and how long it is seen there (0 where it never comes)."""
    truth = population.truth
    entered = truth.entered[stage]
    later = np.where(truth.entered[stage + 1 :] >= 0, truth.entered[stage + 1 :], truth.ended)
    left = np.minimum(np.minimum(later.min(axis=0, initial=np.iinfo(np.int64).max), truth.ended), horizon)
    return entered, np.where(entered >= 0, np.maximum(left - entered, 0), 0)


# How many, and when


def figures_of(seed: int) -> Iterator[tuple[str, float]]:
    """How far everything about the visits of some leads is off."""
    world = world_of(MARKET)
    population = one_block(MARKET, seed)
    lead, time, kind = of_events(population)
    tick = (time - world.scenario.start) // STEP
    truth = population.truth
    for (stage, names), rates in zip(STAGES, RATES, strict=True):
        entered, width = bounds(population, stage, 60 * DAY)
        mean = np.array(rates)[truth.persona] / DAY * truth.activity * width
        kinds = [world.scenario.events.index(e) for e in world.scenario.events if e.name in names]
        at = np.flatnonzero(np.isin(kind, kinds))
        counts = np.bincount(lead[at], minlength=BLOCK)
        yield from counted(f"{names[0]}: ", counts, mean, np.log(truth.activity))
        since = (tick[at] - entered[lead[at]] + 0.5) / width[lead[at]]
        assert ((since > 0) & (since < 1)).all(), "an event outside its stay"
        yield f"{names[0]}: times", z_of(stats.kstest(since, "uniform").pvalue)
        for persona, shares in enumerate(MIXES[stage]):
            those = at[truth.persona[lead[at]] == persona]
            first = kind[those] == kinds[0]
            yield f"{names[0]}: shares of {persona}", share_z(first, shares)
            yield f"{names[0]}: types beside times of {persona}", together(first, tick[those] % 3_600)
        yield f"{names[0]}: the next type", following(lead[at], truth.persona, kind[at] == kinds[0])


MIXES = {0: (0.70, 0.70), 2: (0.75, 0.20)}


def counted(what: str, counts: Any, mean: Any, weight: Any) -> Iterator[tuple[str, float]]:
    """Poisson counts: their sum, their dispersion, and that nothing known beforehand says more of them."""
    assert not counts[mean == 0].any(), "a visit where there can be none"
    counts, weight, mean = counts[mean > 0.2], weight[mean > 0.2], mean[mean > 0.2]
    off = counts - mean
    yield what + "sum", float(off.sum() / np.sqrt(mean.sum()))
    yield what + "dispersion", float((off**2 / mean - 1).sum() / np.sqrt((2 + 1 / mean).sum()))
    yield what + "beside activity", float((off * weight).sum() / np.sqrt((mean * weight**2).sum()))


def together(first: Any, other: Any) -> float:
    return float(np.corrcoef(first, other)[0, 1] * np.sqrt(len(first)))


def following(lead: Any, persona: Any, first: Any) -> float:
    """Whether the type of an event says something of the type of the next one; leads of one persona."""
    pairs = np.flatnonzero((lead[:-1] == lead[1:]) & (persona[lead[:-1]] == 0))[::2]
    return together(first[pairs], first[pairs + 1])


@pytest.mark.slow
def test_visits_follow_their_law(full: bool) -> None:
    each = [dict(figures_of(seed)) for seed in seeds(full)]
    for name in each[0]:
        judge([figures[name] for figures in each])


@pytest.mark.slow
def test_a_stay_of_thousands_of_visits_follows_the_same_law(full: bool) -> None:
    """Such counts are drawn in several pieces."""
    text = MARKET.replace("visits 2 per week", "visits 4 per hour").replace("visits 0.04 per hour", "visits 0 per day")
    figures: dict[str, list[float]] = {}
    for seed in seeds(full):
        population = one_block(text, seed, 300)
        _, width = bounds(population, 0, 60 * DAY)
        mean = np.array([0.2, 192.0, 0.0])[population.truth.persona] / DAY * population.truth.activity * width
        assert mean.max() > 2_000, "one piece is enough"
        counts = np.diff(population.leads.events.offsets)
        for name, z in counted("", counts, mean, np.log(population.truth.activity)):
            figures.setdefault(name, []).append(z)
    for found in figures.values():
        judge(found)


# How long visits are

LONG = """
scenario long {
  horizon 20_001 days from 2026-01-05
  arrivals over 1 day
}
event look
event read
persona keen 70% { }
persona brief 30% { in only { each visit has 1.4 events on average, gaps median 2 hours spread 0.3 } }
stage only {
  lasts exactly 20_000 days
  visits 0.0001 per day
  each visit has 2.9 events on average, gaps median 70 seconds spread 0.8
  events { look 40%; read 60% }
  then won 10%, else lost
}
"""
VISITS = ((2.9, 70, 0.8), (1.4, 7_200, 0.3))
SINGLE = re.sub(r"has [\d.]+ events", "has 1 events", LONG)


def visit_figures(seed: int) -> Iterator[tuple[str, float]]:
    """Of leads that come once: a market without long visits tells, with the same draws, who those are."""
    population = one_block(LONG, seed)
    visits = np.diff(one_block(SINGLE, seed).leads.events.offsets)
    lead, time, kind = of_events(population)
    counts = np.bincount(lead, minlength=BLOCK)
    for persona, (mean, median, spread) in enumerate(VISITS):
        once = (visits == 1) & (population.truth.persona == persona)
        yield f"length {persona}", geometric_z(counts[once], mean)
        inner = np.flatnonzero((lead[1:] == lead[:-1]) & once[lead[1:]])
        gaps = np.diff(time)[inner] // STEP
        yield f"gaps {persona}", lognormal_z(gaps, median, spread)
        pairs = inner[np.isin(inner + 1, inner)][::2]
        one, other = (np.log1p((time[p + 1] - time[p]) / STEP) for p in (pairs, pairs + 1))
        yield f"a gap beside the next {persona}", stats.spearmanr(one, other).statistic * np.sqrt(len(one) - 1)
        yield f"types {persona}", share_z(kind[once[lead]] == 0, 0.4)
        yield f"a type beside the next {persona}", together(kind[inner[::2]], kind[inner[::2] + 1])


def geometric_z(counts: Any, mean: float) -> float:
    law = stats.geom(1.0 / mean)
    last = int(law.ppf(0.99))
    shares = [*law.pmf(np.arange(1, last)), law.sf(last - 1)]
    return counts_z(np.bincount(counts.clip(max=last), minlength=last + 1)[1:], shares)


def lognormal_z(seconds: Any, median: float, spread: float) -> float:
    """Whole seconds below a whole bound are those whose exact number is."""
    law = stats.lognorm(spread, scale=median)
    edges = np.unique(np.round(law.ppf(np.linspace(0.05, 0.95, 19))))
    counts = np.bincount(np.searchsorted(edges, seconds, side="right"), minlength=len(edges) + 1)
    return counts_z(counts, np.diff([0.0, *law.cdf(edges), 1.0]))


@pytest.mark.slow
def test_visits_are_as_long_as_stated_and_so_are_the_gaps_in_them(full: bool) -> None:
    each = [dict(visit_figures(seed)) for seed in seeds(full)]
    for name in each[0]:
        judge([figures[name] for figures in each])


@pytest.mark.slow
def test_visits_of_a_lead_know_nothing_of_each_other(full: bool) -> None:
    """Leads differ in their shares of types, and in their lengths, as much as chance makes them, and no more."""
    types, lengths = [], []
    text = LONG.replace("0.0001 per day", "0.001 per day")
    for seed in seeds(full):
        population = one_block(text, seed, 6_000)
        keen = np.flatnonzero(population.truth.persona == 0)
        lead, _, kind = of_events(population)
        visits = np.diff(
            one_block(re.sub(r"has [\d.]+ events", "has 1 events", text), seed, 6_000).leads.events.offsets
        )
        counts, looks = np.bincount(lead, minlength=6_000), np.bincount(lead[kind == 0], minlength=6_000)
        types.append(spread_z(looks, 0.4 * counts, 0.24 * counts, keen))
        lengths.append(spread_z(counts, 2.9 * visits, 2.9 * 1.9 * visits, keen))
    judge(types)
    judge(lengths)


def spread_z(counts: Any, mean: Any, variance: Any, among: Any) -> float:
    """Whether counts lie as far from their means as their variances say."""
    among = among[mean[among] > 2]
    ratio = (counts - mean)[among] ** 2 / variance[among]
    return mean_z(ratio, 1.0)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**63), st.integers(0, 10**9))
def test_visits_worked_out_by_hand_are_those_of_the_lead(seed: int, lead: int) -> None:
    text = LONG.replace("0.0001 per day", "0.001 per day")
    found = simulate(world_of(text), Draws(seed), lead, lead + 1)
    start = int(world_of(text).scenario.start) // STEP + found.truth.arrival[0]
    since = (found.leads.events.time // STEP - start).tolist()
    width = 20_000 * DAY
    count = int(stats.poisson.ppf(uniform(seed, "stages/only/visits", lead), 0.001 / DAY * width))
    events = [event for k in range(count) for event in by_hand(seed, lead, k, VISITS[found.truth.persona[0]])]
    assert list(zip(since, found.leads.events.kinds, strict=True)) == sorted(e for e in events if e[0] < width)


def by_hand(seed: int, lead: int, k: int, law: tuple[float, float, float]) -> Iterator[tuple[int, int]]:
    """The events of a visit by their ticks and types: later ones have numbers of their own, above the visit's."""
    mean, median, spread = law
    tick = int(uniform(seed, "stages/only/times", lead, k) * 20_000 * DAY)
    length = 1 + int(np.log1p(-uniform(seed, "stages/only/lengths", lead, k)) / np.log1p(-1 / mean))
    for place in range(length):
        number = k + (place << 32)
        z = float(special.ndtri(uniform(seed, "stages/only/gaps", lead, number)))
        tick += int(median * np.exp(spread * z)) if place else 0
        yield tick, int(uniform(seed, "stages/only/events", lead, number) >= 0.4)


def test_a_longer_visit_begins_when_the_short_one_did() -> None:
    one, other = (set(zip(*map(list, of_events(one_block(text, 3))), strict=True)) for text in (SINGLE, LONG))
    assert one < other


def test_a_visit_ends_with_its_stay_and_with_the_horizon() -> None:
    text = MARKET.replace(
        "visits 2 per week", "visits 2 per week\n  each visit has 9 events, gaps median 1 day spread 1"
    )
    population, start = one_block(text, 4), world_of(text).scenario.start
    lead, time, kind = of_events(population)
    first = np.flatnonzero(kind < 2)
    entered, width = bounds(population, 0, 60 * DAY)
    since = (time[first] - start) // STEP - entered[lead[first]]
    assert len(since) > 50_000
    assert ((since >= 0) & (since < width[lead[first]])).all()


# What happens


def test_a_mix_of_many_events_keeps_its_shares() -> None:
    """Bounds of few events are compared one by one, those of many are searched."""
    for size in (2, 24, 25, 26, 100):
        names = [f"e{n}" for n in range(size)]
        weights = np.arange(1, size + 1) / (size * (size + 1) / 2)
        shares = np.round(100 * weights, 4)
        shares[-1] += 100 - shares.sum()
        rows = "\n".join(f"{name} {share:.4f}%" for name, share in zip(names, shares, strict=True))
        text = re.sub(r"event look.*event call", "\n".join(f"event {name}" for name in names), MARKET, flags=re.DOTALL)
        text = re.sub(r"events \{.*?\}", f"events {{\n{rows}\n}}", text)
        _, _, kind = of_events(one_block(text, 5))
        judge([counts_z(np.bincount(kind, minlength=size), shares / 100)])


GIVEN = """
scenario given { horizon 60 days from 2026-03-02 }
event look {
  path  text
  kind  one of web, mail
  price money EUR
  spent duration
  score number
}
event ask { score whole number }
persona all 100% { }
stage only {
  lasts exactly 50 days
  visits 1 per day
  events {
    look path "/a" kind mail price 40 EUR 20%
    look spent 5 minutes score 2.5 30%
    look 10%
    ask score 7 40%
  }
  then won 10%, else lost
}
"""


def test_events_have_the_properties_that_are_given() -> None:
    events = one_block(GIVEN, 6, 4_000).leads.events
    look, ask = (events.of_type[name] for name in ("look", "ask"))
    assert sorted([*look.rows, *ask.rows]) == list(range(len(events.time)))
    assert set(events.kinds[look.rows]) == {0} and set(events.kinds[ask.rows]) == {1}
    rows = list(
        zip(*(told(look.properties[name]) for name in ("path", "kind", "price", "spent", "score")), strict=True)
    )
    stated = [("/a", "mail", 40.0, None, None), (None, None, None, 300.0 * STEP, 2.5), (None,) * 5]
    counts = np.array([rows.count(row) for row in stated])
    assert counts.sum() == len(rows)
    judge([counts_z(np.array([*counts, len(ask.rows)]), [0.2, 0.3, 0.1, 0.4])])
    assert set(told(ask.properties["score"])) == {7.0}


def told(column: object) -> list[object]:
    """The values of a column, None where not known."""
    if isinstance(column, Codes):
        return [column.dictionary.values[code] if code >= 0 else None for code in column.codes]
    assert isinstance(column, Numbers)
    return [None if np.isnan(value) else float(value) for value in column.values]


def test_events_lie_by_lead_and_time() -> None:
    for text in (MARKET, RICH):
        lead, time, kind = of_events(one_block(text, 7))
        order = np.lexsort((time, lead))
        np.testing.assert_array_equal(order, np.arange(len(order)))
        assert len(kind) == len(time)


# Counts and lengths from draws


@pytest.mark.slow
@settings(deadline=None)
@given(words, st.floats(0.0, MOST_AT_ONCE))
def test_poisson_quantiles_are_those_of_scipy(seed: int, most: float) -> None:
    means, u = most * drawn(seed, "means", 2_000), drawn(seed, "u", 2_000)
    np.testing.assert_array_equal(poisson(means, u), stats.poisson.ppf(u, means))


@given(st.floats(0.0, MOST_AT_ONCE), st.floats(1e-12, 1 - 1e-12))
def test_a_poisson_quantile_is_the_first_count_that_reaches_its_draw(mean: float, u: float) -> None:
    count = int(poisson(np.array([mean]), np.array([u]))[0])
    assert special.pdtr(count, mean) >= u * (1 - 1e-12) - 1e-13
    assert count == 0 or special.pdtr(count - 1, mean) < u * (1 + 1e-12) + 1e-13


def test_poisson_quantiles_end_where_doubles_do() -> None:
    means = np.array([0.0, 1e-300, 1e-9, 1.0, 30.0, MOST_AT_ONCE])
    for u in (2.0**-54, 1.0 - 2.0**-53):
        counts = poisson(means, np.full(len(means), u))
        assert (counts >= 0).all()
        assert (counts <= means + 9 * np.sqrt(means) + 40).all()


@given(st.floats(1.0, 200.0, exclude_min=True), several)
def test_geometric_quantiles_are_those_of_scipy(mean: float, u: Any) -> None:
    found = geometric(np.full(len(u), mean), u)
    law = stats.geom(1.0 / mean)
    assert (law.cdf(found) >= u * (1 - 1e-9) - 1e-12).all()
    assert (law.cdf(found - 1) <= u * (1 + 1e-9) + 1e-12).all()


def test_a_visit_of_one_event_on_average_has_one() -> None:
    u = np.array([2.0**-54, 0.5, 1.0 - 2.0**-53])
    assert geometric(np.ones(3), u).tolist() == [1, 1, 1]
