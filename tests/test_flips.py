"""What a lead lacks, and which changes move it: every one is scored again by the oracle, from changed rows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given

import leadrules
from leadrules.dsl.members import BETWEEN
from leadrules.dsl.rules.model import Score
from leadrules.dsl.rules.model_criteria import Each, Level
from leadrules.engine.change import Becomes, Change, Happens
from leadrules.engine.change_lead import change_lead
from leadrules.engine.columns import TRUE
from leadrules.engine.explain import explain
from leadrules.engine.explain_lacks import explain_lacks
from leadrules.engine.find_flips import find_flips
from leadrules.engine.leads import Among
from leadrules.engine.links import spells
from leadrules.engine.score import score
from leadrules.report.told import tell
from tests.build import Row, leads_of, plan_of
from tests.oracle import Outcome, score_lead
from tests.oracle_facts import Beside, becomes_known, dated_values, gone, own_values, undated
from tests.oracle_tiers import remembers, tier_at
from tests.oracle_time import local_date
from tests.specs import Field, RollUp, Spec
from tests.specs_write import render
from tests.test_laws import law, near_a_boundary
from tests.worlds import World, worlds

DAY = 86_400_000_000


@law(40)
@given(worlds())
def test_every_flip_is_one_for_the_oracle(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    for i, row in enumerate(world.leads):
        if over_members(world.spec) and gone(row["lead"], world.beside) <= world.now:
            continue  # nobody asks about it any more
        flips = find_flips(plan, leads, i, world.now)
        for flip in (*flips.ups, *flips.downs):
            outcome = changed(world, row, flip.change)
            assert near_a_boundary(outcome) or outcome.tier == flip.tier
            assert flip.tier != flips.tier
        for stake in flips.stakes:
            for told in (stake.most, stake.least):
                outcome = changed(world, row, told.change)
                assert near_a_boundary(outcome) or outcome.tier == told.tier


@law(20)
@given(worlds())
def test_a_copy_without_a_change_scores_the_same(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    for i in range(len(leads)):
        among = Among(leads, i, spells(leads))
        changes = [None, None]
        tried = change_lead(plan.model, leads.block(i, i + 1), world.now, changes, among)
        copies = score(plan, tried, world.now, criteria=True)
        real = score(plan, leads.block(i, i + 1), world.now, criteria=True)
        for name, values in real.scores.items():
            assert copies.scores[name][0] == copies.scores[name][1] == values[0]
        for name, points in real.criteria.items():
            assert copies.criteria[name][0] == points[0]
        assert copies.tiers[0] == real.tiers[0]


@law(40)
@given(worlds())
def test_what_does_not_hold_lacks_something(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    for i in range(len(leads)):
        account, lacks = explain(plan, leads, i, world.now), explain_lacks(plan, leads, i, world.now)
        for part in account.scores:
            for criterion in part.criteria if isinstance(part.score, Score) else ():
                key = part.score.name, criterion.criterion.name
                if isinstance(criterion.criterion, Level) and criterion.criterion.valid is None:
                    assert criterion.truth != TRUE or key not in lacks.criteria
                if isinstance(criterion.criterion, Each) and criterion.criterion.unless is None:
                    assert (key in lacks.criteria) is (not criterion.occurrences)
        for name, items in account.checklists.items():
            assert {item.name for item in items if item.truth != TRUE} == {k[1] for k in lacks.items if k[0] == name}
        assert tell(plan, leads, i, world.now).draw()


def over_members(spec: Spec) -> bool:
    """Whether a score is made of those that share an account."""
    return any(isinstance(part, RollUp) for part in spec.scores)


def changed(world: World, row: Row, change: Change) -> Outcome:
    """What the oracle says of a lead after a change of its rows, when nothing else is yet to be known."""
    now = world.now
    events = [event for event in world.events if becomes_known(event) <= now]
    told = [v for v in dated_values(world.beside) if becomes_known(v | {"time": v["since"]}) <= now]
    match change:
        case Happens(event, properties):
            declared = next(type for type in world.spec.events if type.name == event)
            values = {p.name: cell(p, properties.get(p.name), world) for p in declared.properties}
            own = {"lead": row["lead"], "type": event, "time": now, "id": "zz, another one", "known_at": None}
            events.append(own | values)
        case Becomes(name, value):
            field = next(field for field in world.spec.fields if field.name == name)
            if field.name in dated_fields(world, row):
                new = {"lead": row["lead"], "field": name, "since": now, "known_at": None}
                told = [
                    v for v in told if v["lead"] != row["lead"] or v["field"] != name or v["since"] < now
                ]  # of two values of one instant one holds
                told.append(new | {"value": cell(field, value, world)})
            else:
                row = {**row, name: cell(field, value, world)}
    made = [row for row in world.beside.adjustments if row["time"] <= world.now]
    links = [link for link in world.beside.links if becomes_known(link | {"time": link["since"]}) <= world.now]
    merges = [merge for merge in world.beside.merges if merge["at"] <= world.now]
    leads = [row if other["lead"] == row["lead"] else other for other in world.leads]
    beside = Beside(told, leads, made, merges, links)
    outcome = score_lead(world.spec, row, events, now, beside)
    if not remembers(world.spec):
        return outcome
    return replace(outcome, tier=tier_at(world.spec, row, events, now, beside))


def dated_fields(world: World, row: Row) -> set[str]:
    """The fields of which a lead has dated values by now; what it takes over without date is one, as of the merge."""
    found = {
        value["field"]
        for value in own_values(row, world.beside)
        if becomes_known(value | {"time": value["since"]}) <= world.now
    }
    for field in world.spec.fields:
        cells = undated(world.spec, field, row, world.beside)
        found |= {field.name for since, _ in cells[:1] if -math.inf < since <= world.now}
    return found


def cell(field: Field, value: Any, world: World) -> Any:
    """A value as rows of the oracle have it."""
    if field.type.startswith("set") and isinstance(value, str):
        return value.split(BETWEEN)
    return local_date(value, world.spec.zone) if field.type == "date" and value is not None else value


CARD = """
ruleset card { timezone UTC }
lead { job_title text; employees whole number; industry one of software, finance, retail; customer flag }
event page_view { path text }
event email_click { campaign text }
event demo
condition decision_maker: job_title mentions any of "chief", "ceo"
score fit {
  criteria {
    authority 40 when decision_maker
    size by employees { under 50: 0; 50 to 199: 10; 200 and over: 20 }
    market 10 when industry is one of software, finance
    client 5 when customer and employees > 500
  }
}
score engagement {
  decay half-life 10 days
  criteria {
    clicked 5 each email_click, once per campaign
    pricing 10 each page_view where path starts with "/pricing", worth at most 30 points in all
    shown 30 the first of: demo, no decay
  }
}
score total = 0.5 * fit + 1 * engagement
thresholds { hot when total >= 50; warm when total >= 20; cold otherwise }
"""
NOON = 1_767_268_800_000_000  # 2026-01-01 12:00


def told_of(lead: dict[str, Any], *events: dict[str, Any], card: str = CARD) -> str:
    plan = plan_of(card)
    empty = {field.name: None for field in plan.model.fields}
    rows = [{"id": None, "known_at": None, "path": None, "campaign": None, "lead": "ada", **event} for event in events]
    return tell(plan, leads_of(plan.model, [{"lead": "ada", **empty, **lead}], rows), 0, NOON).draw()


def at(days: float, type: str, **properties: Any) -> dict[str, Any]:
    return {"type": type, "time": NOON - int(days * DAY), **properties}


@pytest.mark.parametrize(
    ("lead", "events", "said"),
    [
        ({"job_title": "Intern"}, [], 'decision_maker: job_title is "Intern", which mentions none of "chief", "ceo"'),
        ({}, [], "decision_maker: job_title is not known"),
        ({"industry": "retail"}, [], 'fit.market industry is "retail", none of software, finance'),
        ({"customer": True, "employees": 30}, [], "fit.client employees is 30, not above 500"),
        ({"customer": False, "employees": 30}, [], "customer is no; employees is 30, not above 500"),
        ({"customer": True}, [], "fit.client employees is not known"),
        (
            {},
            [at(1, "page_view", path="/"), at(2, "page_view", path="/a"), at(3, "page_view")],
            'engagement.pricing no page_view where path starts with "/pricing" (3 seen, none matches)',
        ),
        ({}, [], "engagement.shown demo never happened"),
        ({}, [at(1, "email_click", campaign="a")], "engagement.clicked used up: once per campaign"),
        ({}, [at(0, "page_view", path="/pricing")] * 4, "engagement.pricing used up: worth at most 30 points in all"),
        ({}, [at(1, "demo")], "engagement.shown used up: only the first counts"),
        ({}, [], "hot total is 0, below 50"),
        ({"employees": 30}, [], "fit +40, total +20; tier warm"),
        ({}, [], "employees: if 200, fit +20, total +10"),
        ({}, [], "warm: one more demo: total 0 → 30"),
        ({"industry": "software"}, [at(1, "demo")], "it stays warm at every evaluation of 730 days"),
        (
            {},
            [at(0, "page_view", path="/pricing"), at(0, "page_view", path="/pricing/b")],
            "cold from 2026-01-02 00:00 on (due from 2026-01-01 12:00), at total 19.32",
        ),
    ],
)
def test_words(lead: dict[str, Any], events: list[dict[str, Any]], said: str) -> None:
    events = [event | {"id": str(i)} for i, event in enumerate(events)]
    assert said in " ".join(told_of(lead, *events).split())


def test_grades_that_at_least_stands_for_are_named() -> None:
    card = "ruleset c { timezone UTC }\nevent demo\nscore s between 0 and 9 { criteria { a 1 each demo } }\n"
    card += 'grade g of s { "A" at 9; "B" at 7; "C" at 5; "D" at 0; "E" otherwise }\n'
    told = told_of({}, card=card + 'thresholds { hot when g at least "C"; cold otherwise }')
    assert 'g is "D", none of "A", "B", "C"' in told


def test_where_no_single_change_does_it_is_said() -> None:
    card = "ruleset c { timezone UTC }\nevent demo\nscore s { criteria { a 1 each demo } }\n"
    told = told_of({}, card=card + "thresholds { hot when s >= 2; cold otherwise }")
    assert "no single change does it (1 change tried)" in told
    assert "it is the lowest tier" in told
    assert "out of" not in told_of({}, card=card)


TEAM = """
ruleset team { timezone UTC }
account company { members by account }
lead { job_title text }
event visit
score s { decay half-life 10 days; criteria { v 10 each visit; boss 5 when job_title is "CEO" } }
score team = sum over members of s
thresholds { hot when team >= 35; warm when team >= 22; cold otherwise }
"""


def test_a_change_counts_in_the_account_of_its_lead() -> None:
    """S119, S121: beside the lead's own 10 points stand 10 and 10 * 2 ** -0.1 of another member."""
    plan = plan_of(TEAM)
    rows = [{"lead": i, "account": "acme" if i in "ab" else "other", "job_title": None} for i in "abc"]
    happened = [("a", 0), ("b", 0), ("b", 1), ("c", 0)]
    visits = [
        {"lead": i, "type": "visit", "time": NOON - day * DAY, "id": None, "known_at": None} for i, day in happened
    ]
    told = [*visits, visits[1] | {"time": NOON + DAY}]  # of what comes later nothing is known
    flips = find_flips(plan, leads_of(plan.model, rows, told), 0, NOON)
    assert (flips.tier, flips.tried) == ("warm", 2)
    assert [(flip.change, flip.tier) for flip in flips.ups] == [(Happens("visit", {}), "hot")]
    assert flips.passing is not None and flips.passing.step is not None
    days = 10 * math.log2((20 + 10 * 2**-0.1) / 22)
    assert (flips.passing.step.crossing - NOON) / DAY == pytest.approx(days, abs=1 / 86_400)
    (stake,) = flips.stakes
    assert stake.most.gains == {"s": 5.0, "team": 5.0}


GRADED = """ruleset graded { timezone UTC }
lead { grade one of exec, junior }
event visit
score s { criteria { g by grade { exec: 30; junior: 0; unknown: 0 }; v 1 each visit } }
thresholds { hot when s >= 30, until s < -100; cold otherwise }
"""


@pytest.mark.parametrize(
    ("of", "since", "tier"),
    [("b", NOON - DAY, "cold"), ("a", NOON + DAY, "cold"), ("a", NOON - DAY, None), ("a", NOON - 5 * DAY, None)],
)
def test_a_field_is_changed_from_the_start_where_the_lead_has_no_dated_value_yet(
    of: str, since: int, tier: str | None
) -> None:
    """S119: a tier that remembers tells from when on the field was another."""
    plan = plan_of(GRADED)
    rows = [{"lead": lead, "grade": "exec"} for lead in "ab"]
    visits = [{"lead": lead, "type": "visit", "time": NOON - 3 * DAY, "id": None, "known_at": None} for lead in "ab"]
    dated = {"lead": of, "field": "grade", "value": "exec", "since": since, "known_at": None}
    flips = find_flips(plan, leads_of(plan.model, rows, visits, Beside([dated], rows)), 0, NOON)
    assert flips.tier == "hot"
    assert [(flip.change, flip.tier) for flip in flips.downs] == ([(Becomes("grade", "junior"), tier)] if tier else [])


def test_only_values_that_there_can_be_are_tried() -> None:
    plan = plan_of("""ruleset c { timezone UTC }
    lead { size one of small, "very large" }
    event demo { kind one of short, "long one" }
    score s { criteria { a 1 when any demo where kind contains "one"; b 1 when size contains "large" } }
    thresholds { hot when s >= 1; cold otherwise }""")
    flips = find_flips(plan, leads_of(plan.model, [{"lead": "a", "size": None}], []), 0, NOON)
    assert {str(flip.change) for flip in flips.ups} == {
        str(Happens("demo", {"kind": "long one"})),
        str(Becomes("size", "very large")),
    }


def test_the_smallest_change_comes_first() -> None:
    plan = plan_of(CARD)
    rows = [{"lead": "a", "job_title": "CEO", "employees": 190, "industry": None, "customer": None}]
    demo = {"lead": "a", "type": "demo", "time": NOON - DAY, "id": None, "known_at": None}
    flips = find_flips(plan, leads_of(plan.model, rows, [demo]), 0, NOON)
    assert flips.tier == "hot"
    rows[0]["job_title"] = None
    clicks = [demo | {"type": "email_click", "campaign": c, "time": NOON} for c in "abc"]
    flips = find_flips(plan, leads_of(plan.model, rows, [*clicks]), 0, NOON)
    assert flips.tier == "warm" and flips.value == 20
    assert [flip.size for flip in flips.ups] == sorted(flip.size for flip in flips.ups)
    rows[0]["employees"] = 51
    flips = find_flips(plan, leads_of(plan.model, rows, [*clicks]), 0, NOON)
    first = flips.downs[0]
    assert first.change == Becomes("employees", 49.0) and first.before == 51.0
    assert first.size == pytest.approx(2 / 51)


def test_json_says_the_same(tmp_path: Any) -> None:
    rules = tmp_path / "card.lead"
    rules.write_text(CARD, encoding="utf-8")
    leads = tmp_path / "leads.csv"
    leads.write_text("lead,job_title\nada,Intern\n", encoding="utf-8")
    found = leadrules.load(str(rules)).explain("ada", str(leads), at="2026-01-01")
    data = msgspec.json.decode(found.to_json())
    assert data["lacks"]["fit.authority"].startswith('decision_maker: job_title is "Intern"')
    assert {score["score"]["name"]: score["value"] for score in data["scores"]} == {
        "fit": 0.0,
        "engagement": 0.0,
        "total": 0.0,
    }
    assert data["at"] == "2026-01-01T00:00:00+00:00"
    assert data["changes"]["up"][0]["tier"] == "warm"
    assert data["changes"]["down"] == [] and data["changes"]["if_nothing_happens"] is None
    assert data["unknown"]["employees"]["most"] == {
        "value": 200.0,
        "gains": {"fit": 20.0, "total": 10.0},
        "tier": "cold",
    }
    assert found.flips.ups and found.lacks.tiers and found.account.lead == "ada"
