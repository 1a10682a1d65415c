"""Mails go out when they should, worked out by hand, and know nothing of what must not matter."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadrules.dsl.scenario.model import parameters
from leadrules.engine.columns import Codes
from leadrules.simulator import deliver
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World
from tests.letters import DAY, LETTERS, STEP
from tests.phase_type import RICH, world_of
from tests.post import MAILED, Told, all_mails, reader
from tests.test_draws import in_blocks, same

# One lead worked out with plain numbers


def told(world: World, population: Population) -> Iterator[list[Told]]:
    """What happened with the mails of each lead."""
    events = population.leads.events
    ticks = (events.time - world.scenario.start) // STEP
    for first, last in itertools.pairwise(events.offsets.tolist()):
        rows = [(int(ticks[row]), world.actions[population.happenings.action[row]]) for row in range(first, last)]
        yield sorted(
            Told(tick, deed.event, " ".join(str(value) for _, value in deed.given), deed.cause.by)
            for tick, deed in rows
            if deed.cause.what != "visit"
        )


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**63), st.integers(0, 10**9), st.integers(0, 40), st.integers(1, 40))
def test_mails_worked_out_by_hand_are_those_of_the_lead(seed: int, lead: int, before: int, after: int) -> None:
    first = max(0, lead - before)
    world = WORLD
    population = simulate(world, Draws(seed), first, lead + after)
    for i, found in enumerate(told(world, population)):
        assert found == all_mails(reader(population.truth, i, seed, first + i))


WORLD = world_of(MAILED)


def test_a_market_of_mails_worked_out_by_hand_holds_all_that_can_happen() -> None:
    population = simulate(WORLD, Draws(4), 0, 3_000)
    assert set(population.happenings.action) == {n for n, deed in enumerate(WORLD.actions) if can_happen(deed)}


def can_happen(deed: Any) -> bool:
    """But for machines in series that have none, and for a scanner of students."""
    robot = deed.cause.by, deed.cause.mail
    return robot not in {("machine", "welcome"), ("machine", "drip")} and deed.given + robot != (
        ("link", "/only"),
        "scanner",
        "news",
    )


def test_rules_see_of_an_event_what_its_deed_says() -> None:
    population = simulate(WORLD, Draws(5), 0, 2_000)
    events = population.leads.events
    for event in WORLD.scenario.events:
        occurrences = events.of_type[event.name]
        deeds = [WORLD.actions[n] for n in population.happenings.action[occurrences.rows]]
        assert {deed.event for deed in deeds} == {event.name}
        for name, column in occurrences.properties.items():
            assert isinstance(column, Codes)
            seen = [column.dictionary.values[code] if code >= 0 else None for code in column.codes]
            assert seen == [dict(deed.given).get(name) for deed in deeds]


def test_events_lie_by_lead_time_and_action() -> None:
    population = simulate(WORLD, Draws(7), 0, BLOCK)
    events = population.leads.events
    lead = np.repeat(population.leads.ids, np.diff(events.offsets))
    order = np.lexsort((population.happenings.action, events.time, lead))
    np.testing.assert_array_equal(order, np.arange(len(order)))
    assert (np.diff(population.happenings.action)[(np.diff(lead) == 0) & (np.diff(events.time) == 0)] > 0).any(), (
        "no two at once"
    )


# What must not matter


@pytest.mark.parametrize("size", [1, 37, 1_000])
def test_mails_are_the_same_in_blocks_of_any_size(size: int) -> None:
    leads = min(40 * size, 3_000)
    cuts = [*range(0, leads, size), leads]
    same(in_blocks(WORLD, 9, [0, leads]), in_blocks(WORLD, 9, cuts))


def test_mails_are_the_same_however_many_are_worked_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_blocks(WORLD, 9, [0, 3_000])
    monkeypatch.setattr(deliver, "AT_ONCE", 500)
    same(before, in_blocks(WORLD, 9, [0, 3_000]))


def deeds(world: World, population: Population, keep: Any) -> list[tuple[int, int, Any]]:
    """Events as triples of lead, time and deed, those whose cause is of interest."""
    events = population.leads.events
    lead = np.repeat(population.leads.ids, np.diff(events.offsets))
    wanted = np.array([keep(deed.cause) for deed in world.actions])[population.happenings.action]
    rows = np.flatnonzero(wanted)
    return list(
        zip(
            lead[rows].tolist(),
            events.time[rows].tolist(),
            (world.actions[n] for n in population.happenings.action[rows]),
            strict=True,
        )
    )


def test_visits_know_nothing_of_mails() -> None:
    one, other = world_of(RICH), WORLD
    without, mailed = (simulate(world, Draws(3), 0, BLOCK) for world in (one, other))
    for name in without.truth.__struct_fields__:
        np.testing.assert_array_equal(getattr(without.truth, name), getattr(mailed.truth, name))
    visits = np.array([deed.cause.what == "visit" for deed in other.actions])[mailed.happenings.action]
    np.testing.assert_array_equal(without.leads.events.time, mailed.leads.events.time[visits])
    np.testing.assert_array_equal(without.happenings.action, mailed.happenings.action[visits])
    assert one.actions == other.actions[: len(one.actions)]
    assert not visits.all()


CHANGES = {
    "no other series": (re.compile(r"mail (welcome|offers|drip) \{.*?\n\}", re.DOTALL), "", lambda c: c.mail == "news"),
    "no machine": (re.compile(r"machine opens 70%"), "machine opens 0%", lambda c: c.by != "machine"),
    "no scanner": (re.compile(r"scanner clicks (15|30)%"), "scanner clicks 0%", lambda c: c.by != "scanner"),
    "no unsubscribing": (re.compile(r"unsubscribed as gone 4%"), "unsubscribed as gone 0%", lambda c: c.mail != "news"),
    "other clicks": (re.compile(r"35%, after.*"), "90%, after exactly 1 day", lambda c: c.what != "clicked"),
    "other opening": (re.compile(r"mail_open 50%"), "mail_open 5%", lambda c: c.mail != "welcome" or c.by == "scanner"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_in_mails_is_felt_nowhere_else(what: str) -> None:
    old, new, keep = CHANGES[what]
    text = old.sub(new, MAILED)
    assert text != MAILED
    before, after = (Counter(deeds(w, simulate(w, Draws(6), 0, 1_500), keep)) for w in (WORLD, world_of(text)))
    assert before == after
    assert len(before) > 400


def test_who_opens_at_a_chance_opens_at_a_higher_one() -> None:
    texts = [MAILED.replace("mail_open 50%", f"mail_open {share}%") for share in (0, 20, 50, 80, 100)]
    found = []
    for world in map(world_of, texts):
        found.append(
            set(deeds(world, simulate(world, Draws(8), 0, 4_000), lambda c: (c.mail, c.what) == ("welcome", "opened")))
        )
    assert not found[0]
    assert all(fewer < more for fewer, more in itertools.pairwise(found))


# When


def sent_at(schedule: str, more: str = "") -> list[str]:
    """When the mailings of a series go out that all leads are there for, on local clocks."""
    text = LETTERS.replace("every 30 days after arrival", schedule + more).replace(
        "arrivals over 1 day", "arrivals over 1 second"
    )
    world = world_of(text)
    times = simulate(world, Draws(1), 0, 3).leads.events.time
    sent = {int(t) for t in times[simulate(world, Draws(1), 0, 3).happenings.action == 0]}
    local = world.setting.zone.local(np.array(sorted(sent)))
    return [str(t)[:16].replace("T", " ") for t in local.astype("datetime64[us]")]


def test_mailings_go_out_on_local_clocks_all_through_the_year() -> None:
    found = sent_at("every 14 days at 10:00 from 2026-03-16")
    assert found[:3] == ["2026-03-16 10:00", "2026-03-30 10:00", "2026-04-13 10:00"]
    assert {t[-5:] for t in found} == {"10:00"} and len(found) == 21


def test_mailings_that_began_earlier_go_on_in_step() -> None:
    assert sent_at("every 7 days at 09:30 from 2025-10-01")[:2] == ["2026-01-07 09:30", "2026-01-14 09:30"]
    assert sent_at("every 7 days at 00:00")[:2] == ["2026-01-05 00:00", "2026-01-12 00:00"]


def test_mailings_go_out_at_the_dates_and_delays_that_are_said() -> None:
    assert sent_at("on 2026-05-01, 2026-02-03 09:00") == ["2026-02-03 09:00", "2026-05-01 00:00"]
    assert sent_at("3 days, 1 hour after arrival") == ["2026-01-05 01:00", "2026-01-08 00:00"]
    assert sent_at("every 100 days after arrival")[1] == "2026-07-24 01:00"
    assert len(sent_at("every 2 days after arrival", "\n  for 9 days after arrival")) == 4


def test_every_number_of_a_mail_has_a_path_of_its_own() -> None:
    numbers = {p.path: p.value for p in parameters(world_of(MAILED).scenario)}
    mails = {path: value for path, value in numbers.items() if "mails/" in path}
    assert mails["mails/news/every"] == 7 * DAY and mails["mails/news/opened/intent"] == 0.8
    assert mails["mails/news/links/1/share"] == 0.35 and mails["mails/news/links/1/after"] == 120
    assert mails["mails/welcome/delays/2"] == 2 * DAY and mails["mails/news/scanner/within"] == 5
    assert mails["personas/browser/mails/news/machine"] == 0.7 and mails["mails/drip/for"] == 20 * DAY
    pairs = {(p.path, p.value) for p in parameters(world_of(MAILED).scenario)}
    assert len(pairs) == len(numbers), "two numbers of one path"
