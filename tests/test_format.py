"""The canonical form: what it looks like, that nothing is lost on the way to it, and the command that gives it."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from leadrules.cli.fmt import canonical
from leadrules.dsl.expression.format import settle
from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules.format import comments_of, format_source
from leadrules.dsl.rules.parse import read
from leadrules.dsl.rules.tree import Ruleset
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source
from leadrules.files import replace_file
from tests.fuzz_format import fuzz
from tests.terminal import typed

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted([*(ROOT / "examples").rglob("*.lead"), *(ROOT / "examples").rglob("*.scenario")])
LOOSE = "# fields\nlead {   size   number }\n\n\n\nevent form  # asked\n"
TIGHT = "# fields\nlead {\n  size number\n}\n\nevent form  # asked\n"


def formatted(text: str) -> str:
    return format_source(Source("card.lead", text))


LONG = "l" * 62
PAIRS = {
    "a comment stays behind the words it stood behind": (
        "condition big:\n  size >= 50   # not too small\n  and (country is DE)  # home\n",
        "condition big: size >= 50  # not too small\n    and country is DE  # home\n",
    ),
    "a comment with a line of its own keeps it": (
        "condition big: size >= 50 and\n # the home market\n country is DE\n",
        "condition big: size >= 50 and\n    # the home market\n    country is DE\n",
    ),
    "a comment behind brackets that go stays where a line may end": (
        "condition big: (size >= 50 # small\n) and x = 1\n",
        "condition big: size >= 50  # small\n    and x = 1\n",
    ),
    "a comment behind a word that no line ends with goes to the next that may": (
        "condition big: (size # small\n >= 50) and x = 1\n",
        "condition big: size >= 50  # small\n    and x = 1\n",
    ),
    "comments that find no place go behind a statement, and above it": (
        "condition big: (size # one\n >= # two\n 50)\n",
        "# one\ncondition big: size >= 50  # two\n",
    ),
    "a comment that goes above a statement ends a column": (
        "score s { criteria {\n a 5 when x\n longer 5 when (y # where\n = 3) # really\n} }\n",
        "score s {\n  criteria {\n    a 5 when x\n    # where\n    longer 5 when y = 3  # really\n  }\n}\n",
    ),
    "a comment before a brace goes above the block": (
        "lead # why\n{\n  size number # in people\n}\n",
        "# why\nlead {\n  size number  # in people\n}\n",
    ),
    "a comment behind a semicolon belongs to the statement before it": (
        "lead { size number; # in people\n  country text }\n",
        "lead {\n  size    number  # in people\n  country text\n}\n",
    ),
    "a suppression stays on the line of its statement": (
        "condition big: size >= 50   # leadrules: ignore W123\n",
        "condition big: size >= 50  # leadrules: ignore W123\n",
    ),
    "a blank line is kept once, and goes where a block begins or ends": (
        "\n\nlead {\n\n  size number\n\n\n  country text\n\n}\n\n\n\nevent form\n\n",
        "lead {\n  size number\n\n  country text\n}\n\nevent form\n",
    ),
    "a blank line alone makes no short block long": (
        "event form {\n\n  name text\n\n}\n",
        "event form { name text }\n",
    ),
    "a statement that is too long ends lines before clauses first": (
        (
            f'condition {LONG}: xxxxxxxxx is one of "aaaaaaa", "bbbbbbb"\npoints p = 1\nscore s {{\n  criteria {{\n'
            f'    x 1 each {LONG} where path is one of "b", "c", at most 3, no decay\n  }}\n}}\n'
        ),
        (
            f'condition {LONG}:\n    xxxxxxxxx is one of "aaaaaaa", "bbbbbbb"\npoints p = 1\nscore s {{\n  criteria {{\n'
            f'    x 1 each {LONG} where path is one of "b", "c",\n        at most 3, no decay\n  }}\n}}\n'
        ),
    ),
    "`between 1 and 5` is never parted": (
        f"score {LONG} = {LONG[:28]} between 0 and 100 rounded\n",
        f"score {LONG} = {LONG[:28]} between 0 and 100 rounded\n",
    ),
    "names stand in columns, and points with their last digits": (
        "score s { criteria {\n a 5 when x\n pricing -10 when y, unless z\n by_size by size { under 5: 1; else: 2 }\n\n b 1 when x\n} }\n",
        (
            "score s {\n  criteria {\n    a         5 when x\n    pricing -10 when y, unless z\n"
            "    by_size by size { under 5: 1; else: 2 }\n\n    b 1 when x\n  }\n}\n"
        ),
    ),
    "a column ends at a comment line, a blank line and a block": (
        'event a\nevent long { b text }\nevent longest from "x" passive\n# why\nevent c { d text }\n',
        'event a\nevent long    { b text }\nevent longest from "x" passive\n# why\nevent c { d text }\n',
    ),
    "points with names stand at the left": (
        "score s { criteria {\n a small when x\n long 10 when y\n} }\n",
        "score s {\n  criteria {\n    a    small when x\n    long 10    when y\n  }\n}\n",
    ),
    "a short header has one line": (
        'ruleset r "R" {\n  version 1\n  timezone UTC\n}\n',
        'ruleset r "R" { version 1; timezone UTC }\n',
    ),
    "nothing but comments": ("\n  # one\n\n\n# two", "# one\n\n# two\n"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_canonical_form(name: str) -> None:
    text, wanted = PAIRS[name]
    assert formatted(text) == wanted
    assert formatted(wanted) == wanted


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_in_canonical_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical(Source(path.name, text)) == text, "`leadrules fmt -w examples` mends it"


def test_a_form_that_says_something_else_is_refused() -> None:
    source = Source("card.lead", "lead { size number } # why\nevent form\n")
    damages = {
        "would not come out of formatting as it went in": lambda tree: write(tree).replace("size", "sise"),
        "would be lost in formatting": lambda tree: write(tree).replace("  # why", ""),
        "would be formatted otherwise the second time": lambda tree: write(tree) + "\n" * ("why" in write(tree)),
    }
    for words, damaged in damages.items():
        with pytest.raises(RulesError, match=f"X101 this {words}"):
            settle(source, read, damaged if "otherwise" not in words else _growing(), comments_of)
    assert settle(source, read, write, comments_of) == "lead {\n  size number\n}  # why\nevent form\n"


def _growing() -> object:
    """A writer that adds a line at every call."""
    calls: list[None] = []

    def grow(tree: Ruleset) -> str:
        calls.append(None)
        return write(tree) + "\n" * len(calls)

    return grow


def test_the_place_of_a_refusal_is_the_statement_that_would_change() -> None:
    source = Source("card.lead", "lead { size number }\n\nevent form\n")
    with pytest.raises(RulesError) as refused:
        settle(source, read, lambda tree: write(tree).replace("form", "farm"), comments_of)
    (problem,) = refused.value.problems
    assert problem.span.text == "event form"
    assert "the file stays as it is" in problem.hint


def test_the_formatter_under_fire(full: bool) -> None:
    report = fuzz(5_000 if full else 300, seed=20_260)
    assert not report.failures, f"{report}\n{report.failures[0]}"
    assert all(report.formatted[kind] for kind in ("bytes", "lines", "spaces", "comments")), report


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file in canonical form, one that is not, and one with a mistake."""
    (tmp_path / "tight.lead").write_text(TIGHT)
    (tmp_path / "loose.lead").write_text(LOOSE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "wrong.scenario").write_text("persona {\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "loose.lead").write_text(LOOSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_an_option_the_text_is_printed_and_nothing_written(folder: Path) -> None:
    assert typed("leadrules fmt loose.lead") == (0, TIGHT, "")
    assert (folder / "loose.lead").read_text() == LOOSE


def test_check_names_what_is_not_in_canonical_form(folder: Path) -> None:
    assert typed("leadrules fmt --check tight.lead") == (0, "", "1 file: 0 to be rewritten, 1 in canonical form\n")
    code, output, errors = typed("leadrules fmt --check tight.lead loose.lead loose.lead")
    assert (code, output) == (1, "loose.lead\n")
    assert errors == "2 files: 1 to be rewritten, 1 in canonical form\n"
    assert (folder / "loose.lead").read_text() == LOOSE


def test_diff_shows_what_would_change(folder: Path) -> None:
    code, output, _ = typed("leadrules fmt --diff loose.lead tight.lead")
    assert code == 1
    assert "-lead {   size   number }\n-\n-\n+lead {\n+  size number\n+}\n \n event form" in output
    assert "tight" not in output
    assert typed("leadrules fmt --diff tight.lead").output == ""


@pytest.mark.parametrize("ends", [LOOSE, LOOSE.rstrip("\n"), "event visit", TIGHT + "\n\n"])
def test_git_can_apply_a_diff(folder: Path, ends: str) -> None:
    path = folder / "loose.lead"
    path.write_text(ends, encoding="utf-8")
    patch = typed("leadrules fmt --diff loose.lead").output
    done = subprocess.run(["git", "apply", "-"], input=patch, text=True, capture_output=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert typed("leadrules fmt --check loose.lead").code == 0


def test_of_a_folder_every_file_is_handled_whatever_is_wrong_with_one(folder: Path) -> None:
    code, output, errors = typed("leadrules fmt -w")
    assert (code, output) == (1, "loose.lead\n")
    assert "sub/wrong.scenario:1" in errors
    assert "3 files: 1 rewritten, 1 in canonical form, 1 left as they are" in errors
    assert (folder / "loose.lead").read_text() == TIGHT
    assert (folder / "sub" / "wrong.scenario").read_text() == "persona {\n"
    assert (folder / ".hidden" / "loose.lead").read_text() == LOOSE


def test_what_cannot_be_read_is_said_and_the_rest_handled(folder: Path) -> None:
    (folder / "latin.lead").write_bytes(b"lead { gr\xf6sse number }\n")
    (folder / "notes.txt").write_text("lead\n")
    code, output, errors = typed("leadrules fmt -w none.lead latin.lead notes.txt loose.lead")
    assert (code, output) == (2, "loose.lead\n")
    assert "none.lead: no such file or folder\n" in errors
    assert "latin.lead: byte 9 is no UTF-8 text" in errors
    assert "notes.txt: neither a rule file (.lead) nor a market (.scenario)\n" in errors


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_mark_and_line_ends_stay_as_they_are(folder: Path, mark: bytes, end: bytes) -> None:
    path = folder / "loose.lead"
    path.write_bytes(mark + LOOSE.encode().replace(b"\n", end))
    assert typed("leadrules fmt -w loose.lead").code == 0
    assert path.read_bytes() == mark + TIGHT.encode().replace(b"\n", end)
    assert typed("leadrules fmt --check loose.lead").code == 0


def test_mixed_line_ends_become_those_of_the_first_line(folder: Path) -> None:
    path = folder / "tight.lead"
    path.write_bytes(TIGHT.encode().replace(b"\n", b"\r\n", 1))
    code, output, _ = typed("leadrules fmt --diff tight.lead")
    assert (code, output) == (1, "tight.lead: line ends differ from each other\n")
    typed("leadrules fmt -w tight.lead")
    assert path.read_bytes() == TIGHT.encode().replace(b"\n", b"\r\n")


def test_permissions_and_links_stay(folder: Path) -> None:
    path = folder / "loose.lead"
    path.chmod(0o640)
    (folder / "link.lead").symlink_to(path)
    assert typed("leadrules fmt -w link.lead").code == 0
    assert (folder / "link.lead").is_symlink()
    assert path.read_text() == TIGHT
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_written_stays_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replace_file.os, "fsync", full)
    code, output, errors = typed("leadrules fmt -w loose.lead")
    assert (code, output, errors.splitlines()[0]) == (2, "", "loose.lead: no space left on device")
    assert (folder / "loose.lead").read_text() == LOOSE
    assert {path.name for path in folder.iterdir()} == {"tight.lead", "loose.lead", "sub", ".hidden"}


def test_a_file_that_may_not_be_written_is_not_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replace_file.os, "access", lambda *_: False)
    code, _, errors = typed("leadrules fmt -w loose.lead")
    assert (code, errors.splitlines()[0]) == (2, "loose.lead: may not be written")
    assert (folder / "loose.lead").read_text() == LOOSE


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [("", LOOSE, TIGHT), ("--stdin-name x.scenario", "persona a  50% {\n}", "persona a 50% {\n}\n")],
)
def test_the_standard_input(name: str, text: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.replace("\n", "\r\n").encode("utf-8-sig"))))
    assert typed(f"leadrules fmt - {name}") == (0, wanted, "")


def test_a_mistake_in_the_standard_input_has_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"lead { size }\n")))
    code, output, errors = typed("leadrules fmt -")
    assert (code, output) == (1, "")
    assert "stdin.lead:1:12" in errors


def test_options_that_contradict_each_other() -> None:
    assert typed("leadrules fmt -w --check").code == 2
    assert typed("leadrules fmt -w -").code == 2
