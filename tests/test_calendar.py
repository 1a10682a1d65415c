"""Calendars: leads arrive and visit when time weighs something, as often as it weighs, by their own clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leadrules.engine.zone import Zone
from leadrules.simulator.clock import EXACT, Clock, build_clock
from leadrules.simulator.draws import Draws
from leadrules.simulator.people import draw_people
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World
from tests import naive_calendar as naive
from tests.naive_calendar import DAY, HORIZON, MARKET, ZONES
from tests.phase_type import RICH, SIMPLE, counts_z, judge, seeds, share_z, world_of, z_of
from tests.test_draws import columns, in_blocks, same
from tests.test_visits import bounds, counted, of_events

STEP = 1_000_000
START = int(naive.START.timestamp())

# Operational time

weights = st.lists(st.sampled_from([0.0, 0.001, 0.3, 1.0, 2.5, 900.0]), min_size=1, max_size=40)


def seconds_of(clock: Clock, rates: list[float], width: int) -> Any:
    """Units that pass in each second, one by one."""
    return np.repeat(np.rint(np.array(rates) * clock.unit).astype(np.int64), width)


@given(weights, st.integers(1, 50))
def test_operational_time_is_the_sum_of_its_seconds(rates: list[float], width: int) -> None:
    clock = build_clock(np.array([[*rates, 1.0]]), width, 0)
    total = np.append(0, np.cumsum(seconds_of(clock, rates, width)))
    places = np.arange(len(total))
    np.testing.assert_array_equal(clock.units(places), total)


@given(weights, st.integers(1, 50), st.lists(st.floats(0, 1, exclude_max=True), min_size=1))
def test_the_way_back_finds_the_second_in_which_a_unit_passes(
    rates: list[float], width: int, shares: list[float]
) -> None:
    clock = build_clock(np.array([[*rates, 1.0]]), width, 0)
    total = np.append(0, np.cumsum(seconds_of(clock, [*rates, 1.0], width)))
    units = (np.array(shares) * total[-1]).astype(np.int64)
    found = clock.places(units)
    np.testing.assert_array_equal(found, np.searchsorted(total, units, side="right") - 1)


@given(weights, st.integers(1, 4_000), st.integers(1, 4))
def test_there_and_back_is_the_same_second(rates: list[float], width: int, zones: int) -> None:
    clock = build_clock(np.array([[*rates, 1.0]] * zones), width, width // 3)
    tick = np.arange(0, len(rates) * width, max(1, width // 7))
    for zone in range(zones):
        place = clock.place(tick, np.full(len(tick), zone, np.int16))
        alive = np.repeat([*rates, 1.0], width)[tick + width // 3] > 0
        np.testing.assert_array_equal(clock.places(clock.units(place))[alive], place[alive])


def test_draws_near_the_ends_stay_inside() -> None:
    clock = build_clock(np.array([[0.0, 1.0, 0.0, 900.0, 1.0]]), 3_600, 0)
    ends = clock.units(np.array([0, 14_400]))
    u = np.array([2.0**-53, 1.0 - 2.0**-53])
    found = clock.drawn(ends[[0, 0]], np.diff(ends)[[0, 0]].astype(np.float64), u)
    assert found.tolist() == [3_600, 14_399]


def test_time_that_weighs_too_much_for_fine_units_is_counted_in_coarser_ones() -> None:
    clock = build_clock(np.full((30, 900_000), 1_000.0), 3_600, 0)
    assert clock.unit == 2.0**5
    assert EXACT / 4 < clock.passed[-1] <= EXACT
    place = np.array([0, 1, 3_599, 3_600, 30 * 900_000 * 3_600 - 1])
    np.testing.assert_array_equal(clock.places(clock.units(place)), place)


# A calendar that says nothing


FLAT = """
calendar {
  monday to sunday 0.3
  hours { 8:00 to 12:15 2; else 2 }
  zones { Europe/Berlin 40%; Asia/Kathmandu 60% }
  holiday 2026-04-06 1
  campaign launch 2026-02-01 to 2026-02-08 { arrivals times 1; visits times 1 }
  trend { 2026-02-01 3; 2026-03-01 3 }
}
from 2026-03-01 by 2026-04-01 { arrivals times 1; visits times 1 }
"""


@pytest.mark.parametrize("text", [SIMPLE, RICH], ids=["simple", "rich"])
def test_a_calendar_in_which_all_time_weighs_the_same_is_none(text: str) -> None:
    for seed in seeds(False, 3):
        same(in_blocks(world_of(text), seed, [0, 6_000]), in_blocks(world_of(text + FLAT), seed, [0, 6_000]))


# A week, and the days on which clocks are set


def clock_of(calendar: str, zone: str, start: str, horizon: str = "30 days") -> tuple[World, Clock]:
    world = world_of(
        f"scenario m {{ horizon {horizon} from {start}; timezone {zone}; landmark 1 day after arrival }}\ncalendar {{ {calendar} }}\n"
        "persona one 100% { }\nstage s { lasts exactly 3 days; then won 40%, else lost }"
    )
    clock = world.seasons.visits
    assert clock is not None
    return world, clock


def passing(clock: Clock, *ticks: int) -> Any:
    """Seconds of weight 1 that pass between ticks."""
    return np.diff(clock.units(clock.begins[0] + np.array(ticks))) / clock.unit


@pytest.mark.parametrize(
    "hours", ["hours { 8:15 to 18:00 1; else 0.07 }", "hours peak 11:30 width 4 hours floor 0.08", ""]
)
@pytest.mark.parametrize("days", ["monday to friday 1; saturday 0.3; sunday 0", ""])
def test_a_plain_week_weighs_seven_days(hours: str, days: str) -> None:
    _, clock = clock_of(f"{days}; {hours}", "Asia/Kolkata", "2026-01-07 13:00")
    np.testing.assert_allclose(passing(clock, 0, 7 * DAY, 14 * DAY), 7 * DAY, rtol=2e-6)


def test_an_hour_that_is_skipped_weighs_nothing_and_one_that_is_repeated_twice() -> None:
    for start, expected in (("2026-03-28", [1, 0, 1]), ("2026-10-24", [1, 2, 1])):
        world, clock = clock_of("hours { 2:00 to 3:00 1; else 0 }", "Europe/Berlin", start, "4 days")
        zone = Zone("Europe/Berlin")
        noons = [
            zone.instant(np.array([zone.day(np.array([world.scenario.start]))[0] + d]) * DAY * STEP)[0]
            for d in range(4)
        ]
        ticks = [(int(noon) - world.scenario.start) // STEP for noon in noons]
        np.testing.assert_allclose(passing(clock, *ticks) / DAY, expected, atol=1e-6)


def test_a_bell_is_the_bell_it_is_said_to_be() -> None:
    _, clock = clock_of("hours peak 22:00 width 3 hours floor 0.2", "Europe/Berlin", "2026-01-07")
    found = passing(clock, *range(0, DAY + 1, 3_600))
    away = np.minimum(np.abs(np.arange(24) + 0.5 - 22), 24 - np.abs(np.arange(24) + 0.5 - 22))
    bell = 0.2 + 0.8 * np.exp(-0.5 * (away / 3) ** 2)
    np.testing.assert_allclose(found / found.sum(), bell / bell.sum(), rtol=1e-5)


@pytest.mark.parametrize("what", ["visits", "arrivals"])
def test_time_weighs_what_the_text_says(what: str) -> None:
    world = world_of(MARKET)
    clock = getattr(world.seasons, what)
    last = HORIZON if what == "visits" else naive.ARRIVALS
    tick = np.arange(0, last, 997)
    for zone, name in enumerate(ZONES):
        place = clock.place(tick, np.full(len(tick), zone, np.int16))
        found = (clock.units(place) - clock.units(place[:1])) / clock.unit / DAY
        expected = naive.days(name, what, tick) - naive.days(name, what, 0)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


def test_a_trend_per_time_is_a_straight_line() -> None:
    world, _ = clock_of("trend 10% per week", "UTC", "2026-01-05", "140 days")
    clock = world.seasons.arrivals
    assert clock is not None
    found = passing(clock, *range(0, 141 * DAY, 7 * DAY))
    np.testing.assert_allclose(found / found[0], (1 + 0.1 * (np.arange(20) + 0.5)) / 1.05, rtol=1e-5)


# Leads of a market with everything


def one_block(seed: int) -> tuple[World, Population, Any]:
    world = world_of(MARKET)
    return world, simulate(world, Draws(seed), 0, BLOCK), draw_people(world, Draws(seed), 0, BLOCK).zone


def figures_of(seed: int) -> Iterator[tuple[str, float]]:
    """How far everything about time is off for one block."""
    world, population, zone = one_block(seed)
    yield "zones", counts_z(np.bincount(zone, minlength=3), list(naive.ZONE_SHARES))
    yield from of_arrivals(population, zone)
    yield from of_personas(population)
    lead, time, kind = of_events(population)
    tick = (time - world.scenario.start) // STEP
    for stage in range(2):
        entered, width = bounds(population, stage, HORIZON)
        those = kind == stage
        yield from of_visits(population, zone, stage, entered, width, lead[those], tick[those])


def of_arrivals(population: Population, zone: Any) -> Iterator[tuple[str, float]]:
    arrival = population.truth.arrival
    for place, name in enumerate(ZONES):
        at = arrival[zone == place] + 0.5
        first, last = (naive.days(name, "arrivals", tick) for tick in (0, naive.ARRIVALS))
        rescaled = (naive.days(name, "arrivals", at) - first) / (last - first)
        yield f"arrivals in {name}", z_of(stats.kstest(rescaled, "uniform").pvalue)
        low, high = naive.days(name, "arrivals", np.array(naive.LAUNCH))
        inside = (naive.LAUNCH[0] <= at) & (at < naive.LAUNCH[1])
        yield f"arrivals in the campaign in {name}", share_z(inside, float((high - low) / (last - first)))


def of_personas(population: Population) -> Iterator[tuple[str, float]]:
    arrival, persona = population.truth.arrival, population.truth.persona
    keen = naive.keen_share(arrival)
    late = arrival >= naive.SHIFT
    idle = np.where(late, 0.5, (1 - keen) * 2 / 7)
    for name, those in (("before", arrival < naive.DRIFT[0]), ("late", late), ("in between", ~late)):
        yield f"keen {name}", share_z(persona[those] == 0, keen[those])
        yield f"idle {name}", share_z(persona[those] == 2, idle[those])


def of_visits(
    population: Population, zone: Any, stage: int, entered: Any, width: Any, lead: Any, tick: Any
) -> Iterator[tuple[str, float]]:
    truth, rescaled = population.truth, np.zeros(len(lead))
    rate = naive.RATES[stage] * naive.ACTIVITY[truth.persona] * truth.activity
    mean, cells = np.zeros(BLOCK), []
    for place, name in enumerate(ZONES):
        here = np.flatnonzero((zone == place) & (width > 0))
        begin, end = (naive.days(name, "visits", t[here]) for t in (entered, entered + width))
        mean[here] = rate[here] * (end - begin)
        events = np.flatnonzero(zone[lead] == place)
        start = naive.days(name, "visits", entered[lead[events]])
        whole = naive.days(name, "visits", (entered + width)[lead[events]]) - start
        rescaled[events] = (naive.days(name, "visits", tick[events] + 0.5) - start) / whole
        cells.append((name, here, events))
    yield from counted(f"stage {stage}: ", np.bincount(lead, minlength=BLOCK), mean, np.log(truth.activity))
    yield f"stage {stage}: times", z_of(stats.kstest(rescaled, "uniform").pvalue)
    for name, here, events in cells:
        expected = naive.hours_until(name, (entered + width)[here], rate[here])
        expected -= naive.hours_until(name, entered[here], rate[here])
        hour = naive.quarters(name)[2].astype(int)[(tick[events] + naive.BEFORE) // naive.QUARTER]
        found = np.bincount(hour, minlength=168)
        alive = expected > 1e-9
        assert not found[~alive].any(), "a visit in an hour that weighs nothing"
        shares = expected[alive] / expected.sum()
        yield f"stage {stage}: hours of the week in {name}", counts_z(found[alive], shares)


@pytest.mark.slow
def test_arrivals_and_visits_follow_the_calendar(full: bool) -> None:
    each = [dict(figures_of(seed)) for seed in seeds(full)]
    for name in each[0]:
        judge([figures[name] for figures in each])


def test_nothing_happens_at_night() -> None:
    world, population, zone = one_block(seeds(False)[0])
    lead, time, _ = of_events(population)
    arrival = population.truth.arrival * STEP + world.scenario.start
    for place, name in enumerate(ZONES):
        for moments in (time[zone[lead] == place], arrival[zone == place]):
            hour = Zone(name).local(moments) % (DAY * STEP) // (3_600 * STEP)
            assert len(moments) > 5_000
            assert not np.isin(hour, [22, 23, 0, 1, 2, 3, 4]).any()


def test_a_market_may_fall_silent_for_good() -> None:
    never = simulate(world_of(SIMPLE + "\nfrom 2026-01-05 { visits times 0 }"), Draws(3), 0, 4_000)
    assert not len(never.leads.events.time)
    until = simulate(world_of(SIMPLE + "\nfrom 2026-03-01 { visits times 0 }"), Draws(3), 0, 4_000).leads.events.time
    assert len(until) > 5_000
    assert until.max() < 1_772_323_200 * STEP


def test_the_gaps_inside_a_visit_stay_what_they_are() -> None:
    """A visit that begins late goes on into the night."""
    longer = MARKET.replace(
        "events {", "each visit has 3 events on average, gaps median 20 minutes spread 0.2\n  events {"
    )
    world = world_of(longer)
    lead, time, _ = of_events(simulate(world, Draws(3), 0, BLOCK))
    zone = draw_people(world, Draws(3), 0, BLOCK).zone
    hour = Zone(ZONES[0]).local(time[zone[lead] == 0]) % (DAY * STEP) // (3_600 * STEP)
    assert np.isin(hour, [22, 23]).any()
    gap = np.diff(time)[(np.diff(lead) == 0) & (np.diff(time) < 3_600 * STEP)] / STEP
    assert np.median(gap) == pytest.approx(1_200, rel=0.02)


# What a calendar leaves alone


def test_a_calendar_leaves_fates_alone() -> None:
    """Who leads are, how long their stages last and how they end is the same; only when they come and visit is not."""
    quiet = re.sub(r"(?m)^from.*$", "", MARKET)
    plain = re.sub(r"(?ms)^calendar \{.*?^\}", "", quiet)
    for seed in seeds(False, 2):
        before, after = (simulate(world_of(text), Draws(seed), 0, 6_000).truth for text in (plain, quiet))
        assert (before.arrival != after.arrival).mean() > 0.99
        for name in ("persona", "account", "intent", "activity", "outcome", "stage_at_landmark", "chance"):
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
        for name in ("ended", "landmark"):
            moved = getattr(after, name) - after.arrival
            np.testing.assert_array_equal(getattr(before, name) - before.arrival, moved)


EVENTS = ("events", "kinds", "leads of events")
WHEN = ("arrival", "ended", "landmark", "entered", *EVENTS)
FATE = ("persona", "outcome", "ended", "entered/1", "stage_at_landmark", "chance", *EVENTS)
STEADY = re.sub(r"persona \w+ \d+%; ", "", MARKET)
CHANGES = {
    "a campaign for visits": (STEADY, "visits times 3", "visits times 5", EVENTS),
    "a campaign for arrivals": (STEADY, "arrivals times 2;", "arrivals times 3;", WHEN),
    "a trend": (STEADY, "2026-03-01 1.5", "2026-03-01 2.5", WHEN),
    "a holiday in one zone": (STEADY, "2026-01-26 0", "2026-01-26 1", WHEN),
    "a change of visits": (STEADY, "visits times 0.5", "visits times 0.9", EVENTS),
    "a change of arrivals": (STEADY, "arrivals times 1.5", "arrivals times 0.1", WHEN),
    "when personas change": (MARKET, "from 2026-03-20 by", "from 2026-03-10 by", FATE),
    "a change of personas": (MARKET, "persona idle 50%", "persona idle 20%", FATE),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_time_is_felt_nowhere_else(what: str) -> None:
    market, old, new, felt = CHANGES[what]
    assert market.count(old) == 1
    before, after = (in_blocks(world_of(text), 7, [0, 6_000]) for text in (market, market.replace(old, new)))
    same(before, after, felt)
    assert not np.array_equal(before["events"], after["events"])


def test_a_holiday_in_one_zone_leaves_other_zones_alone() -> None:
    zone = draw_people(world_of(MARKET), Draws(7), 0, 6_000).zone
    texts = STEADY, STEADY.replace("2026-01-26 0", "2026-01-26 1")
    before, after = (in_blocks(world_of(text), 7, [0, 6_000]) for text in texts)
    for there in (zone != 2, zone == 2):
        rows = [there[found["leads of events"]] for found in (before, after)]
        unmoved = np.array_equal(before["arrival"][there], after["arrival"][there])
        assert (
            unmoved
            == np.array_equal(before["events"][rows[0]], after["events"][rows[1]])
            == bool(there[zone == 0].all())
        )


def test_leads_before_a_change_of_personas_are_who_they_were() -> None:
    earlier = MARKET.replace("persona keen 10%; persona idle 50%", "persona calm 90%")
    before, after = (simulate(world_of(text), Draws(5), 0, BLOCK).truth for text in (MARKET, earlier))
    changed = before.persona != after.persona
    assert changed.any()
    assert before.arrival[changed].min() >= naive.SHIFT


def test_the_number_of_a_block_is_not_seen() -> None:
    world = world_of(MARKET)
    same(in_blocks(world, 4, [0, 6_000]), in_blocks(world, 4, [0, 1, 1_000, 1_037, 5_133, 6_000]))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**63), st.integers(0, 10**7))
def test_one_lead_alone_is_its_part_of_the_whole(seed: int, lead: int) -> None:
    world = world_of(MARKET)
    whole, alone = (
        columns(simulate(world, Draws(seed), a, b)) for a, b in ((max(0, lead - 20), lead + 5), (lead, lead + 1))
    )
    rows = whole["leads of events"] == lead
    for name in EVENTS:
        np.testing.assert_array_equal(alone[name], whole[name][rows])
    assert alone["arrival"][0] == whole["arrival"][min(lead, 20)]


# Metamorphic


def test_twice_as_fast_for_half_as_long_is_the_same_in_half_the_time() -> None:
    slow = SIMPLE

    def halved(found: re.Match[str]) -> str:
        return f"mean {float(found[1]) / 2} days"

    fast = re.sub(r"mean (\d+) days", halved, slow).replace("horizon 180 days", "horizon 90 days")
    fast = re.sub(r"visits ([\d.]+) per", lambda found: f"visits {2 * float(found[1])} per", fast)
    before, after = (simulate(world_of(text), Draws(9), 0, BLOCK) for text in (slow, fast))
    np.testing.assert_array_equal(before.truth.outcome, after.truth.outcome)
    assert np.abs(before.truth.ended - 2 * after.truth.ended).max() <= 8
    counts = [np.diff(found.leads.events.offsets) for found in (before, after)]
    alike = counts[0] == counts[1]
    assert alike.mean() > 0.999
    rows = [np.repeat(alike, count) for count in counts]
    ticks = [
        (found.leads.events.time[row] - found.leads.events.time.min())
        for found, row in zip((before, after), rows, strict=True)
    ]
    assert np.quantile(np.abs(ticks[0] - 2 * ticks[1]), 0.999) <= 20 * STEP
