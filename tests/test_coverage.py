"""Coverage: what is counted, what is left out, how it is shown, and the tests that are written for what is missed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.sources import read_model
from leadrules.report.lcov import coverage_as_lcov
from leadrules.simulator.draws import Draws
from leadrules.verify.aims import aims_of
from leadrules.verify.cover import cover
from leadrules.verify.coverage import Coverage, together
from leadrules.verify.goals import Aim
from leadrules.verify.invent import alphabet_of, invent
from leadrules.verify.looks import Looks
from leadrules.verify.propose import propose, turned
from leadrules.verify.run_tests import run_tests
from leadrules.verify.stories import act_out
from leadrules.verify.widen import widened
from tests.build import leads_of, plan_of
from tests.oracle import has_fired, judged_scene
from tests.oracle_facts import gone
from tests.oracle_tiers import steps_until
from tests.specs import Score
from tests.specs_write import render
from tests.terminal import typed
from tests.test_laws import law
from tests.tracefile import read_tracefile
from tests.worlds import World, worlds

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("**/*.lead"))
UNREADABLE = {"microsoft_as_printed", "posthog_as_printed"}
RULES = """ruleset card { timezone Europe/Warsaw }
lead { role text; size whole number; kind one of big, small }
event visit { page text }
event left passive
condition chief: role mentions any of "chief", "cfo"
score fit between 0 and 100 {
  criteria {
    boss 40 when chief and size >= 50
    crew by size { under 50: 5; 50 to 999: 20; 1000 and over: 35; unknown: 0 }
    sort by kind { big: 5; small: 1 }
  }
}
score interest between 0 and 50 {
  decay half-life 30 days
  criteria {
    seen 10 each visit where page starts with "/price", at most 2
    deal first true of { count of visit in last 7 days >= 3: 20; any visit: 5; otherwise: 0 }
  }
  resets to 0 on left
}
score total = fit + interest
thresholds { never when total > 400; hot when total >= 70; warm when total >= 20; cold otherwise }
on entering hot { notify "sales" }
"""
STORY = """test "a chief" {
  lead { role "CFO", size 60 }
  2026-01-10 09:00 visit page "/price/a"
  expect tier is hot
  at +40 days expect tier is warm
}
"""


def coverage_of(text: str) -> Coverage:
    model = check(parse(Source("card.lead", text)))
    return together([cover(compile_model(model), model.tests)])


def told(coverage: Coverage, kind: str) -> list[str]:
    """The outcomes of one kind: what of what, and how often; `-` where no lead can get there."""
    found = [each for each in coverage.reached if each.goal.kind == kind]
    return [
        " ".join(
            filter(
                None, (each.goal.owner, each.goal.part, each.goal.outcome, str(each.times) if each.possible else "-")
            )
        )
        for each in found
    ]


def test_each_condition_is_counted_true_and_false_where_tests_look() -> None:
    coverage = coverage_of(RULES + STORY)
    found = [
        (each.goal.span.text, each.goal.outcome, each.times, each.goal.needed)
        for each in coverage.reached
        if each.goal.kind == "condition" and each.goal.owner in ("chief", "fit.boss", "interest.seen")
    ]
    assert found == [
        ('role mentions any of "chief", "cfo"', "true", 2, True),
        ('role mentions any of "chief", "cfo"', "false", 0, True),
        ('role mentions any of "chief", "cfo"', "unknown", 0, False),
        ("chief and size >= 50", "true", 2, True),
        ("chief and size >= 50", "false", 0, True),
        ("chief and size >= 50", "unknown", 0, False),
        ("chief", "true", 2, True),
        ("chief", "false", 0, True),
        ("chief", "unknown", 0, False),
        ("size >= 50", "true", 2, True),
        ("size >= 50", "false", 0, True),
        ("size >= 50", "unknown", 0, False),
        ('page starts with "/price"', "true", 2, True),
        ('page starts with "/price"', "false", 0, True),
        ('page starts with "/price"', "unknown", 0, False),
    ]


def test_everything_else_is_counted_by_what_it_does() -> None:
    coverage = coverage_of(RULES + STORY)
    assert told(coverage, "criterion") == [
        "fit.boss fires 2",
        "fit.crew fires 2",
        "fit.sort fires 0",
        "interest.seen fires 2",
        "interest.deal fires 2",
    ]
    assert told(coverage, "row") == [
        "fit.crew rest taken -",
        "fit.crew unknown taken 0",
        "fit.crew taken 0",
        "fit.crew taken 2",
        "fit.crew taken 0",
        "fit.sort rest taken -",
        "fit.sort unknown taken 2",
        "fit.sort taken 0",
        "fit.sort taken 0",
        "interest.deal otherwise taken 0",
        "interest.deal taken 0",
        "interest.deal taken 2",
    ]
    assert told(coverage, "limit") == [
        "fit lower bound reached -",
        "fit upper bound reached -",
        "interest lower bound reached -",
        "interest upper bound reached -",
        "interest.seen at most 2 reached 0",
    ]
    assert told(coverage, "decay") == [
        "interest.seen decay younger than 30 days 1",
        "interest.seen decay at least 30 days old 1",
    ]
    assert told(coverage, "change") == ["interest acts 0"]
    assert told(coverage, "tier") == [
        "never entered -",
        "never left -",
        "hot entered 2",
        "hot left 1",
        "warm entered 1",
        "warm left 0",
        "cold entered 0",
        "cold left 0",
        "hot on set off 2",
    ]
    assert coverage.steps == {("hot", "warm")}
    assert coverage.pairs == 12


def test_delays_are_reached_where_nothing_else_stands_in_the_way() -> None:
    text = """ruleset x { timezone UTC; evaluate daily at 00:00 }
lead { since time known from }
event visit
score s { criteria { idle -5 when no visit, for leads known for at least 30 days } }
thresholds { quiet when s >= 0, for at least 3 days; busy otherwise }
"""
    young = 'test "young" { lead { since 2026-01-01 }\n at 2026-01-03 expect s = 0, tier is busy }\n'
    old = 'test "old" { lead { since 2026-01-01 }\n at 2026-01-31 expect s = -5, entered quiet at 2026-01-04 }\n'
    late = 'test "late" { lead { since 2026-01-01 }\n at 2026-01-30 expect s = 0, tier is quiet }\n'
    told_of = [told(coverage_of(text + test), "limit") for test in (young, old, late, young + old, "")]
    idle, quiet = "s.idle for leads known for at least 30 days reached", "quiet for at least 3 days reached"
    counts = [(1, 1), (0, 1), (1, 1), (1, 2), (0, 0)]
    assert told_of == [[f"{idle} {one}", f"{quiet} {other}"] for one, other in counts]


@pytest.mark.parametrize(
    ("condition", "truths"),
    [
        ("size >= 5", "true false unknown"),
        ("size is known", "true false"),
        ("no visit", "true false"),
        ("count of visit >= 0", "true"),
        ("count of visit < 0", "false"),
        ("(count of visit) + 1 > 0", "true"),
        ("not (count of visit) >= 0", "true"),
        ("kind is one of big, small", "true unknown"),
        ("kind is not one of big, small", "false unknown"),
        ("size >= 5 and size < 5 and size > 6", "false unknown"),
        ("size >= 5 and size <= 5", "true false unknown"),
        ("size >= 5 or count of visit >= 0", "true"),
        ("size >= 5 and count of visit >= 0", "true false unknown"),
        ("size >= 5 and count of visit < 0", "false"),
        ("any visit where nobody", "false"),
        ("some fired", "true false"),
    ],
)
def test_a_truth_that_no_lead_has_is_left_out(condition: str, truths: str) -> None:
    text = (
        "ruleset x { version 1 }\nlead { size whole number; kind one of big, small }\nevent visit\ncondition nobody: (count of visit) < 0\n"
        f"score s {{ criteria {{ some 5 when any visit; it 1 when {condition} }} }}\n"
    )
    aims = aims_of(compile_model(check(parse(Source("x.lead", text)))))
    outermost = [aim for aim in aims if aim.goal.kind == "condition" and aim.goal.owner == "s.it"]
    start = outermost[0].goal.span
    found = [aim.goal.outcome for aim in outermost if aim.goal.span == start and aim.possible]
    assert found == truths.split()


def test_scores_leave_out_what_they_cannot_reach() -> None:
    coverage = coverage_of(RULES)
    out = {(each.goal.owner, each.goal.lack) for each in coverage.left_out}
    assert ("never", "never true") in out
    assert ("never", "never entered") in out
    assert ("hot", "never true") not in out
    assert coverage.percent == 0.0


def aims_met(plan: Plan, looks: Looks) -> Iterator[tuple[Aim, list[bool]]]:
    for aim in aims_of(plan):
        yield aim, aim.met(looks).tolist()


def at_events(world: World) -> World:
    """The world without its daily evaluations, which the oracle takes its time for."""
    return world._replace(spec=dataclasses.replace(world.spec, evaluate=(True, ())))


@law(30)
@given(worlds().map(at_events))
def test_outcomes_are_those_of_the_oracle_and_never_ones_that_are_shown_impossible(world: World) -> None:
    plan = plan_of(render(world.spec))
    rows = [lead for lead in world.leads if world.now < gone(lead["lead"], world.beside)]
    if len(rows) < len(world.leads) or not rows:
        return
    looks = Looks(plan, leads_of(plan.model, world.leads, world.events, world.beside), np.full(len(rows), world.now))
    found = {}
    for aim, met in aims_met(plan, looks):
        found[aim.goal.kind, aim.goal.owner, aim.goal.part, aim.goal.outcome] = met
        assert aim.possible or not any(met) or world.beside.adjustments, aim.goal
    for place, lead in enumerate(rows):
        scene = judged_scene(world.spec, lead, world.events, world.now, world.beside, world.events)
        for score in world.spec.scores:
            for criterion in score.criteria if isinstance(score, Score) else ():
                name = f"{score.name}.{criterion.name}"
                assert found["criterion", name, "", "fires"][place] == has_fired(name, scene), name
        steps = steps_until(world.spec, lead, world.events, world.now, world.beside)
        for tier in world.spec.tiers:
            left = any(step.before == tier.name for step in steps)
            assert found["tier", tier.name, "", "left"][place] == left, tier.name


@law(8)
@given(worlds().map(at_events))
def test_tests_that_are_written_for_any_rules_hold(world: World) -> None:
    text = render(world.spec)
    model = check(parse(Source("world.lead", text)))
    proposal = propose(model, together([cover(compile_model(model), ())]).missed[::6], 100, 1)
    grown = check(parse(Source("world.lead", "\n".join([text, *proposal.tests]))))
    assert [verdict.failures for verdict in run_tests(compile_model(grown), grown.tests) if not verdict.holds] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_made_up_leads_never_get_where_it_is_shown_that_none_can(path: Path) -> None:
    if path.stem in UNREADABLE:
        return
    model = read_model(path)
    alphabet = widened(alphabet_of(model), model)
    stories = [s for length in (1, 2, 8, 16) for s in invent(alphabet, Draws(3), f"try/{length}", 20, length, None)]
    plan = compile_model(model)
    looks = Looks(plan, *act_out(model, [*stories, *turned(stories)]))
    assert [aim.goal for aim, met in aims_met(plan, looks) if any(met) and not aim.possible] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_tracefile_is_one_that_readers_take(path: Path) -> None:
    if path.stem in UNREADABLE:
        return
    model = read_model(path)
    coverage = together([cover(compile_model(model), model.tests)])
    records = read_tracefile(coverage_as_lcov(coverage, "it"))
    branches = [taken for record in records for taken in record.branches.values()]
    assert len(branches) == len(coverage.counted)
    assert sum(map(bool, branches)) == len(coverage.counted) - len(coverage.missed)
    for record in records:
        text = Path(record.file).read_text(encoding="utf-8").split("\n")
        assert all(text[line - 1].strip() for line in record.lines)


def test_coverage_of_files_that_share_rules_is_that_of_all_their_tests(tmp_path: Path) -> None:
    (tmp_path / "card.lead").write_text(RULES + STORY)
    other = STORY.replace("chief", "clerk").replace('"CFO"', '"clerk"').replace("hot", "cold").replace("warm", "cold")
    (tmp_path / "more.lead").write_text(f'use "card.lead"\n{other.replace("60", "3")}')
    parts = []
    for name in ("card.lead", "more.lead"):
        model = read_model(tmp_path / name)
        parts.append(cover(compile_model(model), model.tests))
    whole = together(parts)
    assert len(whole.reached) == len(parts[0].reached) == len(parts[1].reached)
    assert sum(each.times for each in whole.reached) == sum(each.times for part in parts for each in part.reached)
    assert whole.percent > max(together([part]).percent for part in parts)


@pytest.mark.parametrize("name", ["bant", "points_card", "bant_missing", "greek", "project", "subscription"])
def test_tests_that_are_written_hold_and_reach_what_was_missed(name: str) -> None:
    (path,) = (path for path in EXAMPLES if path.stem == name)
    model = read_model(path)
    before = together([cover(compile_model(model), model.tests)])
    proposal = propose(model, before.missed, 3_000, 1)
    assert proposal == propose(model, before.missed, 3_000, 1)
    assert proposal.reached + len(proposal.unfound) == len(before.missed)
    text = "\n".join([path.read_text(encoding="utf-8"), *proposal.tests])
    grown = check(parse(Source(str(path), text)))
    plan = compile_model(grown)
    assert [verdict.test.title for verdict in run_tests(plan, grown.tests) if not verdict.holds] == []
    after = together([cover(plan, grown.tests)])
    assert len(after.missed) == len(proposal.unfound)
    assert not proposal.unfound


def test_the_command_draws_counts_and_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("card.lead").write_text(RULES + STORY)
    shown = typed("leadrules test card.lead --coverage")
    assert shown.code == 0
    assert "coverage: 24 of 45 outcomes, 53.3%; 9 more that no lead can reach" in shown.output
    first = shown.output.split("\n\n")[0].split("\n")
    assert first == [
        " --> card.lead:5:18",
        "  |",
        '5 | condition chief: role mentions any of "chief", "cfo"',
        "  |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  = condition: chief: never false",
    ]
    assert typed("leadrules test card.lead --threshold 53.3").code == 0
    low = typed("leadrules test card.lead --threshold 53.4")
    assert low.code == 1
    assert low.errors.endswith("coverage: 53.3% is less than 53.4%\n")
    assert low.output == ""
    for beyond in ("101", "nan", "-nan"):
        assert typed(f"leadrules test card.lead --threshold {beyond}").code == 2
    assert typed("leadrules test card.lead --lcov nowhere/x.info").code == 2
    assert typed("leadrules test card.lead --lcov x.info").code == 0
    (record,) = read_tracefile(Path("x.info").read_text())
    assert record.file == "card.lead"
    Path("none.lead").write_text(RULES)
    assert [typed(f"leadrules test none.lead {option}").code for option in ("", "--threshold 1")] == [3, 1]
    Path("wrong.lead").write_text(RULES + 'test "t" { expect fitt = 1 }')
    assert [typed(f"leadrules test wrong.lead {option}").code for option in ("--mutate", "--threshold 1")] == [2, 2]
    data = json.loads(typed("leadrules test card.lead --threshold 1 --format json").output)["coverage"]
    assert (data["counted"], data["missed"], data["left_out"]) == (45, 21, 9)
    assert len(data["outcomes"]) == 45 + 9 + 5  # those that are told only


def test_rules_without_tests_are_read_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = "ruleset {name} {{ }}\nlead {{ n number }}\n{more}score s {{ criteria {{ c 5 when n > {bound} }} }}\n"
    test = 'test "t" { lead { n 9 }; expect s = 5 }\n'
    Path("a.lead").write_text(rules.format(name="a", more="param bound = 3\n", bound="bound") + test)
    Path("b.lead").write_text(rules.format(name="b", more="", bound=3))
    alone, beside = (typed(f"leadrules test {files} --coverage --set bound=4") for files in ("a.lead", "."))
    assert (alone.code, beside.code) == (0, 0)
    assert "of 3 outcomes" in alone.output and "of 6 outcomes" in beside.output
    Path("c.lead").write_bytes(b"\xff\xfe")
    unread = typed("leadrules test . --coverage --set bound=4")
    assert (unread.code, unread.output) == (0, beside.output)
    assert "c.lead: byte 0 is no UTF-8 text: left out of the coverage" in unread.errors


def test_the_command_writes_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/card.lead").write_text(RULES + STORY)
    shown = typed("leadrules test rules/card.lead --generate more.lead --seed 5")
    assert shown.code == 0
    assert "(seed 5)" in shown.errors
    assert Path("more.lead").read_text().startswith('use "rules/card.lead"\n')
    assert typed("leadrules test rules/card.lead more.lead --threshold 100").code == 0
    assert typed("leadrules fmt --check more.lead").code == 0
    assert typed("leadrules test rules/card.lead --generate more.lead").code == 2
    assert typed("leadrules test rules/card.lead --generate rules/sub.txt").code == 2
    Path("elsewhere").mkdir()
    assert typed("leadrules test rules/card.lead --generate elsewhere/more.lead").code == 2
    assert typed("leadrules test rules/card.lead --generate - --format json").code == 2
    assert "\ntest " in typed("leadrules test rules/card.lead --generate -").output
    nothing = typed("leadrules test rules/card.lead more.lead --generate none.lead")
    assert nothing.code == 0
    assert not Path("none.lead").exists()
