"""The parts of the method that a market is described with, each against a closed form or a count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from leadrules.simulator.chances import Standing, chances
from leadrules.simulator.draws import Draws
from leadrules.simulator.expect import expect
from leadrules.simulator.kernels import Grid, Tails, drops, staying
from leadrules.simulator.laws import dwell_of, mean
from leadrules.simulator.mixture import sorts_of
from leadrules.simulator.people import draw_people
from leadrules.simulator.renewal import course
from tests.described import EXAMPLES, MARKETS, WON
from tests.graph import DAY, WINDING
from tests.phase_type import RICH, mean_z, share_z, world_of


def test_the_renewal_equations_agree_with_the_closed_form() -> None:
    """Two ways to P(won): forwards by the flow of leads, backwards by the chances the ledger keeps."""
    for text in (RICH, WINDING):
        world = world_of(text)
        sorts = sorts_of(world)
        assert sorts is not None
        found = course(world, sorts, Grid(DAY, 64))
        there = len(sorts.weight)
        been = np.zeros((len(world.stages), there), np.int16)
        been[0] = 1
        standing = Standing(sorts.kinds, np.zeros(there, np.int16), np.zeros(there, np.int64), been)
        assert found.ever[WON] == pytest.approx(float(sorts.weight @ chances(world, standing)), rel=1e-9)
        assert found.ever.sum() == pytest.approx(1.0)


def test_sorts_have_the_means_of_leads() -> None:
    for text in (RICH, WINDING, *EXAMPLES.values()):
        world = world_of(text)
        sorts = sorts_of(world)
        assert sorts is not None
        people = draw_people(world, Draws(8), 0, 30_000)
        weight, intent = sorts.weight, sorts.kinds.intent
        size = world.scenario.account_size
        for power in (1, 2):
            by_account = (people.intent**power).reshape(-1, size).mean(axis=1)
            assert abs(mean_z(by_account, float(weight @ intent**power))) < 5
        for persona in range(len(world.scenario.personas)):
            share = float(weight[sorts.kinds.persona == persona].sum())
            assert abs(share_z(people.persona == persona, share)) < 5


@pytest.mark.parametrize("name", ["rich", "gamma"])
def test_activity_goes_with_intent_as_it_should(name: str) -> None:
    """Of lognormal activity the covariance with intent is spread x correlation x own spread; gamma by quadrature."""
    sorts = sorts_of(world_of(MARKETS[name]))
    assert sorts is not None
    weight, activity, intent = sorts.weight, sorts.activity, sorts.kinds.intent
    assert float(weight @ activity) == pytest.approx(1.0, abs=1e-6)

    def product(z: float) -> float:
        law = stats.gamma(0.9**-2, scale=0.9**2) if name == "gamma" else stats.lognorm(0.6, scale=math.exp(-0.18))
        return float(law.ppf(stats.norm.cdf(z)) * z * stats.norm.pdf(z))

    tied = integrate.quad(product, -8, 8, limit=200)[0] * 0.3
    found = float(weight @ (activity * intent)) - float(weight @ intent)
    assert found == pytest.approx(tied * 0.9, rel=1e-4)


WHOLE = """
scenario whole { horizon 90 days from 2026-01-05 }
lead { size whole number; pay money EUR; spell duration in days; tier one of a, b }
everyone {
  size evenly 1 to 5, unknown 20%
  pay normal mean 100 EUR spread 20 EUR
  spell lognormal median 10 days spread 0.5
  tier { a 30%; b 60%; unknown 10% }
}
persona all 100% { }
intent { by FIELD }
stage only { lasts exactly 9 days; then won logit intent, else lost }
"""


@pytest.mark.parametrize(
    ("table", "shares"),
    [
        ("size { under 3: 1; 3 and over: 2; unknown: 3 }", {1.0: 0.8 * 1.5 / 4, 2.0: 0.8 * 2.5 / 4, 3.0: 0.2}),
        ("size { 2: 1; else: 2; unknown: 3 }", {1.0: 0.8 / 4, 2.0: 0.8 * 3 / 4, 3.0: 0.2}),
        ("pay { under 80 EUR: 1; 80 EUR and over: 2; unknown: 0 }", {1.0: stats.norm.cdf(-1), 2.0: stats.norm.cdf(1)}),
        (
            "spell { under 5 days: 1; 5 days and over: 2; unknown: 0 }",
            {1.0: stats.norm.cdf(math.log(0.5) / 0.5), 2.0: stats.norm.sf(math.log(0.5) / 0.5)},
        ),
        ("tier { a: 1; else: 2; unknown: 3 }", {1.0: 0.3, 2.0: 0.6, 3.0: 0.1}),
    ],
)
def test_fields_are_cut_where_what_they_add_changes(table: str, shares: dict[float, float]) -> None:
    sorts = sorts_of(world_of(WHOLE.replace("FIELD", table)))
    assert sorts is not None
    found = dict(zip(sorts.kinds.intent.tolist(), sorts.weight.tolist(), strict=True))
    assert found == pytest.approx(shares)


LASTS = (
    "exponential mean 3 days",
    "weibull mean 9 days shape 0.6",
    "lognormal median 4 days spread 0.9",
    "log-logistic median 5 days shape 2.5",
    "gamma mean 6 days shape 2.5",
    "exactly 100 hours",
    "exponential mean 10 minutes",
    "mixture { 60% exactly 3 days; 40% gamma mean 6 days shape 2 }",
)


@pytest.mark.parametrize("law", LASTS)
def test_grids_keep_the_mean_of_a_law(law: str) -> None:
    text = f"scenario one {{ horizon 90 days from 2026-01-05 }}\npersona all 100% {{ }}\nstage only {{ lasts {law}\n then won 50%, else lost }}"
    dwell = dwell_of(world_of(text).scenario.personas[0].stages["only"].lasts)
    grid = Grid(DAY / 3, 1 << 14)
    still = staying(dwell, 0.0, np.ones(1), grid, Tails())
    beyond = {"log-logistic": 5e-3}.get(law.split()[0], 1e-4)
    assert still.sum() * grid.step == pytest.approx(mean(dwell), rel=beyond)
    mass = drops([still])[0][0]
    assert mass.sum() == pytest.approx(1.0, abs=1e-5)
    assert (mass * np.arange(grid.cells)).sum() * grid.step == pytest.approx(mean(dwell), rel=2 * beyond)


def test_of_durations_that_race_each_is_first_as_often_as_it_should() -> None:
    """Two exponential clocks against a stay: in proportion to their rates, and what is lost of one is another's."""
    text = """
scenario race { horizon 90 days from 2026-01-05 }
persona all 100% { }
stage only {
  lasts exponential mean 10 days
  at most exponential mean 20 days, then no_decision
  at most exponential mean 40 days, then disqualified
  then won 50%, else lost
}"""
    world = world_of(text)
    sorts = sorts_of(world)
    assert sorts is not None
    found = course(world, sorts, Grid(DAY, 256))
    shares = np.array([4, 4, 4, 2]) / 14 * np.array([1, 1, 1, 1])
    np.testing.assert_allclose(found.ever, np.array([2, 2, 2, 1]) / 7, atol=1e-6)
    np.testing.assert_allclose(found.ended.sum(axis=1), shares, atol=2e-4)
    rates = 1 / 10 + 1 / 20 + 1 / 40
    middles = np.arange(256) + 0.5
    np.testing.assert_allclose(found.inside[0], np.exp(-rates * middles), atol=1e-3)


def test_whoever_is_slow_for_the_grid_gets_a_grid_of_its_own() -> None:
    """Journeys of minutes, and of centuries, in a horizon of 90 days."""
    for length, days in (("10 minutes", 1 / 144), ("30000 days", 30_000)):
        text = f"scenario one {{ horizon 90 days from 2026-01-05 }}\npersona all 100% {{ }}\nstage only {{ lasts exponential mean {length}\n then won 50%, else lost }}"
        found = expect(world_of(text), [DAY])
        assert found.times
        expected = stats.expon.ppf((0.1, 0.5, 0.9), scale=days * DAY)
        np.testing.assert_allclose(found.times.quantiles, expected, rtol=5e-3)


def test_visits_that_are_cut_off_are_counted_to_first_order() -> None:
    """Against the integral over the place of a visit in its stay, for gaps that are always the same."""
    text = """
scenario cut { horizon 400 days from 2026-01-05; arrivals over 1 second }
event page
persona all 100% { }
stage only {
  lasts exactly 10 hours
  visits 20 per day
  each visit has 3 events on average, gaps median 120 seconds spread 0
  events { page 100% }
  then won 50%, else lost
}"""
    found = expect(world_of(text), [DAY])
    rate, stay = 20 / DAY, 36_000.0
    places = [max(stay - 120.0 * place, 0.0) * (2 / 3) ** place for place in range(400)]
    assert found.events is not None
    assert found.events[0] == pytest.approx(rate * sum(places), rel=1e-3)
    assert found.events[0] < 0.995 * rate * 3 * stay
    long = expect(world_of(text.replace("120 seconds", "2 hours")), [DAY])
    assert long.events is None and "visits last too long" in long.limits[0]
