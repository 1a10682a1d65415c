"""Words in colour: what editors and Pygments are given is what the grammars read, and shells complete what there is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from leadrules.cli.run import COMMANDS
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.source import Source
from tests.conftest import compare
from tests.terminal import typed
from tests.textmate import scopes, textmate

pygments_token = pytest.importorskip("pygments.token")
highlight = import_module("leadrules.highlight")

ROOT = Path(__file__).parent.parent
TEXTMATE = ROOT / "editors" / "leadrules.tmLanguage.json"
FILES = sorted(
    path
    for folder in (ROOT / "examples", ROOT / "tests" / "format")
    for path in [*folder.rglob("*.lead"), *folder.rglob("*.scenario")]
)
KINDS = {"COMMENT": "comment", "TEXT": "string", "NUMBER": "constant.numeric", "DATE": "constant.numeric.date"}


def lexer(path: Path) -> object:
    return highlight.ScenarioLexer() if path.suffix == ".scenario" else highlight.RulesLexer()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_character_of_a_valid_file_has_a_colour(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tokens = list(lexer(path).get_tokens(text))  # type: ignore[attr-defined]
    assert "".join(value for _, value in tokens) == text.lstrip("\n")
    assert not [value for kind, value in tokens if kind in pygments_token.Error]


def test_what_is_no_word_is_an_error() -> None:
    tokens = list(highlight.RulesLexer().get_tokens('lead { a § text from "open\n}'))
    assert [value for kind, value in tokens if kind in pygments_token.Error] == ["§", '"open']


def test_words_have_the_kinds_that_readers_expect() -> None:
    text = 'score fit {\n  demo 20 each form where name is "x" and days since form > 3 days, decay half-life 5 EUR # why\n}\n'
    kinds = {value: str(kind) for kind, value in highlight.RulesLexer().get_tokens(text)}
    wanted = {
        "score": "Token.Keyword.Declaration",
        "fit": "Token.Name.Class",
        "demo": "Token.Name",
        "20": "Token.Literal.Number",
        "each": "Token.Keyword",
        '"x"': "Token.Literal.String.Double",
        "and": "Token.Operator.Word",
        "days": "Token.Keyword.Type",
        "half-life": "Token.Keyword",
        "EUR": "Token.Keyword.Type",
        "# why": "Token.Comment.Single",
        "{": "Token.Punctuation",
    }
    assert {word: kinds[word] for word in wanted} == wanted


def test_pygments_is_told_of_both_languages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    doors = project["entry-points"]["pygments.lexers"].values()
    found = [getattr(import_module(door.partition(":")[0]), door.partition(":")[2]) for door in doors]
    assert [kind.filenames for kind in found] == [["*.lead"], ["*.scenario"]]
    assert all(kind.name and kind.aliases and kind.mimetypes for kind in found)


def test_editors_are_given_the_words_of_the_grammars(accept: bool) -> None:
    compare(TEXTMATE, json.dumps(textmate(), indent=2) + "\n", accept)


def test_words_that_pygments_sets_apart_are_words_of_the_grammars() -> None:
    words = grammar("rules").keywords() | grammar("scenario").keywords()
    assert len(words) > 200
    assert words >= highlight.OPERATORS | highlight.TYPES | highlight.UNITS
    assert {"half-life", "log-logistic", "when", "persona"} <= words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_editors_see_words_as_the_grammar_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    language = grammar("scenario" if path.suffix == ".scenario" else "rules")
    seen = scopes(json.loads(TEXTMATE.read_text(encoding="utf-8")), text)
    before = ""
    for word in language.words(Source(path.name, text)):
        scope = seen.get(word.start_pos or 0, "")
        value = str(word.value)
        if word.type in KINDS:
            assert scope.startswith(KINDS[word.type]), (value, scope)
        elif word.type != "NEWLINE" and value[0].isalpha() and before != ".":
            keyword = scope.startswith(("keyword", "support.type"))
            named = scope == "entity.name.type"
            assert named or keyword == (word.type not in ("NAME",)) or value in _words_of_both(), (value, scope)
        elif word.type != "NEWLINE":
            assert scope, value
        before = value


def _words_of_both() -> frozenset[str]:
    return grammar("rules").keywords() | grammar("scenario").keywords()


# Shells


def completed(line: str) -> list[str]:
    """What a shell is offered for the last word of a line."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_LEADRULES_COMPLETE": "bash_complete"}
    shown = subprocess.run(
        [sys.executable, "-m", "leadrules"], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert not shown.stderr
    return shown.stdout.split()


def test_a_shell_completes_commands_options_values_and_files() -> None:
    assert completed("leadrules ") == [f"plain,{name}" for name in COMMANDS]
    assert completed("leadrules fmt --d") == ["plain,--diff"]
    assert completed("leadrules score --on-bad-row ") == ["plain,error", "plain,skip"]
    assert completed("leadrules check exa") == ["file,exa"]
    assert completed("leadrules score x.lead -o exa") == ["file,exa"]
    assert completed("leadrules score x.lead --as-of exa") == []
    assert completed("leadrules score x.lead --leads exa") == ["file,exa"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_leadrules(shell: str) -> None:
    code, script, _ = typed(f"leadrules completion {shell}")
    assert code == 0
    assert f"_LEADRULES_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=script, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def asked(shell: str, ask: str, folder: Path) -> list[str]:
    """What a shell prints that has read its script, and finds `leadrules` as a program of its path."""
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"there is no {shell} here")
    (folder / "leadrules").write_text(f'#!/bin/sh\nexec {sys.executable} -m leadrules "$@"\n')
    (folder / "leadrules").chmod(0o755)
    script = typed(f"leadrules completion {shell}").output
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    words = [program, *(["-f"] if shell == "zsh" else [])]
    shown = subprocess.run(
        words,
        input=ask.replace("SCRIPT", script),
        env=environment,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert not shown.stderr
    return shown.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("leadrules fm", "fmt"),
        ("leadrules completion f", "fish"),
        ("leadrules compare --format = j", "json junit"),
        ("leadrules compare --format j", "json junit"),
        ("leadrules explain-code w99", "W991 W992 W993 W994"),
    ],
)
def test_bash_offers_what_leadrules_does(words: str, offered: str, tmp_path: Path) -> None:
    """Bash cuts words at equals signs."""
    ask = (
        f"COMP_WORDS=({words}); COMP_CWORD={words.count(' ')}; _leadrules_completion leadrules; echo ${{COMPREPLY[@]}}"
    )
    assert asked("bash", f"SCRIPT\n{ask}\n", tmp_path)[0] == offered


def test_fish_offers_what_leadrules_does(tmp_path: Path) -> None:
    """The whole word, whatever signs stand in it or in what is said of it."""
    (tmp_path / "a,b.lead").write_text("")

    def offered(words: str) -> list[str]:
        return asked("fish", f"SCRIPT\ncomplete -C '{words}'\n", tmp_path)

    assert offered("leadrules comp")[0] == "compare\tshow what a change of rules does"
    assert offered("leadrules compare --format=j") == ["--format=json", "--format=junit"]
    assert offered("leadrules compare --fai")[0].endswith('"auc < 0.7", "delta hot_per_week > 50"')
    assert offered("leadrules check a") == ["a,b.lead"]
    assert offered("leadrules test --lcov=a") == ["--lcov=a,b.lead"]


def test_zsh_offers_what_leadrules_does(tmp_path: Path) -> None:
    """What is behind the equals sign alone, once zsh knows that the name stands before it."""
    known = "compdef() { :; }; compset() { print -r -- cut $@; }; _describe() { print -rl -- ${(P)argv[-1]}; }"
    files = "_path_files() { print -r -- files $@; }"

    def offered(words: str) -> list[str]:
        last = words.rpartition(" ")[2]
        line = f"words=({words}); CURRENT={words.count(' ') + 1}; PREFIX={last}; _leadrules_completion"
        return asked("zsh", f"{known}; {files}\nSCRIPT\n{line}\n", tmp_path)

    assert offered("leadrules comp")[0] == "compare:show what a change of rules does"
    assert offered("leadrules compare --format=j") == ["cut -P 1 *=", "json", "junit"]
    assert offered("leadrules check a") == ["files -f"]
    assert offered("leadrules test --lcov=a") == ["cut -P 1 *=", "files -f"]
