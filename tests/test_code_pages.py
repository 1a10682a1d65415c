"""Pages about codes: each code has one, its bad example has that code and no other, and its good one has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadrules.dsl.codes import CODES
from leadrules.files.settings import CODES as OF_SETTINGS
from leadrules.report.finding import KINDS
from tests.code_pages import FOLDER, examples, found_in, said
from tests.terminal import typed


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_its_code_and_nothing_else(code: str, tmp_path: Path) -> None:
    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"# {code}: {CODES[code]}"
    assert all(said(code))
    bad, good, beside = examples(code)
    assert {problem.code for problem in found_in(bad, beside, tmp_path)} == {code}
    assert not found_in(good, beside, tmp_path)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("W911", "# leadrules: ignore W911 until"),
        ("w911", "earn points by exactly the same thing"),
        ("E201", "A mistake cannot be silenced"),
        ("W102", "It cannot be silenced"),
    ],
)
def test_the_page_of_a_code_is_shown(code: str, words: str) -> None:
    shown = typed(f"leadrules explain-code {code}")
    assert shown.code == 0
    assert words in shown.output


def test_a_code_that_does_not_exist_is_answered_with_the_nearest() -> None:
    shown = typed("leadrules explain-code W9111")
    assert shown.code == 2
    assert "there is no code `W9111`: was W911 meant?" in shown.errors


def test_without_a_code_all_are_listed() -> None:
    shown = typed("leadrules explain-code")
    assert shown.code == 0
    assert [line.split()[0] for line in shown.output.splitlines()] == [*CODES, *OF_SETTINGS, "X101", *KINDS]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("S10", ["S101", "S102", "S103", "S104", "S105"]),
        ("s103", ["S103"]),
        ("gate", ["gate"]),
        ("w99", ["W991", "W992", "W993", "W994"]),
    ],
)
def test_of_the_beginning_of_codes_these_are_listed(asked: str, found: list[str]) -> None:
    """Whatever stands as a code in what another program shows can be asked for."""
    shown = typed(f"leadrules explain-code {asked}")
    assert shown.code == 0
    assert [line.split()[0] for line in shown.output.splitlines()] == found
