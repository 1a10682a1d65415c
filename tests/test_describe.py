"""What is worked out of a market without a draw: against the matrix exponential and simulations."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

import numpy as np
import pytest

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.simulator import renewal
from leadrules.simulator.describe import dates_of, describe
from leadrules.simulator.expect import Expected, expect
from leadrules.simulator.limits import UNDERSTOOD, limits_of
from tests import phase_type as exact
from tests.conftest import compare
from tests.described import EXAMPLES, MARKETS, ROOT, z
from tests.graph import DAY, WINDING
from tests.people import MARKET as PEOPLE
from tests.phase_type import RICH, SIMPLE, judge, seeds, world_of
from tests.post import MAILED
from tests.terminal import typed

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
