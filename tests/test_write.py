"""Writing: what is written is read again as the same tree, comments and blank lines included."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadrules.dsl.layout import Notes
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.write import write
from leadrules.dsl.scenario.parse import parse as parse_market
from leadrules.dsl.scenario.write import write as write_market
from leadrules.dsl.source import Placed, Source

HERE = Path(__file__).parent
RULES = sorted([*(HERE / "format").glob("*.lead"), *(HERE.parent / "examples").glob("**/*.lead")])
MARKETS = sorted([*(HERE / "format").glob("*.scenario"), *(HERE.parent / "examples").glob("**/*.scenario")])


def notes(node: object) -> list[Notes]:
    """The comments and blank lines around every statement, in the order of the text."""
    if isinstance(node, tuple):
        return [found for part in node for found in notes(part)]
    if not isinstance(node, Placed):
        return []
    own = [node.notes] if hasattr(node, "notes") else []
    edges = [Notes(getattr(node, "closing", ()), getattr(node, "opening", ""))]
    return own + edges + [found for name in node.__struct_fields__ for found in notes(getattr(node, name))]


def comments(text: str) -> list[str]:
    """All comments of a text that holds no `#` inside quotes."""
    return sorted(line.partition("#")[2].strip() for line in text.split("\n") if "#" in line)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_what_is_written_reads_the_same(path: Path) -> None:
    tree = parse(Source(path.name, path.read_text(encoding="utf-8")))
    written = write(tree)
    again = parse(Source("written", written))
    assert again == tree
    assert not again != tree  # noqa: SIM202  a Struct answers that on its own
    assert write(again) == written
    assert notes(again) == notes(parse(Source("again", write(again))))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_no_comment_is_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert comments(write(parse(Source(path.name, text)))) == comments(text)


@pytest.mark.parametrize("path", sorted((HERE / "format").glob("*.lead")), ids=lambda path: path.stem)
def test_canonical_text_stays_as_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write(parse(Source(path.name, text))) == text


@pytest.mark.parametrize("path", MARKETS, ids=lambda path: path.stem)
def test_a_written_market_reads_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = parse_market(Source(path.name, text))
    written = write_market(tree)
    again = parse_market(Source("written", written))
    assert again == tree
    assert write_market(again) == written
    assert notes(again) == notes(parse_market(Source("again", write_market(again))))
    assert comments(written) == comments(text)


@pytest.mark.parametrize("path", sorted((HERE / "format").glob("*.scenario")), ids=lambda path: path.stem)
def test_a_canonical_market_stays_as_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write_market(parse_market(Source(path.name, text))) == text
