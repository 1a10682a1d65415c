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


def _hints(line: str) -> list[str]:
    start = "lead { size number; created date; seen time }\nevent visit\nscore s { criteria {\n  "
    return [problem.hint for problem in problems_of("card.lead", f"{start}{line}\n}} }}\n")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31.12.2026", "2026-12-31"),
        ("1.2.26", "2026-02-01"),
        ("31/12/2026", "2026-12-31"),
        ("30 Sept 2026", "2026-09-30"),
        ("5/12/2026", "2026-05-12"),
        ("5/5/2026", "2026-05-05"),
        ('"2026-02-28"', "2026-02-28"),
        ("45.12.2026", ""),
        ("30.02.2026", ""),
        ("31.12.1850", ""),
        ("32.1.26", ""),
        ("45/12/2026", ""),
        ("29/02/2026", ""),
        ("13/13/2026", ""),
        ("31 Sept 2026", ""),
        ("Sept 31, 2026", ""),
        ('"2026-02-30"', ""),
    ],
)
def test_a_day_is_proposed_only_where_there_is_one(written: str, meant: str) -> None:
    (hint,) = _hints(f"a 5 when created >= {written}")
    assert f"`{meant}`" in hint if meant else "write" not in hint


@pytest.mark.parametrize(("written", "meant"), [("7pm", "19:00"), ("12am", "00:00"), ("25pm", ""), ("99.99", "")])
def test_a_time_of_day_is_proposed_only_where_there_is_one(written: str, meant: str) -> None:
    (hint,) = _hints(f"a 5 when seen >= 2026-01-31 {written}")
    assert f"`{meant}`" in hint if meant else "write" not in hint


@pytest.mark.parametrize(
    "line",
    [
        "a 5 each time  , at most 3",
        "a by size { under 5: 1; over 1_: 2; unknown: 0 }",
        "a by size { under 5: 1; 5 to 1__0: 2; over 1__0: 3 }",
        f"a by size {{ <= {'9' * 5_000}: 1; unknown: 0 }}",
        f"a by size {{ over {'9' * 5_000}: 1; unknown: 0 }}",
        f"a {'9' * 5_000}k each visit",
        f"a 5 each visit in last {'9' * 5_000} months",
        f"a 5 when created in last {'9' * 5_000} days",
    ],
)
def test_what_looks_like_a_slip_and_is_none_is_told_as_any_mistake(line: str) -> None:
    assert _hints(line)


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
