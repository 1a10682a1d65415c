"""The parse tables that are shipped are those of the grammars beside them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import lark
import pytest

import leadrules
from leadrules.dsl.expression.parse import STARTS, compile_tables

GRAMMARS = Path(leadrules.__file__).parent / "grammars"


@pytest.mark.parametrize("language", STARTS)
def test_shipped_tables_are_those_of_the_grammar(language: str, accept: bool) -> None:
    path = GRAMMARS / f"{language}.tables"
    if accept:
        path.write_bytes(compile_tables(language))
    shipped = pickle.loads(path.read_bytes())
    if shipped["lark"] != lark.__version__:
        pytest.skip(f"the tables were written by lark {shipped['lark']}, and another version compiles them at start")
    fresh = pickle.loads(compile_tables(language))
    assert numbered(shipped["tables"]) == numbered(fresh["tables"])
    assert terminals(shipped["tables"]) == terminals(fresh["tables"])


def terminals(tables: dict[str, Any]) -> list[str]:
    """The terminals of a grammar, in words."""
    return sorted(repr(sorted(v.items())) for v in tables["memo"].values() if v["__type__"] == "TerminalDef")


def numbered(tables: dict[str, Any]) -> dict[int, dict[str, str]]:
    """The automaton with its states numbered as they are reached: lark numbers them anew at every run."""
    automaton = tables["data"]["parser"]["parser"]
    number: dict[int, int] = {}
    waiting = [state for _, state in sorted(automaton["start_states"].items())]
    found: dict[int, dict[str, str]] = {}
    while waiting:
        state = waiting.pop(0)
        number.setdefault(state, len(number))
        moves = {automaton["tokens"][token]: move for token, move in automaton["states"][state].items()}
        for token in sorted(moves):
            kind, target = moves[token]
            if kind == 0 and target not in number:
                number[target] = len(number)
                waiting.append(target)
        found[number[state]] = {token: move_in_words(moves[token], number, tables) for token in sorted(moves)}
    return found


def move_in_words(move: tuple[int, Any], number: dict[int, int], tables: dict[str, Any]) -> str:
    kind, target = move
    return f"go to {number[target]}" if kind == 0 else f"reduce {named(tables['memo'][target['@']])}"


def named(rule: dict[str, Any]) -> str:
    """A rule in words; lark numbers the helper rules of repetitions anew at every run."""
    symbols = [rule["origin"], *rule["expansion"]]
    return " ".join(s["name"].rstrip("0123456789") for s in symbols) + f" {rule['alias']} {rule['order']}"
