"""Everything below `examples/`: rule files are free of problems, but for those stated beside their lines, and their tests hold."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import leadrules
from leadrules.dsl.problem import Problem
from leadrules.files.sources import Folder, read_model, read_source
from leadrules.report.tests import draw_suites
from leadrules.verify.law_problems import law_problems
from leadrules.verify.laws import judge_laws
from leadrules.verify.review import find_problems
from leadrules.verify.suites import run_suite
from tests.chunks import EXPECTED

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
FILES = sorted(EXAMPLES.rglob("*.lead"))
PUBLISHED = [path for path in FILES if path.parent.name == "published"]
SHOWN = "_as_printed"
LEADS_PER_LAW = 200


def ids(path: Path) -> str:
    return path.relative_to(EXAMPLES).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_file_has_the_problems_that_it_states(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    stated = [(number, *words) for number, line in enumerate(lines, 1) for words in EXPECTED.findall(line)]
    assert bool(stated) == path.stem.endswith(SHOWN)
    found = problems_of(path)
    assert [(at(problem), problem.code) for problem in found] == [(number, code) for number, code, _ in stated]
    for problem, (_, _, words) in zip(found, stated, strict=True):
        assert re.search(words, problem.message)


def problems_of(path: Path) -> list[Problem]:
    """What `leadrules check --laws` finds."""
    problems = find_problems(read_source(str(path)), (), Folder(str(path)))
    if any(problem.severity == "error" for problem in problems):
        return problems
    return problems + law_problems(judge_laws(read_model(str(path), ()), LEADS_PER_LAW))


def at(problem: Problem) -> int:
    return problem.span.source.position(problem.span.start)[0]


@pytest.mark.parametrize("path", [path for path in FILES if SHOWN not in path.stem], ids=ids)
def test_the_tests_of_a_file_hold(path: Path) -> None:
    suite = run_suite(str(path), read_model(str(path), ()))
    assert suite.verdicts
    assert not suite.failed, draw_suites([suite])


@pytest.mark.parametrize("path", PUBLISHED, ids=ids)
def test_a_published_rule_set_names_its_source_and_is_listed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "https://" in text or re.search(r'^(use|extends) "', text, re.MULTILINE)
    assert f"`{path.name}`" in (ROOT / "docs" / "published.md").read_text(encoding="utf-8")


ROLES = {
    "Adam": ("one", "decider"),
    "Bob": ("one", "influencer"),
    "Calvin": ("one", "user"),
    "Alvin": ("two", "decider"),
    "Bret": ("two", "influencer"),
    "Cam": ("two", "user"),
}
# Who did what: how often today, and how often yesterday.
DID = (
    ("Adam", "Visit Web Page", 1000, 2),
    ("Adam", "Click Link", 1, 0),
    ("Adam", "Download", 1, 3),
    ("Bob", "Visit Web Page", 1, 2),
    ("Calvin", "Visit Web Page", 1, 1),
    ("Alvin", "Visit Web Page", 3, 2),
    ("Alvin", "Click Link", 1, 0),
    ("Alvin", "Download", 1, 3),
    ("Bret", "Visit Web Page", 1, 2),
    ("Cam", "Visit Web Page", 1, 1),
)


def test_the_groups_that_adobe_publishes_have_their_scores() -> None:
    leads = pd.DataFrame([(who, *group) for who, group in ROLES.items()], columns=["lead", "Buying Group", "role"])
    events = pd.DataFrame([row for did in DID for row in rows(*did)], columns=["lead", "type", "time"])
    rules = leadrules.load(str(EXAMPLES / "published" / "adobe_buying_group.lead"))
    scores = rules.score(leads, events, at="2026-03-02 23:00").to_pandas().set_index("lead")
    assert list(scores.engagement[list(ROLES)]) == [27, 3, 2, 10, 3, 2]
    assert list(scores.group[list(ROLES)]) == [22.15] * 3 + [8.55] * 3


def rows(who: str, what: str, today: int, yesterday: int) -> list[tuple[str, str, pd.Timestamp]]:
    """The occurrences of one kind, a second apart."""
    starts = [(pd.Timestamp("2026-03-02 09:00"), today), (pd.Timestamp("2026-03-01 09:00"), yesterday)]
    return [(who, what, start + pd.Timedelta(seconds=i)) for start, times in starts for i in range(times)]
