"""Tests as plain text: what fails, where it is expected, what came out instead, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.problem import Problem
from leadrules.engine.account import Explanation
from leadrules.engine.as_of import show_instant
from leadrules.report.explanation import WIDTH, draw_accounts
from leadrules.report.text import Style, draw_problems, excerpts, note, place_of, unstyled
from leadrules.verify.suites import Suite
from leadrules.verify.verdicts import Failure, Verdict

NOT_KNOWN = "not known"


def draw_suites(suites: Sequence[Suite], width: int = WIDTH, style: Style = unstyled) -> str:
    """Every test that fails, and every mistake of a file, with an empty line between them; "" where all is well."""
    parts = []
    for suite in suites:
        parts += [draw_problems(suite.problems, style)] if suite.problems else []
        parts += [draw_verdict(verdict, suite.zone, width, style) for verdict in suite.failed]
    return "\n\n".join(parts)


def draw_verdict(verdict: Verdict, zone: str, width: int = WIDTH, style: Style = unstyled) -> str:
    """A test that fails: each expectation that does not hold, with the values and the account of what it reads."""
    head = f"{style('fails', 'error')}: {style(verdict.test.title, 'strong')}"
    return "\n\n".join(
        [f"{head}\n{first}" if i == 0 else first for i, first in enumerate(_failures(verdict, zone, width, style))]
    )


def _failures(verdict: Verdict, zone: str, width: int, style: Style) -> Iterator[str]:
    accounts = [failure.account for failure in verdict.failures]
    for failure, following in zip(verdict.failures, [*accounts[1:], None], strict=True):
        # several expectations of one instant read the same scores: their account stands below the last of them
        account = None if failure.account == following else failure.account
        yield "\n".join(_failure(failure, account, zone, width, style))


def _failure(failure: Failure, account: Explanation | None, zone: str, width: int, style: Style) -> Iterator[str]:
    span = failure.expectation.span
    margin = len(str(span.source.position(span.start)[0]))
    yield f"{' ' * margin}{style('-->', 'frame')} {place_of(span)}"
    yield from excerpts(Problem(code="", span=span, message=""), margin, style)
    yield note("at", f"{show_instant(failure.expectation.at, zone)} {zone}", margin, style)
    yield note("expected", describe(failure), margin, style)
    for part in failure.parts:
        yield note("found", f"{part.text} is {part.value or NOT_KNOWN}", margin, style)
    drawn = draw_accounts(account, zone, width - margin - 3) if account else ""
    yield from (f"{' ' * (margin + 3)}{line}".rstrip() for line in ["", *drawn.split("\n")] if drawn)


def describe(failure: Failure) -> str:
    """The expectation in words; of one that is not known, that it is so."""
    return failure.expectation.text + (" (not known)" if failure.truth is None else "")
