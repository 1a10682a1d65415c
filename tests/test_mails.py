"""Mails go out when they should, and are opened and clicked as often as stated, by people and by machines."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.scenario.model import parameters
from leadrules.engine.columns import Codes
from leadrules.simulator import deliver
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World
from tests.phase_type import RICH, counts_z, judge, mean_z, seeds, share_z, world_of
from tests.post import MAILED, Told, all_mails, reader
from tests.test_draws import in_blocks, same

DAY = 86_400
STEP = 1_000_000

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


# How often


LETTERS = """
scenario letters {
  timezone Europe/Warsaw
  horizon 360 days from 2026-01-05
  arrivals over 1 day
}
event sent
event opened
event clicked { link text }
event gone
persona keen 60% { intent 0.4 }
persona cool 40% {
  in mail monthly {
    opened as opened 45%, after exponential mean 2 hours
    machine opens 80% of leads, beside their own
    scanner clicks 5% of leads
  }
}
intent { spread 0.9 }
stage only { lasts exactly 400 days; then won 10%, else lost }
mail monthly {
  every 30 days after arrival
  sent as sent
  opened as opened logit -0.5 + 0.8 * intent, after lognormal median 3 hours spread 0.8
  clicked as clicked link "/a" 30%, after exponential mean 5 minutes
  clicked as clicked link "/b" logit -1 + 0.5 * intent
  machine opens 45% of leads, beside their own
  scanner clicks 12% of leads
}
"""
MAILINGS = 11
LOGIT, SLOPE, SHIFT, SPREAD = -0.5, 0.8, 0.4, 0.9


class Counted(NamedTuple):
    """Of each lead and mailing: whether, and so many seconds after sending, each thing was done; -1 for never."""

    truth: Any
    opened: Any
    a: Any
    b: Any
    machine: Any
    scanned: Any


def counted(text: str, seed: int, leads: int) -> Counted:
    """Mailings lie so far apart that each event belongs to the last one sent."""
    world = world_of(text)
    population = simulate(world, Draws(seed), 0, leads)
    events, truth = population.leads.events, population.truth
    lead = np.repeat(np.arange(leads), np.diff(events.offsets))
    since = (events.time - world.scenario.start) // STEP - truth.arrival[lead]
    mailing, after = since // (30 * DAY) - 1, since % (30 * DAY)

    def table(by: str, what: str, link: str = "") -> Any:
        wanted = [(d.cause.by, d.cause.what, dict(d.given).get("link", "")) == (by, what, link) for d in world.actions]
        rows = np.flatnonzero(np.array(wanted)[population.happenings.action])
        found = np.full((leads, MAILINGS), -1)
        assert len(np.unique(lead[rows] * MAILINGS + mailing[rows])) == len(rows), "something was done twice"
        found[lead[rows], mailing[rows]] = after[rows]
        return found

    sent = table("sender", "sent")
    assert (sent == 0).all()
    scanned = np.stack([table("scanner", "clicked", link) for link in ("/a", "/b")])
    people = [table("lead", "opened"), *(table("lead", "clicked", link) for link in ("/a", "/b"))]
    return Counted(truth, *people, table("machine", "opened"), scanned)


def chance(intent: Any) -> Any:
    return special.expit(LOGIT + SLOPE * intent)


def expected_opens() -> tuple[float, float]:
    """The share of mails that keen leads open, and how the number of a lead spreads: by quadrature over intent."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    p = chance(SHIFT + SPREAD * nodes)
    weights = weights / weights.sum()
    mean = float(weights @ p)
    return mean, float(weights @ (MAILINGS * p * (1 - p) + (MAILINGS * (p - mean)) ** 2))


def figures_of(seed: int, leads: int) -> Iterator[tuple[str, float]]:
    """How far everything about mails is off."""
    c = counted(LETTERS, seed, leads)
    intent, keen = c.truth.intent, c.truth.persona == 0
    opened = c.opened >= 0
    mean, variance = expected_opens()
    opens = opened[keen].sum(axis=1)
    yield "opens", float((opens.mean() - MAILINGS * mean) / np.sqrt(variance / len(opens)))
    yield "spread of opens", mean_z((opens - MAILINGS * mean) ** 2, variance)
    p = np.repeat(chance(intent[keen]), MAILINGS).reshape(-1, MAILINGS)
    off = (opened[keen] - p) / np.sqrt(p * (1 - p))
    yield "opens given intent", float(off.sum() / np.sqrt(off.size))
    yield (
        "opens beside intent",
        float((off * intent[keen][:, None]).sum() / np.sqrt(MAILINGS * (intent[keen] ** 2).sum())),
    )
    yield "an open beside the next", float((off[:, :-1] * off[:, 1:]).sum() / np.sqrt(off[:, 1:].size))
    yield "opens of the cool", share_z(opened[~keen], 0.45)
    each = np.bincount(opened[~keen].sum(axis=1), minlength=MAILINGS + 1)
    yield "opens of each of the cool", counts_z(each[1:10], binomial(0.45)[1:10])
    yield from of_clicks(c, opened, intent)
    yield from of_times(c, opened, keen)
    yield from of_robots(c, opened, keen)


def binomial(p: float) -> Any:
    law = stats.binom(MAILINGS, p).pmf(np.arange(MAILINGS + 1))
    law[1:10] /= law[1:10].sum()
    return law


def of_clicks(c: Counted, opened: Any, intent: Any) -> Iterator[tuple[str, float]]:
    who = np.nonzero(opened)[0]
    a, b = c.a[opened] >= 0, c.b[opened] >= 0
    assert not (c.a[~opened] >= 0).any() and not (c.b[~opened] >= 0).any(), "clicked and never opened"
    p = special.expit(-1 + 0.5 * intent[who])
    yield "clicks on /a", share_z(a, 0.3)
    yield "clicks on /b", share_z(b, p)
    yield "clicks beside intent", float(((b - p) * intent[who]).sum() / np.sqrt((p * (1 - p) * intent[who] ** 2).sum()))
    off = (a - 0.3) / np.sqrt(0.21) * (b - p) / np.sqrt(p * (1 - p))
    yield "a click beside the other", float(off.sum() / np.sqrt(len(off)))


def of_times(c: Counted, opened: Any, keen: Any) -> Iterator[tuple[str, float]]:
    lognormal, exponential = stats.lognorm(0.8, scale=10_800), stats.expon(scale=7_200)
    yield "time to open", whole_z(c.opened[keen][opened[keen]], lognormal)
    yield "time to open of the cool", whole_z(c.opened[~keen][opened[~keen]], exponential)
    clicked = c.a >= 0
    passed = (c.a - c.opened)[clicked]
    yield "time to click", whole_z(passed, stats.expon(scale=300))
    yield "time to click beside time to open", ranks_z(passed, c.opened[clicked])
    yield "time to click on /b", whole_z((c.b - c.opened)[c.b >= 0], stats.lognorm(1.0, scale=30))


def whole_z(seconds: Any, law: Any) -> float:
    """Whole seconds below a whole bound are those whose exact number is."""
    edges = np.unique(np.round(law.ppf(np.linspace(0.05, 0.95, 19))))
    counts = np.bincount(np.searchsorted(edges, seconds, side="right"), minlength=len(edges) + 1)
    return counts_z(counts, np.diff([0.0, *law.cdf(edges), 1.0]))


def ranks_z(one: Any, other: Any) -> float:
    return float(stats.spearmanr(one, other).statistic * np.sqrt(len(one) - 1))


def of_robots(c: Counted, opened: Any, keen: Any) -> Iterator[tuple[str, float]]:
    """A machine opens all mails of a lead or none; so do scanners with links."""
    for name, done, within, shares in (
        ("machine", c.machine, 60, (0.45, 0.80)),
        ("scanner", c.scanned[0], 10, (0.12, 0.05)),
    ):
        per_lead = (done >= 0).mean(axis=1)
        assert set(per_lead) == {0.0, 1.0}, "some mails of a lead, and not all"
        served = per_lead == 1.0
        assert done.max() == within - 1
        yield f"{name}: leads", share_z(served, np.where(keen, *shares))
        yield (
            f"{name}: seconds",
            counts_z(np.bincount(done[served].ravel(), minlength=within), np.full(within, 1 / within)),
        )
        yield f"{name}: seconds of the next", ranks_z(done[served][:, 0], done[served][:, 1])
        yield f"{name}: beside opens of the keen", two_z(opened[keen & served], opened[keen & ~served])
    np.testing.assert_array_equal(c.scanned[0] >= 0, c.scanned[1] >= 0)
    scanned = c.scanned[0][:, 0] >= 0
    yield "one link beside the other", ranks_z(c.scanned[0][scanned, 0], c.scanned[1][scanned, 0])
    machine = c.machine[:, 0] >= 0
    yield "machines beside scanners", share_z((machine & scanned)[keen], 0.45 * 0.12)


def two_z(one: Any, other: Any) -> float:
    """Two groups of leads open equally many mails."""
    means = [rows.mean(axis=1) for rows in (one, other)]
    return float(stats.ttest_ind(*means, equal_var=False).statistic)


@pytest.mark.slow
def test_mails_follow_their_law(full: bool) -> None:
    leads = 12_000 if full else 6_000
    each = [dict(figures_of(seed, leads)) for seed in seeds(full)]
    for name in each[0]:
        judge([figures[name] for figures in each])


# Who unsubscribes


UNSUBSCRIBING = LETTERS.replace(
    'link "/b" logit -1 + 0.5 * intent', 'link "/b" 5%\n  unsubscribed as gone 8%, after exponential mean 40 days'
)


def test_nothing_is_sent_to_who_has_unsubscribed() -> None:
    world = world_of(UNSUBSCRIBING)
    population = simulate(world, Draws(2), 0, BLOCK)
    events = population.leads.events
    lead = np.repeat(np.arange(BLOCK), np.diff(events.offsets))
    what = np.array([deed.cause.what for deed in world.actions])[population.happenings.action]
    gone = np.flatnonzero(what == "unsubscribed")
    assert len(np.unique(lead[gone])) == len(gone) > 5_000, "who has unsubscribed cannot do so again"
    ends = np.full(BLOCK, np.iinfo(np.int64).max)
    ends[lead[gone]] = events.time[gone]
    sent = what == "sent"
    assert (events.time[sent] <= ends[lead[sent]]).all()
    assert (events.time[~sent] > ends[lead[~sent]]).any(), "nobody opens later a mail that was sent before"
    counts = np.bincount(lead[sent], minlength=BLOCK)
    due = np.floor(
        (np.minimum(ends // STEP, np.int64(2**60)) - world.scenario.start // STEP - population.truth.arrival)
        / (30 * DAY)
    )
    np.testing.assert_array_equal(counts, np.minimum(due, MAILINGS))


def test_who_unsubscribes_in_the_second_of_sending_gets_that_mail_and_no_more() -> None:
    world = world_of(ALL_AT_ONCE)
    population = simulate(world, Draws(1), 0, 1)
    since = (population.leads.events.time - world.scenario.start) // STEP - population.truth.arrival[0]
    sent = since[[world.actions[n].cause.what == "sent" for n in population.happenings.action]]
    assert sent.tolist() == [3_600, 7_200]


ALL_AT_ONCE = """
scenario at_once { horizon 360 days from 2026-01-05 }
event sent
event opened
event gone
persona all 100% { }
stage only { lasts exactly 300 days; then won 10%, else lost }
mail hourly {
  every 1 hour after arrival
  sent as sent
  opened as opened 100%, after exactly 30 minutes
  unsubscribed as gone 100%, after exactly 30 minutes
}
"""


@pytest.mark.slow
def test_so_many_unsubscribe_as_should(full: bool) -> None:
    """At once after opening, a lead stays for as many mailings as a geometric law says."""
    text = UNSUBSCRIBING.replace("exponential mean 40 days", "exactly 1 second")
    figures = []
    for seed in seeds(full):
        world = world_of(text)
        population = simulate(world, Draws(seed), 0, BLOCK)
        lead = np.repeat(np.arange(BLOCK), np.diff(population.leads.events.offsets))
        what = np.array([deed.cause.what for deed in world.actions])[population.happenings.action]
        sent = np.bincount(lead[what == "sent"], minlength=BLOCK)
        cool = population.truth.persona == 1
        p = 0.45 * 0.08
        law = [*(p * (1 - p) ** np.arange(MAILINGS - 1)), (1 - p) ** (MAILINGS - 1)]
        figures.append(counts_z(np.bincount(sent[cool], minlength=MAILINGS + 1)[1:], law))
    judge(figures)


def test_what_a_lead_opens_behind_a_machine_is_not_seen() -> None:
    hidden = LETTERS.replace(", beside their own", "")
    one, other = (counted(text, 4, 6_000) for text in (LETTERS, hidden))
    served = other.machine[:, 0] >= 0
    assert not (other.opened[served] >= 0).any()
    np.testing.assert_array_equal(other.opened[~served], one.opened[~served])
    for name in ("a", "b", "machine", "scanned"):
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    assert (one.opened[served] >= 0).any()


def test_what_is_done_after_the_horizon_is_not_seen() -> None:
    late = LETTERS.replace("lognormal median 3 hours spread 0.8", "exactly 708 hours")
    world = world_of(late)
    population = simulate(world, Draws(1), 0, 2_000)
    since = population.leads.events.time - world.scenario.start
    opened = np.array([d.cause.by == "lead" and d.cause.what == "opened" for d in world.actions])[
        population.happenings.action
    ]
    assert since.max() < 360 * DAY * STEP
    assert since[opened].max() > 359.9 * DAY * STEP


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
