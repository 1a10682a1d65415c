"""The documentation: every code block does what its page says, and the reference leaves nothing out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from leadrules.cli.check import find_problems
from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Problem, RulesError, in_order
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.scenario.check import check as scenario_check
from leadrules.dsl.scenario.parse import parse as scenario_parse
from leadrules.dsl.source import Source
from leadrules.files.sources import Folder
from leadrules.report.text import draw_problems
from leadrules.verify.match import match
from tests.chunks import Chunk
from tests.conftest import compare
from tests.pages import Block, blocks, framed
from tests.terminal import typed
from tests.test_language import CHUNKS, MATCHING, given
from tests.test_language import problems_of as find_all

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GRAMMARS = ROOT / "leadrules" / "grammars"
UNITS = {unit + plural for unit in ("second", "minute", "hour", "day", "week") for plural in ("", "s")}
SET_UP = re.compile(r"^(?:python3 -m venv \.venv && )?(?:\.venv/bin/)?(?:pip install [^&]* && )?(?:\.venv/bin/)?")


@pytest.fixture(autouse=True)
def a_folder_with_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_page_does_what_it_says(page: Path, accept: bool) -> None:
    names: dict[str, Any] = {}
    preamble, text, done = "", page.read_text(encoding="utf-8"), []
    for block in blocks(page):
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        match block.language:
            case "lead" | "scenario":
                preamble = block.text if "preamble" in block.words else preamble
                assert bool(mistakes(block, preamble)) == ("mistakes" in block.words), f"line {block.line}"
            case "console":
                done.append((block, shown(block)))
            case "python":
                exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)
            case "sh" | "yaml":
                for command in commands(block):
                    assert typed(command).code == 0, command
            case _:
                assert block.language == "csv", f"line {block.line}: what is done with {block.language}?"
                assert block.file
    for block, new in reversed(done):
        text = text[: block.start] + new + text[block.start + len(block.text) :]
    compare(page, text, accept)


def mistakes(block: Block, preamble: str) -> list[Problem]:
    """The problems of a file; of a fragment, all but doubts about what stands around it, and what it leaves out."""
    if block.file:
        return find_problems(Source(block.file, block.text), library=Folder(block.file))
    text = block.text if "preamble" in block.words else framed(block, preamble)
    found = find_problems(Source(f"page.{block.language}", text))
    return [problem for problem in found if problem.severity == "error" and problem.code != "E501"]


def shown(block: Block) -> str:
    """The block again, with what its commands show now."""
    parts = []
    for line in re.findall(r"^\$ (.*)$", block.text, re.MULTILINE):
        command, asked, _ = line.partition("; echo $?")
        code, output, errors = typed(command)
        assert asked or code == 0, f"{command}: {errors}{output}"
        parts.append(f"$ {line}\n{errors}{output}".rstrip("\n") + (f"\n{code}" if asked else ""))
    return "\n\n".join(parts) + "\n"


def commands(block: Block) -> list[str]:
    """The commands of a shell or CI block, without what sets them up and without that which runs these tests."""
    lines = block.text.splitlines()
    if block.language == "yaml":
        lines = [line.partition("- run: ")[2] for line in lines if "- run: " in line]
    found = [SET_UP.sub("", line) for line in lines]
    assert all(command.startswith(("leadrules ", "python -m pytest", "pip install ")) for command in found), found
    return [command for command in found if command.startswith("leadrules ")]


def test_continuous_integration_runs_the_line_of_the_readme() -> None:
    line = next(line for block in blocks(ROOT / "README.md") for line in block.text.splitlines() if "-m pytest" in line)
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("page", "grammars"), [("rules", ("rules", "expression")), ("scenarios", ("scenario",))])
def test_the_reference_shows_every_word_of_the_language(page: str, grammars: tuple[str, ...]) -> None:
    told = "\n".join(block.text for block in blocks(ROOT / "docs" / f"{page}.md"))
    told += "".join(re.findall(r"^\|.*\|$", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), re.MULTILINE))
    words = {
        word
        for grammar in grammars
        for rule in (GRAMMARS / f"{grammar}.lark").read_text(encoding="utf-8").splitlines()
        if not rule.startswith(("//", "%"))
        for word in re.findall(r'"([a-z][a-z-]*)"', rule)
    }
    assert len(words) > 20
    assert {word for word in words if not re.search(rf"\b{word}\b", told)} <= UNITS


def test_the_page_of_codes_shows_each_with_an_example(accept: bool) -> None:
    parts = [CODES_HEAD]
    for code, meaning in CODES.items():
        parts.append(f"## {code}: {meaning}\n\n{example(code)}\n")
    compare(ROOT / "docs" / "codes.md", "\n".join(parts), accept)


def example(code: str) -> str:
    """The first problem of the tests that has this code, drawn."""
    for chunk in CHUNKS + MATCHING:
        if any(expected.code == code for expected in chunk.expected):
            problem = next(p for p in problems_of(chunk) if p.code == code)
            drawn = draw_problems([problem]).replace(f"{chunk.path.parent}/", "")
            return indent(drawn.replace(chunk.path.name, f"card{chunk.path.suffix}"), "    ")
    raise AssertionError(f"no test has {code}")


def problems_of(chunk: Chunk) -> list[Problem]:
    """The problems of a chunk, as those of a file of its own."""
    source = Source(chunk.path.name, chunk.text.lstrip("\n"))
    if chunk not in MATCHING:
        values = [Source(value.name, value.text.lstrip("\n")) for value in given(chunk)]
        return in_order(find_all(chunk, source, values))
    market = scenario_check(scenario_parse(Source("market.scenario", chunk.path.with_suffix(".scenario").read_text())))
    try:
        return match(check(parse(source)), market)
    except RulesError as mistake:
        return list(mistake.problems)


CODES_HEAD = """# Codes

What `leadrules check` reports. Codes that begin with E are mistakes: the file says nothing until they are mended. Codes
that begin with W are doubts: the file is read as it stands. This page is written by the tests, from the files they check.
"""
