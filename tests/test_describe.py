"""What is worked out of a market without a draw: against the matrix exponential, closed forms, and simulations."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.simulator import renewal
from leadrules.simulator.chances import Standing, chances
from leadrules.simulator.describe import dates_of, describe
from leadrules.simulator.draws import Draws
from leadrules.simulator.expect import Expected, expect
from leadrules.simulator.expected import Figure
from leadrules.simulator.kernels import Grid, Tails, drops, staying
from leadrules.simulator.laws import dwell_of, mean
from leadrules.simulator.limits import UNDERSTOOD, limits_of
from leadrules.simulator.mixture import sorts_of
from leadrules.simulator.people import draw_people
from leadrules.simulator.renewal import course
from tests import phase_type as exact
from tests.conftest import compare
from tests.graph import DAY, WINDING
from tests.phase_type import RICH, SIMPLE, judge, mean_z, seeds, share_z, world_of
from tests.post import MAILED
from tests.terminal import typed
from tests.test_people import MARKET as PEOPLE

ROOT = Path(__file__).parent.parent
EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.scenario")}
GAMMA = RICH.replace("activity {\n  spread 0.6", "activity {\n  gamma spread 0.9")
SEASONS = (
    RICH
    + """
calendar {
  monday to friday 1
  saturday to sunday 0.1
  hours { 8:00 to 18:00 1; else 0.05 }
  zones { Europe/Warsaw 60%; America/New_York 40% }
  holiday 2026-04-03 to 2026-04-12 0.1
  campaign launch 2026-02-01 to 2026-02-15 { arrivals times 4; visits times 3 }
  trend { 2026-01-05 1; 2026-03-01 2.5 }
}
from 2026-04-01 by 2026-05-01 { visits times 0.4 }
"""
)
HIDDEN = WINDING.replace("  customer 10%\n", "  customer 10%\n  role unknown by customer { yes: 90%; else: 60% }\n")
MARKETS = {
    "hidden": HIDDEN,
    "simple": SIMPLE,
    "mailed": MAILED,
    "seasons": SEASONS,
    "rich": RICH,
    "gamma": GAMMA,
    "winding": WINDING,
    "people": PEOPLE,
    **EXAMPLES,
}
STAGES = exact.STAGES

# The simple model against the matrix exponential


@pytest.fixture(scope="module")
def simple() -> Expected:
    world = world_of(SIMPLE)
    return expect(world, [day * DAY for day in (20, 90, 180)])


def test_where_leads_are_is_what_the_matrix_exponential_says(simple: Expected) -> None:
    assert simple.states is not None
    for row, day in zip(simple.states, (20.0, 90.0, 180.0), strict=True):
        np.testing.assert_allclose(row[: STAGES + 2], exact.occupancy(day), atol=1e-6)


def test_events_are_what_the_matrix_exponential_says(simple: Expected) -> None:
    by_stage = exact.events_per_lead()
    expected = np.sum([by_stage[stage] * np.array(exact.MIXES[stage]) for stage in range(STAGES)], axis=0)
    assert simple.events is not None
    np.testing.assert_allclose(simple.events, expected, rtol=1e-5)


def test_wins_are_what_the_matrix_exponential_says(simple: Expected) -> None:
    ever = sum(s.share * exact.chance(s, 0) for s in exact.SEGMENTS)
    assert simple.won == pytest.approx((ever, exact.occupancy(exact.HORIZON)[exact.WON]), abs=1e-6)


def test_times_to_win_are_what_the_matrix_exponential_says(simple: Expected) -> None:
    assert simple.times and simple.times.tolerance == 0.0
    days = np.array(simple.times.quantiles) / DAY
    np.testing.assert_allclose(exact.time_to_win(days), (0.1, 0.5, 0.9), atol=1e-5)


# Every market against a simulation


def z_of_market(text: str, seed: int, leads: int) -> Iterator[tuple[str, float]]:
    found = describe(world_of(text).scenario, population=leads, seed=seed)
    assert all(limit.startswith("events of mails") for limit in found.limits)
    for snapshot in found.snapshots:
        yield from ((f"{figure.name} at {snapshot.seconds}", z(figure)) for figure in snapshot.figures)
    yield from (
        (figure.name, z(figure)) for figure in (*found.wins, *found.times, *found.events) if figure.name != "mails"
    )
    yield from ((f"{way.source} to {way.target}", z(way.figure)) for way in found.ways)


def z(figure: Figure) -> float:
    assert figure.expected is not None
    assert figure.z is not None or figure.simulated.value == figure.expected
    return figure.z or 0.0


@pytest.mark.slow
@pytest.mark.parametrize("name", MARKETS)
def test_a_simulation_agrees_with_what_is_expected(name: str, full: bool) -> None:
    """Shares of whom hardly anybody is left are no normal figures: those are held to 5 errors, and not to a shape."""
    figures: dict[str, list[float]] = {}
    for seed in seeds(full, 3, 40):
        for figure, found in z_of_market(MARKETS[name], seed, 20_000):
            figures.setdefault(figure, []).append(found)
    assert max(abs(found) for each in figures.values() for found in each) < 5
    for each in figures.values():
        assert abs(sum(each)) < 5 * math.sqrt(len(each))
    for figure in ("won in the end", "visits"):
        judge(figures[figure])


def test_planted_mistakes_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in the market that is worked out, one in the equations: five percent of a stay, and a way taken for another."""
    slower = SIMPLE.replace("exponential mean 25 days", "exponential mean 28 days")
    assert slower != SIMPLE
    expected = expect(world_of(slower), [90.0 * DAY])
    found = describe(world_of(SIMPLE).scenario, population=60_000)
    assert expected.events is not None
    apart = found.events[0].simulated.value, float(expected.events.sum())
    error = (found.events[0].simulated.high or 0) - (found.events[0].simulated.value or 0)
    assert abs((apart[0] or 0) - apart[1]) > error
    monkeypatch.setattr(renewal, "LOST", WON)
    wrong = describe(world_of(RICH).scenario, population=6_000)
    assert max(abs(figure.z or 0.0) for figure in wrong.wins) > 5


# Parts of the method


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


# What the method does not hold for


def test_a_part_that_is_not_known_is_left_to_the_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(RICH)
    assert limits_of(world) == ""
    known = UNDERSTOOD[ScenarioModel] - {"account_size"}
    monkeypatch.setitem(UNDERSTOOD, ScenarioModel, known)
    found = describe(world.scenario, population=500)
    assert found.limits == ("everything: `account_size` is not part of the calculation",)
    assert all(figure.expected is None and figure.z is None for figure in found.figures)
    assert any(figure.simulated.value for figure in found.figures)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "by source { ads: 0.5; else: 0 }",
            "by rating { under 3: 0.5; else: 0; unknown: 0 }",
            "`rating` adds something and is correlated",
        ),
        (
            "by source { ads: 0.5; else: 0 }",
            "by industry { retail: 0.5; else: 0; unknown: 0 }",
            "the law of `industry` is not",
        ),
    ],
)
def test_fields_that_are_not_on_their_own_are_left_to_the_simulation(old: str, new: str, said: str) -> None:
    assert old in PEOPLE
    assert said in limits_of(world_of(PEOPLE.replace(old, new)))


def test_mails_leave_their_events_to_the_simulation() -> None:
    found = describe(world_of(MAILED).scenario, population=500)
    assert found.limits == ("events of mails: they are not part of the calculation",)
    assert [figure.name for figure in found.events if figure.expected is None] == ["mails"]
    assert (found.events[-1].simulated.value or 0) > 1


# What is shown


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")


DESCRIBE = "leadrules scenario describe examples/points_card.scenario --population 500"


def test_the_diagram_of_an_example_is_stored(accept: bool) -> None:
    code, output, _ = typed(f"{DESCRIBE} --format mermaid")
    assert code == 0
    compare(ROOT / "tests" / "messages" / "points_card.mermaid", output, accept)


def test_diagrams_say_every_way_and_nothing_that_ends_a_label() -> None:
    found = describe(world_of(WINDING).scenario, population=300)
    from leadrules.report.scenario_diagram import draw_diagram

    lines = draw_diagram(found, world_of(WINDING).scenario).splitlines()
    assert lines[0] == "stateDiagram-v2"
    for line in lines[1:]:
        assert re.fullmatch(
            r'    (state "[\w-]+" as s\d+|(\[\*\]|s\d+) --> (\[\*\]|s\d+)( : [\d.]+%)?|s\d+ : [^:;{}"]+)', line
        ), line
    assert sum(" : " in line and "-->" in line for line in lines) == len(found.ways)


def test_json_holds_all_figures() -> None:
    code, output, _ = typed(f"{DESCRIBE} --format json")
    told = json.loads(output)
    assert code == 0
    assert told["format_version"] == 1
    assert [figure["name"] for figure in told["wins"]] == ["won in the end", "won by the horizon"]
    assert len(told["snapshots"]) == len(dates_of(world_of(EXAMPLES["points_card"]).scenario))


def test_what_was_seen_does_not_depend_on_the_seed_of_others_and_is_the_same_twice() -> None:
    scenario = world_of(WINDING).scenario
    one, other = (describe(scenario, population=400, seed=9) for _ in range(2))
    assert one == other
    assert describe(scenario, population=400, seed=10) != one
