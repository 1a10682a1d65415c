"""The search for leads that break a law: what it finds is small, breaks the law indeed, and what it proves is so."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.quantity import DAY
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Each
from leadrules.dsl.rules.model_demands import NeverLowers, NeverRaises, TiersReachable
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.simulator.draws import Draws
from leadrules.verify.invent import alphabet_of
from leadrules.verify.laws import Search, judge_laws, search
from leadrules.verify.outranks import Ages, worse_from, worth
from leadrules.verify.run_tests import run_tests
from leadrules.verify.stories import Step, Story, act_out
from tests.specs_write import render
from tests.terminal import typed
from tests.test_laws import law as slow
from tests.worlds import World, worlds

RULES = """
ruleset b2b { timezone Europe/Warsaw }
lead {
  job_title text
  employees whole number
  industry one of software, finance, "public sector"
  budget money EUR
  customer flag blank means no
  since date
}
event page_view { path text, seconds duration in seconds }
event email_open
event form { name text, asked time }
event webinar { watched duration in minutes }
event unsubscribe passive
event refund
condition chief: job_title mentions any of "chief", "ceo"
score fit between 0 and 100 {
  criteria {
    authority 40 when chief
    market    25 when industry is "public sector" and budget >= 10_000 EUR and since < 2026-01-01
  }
}
score engagement between 0 and 100 {
  decay half-life 30 days
  criteria {
    opened  1 each email_open
    pricing 10 each page_view where path starts with "/pricing" and seconds > 90 seconds, worth at most 30 points in all
    demo    40 the first of: form where name is "demo", no decay
    silent  -15 when no event in last 30 days
    soon    60 each webinar, decay expires after 10 days
    left    -50 each unsubscribe, at most 1, decay half-life 5 days
  }
}
score total = 0.4 * fit + 0.6 * engagement
thresholds { excluded when customer; hot when total >= 36; warm when total >= 20; cold otherwise }
"""
LAWS = {
    "unsubscribe never raises total": "broken",
    "refund never raises engagement": "broken",
    "refund never raises fit": "proved",
    "more email_open never lowers total": "proved",
    "more webinar never lowers total": "proved",
    "more form never lowers engagement": "unbroken",
    "demo outranks opened": "proved",
    "opened outranks demo": "broken",
    "soon outranks pricing": "broken",
    "pricing outranks left": "proved",
    "every tier is reachable": "proved",
    "no single criterion alone reaches hot": "broken",
}


def model_of(*laws: str, rules: str = RULES) -> Model:
    """The model of a rule set that has these laws."""
    return check(parse(Source("rules", "\n".join([rules, *(f"always {law}" for law in laws)]))))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_laws_are_told_apart_whatever_the_seed(seed: int) -> None:
    verdicts = judge_laws(model_of(*LAWS), 2_000, seed)
    assert {v.law.span.text.removeprefix("always "): v.kind for v in verdicts} == LAWS
    assert judge_laws(model_of(*LAWS), 2_000, seed) == verdicts


@pytest.mark.parametrize("law", [law for law, kind in LAWS.items() if kind == "broken"])
@pytest.mark.parametrize("seed", [1, 4])
def test_a_witness_is_a_test_that_fails(law: str, seed: int) -> None:
    found = search(model_of(law), model_of(law).laws[0], 2_000, seed)
    assert found
    model = check(parse(Source("pasted", RULES + found.test)))
    [verdict] = run_tests(compile_model(model), model.tests)
    assert not verdict.holds


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_witness_is_as_small_as_can_be(seed: int) -> None:
    law = "refund never raises engagement"
    found = search(model_of(law), model_of(law).laws[0], 2_000, seed)
    assert found
    assert found.test.splitlines()[0] == f'test "{law}" {{'
    assert len(re.findall(r"^  .*(refund|form|page_view|webinar|email_open)", found.test, re.MULTILINE)) == 2
    assert "lead {" not in found.test
    law = "soon outranks pricing"
    found = search(model_of(law), model_of(law).laws[0], 2_000, seed)
    assert found
    assert len(found.test.splitlines()) == 5
    assert "at +10 days expect engagement.soon > engagement.pricing" in found.test


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ('value > 10 EUR and kind is "very big" and gift', ["value ", " EUR", "gift yes", 'kind "very big"']),
        ("took > 90 minutes and at > 2026-01-01 09:30 and n > 2.5", ["took ", "at 2026-01-02 09:30", "n "]),
        ('on > 2026-01-01 and name matches "^a.b$" and n is missing', ["on 2026-01-02", 'name "']),
        ('tags has all of "two words", c and not (likes has any of "x")', ['tags "c; two words"']),
    ],
)
def test_a_witness_holds_values_of_every_type(where: str, said: list[str]) -> None:
    rules = f"""
event order {{
  value money EUR, at time, on date, took duration in minutes, kind one of big, "very big", gift flag, n number, name text,
  tags set of one of "two words", c, likes set of text blank means none
}}
score s {{ criteria {{ a 5 each order where {where.replace("a.b", "a b")} }} }}
thresholds {{ hot when s > 0; cold otherwise }}
"""
    law = "no single criterion alone reaches hot"
    found = search(model_of(law, rules=rules), model_of(law, rules=rules).laws[0], 2_000, 1)
    assert found
    assert not [piece for piece in said if piece not in found.test]
    model = check(parse(Source("pasted", rules + found.test)))
    assert not next(iter(run_tests(compile_model(model), model.tests))).holds


FALSE_LAWS = [
    "a 1 per 1 of n of each e",
    "a 1 per full 10 minutes of d of each e",
    "a 1 per 100 EUR of m of each e",
    "a worth sum of n of e",
    "a worth size * count of e",
    "a 10 when sum of n of e >= 30",
    "a 1 per 1 of n of each e where n > 0, at most 1 per calendar day",
    "a 1 per 1 of n of each e where n > 0, at most 2 in any 3 days",
    "a 1 per 1 of n of each e where n > 0, once per t",
    "a 10 each visit of e, gap 5 minutes",
    "a 10 each visit of e, gap 40 minutes",
    "a 10 each visit of e, gap 1 day",
    "a 10 each e, after a gap of 45 minutes",
    "a 10 each: f then e within 3 days, at most 1, decay half-life 5 days",
    "a 10 when count of distinct t of e <= 3",
    "a -10 when count of e >= 15",
    'a -10 when (count of e where t is "abc" in last 5 days) >= 4',
    "a -10 when days since e >= 11 and count of f > 2",
    "a 8 each f }; resets to 2 on e where n > 3 ; criteria {",
    "a 8 each f }; times 0.5 when count of e >= 4 ; criteria {",
]


@pytest.mark.parametrize("criterion", FALSE_LAWS)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_breaks_a_simple_law_is_found(criterion: str, seed: int) -> None:
    rules = f"""
lead {{ size number }}
event e {{ n number; t text; m money EUR; d duration in minutes }}
event f
score s {{ criteria {{ {criterion} }} }}
"""
    [verdict] = judge_laws(model_of("more e never lowers s", rules=rules), seed=seed)
    assert verdict.kind == "broken"
    assert verdict.witness
    model = check(parse(Source("pasted", rules + verdict.witness.test)))
    assert not next(iter(run_tests(compile_model(model), model.tests))).holds


CLAUSES = st.sampled_from(
    [
        "no decay",
        "decay half-life 30 days",
        "decay half-life 29 days",
        "decay linear over 60 days",
        "decay expires after 45 days",
        "decay s-curve over 30 days",
        "decay 10% of original every 7 days",
        "decay 50% of original every 30 days in steps",
        "decay 4 points every 7 days not below 1",
        "decay by age { younger than 7 days: 100%; younger than 30 days: 80%; older: 50% }",
    ]
)


@given(st.integers(-20, 60), st.integers(-20, 60), CLAUSES, CLAUSES, st.integers(0, 2**32))
def test_what_outranks_does_so_at_every_age(high: int, low: int, one: str, two: str, seed: int) -> None:
    rules = f"event e\nscore s {{ criteria {{ a {high} each e, {one}; b {low} each e, worth at most 15 points in all, {two} }} }}"
    first, second = (criterion for _, criterion in check(parse(Source("rules", rules))).criteria)
    assert isinstance(first, Each)
    assert isinstance(second, Each)
    found = worse_from(Ages(first, second))
    drawn = np.random.default_rng(seed).uniform(0, 100 * DAY, 500).round()
    ages = np.sort(np.concatenate([drawn, [0.0, 7 * DAY, 30 * DAY, 45 * DAY, 60 * DAY, 5_000 * DAY]]))
    higher, lower = worth(first, ages), worth(second, ages)
    worse = ages[(higher <= lower) & ((higher != 0) | (lower != 0))]
    if found is None:
        assert not len(worse)
    else:
        assert not len(worse) or worse[0] > found - DAY
        there, other = worth(first, np.array([found])), worth(second, np.array([found]))
        assert there <= other


def test_two_half_lives_cross_however_late() -> None:
    rules = (
        "event e\nscore s { criteria { a 1000 each e, decay half-life 29 days; b 1 each e, decay half-life 30 days } }"
    )
    first, second = (criterion for _, criterion in check(parse(Source("rules", rules))).criteria)
    assert isinstance(first, Each)
    assert isinstance(second, Each)
    found = worse_from(Ages(first, second))
    assert found
    assert found / DAY == pytest.approx(np.log2(1000) / (1 / 29 - 1 / 30), abs=1)


def test_a_story_without_a_step_keeps_all_other_times() -> None:
    model = model_of()
    day = int(DAY)
    steps = (Step(0, "refund", {}), Step(day, "webinar", {}), Step(day, "email_open", {}))
    story = Story({}, steps, day, 1)
    leads, at = act_out(model, [story, *(story.without(place) for place in range(3))])
    times = [leads.events.time[leads.events.offsets[i] : leads.events.offsets[i + 1]] - at[0] for i in range(4)]
    assert [(t // day).tolist() for t in times] == [[-3, -2, -1], [-2, -1], [-3, -1], [-3, -2]]
    assert at.tolist() == [at[0]] * 4
    assert [story.without(place).marked for place in range(3)] == [0, None, 1]


def test_check_tries_leads_where_it_is_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("card.lead").write_text(
        RULES + "always opened outranks demo\nalways refund never raises fit\n", encoding="utf-8"
    )
    assert typed("leadrules check card.lead").code == 0
    code, output, errors = typed("leadrules check card.lead --laws 500 --seed 2")
    assert code == 1
    assert "error[E571]" in output
    assert "expect engagement.opened > engagement.demo" in output
    assert "card.lead: 2 laws: 1 proved, 1 broken; up to 500 leads tried for each, seed 2" in errors


PROVED = """
event e {{ n number }}
event other
event shy passive
condition busy: count of e in last 7 days >= 3
condition calm: not busy
score s {{ criteria {{ {criterion} }} }}
score t {{ criteria {{ x 5 each other }} }}
score u = 2 - 3 * s + t
"""


@pytest.mark.parametrize(
    ("criterion", "law", "proved"),
    [
        ("a -5 each e", "e never raises s", True),
        ("a -5 each e", "more e never lowers u", True),
        ("a -5 each e", "e never raises t", True),
        (
            "a weighs 35%: -5 each e where n > 3, worth at most 10 points in all, decay half-life 3 days",
            "e never raises s",
            True,
        ),
        ("a -5 each e, once", "e never raises s", False),
        ("a -5 each e, after a gap of 3 days", "e never raises s", False),
        ("a -5 each: other then e within 3 days", "e never raises s", False),
        ("a -5 the last of: e", "e never raises s", False),
        ("a -5 per 10 of n of each e", "e never raises s", False),
        ("a -5 each other, unless busy", "e never raises s", False),
        ("a -5 when busy", "e never raises s", True),
        ("a 5 when calm", "e never raises s", True),
        ("a 5 when no event in last 3 days", "e never raises s", True),
        ("a 5 when no event in last 3 days", "shy never raises s", True),
        ("a 5 when busy or any other", "more e never lowers s", True),
        ("a 5 when busy and calm", "more e never lowers s", False),
        ("a 5 when sum of n of e > 3", "more e never lowers s", False),
        ("a -5 when calm, for leads known for at least 3 days", "e never raises s", False),
    ],
)
def test_a_law_is_proved_part_by_part(criterion: str, law: str, proved: bool) -> None:
    [verdict] = judge_laws(model_of(law, rules=PROVED.format(criterion=criterion)), 20)
    assert (verdict.kind == "proved") == proved


TWO_SPEEDS = """
event e
score s {
  criteria { a 8 each e }
  ages 4 points every 7 days without event while score >= 30
  ages 1 point every 7 days without event
}
test "with an event more" { 3 times e; +15 days e; +8 days e; at +14 days expect s = 26 }
test "without it" { 3 times e; +23 days e; at +14 days expect s = 27 }
"""


@pytest.mark.parametrize("law", ["more e never lowers s", "e never raises s"])
def test_nothing_is_proved_of_what_ages(law: str) -> None:
    [verdict] = judge_laws(model_of(law, rules=TWO_SPEEDS), 20)
    assert verdict.kind != "proved"
    assert all(
        told.holds for told in run_tests(compile_model(model_of(rules=TWO_SPEEDS)), model_of(rules=TWO_SPEEDS).tests)
    )


@slow(10)
@given(worlds())
def test_what_is_proved_no_lead_breaks_and_what_is_broken_a_test_shows(world: World) -> None:
    rules = render(world.spec)
    plain = model_of(rules=rules)
    laws = [f"{e.name} never raises {s.name}" for s in plain.scores for e in plain.events]
    laws += [f"more {e.name} never lowers {s.name}" for s in plain.scores for e in plain.events]
    model = model_of(*laws, *(["every tier is reachable"] if plain.tiers else []), rules=rules)
    search = Search(model, compile_model(model), alphabet_of(model), 100, Draws(1))
    for verdict in judge_laws(model, 100):
        if verdict.kind == "proved" and isinstance(verdict.law, NeverRaises | NeverLowers):
            again = search.never(verdict.law)
            assert again.kind == "unbroken", f"{rules}{again.witness.test if again.witness else ''}"
        if isinstance(verdict.law, TiersReachable) and verdict.kind == "broken":
            tried = search.score(search.stories(0, None))
            assert not [
                name for i, name in enumerate(tried.tier_names) if f"`{name}`" in verdict.why and i in tried.tiers
            ]
        elif verdict.witness:
            pasted = check(parse(Source("pasted", rules + verdict.witness.test)))
            assert not next(iter(run_tests(compile_model(pasted), pasted.tests))).holds
