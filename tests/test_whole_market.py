"""All mechanisms in one market: what each keeps for itself, it keeps in the company of all others too."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadrules.dsl.problem import RulesError
from leadrules.dsl.scenario import check as scenario_check
from leadrules.dsl.scenario.model import WON
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.adopt import adopt
from leadrules.engine.score import score
from leadrules.files.tables import read_tables
from leadrules.judging.try_rules import try_rules
from leadrules.report.judgement import judgement_as_json
from leadrules.report.scenario import draw_description
from leadrules.simulator import blocks, threads
from leadrules.simulator.blocks import populations
from leadrules.simulator.describe import describe
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import Calls, Followed
from leadrules.simulator.simulate import simulate
from leadrules.verify.match import match
from tests.judged import judged
from tests.phase_type import judge, seeds, share_z, world_of
from tests.sales import follow_up
from tests.test_draws import ticks
from tests.test_journey_files import DAY, in_memory, plan_of, same_scores, written
from tests.whole_market import RULES, WHOLE, rows_of, whole

WORLD = world_of(WHOLE)
LEADS = 3_000
Columns = dict[str, tuple[Any, Any]]


def same(one: Columns, other: Columns, but: tuple[str, ...] = ()) -> None:
    """Both have the same columns, alike to the bit, but for those that begin with some words."""
    names = [name for name in {**one, **other} if not name.startswith(but or ("-",))]
    for name in names:
        for left, right in zip(one[name], other[name], strict=True):
            np.testing.assert_array_equal(left, right, name)


BLOCKS = re.split(r"(?m)^(?=[a-z])", WHOLE.strip() + "\n")
ANSWERS = re.compile(r"(?m)^  in mail \w+ \{(.*\}$|(?s:.*?)^  \})\n")


def without(*words: str) -> str:
    """The market without the blocks that begin with some words."""
    return "".join(block for block in BLOCKS if not block.startswith(words))


def test_in_the_market_everything_happens() -> None:
    """Else the tests below would hold for a market in which little can go wrong."""
    population = simulate(WORLD, Draws(3), 0, LEADS)
    causes = {WORLD.actions[n].cause for n in np.unique(population.happenings.action).tolist()}
    assert {(cause.by, cause.what) for cause in causes} == {
        ("lead", "visit"), ("sender", "sent"), ("lead", "opened"), ("machine", "opened"),
        ("lead", "clicked"), ("scanner", "clicked"), ("lead", "unsubscribed"),
    }  # fmt: skip
    assert {(stay.stage, visit) for stay in population.stays for visit in np.unique(stay.visit).tolist()} >= {
        (0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2),
    }  # fmt: skip
    log, truth = population.log, population.truth
    assert log is not None and truth.money is not None
    assert set(log.delivery.tolist()) == {0, 1, 2} and set(log.anonymous.tolist()) == {False, True}
    assert (log.known_at > log.time + 3_600).any() and (log.merged >= 0).any()
    assert {"won", "lost", "no_decision"} == {("won", "lost", "no_decision")[n] for n in np.unique(truth.outcome)}
    assert set(truth.persona.tolist()) == {0, 1, 2, 3} and set(truth.channel.tolist()) == {0, 1}
    assert (np.diff(truth.account) == 0).any() and (truth.money.periods > 1).any()


# However a lead is simulated


@pytest.mark.parametrize("cuts", [(0, 1, 38, 1_038, 2_999, 3_000), (0, 999, 3_000), (*range(41), 3_000)], ids=len)
def test_a_block_of_any_size_gives_the_same_market(cuts: tuple[int, ...]) -> None:
    for seed in seeds(False, 2):
        same(whole(WORLD, seed, [0, LEADS]), whole(WORLD, seed, cuts))


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 2**63), st.lists(st.integers(0, 300), max_size=6), st.integers(0, 10**7))
def test_a_market_cut_anywhere_is_the_same(seed: int, cuts: list[int], first: int) -> None:
    uncut = [first, first + 300]
    same(whole(WORLD, seed, uncut), whole(WORLD, seed, sorted({*uncut, *(first + cut for cut in cuts)})))


def test_one_lead_alone_is_its_part_of_the_whole(full: bool) -> None:
    for seed in seeds(full, 2, 20):
        bulk = whole(WORLD, seed, [0, 9_000])
        for lead in (0, 1, 66, 4_097, 8_191, 8_192, 8_999):
            alone = whole(WORLD, seed, [lead, lead + 1])
            for name, (leads, values) in bulk.items():
                rows = leads == lead
                if name in alone or rows.any():
                    np.testing.assert_array_equal(alone[name][1], values[rows], name)


def test_the_order_of_blocks_and_the_number_of_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = whole(WORLD, 4, [0, LEADS])
    backwards = [whole(WORLD, 4, [a, a + 500]) for a in reversed(range(0, LEADS, 500))][::-1]
    same(expected, {name: tuple(np.concatenate([p[name][i] for p in backwards]) for i in (0, 1)) for name in expected})  # type: ignore[misc]
    monkeypatch.setattr(blocks, "BLOCK", 700)
    for workers in (1, 3):
        monkeypatch.setattr(threads, "WORKERS", workers)
        for number, population in enumerate(populations(WORLD, Draws(4), LEADS)):
            for name, lead, values in rows_of(population, 700 * number):
                if name.startswith(("truth", "happenings", "log/time", "events/time")):
                    leads, of_all = expected[name]
                    np.testing.assert_array_equal(of_all[(leads >= lead.min()) & (leads <= lead.max())], values, name)


def test_another_processor_gives_the_same_ticks() -> None:
    assert ticks(False, WHOLE) == ticks(True, WHOLE)


def test_a_trial_does_not_know_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With calls by sales too, although leads share their capacity."""
    plan, found = plan_of(RULES), []
    assert not match(plan.model, WORLD.scenario)
    for block, workers in ((1 << 15, 2), (700, 3), (301, 1)):
        monkeypatch.setattr(blocks, "BLOCK", block)
        monkeypatch.setattr(threads, "WORKERS", workers)
        found.append(judgement_as_json(judged(plan, WORLD.scenario, 1_200, 5)))
    assert found[0] == found[1] == found[2]


def test_as_many_leads_are_scored_without_a_criterion_in_any_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, found = plan_of(RULES), []
    for block in (1 << 15, 64):
        monkeypatch.setattr(blocks, "BLOCK", block)
        (ratings,) = try_rules([plan], WORLD, Draws(5), 200, paths=False, replayed=100).ratings
        assert ratings.without and ratings.without.score.shape == (len(plan.criteria), 100)
        found.append(ratings.without)
    for one, other in zip(*((of.score, of.tier) for of in found), strict=True):
        np.testing.assert_array_equal(one, other)


# A change in one place is felt in no other

SEEN = ("log", "merged", "events", "properties")
HAPPENED = ("happenings", *SEEN)
FATE = ("truth/outcome", "truth/ended", "truth/stage_at_landmark", "truth/chance", "stays", *HAPPENED)
IN_TALK = (*FATE, "truth/entered/2")
LIVES = (*IN_TALK, "truth/entered/1", "truth/intent")
CHANGES = {
    "a clock of a stage": ("mean 90 days, then lost", "mean 20 days, then lost", IN_TALK),
    "a fixed clock": ("at most 25 days", "at most 9 days", IN_TALK),
    "how often a stage is come to": ("at most 3 times", "at most 2 times", IN_TALK),
    "a part of a mixture": ("gamma mean 9 days", "gamma mean 5 days", IN_TALK),
    "how a stage is left again": ("talk logit -0.3", "talk logit 0.9", IN_TALK),
    "how often visits come": ("visits 0.3 per day", "visits 0.6 per day", HAPPENED),
    "who opens a mail": ('campaign "welcome" 45%', 'campaign "welcome" 20%', HAPPENED),
    "who clicks": ('link "/webinar" 8%', 'link "/webinar" 20%', HAPPENED),
    "who unsubscribes": ("as gone 3%", "as gone 12%", HAPPENED),
    "machines": ("machine opens 45%", "machine opens 5%", HAPPENED),
    "scanners": ("scanner clicks 10%", "scanner clicks 50%", HAPPENED),
    "when mails go out": ("at 02:30", "at 10:00", HAPPENED),
    "how one persona answers": ('link "/calm" 20%', 'link "/calm" 90%', HAPPENED),
    "who consents": ("without consent 10%", "without consent 30%", SEEN),
    "what is blocked": ("60% of events", "20% of events", SEEN),
    "what is lost": ("lost 4%", "lost 20%", SEEN),
    "who is filtered": ("filtered 50%", "filtered 80%", SEEN),
    "who is identified": ("never 20%", "never 70%", SEEN),
    "what is delivered twice": ("duplicated 5%", "duplicated 30%", ("log", "events", "properties")),
    "what comes late": ("late 8%", "late 30%", ("log/known_at", "events/known_at")),
    "how wrong clocks are": ("off by 30 seconds", "off by 5 minutes", ("log/time", "events/time", "events/known_at")),
    "a wrong field": ("country wrong 4%", "country wrong 40%", ("fields/country",)),
    "a misspelt field": ("misspelt 3%", "misspelt 30%", ("fields/industry",)),
    "a replaced field": ('"gmail.com" 20%', '"gmail.com" 60%', ("fields/email",)),
    "a missing field": ("student missing 5%", "student missing 50%", ("fields/student",)),
    "what is hidden of a field": ("under 20: 40%", "under 20: 90%", ("fields/employees",)),
    "what a win is worth": ("9_000 EUR", "19_000 EUR", ("money/deal",)),
    "who stays a customer": ("retention 75%", "retention 90%", ("money/periods",)),
    "what calls do": ("effect 1.2 logit", "effect 0.3 logit", ()),
    "how many are called": ("capacity 4", "capacity 40", ()),
    "how numbers go together": (
        "with budget 0.45", "with budget 0.9", ("fields/employees", "fields/budget", "histories/budget", "money/deal"),
    ),
    "what a field adds": ("student -1", "student 1", (*LIVES, "money/deal")),
    "what a channel does to activity": ("activity 1.3", "activity 0.6", ("truth/activity", *HAPPENED)),
    "how leads differ in activity": ("gamma spread 0.7", "gamma spread 0.2", ("truth/activity", *HAPPENED)),
    "a field that adds nothing": ("evenly 10 days", "evenly 20 days", ("fields/runway",)),
    "when leads are judged": ("20 days after arrival", "10 days after arrival", ("truth/landmark", "truth/stage_at", "truth/chance")),
    "a campaign for visits": ("visits times 1.8", "visits times 5", HAPPENED),
    "a change of visits": ("visits times 0.6;", "visits times 0.1;", HAPPENED),
    "what is known of numbers": ('"a guess"', '"another guess"', ()),
}  # fmt: skip


@pytest.fixture(scope="module")
def unchanged() -> Columns:
    return whole(WORLD, 7, [0, LEADS])


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_felt_nowhere_else(what: str, unchanged: Columns) -> None:
    old, new, felt = CHANGES[what]
    assert WHOLE.count(old) == 1
    changed = whole(world_of(WHOLE.replace(old, new)), 7, [0, LEADS])
    same(unchanged, changed, felt)
    differ = [name for name in unchanged if not all(map(np.array_equal, unchanged[name], changed[name]))]
    assert not felt or any(name.startswith(felt) for name in differ)


def test_statements_may_stand_in_any_order(unchanged: Columns) -> None:
    """But for stages, of which the first is where journeys begin, and for personas."""
    named = ("stage", "persona", "event", "mail")
    kept = [block for block in BLOCKS if block.startswith(named)]
    others = [block for block in BLOCKS if not block.startswith(named)]
    same(unchanged, whole(world_of("".join([*reversed(others), *kept])), 7, [0, LEADS]))


def test_what_is_left_out_leaves_the_rest_as_it_was() -> None:
    """Truth, money and visits know nothing of what is seen, of mails, and of sales."""
    full = simulate(WORLD, Draws(2), 0, LEADS)
    visits = np.array([action.cause.what == "visit" for action in WORLD.actions])[full.happenings.action]
    for words in ("observed", "sales", "mail", "sources"):
        text = without(words)
        world = world_of(ANSWERS.sub("", text) if words == "mail" else text)
        found = simulate(world, Draws(2), 0, LEADS)
        for name in ("persona", "intent", "activity", "arrival", "outcome", "ended", "entered", "chance", "channel"):
            np.testing.assert_array_equal(getattr(full.truth, name), getattr(found.truth, name), name)
        assert full.truth.money is not None and found.truth.money is not None
        np.testing.assert_array_equal(full.truth.money.worth, found.truth.money.worth)
        own = np.array([action.cause.what == "visit" for action in world.actions])[found.happenings.action]
        np.testing.assert_array_equal(full.happenings.tick[visits], found.happenings.tick[own])


# Laws that only hold if the mechanisms fit together


@pytest.mark.slow
def test_leads_win_as_often_as_their_chances_say(full: bool) -> None:
    """Through loops, clocks, mixtures, tables by fields and channels at once."""
    figures = []
    for seed in seeds(full, 10):
        truth = simulate(WORLD, Draws(seed), 0, 8_000).truth
        there = truth.stage_at_landmark >= 0
        figures.append(share_z(truth.outcome[there] == WON, truth.chance[there]))
    judge(figures)


def test_mailings_reach_those_who_are_in_their_stages_and_nobody_else() -> None:
    """A mailing is sent to a lead if, and only if, one of its stays holds that moment and it has not unsubscribed."""
    population = simulate(WORLD, Draws(6), 0, 1_000)
    zone, horizon = ZoneInfo("Europe/Berlin"), 120 * 86_400
    first = datetime(2026, 2, 3, 2, 30)
    start = datetime(2026, 2, 2, tzinfo=zone).timestamp()
    moments = [int((first + timedelta(7 * n)).replace(tzinfo=zone).timestamp() - start) for n in range(18)]
    lead = np.repeat(np.arange(1_000), population.happenings.counts).tolist()
    sent, gone = defaultdict(list), {}
    for who, tick, action in zip(lead, population.happenings.tick.tolist(), population.happenings.action.tolist(), strict=True):  # fmt: skip
        match WORLD.actions[action].cause:
            case cause if (cause.mail, cause.what) == ("news", "sent"):
                sent[who].append(tick)
            case cause if cause.what == "unsubscribed":
                gone[who] = tick
    expected = defaultdict(list)
    for stay in population.stays:
        if stay.stage < 2:
            for who, begin, end in zip(stay.who.tolist(), stay.start.tolist(), stay.end.tolist(), strict=True):
                until = min(end, horizon, gone.get(who, horizon) + 1)
                expected[who] += [moment for moment in moments if begin <= moment < until]
    assert len(gone) > 10 and sum(map(len, sent.values())) > 1_500
    assert sent == {who: sorted(found) for who, found in expected.items() if found}


# Metamorphic


def test_a_loss_of_everything_empties_the_log_and_leaves_the_ledger(unchanged: Columns) -> None:
    nothing = whole(world_of(WHOLE.replace("lost 4%", "lost 100%").replace("  lost mail_open 9%\n", "")), 7, [0, LEADS])
    assert not any(len(nothing[name][0]) for name in nothing if name.startswith(("log", "events", "properties")))
    same(unchanged, nothing, SEEN)


def halved(text: str) -> str:
    """A market at double speed: all its durations are half as long, all its rates twice as high."""
    text = re.sub(r"(\d+) (days?|hours?|minutes?|seconds?)\b", lambda m: f"{int(m[1]) / 2:g} {m[2]}", text)
    return re.sub(r"visits ([\d.]+) per", lambda m: f"visits {2 * float(m[1]):g} per", text)


def test_at_double_speed_as_much_happens() -> None:
    """Ticks are whole seconds, so that here and there an event falls on the other side of an end."""
    plain = ANSWERS.sub("", without("calendar", "from", "mail", "sales", "value", "observed"))
    for seed in seeds(False, 2):
        one, other = (simulate(world_of(text), Draws(seed), 0, 6_000) for text in (plain, halved(plain)))
        assert np.count_nonzero(one.truth.outcome != other.truth.outcome) <= 3
        assert np.mean(np.abs(one.truth.ended - 2 * other.truth.ended) <= 40) > 0.999
        counts = [found.happenings.counts for found in (one, other)]
        assert np.mean(counts[0] == counts[1]) > 0.995
        kinds = [found.happenings.action[np.repeat(counts[0] == counts[1], found.happenings.counts)] for found in (one, other)]  # fmt: skip
        assert np.mean(kinds[0] == kinds[1]) > 0.999
        assert (one.truth.stage_at_landmark == other.truth.stage_at_landmark).mean() > 0.999


def followed(effect: float, seed: int, cuts: tuple[int, ...] = (0, LEADS)) -> list[Followed]:
    """What becomes of leads of which every second is called, some days after it came."""
    world, draws = world_of(WHOLE.replace("effect 1.2 logit", f"effect {effect:g} logit")), Draws(seed)  # fmt: skip
    lead = np.arange(0, LEADS, 2)
    hot = simulate(world, draws, 0, LEADS).truth.arrival[lead] + 3 * 86_400
    calls = Calls(lead, hot, hot + (lead % 13) * 10_800)
    return [follow_up(world, draws, calls, a, b) for a, b in itertools.pairwise(cuts)]


def wins(effect: float, seed: int) -> set[int]:
    (found,) = followed(effect, seed)
    return set(found.lead[found.after].tolist())


def test_a_call_that_does_nothing_changes_nothing_and_a_stronger_one_loses_no_win(full: bool) -> None:
    for seed in seeds(full, 2, 30):
        (found,) = followed(0.0, seed)
        assert found.reached.any()
        np.testing.assert_array_equal(found.before, found.after)
        nested = [wins(effect, seed) for effect in (-2.0, 0.0, 0.8, 4.0)]
        assert all(less < more for less, more in itertools.pairwise(nested))


def test_who_is_called_has_the_same_fate_in_any_block() -> None:
    (one,), parts = followed(1.2, 8), followed(1.2, 8, (0, 1, 2, 1_100, LEADS))
    for name in ("lead", "account", "called", "reached", "late", "before", "after", "worth"):
        np.testing.assert_array_equal(getattr(one, name), np.concatenate([getattr(p, name) for p in parts]), name)


def test_leads_score_the_same_whoever_is_scored_with_them() -> None:
    plan, leads = plan_of(RULES), simulate(WORLD, Draws(9), 0, 600).leads
    start = WORLD.scenario.start
    at = start + np.arange(600, dtype=np.int64) % 100 * DAY
    everybody = score(plan, adopt(plan.model, leads), at)
    for a, b in ((0, 1), (17, 300), (599, 600)):
        some = score(plan, adopt(plan.model, simulate(WORLD, Draws(9), a, b).leads), at[a:b])
        np.testing.assert_array_equal(everybody.scores["total"][a:b], some.scores["total"])
        np.testing.assert_array_equal(everybody.tiers[a:b], some.tiers)


# What is made of it


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_what_is_written_scores_like_what_is_in_memory(format: Any, tmp_path: Path) -> None:
    plan = plan_of(RULES)
    paths = written(tmp_path, WHOLE, 900, format)
    tables = {"merges": paths["merges"], "attributes": paths["attributes"]}
    read = read_tables(plan.model, paths["leads"], paths["events"], **tables)
    hot = 0
    for day in (15, 45, 80, 119):
        at = WORLD.scenario.start + day * DAY
        scores = score(plan, read.leads, np.full(900, at))
        same_scores(in_memory(plan, WHOLE, 900, at), scores)
        hot += np.count_nonzero(scores.tiers == 0)
    assert hot > 100


def test_a_description_says_what_it_cannot_work_out_and_names_laws_as_they_are_written() -> None:
    text = " ".join(draw_description(describe(WORLD.scenario, population=500), WORLD.scenario, 600).split())
    assert "By simulation only: everything: shares of personas change with time" in text
    assert "lognormal median 10 days spread 0.8, faster with" in text
    assert "as in { 0%: 1 day; 50%: 15 days; 100%: 40 days }" in text


def test_more_different_events_than_can_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_check, "MOST_DIFFERENT", 4)
    scenario_check.check(parse(Source("market", WHOLE)))
    monkeypatch.setattr(scenario_check, "MOST_DIFFERENT", 3)
    with pytest.raises(RulesError) as refused:
        scenario_check.check(parse(Source("market", WHOLE)))
    assert [(p.code, p.message) for p in refused.value.problems] == [
        ("E402", "4 different events in the stages of this market")
    ]


def test_of_one_lead_no_mean_is_told_and_no_count_lies_below_zero() -> None:
    (alone, few) = (describe(WORLD.scenario, population=leads) for leads in (1, 4))
    assert {(figure.simulated.value, figure.z) for figure in alone.events} == {(None, None)}
    assert all(figure.simulated.low is not None and figure.simulated.low >= 0 for figure in few.events)
