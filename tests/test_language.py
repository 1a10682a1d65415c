"""Rule files with mistakes: each is found where it is, with its code, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Problem, RulesError, in_order
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.files.markets import read_market
from leadrules.files.sources import Folder
from leadrules.report.text import draw_problems
from leadrules.verify.law_problems import law_problems
from leadrules.verify.laws import judge_laws
from leadrules.verify.match import match
from leadrules.verify.review import find_problems
from tests.chunks import Chunk, every_chunk
from tests.conftest import compare

HERE = Path(__file__).parent
CHUNKS = every_chunk(HERE / "language", "*.lead") + every_chunk(HERE / "language", "*.scenario")
MATCHING = every_chunk(HERE / "matching", "*.lead")


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: chunk.id)
def test_problems_stand_beside_the_lines_that_have_them(chunk: Chunk) -> None:
    compare_problems(chunk, problems_of(chunk, Source(chunk.path.name, chunk.text), given(chunk)))


def problems_of(chunk: Chunk, source: Source, values: list[Source]) -> list[Problem]:
    """What `leadrules check` finds; with a line such as `#! laws 500` it tries so many leads against each law."""
    found = find_problems(source, values, Folder(chunk.path))
    laws = re.search(r"^#! laws (\d+)$", chunk.text, re.MULTILINE)
    return found + law_problems(judge_laws(check(parse(source)), int(laws[1]))) if laws else found


def given(chunk: Chunk) -> list[Source]:
    """The values that lines such as `#! set quiet=45days` give to params, each at the place of its line."""
    lines = enumerate(chunk.text.split("\n"))
    return [Source("--set", "\n" * at + line[7:]) for at, line in lines if line.startswith("#! set ")]


def compare_problems(chunk: Chunk, problems: Iterable[Problem]) -> None:
    """Every problem stands where the chunk expects one, and every expected one is found."""
    found = [(p.span.source.position(p.span.start)[0], p.code, p.message) for p in in_order(problems)]
    missing = list(chunk.expected)
    surprises = []
    for line, code, message in found:
        match = next((e for e in missing if (e.line, e.code) == (line, code) and re.search(e.words, message)), None)
        if match:
            missing.remove(match)
        else:
            surprises.append((line, code, message))
    assert not surprises and not missing


@pytest.mark.parametrize("chunk", MATCHING, ids=lambda chunk: chunk.id)
def test_rules_and_market_are_held_against_each_other(chunk: Chunk) -> None:
    model = check(parse(Source(chunk.path.name, chunk.text)))
    market = read_market(chunk.path.with_suffix(".scenario"))
    try:
        problems: Iterable[Problem] = match(model, market)
    except RulesError as mistake:
        problems = mistake.problems
    compare_problems(chunk, problems)


def test_every_code_of_a_mistake_is_tested() -> None:
    tested = {expected.code for chunk in CHUNKS + MATCHING for expected in chunk.expected}
    assert tested <= set(CODES)
    assert not [code for code in set(CODES) - tested if code.startswith("E")]


@pytest.mark.parametrize("path", sorted((HERE / "messages").glob("**/*.lead")), ids=lambda path: path.stem)
def test_messages_are_drawn_as_stored(path: Path, accept: bool) -> None:
    problems = in_order(find_problems(Source(path.name, path.read_text(encoding="utf-8"))))
    compare(path.with_suffix(".txt"), draw_problems(problems) + "\n", accept)


def test_a_file_commands_no_terminal() -> None:
    """Signs that do something, or change how others look, are shown in their place; joiners of scripts are left."""
    text = 'ruleset a { \x1b[31mversion 1 }\n# \u202e \x1b]0;x\x07\nscore "\u200d\u00e9\n'
    drawn = draw_problems(in_order(find_problems(Source("a\x1b.lead", text))))
    assert not {"\x1b", "\x07", "\u202e"} & {*drawn}
    assert drawn.startswith("error[E101]: U+001B is no sign of the language\n --> a␛.lead:1:13\n")
    assert "1 | ruleset a { ␛[31mversion 1 }\n  |             ^\n" in drawn
    assert "\u200d\u00e9" in drawn


@pytest.mark.parametrize("word", ["intent", "activity", "in", "channels"])
@pytest.mark.parametrize("law", ["everyone { NAME lognormal median 3 spread 1 }", ""])
def test_a_field_that_can_have_no_law_is_said_to_need_another_name(word: str, law: str) -> None:
    start = f"scenario m {{ horizon 99 days from 2026-01-05 }}\nlead {{ {word} number }}\npersona p 100% {{ }}\n"
    text = start + "stage s { lasts exactly 3 days; then won 10%, else lost }\n" + law.replace("NAME", word)
    (problem,) = find_problems(Source("m.scenario", text))
    assert problem.code == ("E110" if law else "W701")
    assert "can be given no law: call it otherwise" in problem.hint
