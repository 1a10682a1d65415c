"""Files that are broken as people break them: each mistake is found on its line, once, with a way out that works."""

from __future__ import annotations

import pytest

from tests.broken.__main__ import figures
from tests.broken.cases import every_case
from tests.broken.judge import Judgement, judge, problems_of

FLOORS = {
    "problems on the right line": 0.98,
    "problems with the right code": 0.98,
    "top suggestion right": 0.90,
    "fixes that settle their problem": 1.0,
    "files sound once their fixes are made": 1.0,
    "files with as many reports as mistakes": 0.97,
}
MOST_INVENTED = 0.03


@pytest.fixture(scope="module")
def judged() -> list[Judgement]:
    return [judge(case) for case in every_case()]


def test_the_grounds_are_sound() -> None:
    for name, sound in {(case.name, case.sound) for case in every_case()}:
        assert problems_of(name, sound) == ()


def test_there_are_cases_enough_and_each_has_a_name_of_its_own(judged: list[Judgement]) -> None:
    names = [each.case.id for each in judged]
    assert len(names) >= 400
    assert len(set(names)) == len(names)


def test_the_figures_of_the_corpus_stay_above_their_floors(judged: list[Judgement]) -> None:
    found = figures(judged)
    shares = {what: right / of for what, (right, of) in found.items()}
    assert not {what: shares[what] for what, floor in FLOORS.items() if shares[what] < floor}
    assert shares["reports that nobody expected"] <= MOST_INVENTED
