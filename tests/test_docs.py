"""The documentation: every code block does what its page says, and the reference leaves nothing out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from leadrules.cli.run import COMMANDS
from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Problem
from leadrules.dsl.source import Source
from leadrules.files.read_settings import examine_settings
from leadrules.files.sources import Folder
from leadrules.report.text import draw_problems
from leadrules.verify.review import find_problems
from tests.code_pages import examples, found_in, said
from tests.conftest import compare
from tests.pages import Block, blocks, framed, grown, unmarked
from tests.reached import every_part, reading
from tests.terminal import typed

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GRAMMARS = ROOT / "leadrules" / "grammars"
UNITS = {unit + plural for unit in ("second", "minute", "hour", "day", "week") for plural in ("", "s")}
READ_TO_BE_REFUSED = {("when -> later", "MINUS"), ("length -> sign", "MINUS"), ("length -> sign", "quantity")}
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
        keep(block)
        match block.language:
            case "lead" | "scenario":
                preamble = block.text if "preamble" in block.words else preamble
                if {"good", "bad"} & {*block.words}:
                    done.append((block, marked(block, preamble)))
                    run_tests_in(block, preamble)
                    continue
                assert bool(mistakes(block, preamble)) == ("mistakes" in block.words), f"line {block.line}"
            case "console":
                done.append((block, shown(block)))
            case "python":
                exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)
            case "toml":
                examine_settings(Source("leadrules.toml", block.text), ())
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
        return find_problems(
            Source(block.file, Path(block.file).read_text(encoding="utf-8")), library=Folder(block.file)
        )
    text = block.text if "preamble" in block.words else framed(block, preamble)
    found = find_problems(Source(f"page.{block.language}", text))
    return [problem for problem in found if problem.severity == "error" and problem.code != "E501"]


def keep(block: Block) -> None:
    """Write a block that is a file where the blocks below it look for it."""
    if block.file:
        Path(block.file).parent.mkdir(exist_ok=True)
        before = Path(block.file).read_text(encoding="utf-8") if "more" in block.words else ""
        text = unmarked(block).text
        Path(block.file).write_text(grown(before, text) if before else text, encoding="utf-8")


def marked(block: Block, preamble: str) -> str:
    """The block again, with what is found in it beside its lines: something in a bad one, nothing in a good one."""
    found = problems_in(unmarked(block), preamble)
    assert bool(found) == ("bad" in block.words), f"line {block.line}: {[p.message for _, p in found]}"
    lines = unmarked(block).text.splitlines()
    for line, problem in found:
        lines[line] += f"  # {problem.code}: {problem.message}"
    return "".join(f"{line}\n" for line in lines)


def run_tests_in(block: Block, preamble: str) -> None:
    """Tests that stand in a good block hold."""
    if "good" in block.words and re.search(r"^test ", block.text, re.MULTILINE):
        name = block.file or "page.lead"
        Path(name).write_text(block.text if block.file else framed(block, preamble), encoding="utf-8")
        code, output, _ = typed(f"leadrules test {name}")
        assert code == 0, output


def problems_in(block: Block, preamble: str) -> list[tuple[int, Problem]]:
    """What is found in a block, doubts included, each with its line in it; nothing of what stands around it."""
    text = block.text if block.file else framed(block, preamble)
    source = Source(block.file or "page.lead", text)
    start = text.index(block.text)
    found = [p for p in find_problems(source, library=Folder(block.file or ".")) if p.span.source.name == source.name]
    inside = [
        p for p in found if start <= p.span.start < start + len(block.text) and p.message != "this file scores nothing"
    ]
    return [(text.count("\n", start, p.span.start), p) for p in inside]


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


def test_the_readme_names_every_command() -> None:
    assert set(re.findall(r"^\| `leadrules ([\w-]+)", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE)) == set(
        COMMANDS
    )


def test_the_page_of_markets_shows_every_word_of_their_language() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    told = "\n".join([block.text for block in blocks(ROOT / "docs" / "scenarios.md")])
    told += "".join(re.findall(r"^\|.*\|$", page, re.MULTILINE))
    rules = (GRAMMARS / "scenario.lark").read_text(encoding="utf-8").splitlines()
    of_grammar = "\n".join(rule for rule in rules if not rule.startswith(("//", "%")))
    words = set(re.findall(r'"([a-z][a-z-]*)"', of_grammar))
    assert len(words) > 20
    assert {word for word in words if not re.search(rf"\b{word}\b", told)} <= UNITS


def test_the_reference_shows_every_part_of_the_grammar() -> None:
    preamble = ""
    with reading("rules") as shown_parts:
        for block in blocks(REFERENCE):
            keep(block)
            preamble = block.text if "preamble" in block.words else preamble
            if "good" in block.words:
                problems_in(block, preamble)
            elif block.language == "console":
                shown(block)
    parts = every_part("rules") - READ_TO_BE_REFUSED
    assert len(parts) > 400
    left_out: dict[str, list[str]] = {}
    for alternative, part in sorted(parts - shown_parts):
        left_out.setdefault(alternative, []).append(part)
    assert not left_out, f"docs/reference.md has no good example of {left_out}"


def test_every_construct_of_the_reference_has_a_good_and_a_bad_example() -> None:
    constructs = re.split(r"^### ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(constructs) > 50
    for construct in constructs:
        lacking = [words for words in ("```lead good", "```lead bad") if words not in construct]
        assert not lacking, f"{construct.splitlines()[0]} lacks {lacking}"


def test_the_reference_cites_every_statement() -> None:
    stated = re.findall(r"^\*\*(S\d+)\*\*", (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8"), re.MULTILINE)
    cited = re.findall(r"\bS\d+\b", REFERENCE.read_text(encoding="utf-8"))
    assert set(cited) == set(stated)


def test_the_page_of_codes_shows_each_with_an_example(accept: bool, tmp_path: Path) -> None:
    compare(
        ROOT / "docs" / "codes.md", "\n".join([CODES_HEAD, *(shown_code(code, tmp_path) for code in CODES)]), accept
    )


def shown_code(code: str, folder: Path) -> str:
    """What a code stands for, its bad example as it is drawn, and its good one."""
    bad, good, beside = examples(code)
    what, why = said(code)
    problem = next(problem for problem in found_in(bad, beside, folder) if problem.code == code)
    drawn = draw_problems([problem]).replace(f"{folder}/", "")
    parts = [f"## {code}: {CODES[code]}", what, indent(drawn, "    "), why, "Better:", indent(good.text, "    ")]
    return "\n\n".join(parts)


CODES_HEAD = """# Codes

What `leadrules check` and `leadrules lint` report. Codes that begin with E are mistakes: the file says nothing until they are
mended. Codes that begin with W are doubts: the file is read as it stands. `leadrules explain-code CODE` shows the page of one.
This page is written by the tests, from the pages they check; [lint](lint.md) says how doubts are silenced.
"""
