"""Text to text: a file in its canonical spelling, or a refusal. What comes out was read again and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from leadrules.dsl.expression.tree import Item
from leadrules.dsl.layout import Word
from leadrules.dsl.problem import Findings, Problem, RulesError
from leadrules.dsl.source import Source, Span

REFUSED = "X101"
CODES = {
    REFUSED: "a file that formatting leaves as it is, because it would not come out as it went in: a mistake in leadrules"
}


class Whole(Protocol):
    """A whole file as a tree."""

    @property
    def items(self) -> tuple[Item, ...]: ...


Tree = TypeVar("Tree", bound=Whole)
Reading = Callable[[Source], tuple[Tree, list[Problem]]]
Comments = Callable[[Source], Sequence[str]]


def comments_among(words: Iterable[Word]) -> list[str]:
    """The comments among the words of a text, without spaces at their ends."""
    return [str(word.value).rstrip() for word in words if word.type == "COMMENT"]


def settle(source: Source, read: Reading[Tree], write: Callable[[Tree], str], comments: Comments) -> str:
    """The canonical text of a source.

    It is read again, and has to give the same tree and the same comments, and to be its own canonical text. Raises
    `RulesError` where the source cannot be read, and with code X101 where its canonical text is not what it has to be.
    """
    tree, problems = read(source)
    Findings(problems).raise_errors()
    text = write(tree)
    written = Source(source.name, text)
    again, unread = read(written)
    if unread or again != tree:
        raise _refusal(_first_changed(source, tree, again), "would not come out of formatting as it went in")
    if lost := Counter(comments(source)) - Counter(comments(written)):
        raise _refusal(_first(source, next(iter(lost))), "would be lost in formatting")
    if write(again) != text:
        raise _refusal(_first_changed(source, tree, again), "would be formatted otherwise the second time")
    return text


def _refusal(span: Span, message: str) -> RulesError:
    hint = "the file stays as it is; this is a mistake in leadrules, please report it with this line"
    return RulesError([Problem(code=REFUSED, span=span, message=f"this {message}", hint=hint)])


def _first_changed(source: Source, tree: Whole, again: Whole) -> Span:
    """The first statement that is not the same in both trees, else the whole text."""
    changed = (one.span for one, other in zip(tree.items, again.items, strict=False) if one != other)
    more = (item.span for item in tree.items[len(again.items) :])
    return next(changed, None) or next(more, None) or Span(source, 0, len(source.text))


def _first(source: Source, comment: str) -> Span:
    start = max(source.text.find(comment), 0)
    return Span(source, start, start + len(comment))
