"""What follows from a brace that is missing: lines in the wrong block, and a brace too many at their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.layout import Block, Statement, place
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.source import Span


class Braces(Struct):
    """The braces of one text.

    `open`: where one stands that is never closed. `surplus`: how many close nothing.
    `missing`: behind what one that opens is known to be missing. `lost`: in this block a statement could not be read.
    `within`: this block is one that is never closed.
    """

    lost: bool = False
    within: bool = False
    open: frozenset[int] = frozenset()
    surplus: int = 0
    missing: list[int] = field(default_factory=list)

    def count(self, problems: Sequence[Problem]) -> None:
        """Note which braces the layout found to stand alone."""
        self.open = frozenset(problem.span.start for problem in problems if problem.code == "E103")
        self.surplus = sum(problem.code == "E104" for problem in problems)

    @property
    def unbalanced(self) -> bool:
        """Whether there are more braces of one kind than of the other."""
        return bool(self.surplus or self.open or self.missing)

    @property
    def astray(self) -> bool:
        """Whether a line that cannot be read may stand where it does for want of a brace."""
        return self.unbalanced and self.lost

    @property
    def displacing(self) -> bool:
        """Whether a line that is right, and in the wrong block, is there for want of a brace that was told of."""
        return self.astray or self.within or bool(self.surplus and self.missing)

    @contextmanager
    def inside(self, block: Block) -> Iterator[None]:
        """What is known of one block, while it is read."""
        outside = self.lost, self.within
        self.lost, self.within = False, block.span.start in self.open
        yield
        self.lost, self.within = outside

    def lacks(self, statement: Statement, found: Unexpected) -> bool:
        """Whether the brace is missing that would open the block of a statement that cannot be read."""
        if "BLOCK" not in found.accepted:
            return False
        return found.word.type == "$END" or (self.surplus > len(self.missing) and not _has_block(statement))

    def note(self, span: Span) -> None:
        """Note that behind a place a brace is missing."""
        self.missing.append(span.end)

    def forgive(self, problems: list[Problem]) -> None:
        """Let a brace that closes nothing be, where one that opens is known to be missing above it."""
        for opened in self.missing:
            closing = [p for p in problems if p.code == "E104" and p.span.start >= opened]
            if closing:
                problems.remove(min(closing, key=lambda p: p.span.start))


def with_brace(problem: Problem, found: Unexpected) -> Problem:
    """The problem of a word before which a brace is missing, with the brace."""
    word = problem.span.text
    if found.word.type == "$END":
        return problem
    if found.word.type in ("COLON", "RPAR"):
        before = problem.span.source.text[: problem.span.start]
        brace = "{" if before.endswith(" ") else " {"
        return replace(problem, hint=f"write `{{` in place of `{word}`", fix=Fix(problem.span, brace))
    if found.word.type in ("COMMA", "_CLAUSE_COMMA", "MINUS"):
        return problem
    return replace(problem, hint=f"write `{{` before `{word}`", fix=Fix(problem.span, f"{{ {word}"))


def _has_block(statement: Statement) -> bool:
    """Whether a block stands on the first line of a statement."""
    source, start = statement.span.source, statement.span.start
    end = source.text.find("\n", start)
    return any(isinstance(part, Block) and (end < 0 or place(source, part).start < end) for part in statement.parts)
