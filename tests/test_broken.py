"""Files that are broken as people break them: each mistake is found on its line, once, with a way out that works."""

from __future__ import annotations

import pytest

from leadrules.dsl.spelling import suggest
from tests.broken.__main__ import figures
from tests.broken.cases import HERE, Case, every_case
from tests.broken.judge import Judgement, judge, problems_of

FLOORS = {
    "problems on the right line": 0.99,
    "problems with the right code": 0.98,
    "top suggestion right": 0.94,
    "fixes that settle their problem": 1.0,
    "files sound once their fixes are made": 1.0,
    "files with as many reports as mistakes": 0.99,
}
MOST_INVENTED = 0.005


@pytest.fixture(scope="module")
def judged() -> list[Judgement]:
    return [judge(case) for case in every_case()]


def test_the_grounds_are_sound() -> None:
    for name, sound in {(case.name, case.sound) for case in every_case()}:
        assert problems_of(name, sound) == ()


def test_there_are_cases_enough_and_each_has_a_name_of_its_own(judged: list[Judgement]) -> None:
    names = [each.case.id for each in judged]
    assert len(names) >= 800
    assert len(set(names)) == len(names)


def test_the_figures_of_the_corpus_stay_above_their_floors(judged: list[Judgement]) -> None:
    found = figures(judged)
    shares = {what: right / of for what, (right, of) in found.items()}
    assert not {what: shares[what] for what, floor in FLOORS.items() if shares[what] < floor}
    assert shares["reports that nobody expected"] <= MOST_INVENTED


def _broken(sound_line: str, line: str) -> Case:
    sound = (HERE / "card.lead").read_text(encoding="utf-8")
    number = sound.split("\n").index(sound_line) + 1
    return Case("a case", "card.lead", sound.replace(sound_line, line), sound, (), {number: (sound_line,)})


def test_a_fix_is_right_only_where_it_gives_back_the_sound_line() -> None:
    sound = "    sample major each sample_request, at most 2"
    for line, right in ((sound.replace(",", ""), True), (sound.replace(", at most 2", " at most 3"), False)):
        judged = judge(_broken(sound, line))
        (problem,) = judged.fixes
        assert problem.fix is not None and problem.fix.text == ","
        assert judged.restores(problem) is right


def test_fixes_of_one_line_are_right_together() -> None:
    sound = "    price important each page_view where page is price, at most 2"
    judged = judge(_broken(sound, sound.replace("each", "every").replace(",", "")))
    assert [judged.restores(problem) for problem in judged.fixes] == [True, True]


@pytest.mark.parametrize(
    ("word", "known", "akin"),
    [
        ("pricing", ["price", "product"], "was `price` meant?"),
        ("form", ["form_submission", "webinar"], "was `form_submission` meant?"),
        ("email", ["email_open", "email_click"], "was `email_click` or `email_open` meant?"),
        ("page_click", ["page_view"], ""),
        ("PageView", ["page_view", "page"], "was `page_view` meant?"),
        ("ab", ["abc"], ""),
    ],
)
def test_a_name_is_suggested_where_its_parts_are_alike(word: str, known: list[str], akin: str) -> None:
    assert suggest(word, known) == akin
