"""Rule sets of several files: the same as one file written by hand, or problems where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.files.sources import Folder, read_model, read_source
from leadrules.report.text import place_of
from leadrules.verify.review import find_problems

FILES = {
    "shared/fields.lead": """
use "events.lead"
lead { job_title text; employees whole number }
""",
    "shared/events.lead": """
event form { name text }
event visit
""",
    "base.lead": """
always more form never lowers acts
gate "market.scenario" { auc at least 0.7 }
ruleset base "The base" { timezone Europe/Warsaw; version 2 }
use "shared/fields.lead"
use "shared/events.lead"
points minor = 5, major = 15
param quiet = 30 days
condition chief: job_title contains "chief"
score fit { criteria { authority 20 when chief; student -20 when job_title contains "student" } }
score acts { criteria { demo 40 each form; seen minor each visit; silent -5 when no visit in last quiet } }
score total = fit + acts
checklist bant { authority chief; size employees > 10 }
thresholds { top when total >= 100; hot when total >= 50; warm when total >= 30; cold otherwise }
test "of the base alone" { form name "x"; expect total = 35 }
""",
    "ours.lead": """
ruleset ours "Ours" { version 3 }
extends "base.lead" {
  replace demo 30 each form where name is "demo", once
  replace fit.authority weighs 50%: 10 when chief
  remove student
  replace points minor = 4
  remove points.major
  replace param quiet = 60 days between 1 day and 90 days
  replace condition chief: job_title contains "head"
  replace bant.authority employees > 500
  replace score total "All in all" = 0.5 * fit + acts
  replace warm when total >= 20
  remove thresholds.top
}
lead { budget money EUR }
checklist more { rich budget > 1000 EUR }
""",
}
BY_HAND = """
always more form never lowers acts
gate "market.scenario" { auc at least 0.7 }
ruleset ours "Ours" { timezone Europe/Warsaw; version 3 }
lead { job_title text; employees whole number; budget money EUR }
event form { name text }
event visit
points minor = 4
param quiet = 60 days between 1 day and 90 days
condition chief: job_title contains "head"
score fit { criteria { authority weighs 50%: 10 when chief } }
score acts { criteria {
  demo 30 each form where name is "demo", once
  seen minor each visit
  silent -5 when no visit in last quiet
} }
score total "All in all" = 0.5 * fit + acts
checklist bant { authority employees > 500; size employees > 10 }
checklist more { rich budget > 1000 EUR }
thresholds { hot when total >= 50; warm when total >= 20; cold otherwise }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a rule set of several files."""
    for name, text in FILES.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "rules"


def problems_of(path: Path) -> list[tuple[str, str]]:
    """The code and the place of every problem of a file."""
    found = find_problems(read_source(path), library=Folder(path))
    return [(p.code, place_of(p.span).removeprefix(f"{path.parent}/")) for p in found]


def test_a_rule_set_of_several_files_is_the_one_written_by_hand(folder: Path) -> None:
    assert read_model(folder / "ours.lead") == check(parse(Source("by hand", BY_HAND)))


def test_what_is_extended_may_extend_others(folder: Path) -> None:
    (folder / "third.lead").write_text(
        'extends "ours.lead" { replace demo 25 each form; remove more }', encoding="utf-8"
    )
    by_hand = BY_HAND.replace('30 each form where name is "demo", once', "25 each form")
    by_hand = by_hand.replace("checklist more { rich budget > 1000 EUR }", "")
    assert read_model(folder / "third.lead") == check(parse(Source("by hand", by_hand)))


def test_problems_stand_in_the_file_that_has_them(folder: Path) -> None:
    (folder / "shared/fields.lead").write_text("lead { job_title txt }\n\nlead { size number }", encoding="utf-8")
    (folder / "card.lead").write_text(
        'use "shared/fields.lead"\nscore s { criteria { a 1 when sise > 3 } }', encoding="utf-8"
    )
    assert problems_of(folder / "card.lead") == [
        ("E110", "shared/fields.lead:1:18"),
        ("E502", "shared/fields.lead:3:1"),
        ("E201", "card.lead:2:31"),
    ]


def test_a_circle_is_told_with_its_chain(folder: Path) -> None:
    (folder / "shared/events.lead").write_text('use "fields.lead"', encoding="utf-8")
    with pytest.raises(RulesError, match="E573") as caught:
        read_model(folder / "base.lead")
    [problem] = caught.value.problems
    assert (
        problem.message
        == "`shared/fields.lead` is made of itself: shared/fields.lead → shared/events.lead → shared/fields.lead"
    )
    assert place_of(problem.span).endswith("shared/events.lead:1:5")
    (folder / "self.lead").write_text('extends "self.lead"', encoding="utf-8")
    assert problems_of(folder / "self.lead") == [("E573", "self.lead:1:9")]


def test_a_link_does_not_lead_out(folder: Path) -> None:
    outside = folder.parent / "secret.lead"
    outside.write_text("event secret", encoding="utf-8")
    (folder / "shared/linked.lead").symlink_to(outside)
    (folder / "card.lead").write_text('use "shared/linked.lead"', encoding="utf-8")
    assert problems_of(folder / "card.lead") == [("E572", "card.lead:1:5")]


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "shared/fields.lead").write_bytes(b"lead { \xff text }")
    (folder / "card.lead").write_text('use "shared/fields.lead"\nuse "base.led"\nuse "bsae.lead"', encoding="utf-8")
    found = find_problems(read_source(folder / "card.lead"), library=Folder(folder / "card.lead"))
    assert [(p.code, p.hint) for p in found] == [
        ("E572", "save the file as UTF-8"),
        ("E574", ""),
        ("E572", "was `base.lead` meant?"),
    ]


def test_alone_a_rule_set_of_several_files_is_refused(folder: Path) -> None:
    with pytest.raises(RulesError, match="E572"):
        check(parse(Source("ours", FILES["ours.lead"])))


def test_what_is_used_answers_for_itself(folder: Path) -> None:
    (folder / "tests.lead").write_text('use "base.lead"\ntest "x" { form; expect total = 35 }', encoding="utf-8")
    model = read_model(folder / "tests.lead")
    assert [test.name for test in model.tests] == ["x"]
    assert not model.laws
    assert not model.gates
    extended = read_model(folder / "ours.lead")
    assert len(extended.laws) == len(extended.gates) == 1
    assert not extended.tests


def test_the_market_of_a_gate_is_found_from_the_file_it_stands_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S94."""
    above = folder.parent / "above.lead"
    above.write_text(f'extends "{folder.name}/ours.lead"\ngate "own.scenario" {{ auc at least 0.6 }}', encoding="utf-8")
    wanted = [f"{folder.name}/market.scenario", "own.scenario"]
    assert [gate.scenario for gate in read_model(above).gates] == wanted
    monkeypatch.chdir(folder.parent.parent)
    for path in (f"./{folder.parent.name}/above.lead", f".//{folder.parent.name}//above.lead"):
        assert [gate.scenario for gate in read_model(path).gates] == wanted
