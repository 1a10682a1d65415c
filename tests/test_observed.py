"""What is seen of journeys follows its law, and each cause is a stream of its own."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leadrules.engine.columns import NEVER, Codes, Moments, Numbers
from leadrules.simulator.draws import Draws
from leadrules.simulator.people import draw_people
from leadrules.simulator.population import AGAIN, ANEW, ONCE, UNMERGED, Log, Population
from leadrules.simulator.simulate import simulate
from tests.observed import CRAWLER, DEMO, DIRTY, FORM, PAGE, Happened, Lead, Seen
from tests.phase_type import judge, seeds, share_z, world_of, z_of
from tests.test_draws import columns, plain, same

LEADS = 8_000
SECOND = 1_000_000
LINES = [line for line in DIRTY[DIRTY.index("observed {") :].splitlines()[1:] if line != "}"]
TRUTH = DIRTY[: DIRTY.index("observed {")]


def observed(*lines: str) -> str:
    return f"{TRUTH}observed {{\n{chr(10).join(lines)}\n}}\n"


def without(word: str) -> str:
    """The market without the lines that begin with some words."""
    kept = [line for line in LINES if not line.strip().startswith(word)]
    assert kept != LINES
    return observed(*kept)


def made(text: str, seed: int, first: int = 0, stop: int = LEADS) -> Population:
    return simulate(world_of(text), Draws(seed), first, stop)


def log_of(population: Population) -> Log:
    assert population.log is not None
    return population.log


# One lead worked out with plain numbers


def texts(column: Any) -> list[str | None]:
    assert isinstance(column, Codes)
    return [column.dictionary.values[code] if code >= 0 else None for code in column.codes]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**63), st.integers(0, 10**9))
def test_what_is_seen_of_a_lead_worked_out_by_hand(seed: int, first: int) -> None:
    population, leads = made(DIRTY, seed, first, first + 20), 20
    world, log = world_of(DIRTY), log_of(population)
    people = draw_people(world, Draws(seed), first, first + leads)
    cuts = np.concatenate([[0], np.cumsum(population.happenings.counts)])
    for i in range(leads):
        lead, rows = Lead(seed, first + i), np.flatnonzero(log.lead == i)
        ticks = population.happenings.tick[cuts[i] : cuts[i + 1]].tolist()
        kinds = world.kinds[population.happenings.action[cuts[i] : cuts[i + 1]]].tolist()
        expected, merged = lead.log(int(people.persona[i]), list(map(Happened, ticks, kinds)))
        assert log.merged[i] == merged
        assert [
            Seen(int(log.event[r] - cuts[i]), int(log.delivery[r]), int(log.time[r]), int(log.known_at[r]), bool(log.anonymous[r]))
            for r in rows
        ] == expected  # fmt: skip
        assert seen_events(population, i) == seen_by_rules(expected, merged, kinds)
    fields, true = population.leads.fields, people.fields
    each = [Lead(seed, first + i) for i in range(leads)]
    assert texts(fields["industry"]) == [a.industry(t) for a, t in zip(each, texts(true["industry"]), strict=True)]
    assert texts(fields["domain"]) == [a.domain(str(t)) for a, t in zip(each, texts(true["domain"]), strict=True)]
    assert (plain(fields["customer"]) == 2).tolist() == [
        a.customer(t == 2) for a, t in zip(each, plain(true["customer"]), strict=True)
    ]
    np.testing.assert_array_equal(
        plain(fields["employees"]), [a.employees(t) for a, t in zip(each, plain(true["employees"]), strict=True)]
    )


def seen_events(population: Population, lead: int) -> list[tuple[int, int, int]]:
    """Time, type and the moment from which on it is known, of every event that rules see."""
    events, start = population.leads.events, 1_767_567_600 * SECOND
    rows = slice(*events.offsets[lead : lead + 2].tolist())
    known = events.time if events.known_at is None else np.maximum(events.time, events.known_at)
    found = ((a[rows] - start) // SECOND for a in (events.time, known))
    return list(zip(*(a.tolist() for a in found), events.kinds[rows].tolist(), strict=True))


def seen_by_rules(log: list[Seen], merged: int, kinds: list[int]) -> list[tuple[int, int, int]]:
    """The same by the meaning of the tables: an id counts once, and what is merged is known from the merge on."""
    rows = [row for row in log if row.delivery != AGAIN and not (row.anonymous and merged < 0)]
    return [(r.time, max(r.time, r.known_at, merged if r.anonymous else r.time), kinds[r.event]) for r in rows]


def test_a_field_that_is_known_later_is_a_dated_value() -> None:
    population, world = made(DIRTY, 7), world_of(DIRTY)
    true = draw_people(world, Draws(7), 0, LEADS)
    dated, field = population.leads.histories["budget"], population.leads.fields["budget"]
    assert isinstance(field, Numbers) and np.isnan(field.values).all()
    np.testing.assert_array_equal(plain(dated.columns["value"]), plain(true.fields["budget"]))
    since = dated.columns["since"]
    assert isinstance(since, Moments) and since.values.min() > NEVER
    np.testing.assert_array_equal(since.values, world.scenario.start + true.arrival * SECOND)
    np.testing.assert_array_equal(dated.time, since.values + 3 * 86_400 * SECOND)


# Laws


def figures(seed: int) -> dict[str, float]:
    """How far each share and each law is off, in standard errors."""
    population, world = made(DIRTY, seed), world_of(DIRTY)
    log, happenings = log_of(population), population.happenings
    kind = world.kinds[happenings.action]
    lead = np.repeat(np.arange(LEADS), happenings.counts)
    arrived = np.zeros(len(kind), bool)
    arrived[log.event] = True
    pages, demos, forms = (np.bincount(lead[arrived & (kind == k)], minlength=LEADS) > 0 for k in (PAGE, DEMO, FORM))
    busy = np.bincount(lead[kind != FORM], minlength=LEADS) >= 12
    people = population.truth.persona != CRAWLER
    seen = (pages | demos)[busy & people]  # of twelve events at least one arrives of who consents, all but always
    found = {"consent": share_z(~seen, 0.15)}
    robots = ~people & (np.bincount(lead[kind == FORM], minlength=LEADS) >= 5)
    found["filtered"] = share_z(~forms[robots], 0.70)
    free = people[lead] & (kind == FORM)
    found["lost"] = share_z(~arrived[free], 0.06)
    consenting = (pages | demos) & people
    other = consenting[lead] & (kind == DEMO) & (np.bincount(lead[arrived & (kind == PAGE)], minlength=LEADS) > 0)[lead]
    found["lost demo"] = share_z(~arrived[other], 0.12)
    once = log.delivery == ONCE
    twice = np.zeros(len(kind), np.int64)
    twice[log.event[~once]] = log.delivery[~once]
    found["duplicated"] = share_z(twice[arrived] > 0, 0.08)
    found["new id"] = share_z(twice[twice > 0] == ANEW, 0.30)
    delay = (log.known_at - happenings.tick[log.event])[once]
    found["late"] = share_z(delay > 0, 0.15)
    law = stats.lognorm(1.0, scale=6 * 3600)
    found["late by"] = z_of(stats.kstest(delay[delay > 0] + 0.5, law.cdf).pvalue)
    first = np.unique(log.lead, return_index=True)[1]
    off = (log.time - happenings.tick[log.event])[first]
    found["clock"] = z_of(
        stats.kstest(off + np.random.default_rng(seed).random(len(off)) - 0.5, stats.norm(0, 30).cdf).pvalue
    )
    some = np.bincount(log.lead[log.anonymous], minlength=LEADS) > 0
    found["never"] = share_z(log.merged[some & forms] == UNMERGED, 0.20)
    true = draw_people(world, Draws(seed), 0, LEADS).fields
    seen_of, true_of = (np.array([t or "" for t in texts(f["industry"])]) for f in (population.leads.fields, true))
    known = true_of != ""
    assert (seen_of[~known] == "").all()
    found["misspelt"] = share_z(~np.isin(seen_of[known], ["software", "finance", "retail"]), 0.06)
    right = known & np.isin(seen_of, ["software", "finance", "retail"])
    found["wrong"] = share_z(seen_of[right] != true_of[right], 0.08)
    found["replaced"] = share_z(np.array(texts(population.leads.fields["domain"])) == "free.example", 0.20)
    has = ~np.isnan(plain(true["employees"]))
    found["missing"] = share_z(np.isnan(plain(population.leads.fields["employees"])[has]), 0.05)
    found["flag"] = share_z(plain(population.leads.fields["customer"]) != plain(true["customer"]), 0.10)
    return found


@pytest.mark.slow
def test_every_share_is_the_one_that_is_stated(full: bool) -> None:
    each = [figures(seed) for seed in seeds(full)]
    for name in each[0]:
        judge([found[name] for found in each])


# Streams


CAUSES = [" ".join(line.split()[:2]) if line.split()[1] in ("wrong", "misspelt", "demo") else line.split()[0] for line in LINES]  # fmt: skip


@pytest.mark.parametrize("cause", dict.fromkeys(CAUSES))
def test_what_is_switched_off_changes_nothing_else(cause: str) -> None:
    """Each column is the same with and without a cause, for all rows that both have, but for what the cause makes."""
    one, other = made(DIRTY, 5), made(without(cause), 5)
    a, b = (rows_of(p) for p in (one, other))
    assert set(a) <= set(b) or cause in ("duplicated", "identified")
    both = sorted(set(a) & set(b))
    assert len(both) > 0.5 * len(a)
    own = {"late": 1, "clock": 0, "identified": 2}.get(cause)
    unseen = cause in (
        "without",
        "blocked",
        "lost",
        "lost demo",
        "filtered",
        "identified",
    )  # a form that is lost identifies nobody
    for column in range(3):
        if column != own and not (column == 2 and unseen):
            assert [a[key][column] for key in both] == [b[key][column] for key in both]
    touched = cause.split()[0]
    for name, column in one.leads.fields.items():
        if name != touched:
            np.testing.assert_array_equal(plain(column), plain(other.leads.fields[name]), name)
    same({n: getattr(one.truth, n) for n in one.truth.__struct_fields__}, {n: getattr(other.truth, n) for n in one.truth.__struct_fields__})  # fmt: skip


def rows_of(population: Population) -> dict[tuple[int, int], tuple[int, int, bool]]:
    log = log_of(population)
    keys = zip(log.event.tolist(), log.delivery.tolist(), strict=True)
    return dict(
        zip(keys, zip(log.time.tolist(), log.known_at.tolist(), log.anonymous.tolist(), strict=True), strict=True)
    )


def test_a_market_without_the_block_is_the_truth_of_one_with_it() -> None:
    one, other = made(DIRTY, 3), made(TRUTH, 3)
    for name in one.truth.__struct_fields__:
        np.testing.assert_array_equal(getattr(one.truth, name), getattr(other.truth, name), name)
    for name in one.happenings.__struct_fields__:
        np.testing.assert_array_equal(getattr(one.happenings, name), getattr(other.happenings, name), name)
    assert other.log is None


ZERO = "without consent 0%; lost 0%; duplicated 0%; late 0% lognormal median 6 hours spread 1; filtered 0% of crawler"


def test_losses_of_nothing_change_nothing() -> None:
    zero = ZERO + "; blocked 30% of leads, 0% of events; industry wrong 0%; domain missing 0%"
    one, other = columns(made(observed(zero), 3)), columns(made(TRUTH, 3))
    same(one, other)
    assert made(observed(zero), 3).leads.events.known_at is None


def test_a_loss_of_everything_empties_the_log_and_leaves_the_ledger() -> None:
    for all_of_it in ("lost 100%", "without consent 100%", "blocked 100% of leads"):
        one, other = made(observed(all_of_it), 3), made(TRUTH, 3)
        assert not len(log_of(one).event) and not len(one.leads.events.time)
        np.testing.assert_array_equal(one.leads.events.offsets, np.zeros(LEADS + 1))
        same({"tick": one.happenings.tick, "won": one.truth.chance}, {"tick": other.happenings.tick, "won": other.truth.chance})  # fmt: skip


def test_who_is_never_identified_is_never_seen() -> None:
    one = made(observed("identified by form, never 100%"), 3)
    log = log_of(one)
    assert (log.merged == UNMERGED).all() and log.anonymous.any() and not log.anonymous.all()
    assert len(one.leads.events.time) == np.count_nonzero(~log.anonymous)


# However a lead is simulated


def whole(population: Population, first: int) -> list[dict[str, Any]]:
    """What is seen of each lead, row by row."""
    log, events = log_of(population), population.leads.events
    begins = np.concatenate([[0], np.cumsum(population.happenings.counts)])
    found = []
    for i in range(len(population.leads)):
        rows, seen = log.lead == i, slice(*events.offsets[i : i + 2].tolist())
        found.append(
            {
                "event": (log.event[rows] - begins[i]).tolist(),
                **{n: getattr(log, n)[rows].tolist() for n in ("delivery", "time", "known_at", "anonymous")},
                "merged": int(log.merged[i]),
                "times": events.time[seen].tolist(),
                "known": None if events.known_at is None else events.known_at[seen].tolist(),
                "fields": {name: str(plain(column)[i]) for name, column in population.leads.fields.items()},
                "budget": population.leads.histories["budget"].block(i, i + 1).time.tolist(),
            }
        )
    return found


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**63), st.lists(st.integers(0, 200), max_size=6), st.integers(0, 10**7))
def test_blocks_cut_anywhere_are_seen_alike(seed: int, cuts: list[int], first: int) -> None:
    edges = sorted({first, first + 200, *(first + cut for cut in cuts)})
    parts = [whole(made(DIRTY, seed, a, b), a) for a, b in itertools.pairwise(edges)]
    together, at_once = list(itertools.chain(*parts)), whole(made(DIRTY, seed, first, first + 200), first)
    for one, other in zip(together, at_once, strict=True):
        known = one.pop("known") or one["times"], other.pop("known") or other["times"]
        assert np.maximum(known[0], one["times"]).tolist() == np.maximum(known[1], other["times"]).tolist()
        assert one == other


# Mails


POST = """
event mailed
event read_it
mail letter { every 7 days at 10:00; sent as mailed; opened as read_it 60%; machine opens 45% of leads }
"""


def test_no_browser_keeps_mails_back_and_their_leads_are_known() -> None:
    text = TRUTH + POST + "observed { without consent 100%; blocked 100% of leads; identified by form }"
    one = made(text, 3, stop=2_000)
    log, world = log_of(one), world_of(text)
    by_mail = np.array([deed.cause.what != "visit" for deed in world.actions])[one.happenings.action]
    np.testing.assert_array_equal(log.event, np.flatnonzero(by_mail))
    assert not log.anonymous.any() and len(one.leads.events.time) == len(log.event) > 10_000
