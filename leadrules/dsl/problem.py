"""What is wrong with a text: a code, a place, words and a way out. Collected within a stage, raised at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, field

from leadrules.dsl.source import Span

Severity = Literal["error", "warning", "note"]


class Label(Struct, frozen=True):
    """A second place that belongs to a problem, such as where a name was declared first."""

    span: Span
    text: str


class Fix(Struct, frozen=True):
    """A replacement of the text at `span` that is safe to make: it settles the problem and nothing else."""

    span: Span
    text: str


class Problem(Struct, frozen=True, kw_only=True):
    """One mistake, one doubt (a warning), or one remark (a note). `code` is listed with its meaning in `leadrules.dsl.codes`."""

    code: str
    severity: Severity = "error"
    span: Span
    message: str
    expected: str = ""
    labels: tuple[Label, ...] = ()
    hint: str = ""
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, int, str]:
        """Where the problem stands in a report: by source, place, code."""
        return self.span.source.name, self.span.start, self.code


class RulesError(Exception):
    """All problems of the stage that raised it, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("; ".join(f"{p.code} {p.message}" for p in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of the text, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: p.order))


class Findings(Struct):
    """The list a stage writes its problems into."""

    problems: list[Problem] = field(default_factory=list)

    def error(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        expected: str = "",
        hint: str = "",
        labels: Sequence[Label] = (),
        fix: Fix | None = None,
    ) -> None:
        """Note a mistake: the stage will not give a result."""
        self.problems.append(
            Problem(code=code, span=span, message=message, expected=expected, hint=hint, labels=tuple(labels), fix=fix)
        )

    def warn(self, code: str, span: Span, message: str, *, hint: str = "", labels: Sequence[Label] = ()) -> None:
        """Note a doubt: the stage gives a result all the same."""
        self.problems.append(
            Problem(code=code, severity="warning", span=span, message=message, hint=hint, labels=tuple(labels))
        )

    @property
    def failed(self) -> bool:
        """Whether a mistake was noted."""
        return self.failed_since(0)

    def failed_since(self, before: int) -> bool:
        """Whether a mistake was noted behind the first `before` problems."""
        return any(p.severity == "error" for p in self.problems[before:])

    def raise_errors(self) -> None:
        """Raise `RulesError` with everything noted where a mistake is among it."""
        if self.failed:
            raise RulesError(self.problems)
