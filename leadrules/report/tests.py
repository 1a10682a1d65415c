"""Tests as plain text: what fails, where it is expected, what came out instead, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from leadrules.dsl.problem import Problem
from leadrules.engine.account import Explanation
from leadrules.engine.as_of import show_instant
from leadrules.report.explanation import WIDTH, draw_accounts
from leadrules.report.text import Style, draw_problems, excerpts, note, place_of, unstyled
from leadrules.verify.law_problems import law_problems
from leadrules.verify.suites import Suite
from leadrules.verify.verdicts import Failure, Verdict

NOT_KNOWN = "not known"


def draw_suites(suites: Sequence[Suite], width: int = WIDTH, style: Style = unstyled) -> str:
    """Every test that fails, every law that is broken or open and every mistake of a file, with an empty line between them; "" where all is well."""
    parts = []
    for suite in suites:
        parts += [draw_problems(suite.problems, style)] if suite.problems else []
        parts += [draw_verdict(verdict, suite.zone, width, style) for verdict in suite.failed]
        parts += [draw_problems(found, style)] if (found := law_problems(suite.laws)) else []
    return "\n\n".join(parts)


def draw_verdict(verdict: Verdict, zone: str, width: int = WIDTH, style: Style = unstyled) -> str:
    """A test that fails, instant by instant: what does not hold, the values it reads, and the account of those."""
    head = f"{style('fails', 'error')}: {style(verdict.test.title, 'strong')}"
    instants = groupby(verdict.failures, lambda failure: failure.expectation.at)
    looks = [_look(list(failures), zone, width, style) for _, failures in instants]
    return "\n\n".join([f"{head}\n{looks[0]}", *looks[1:]])


def _look(failures: Sequence[Failure], zone: str, width: int, style: Style) -> str:
    lines = [line for failure in failures for line in _failure(failure, zone, style)]
    margin = _margin(failures[-1])
    drawn = draw_accounts(_together([failure.account for failure in failures]), zone, width - margin - 3)
    if drawn:
        lines += ["", *(f"{' ' * (margin + 3)}{line}".rstrip() for line in drawn.split("\n"))]
    return "\n".join(lines)


def _failure(failure: Failure, zone: str, style: Style) -> Iterator[str]:
    span, margin = failure.expectation.span, _margin(failure)
    yield f"{' ' * margin}{style('-->', 'frame')} {place_of(span)}"
    yield from excerpts(Problem(code="", span=span, message=""), margin, style)
    yield note("at", f"{show_instant(failure.expectation.at, zone)} {zone}", margin, style)
    yield note("expected", describe(failure), margin, style)
    for part in failure.parts:
        yield note("found", f"{part.text} is {part.value or NOT_KNOWN}", margin, style)


def _margin(failure: Failure) -> int:
    """How wide the number of its line is."""
    span = failure.expectation.span
    return len(str(span.source.position(span.start)[0]))


def _together(accounts: Sequence[Explanation]) -> Explanation:
    """The accounts of one instant as one: each part once."""
    most = max(accounts, key=lambda account: len(account.scores))
    scores = {part.score.name: part for account in (most, *accounts) for part in account.scores}
    checklists = {name: items for account in accounts for name, items in account.checklists.items()}
    tiers = next((account.tiers for account in accounts if account.tiers), ())
    return replace(most, scores=tuple(scores.values()), checklists=checklists, tiers=tiers)


def describe(failure: Failure) -> str:
    """The expectation in words; of one that is not known, that it is so."""
    return failure.expectation.text + (" (not known)" if failure.truth is None else "")
