"""Problems and tests to findings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.source import Span
from leadrules.report.finding import Finding, Level, Note, Place, Repair
from leadrules.report.fingerprint import fingerprints
from leadrules.report.tests import describe, draw_verdict
from leadrules.report.text import draw_problem
from leadrules.verify.law_problems import law_problems
from leadrules.verify.suites import Suite
from leadrules.verify.verdicts import Verdict

Named = Callable[[str], str]


def as_named(name: str) -> str:
    """A path as it was typed."""
    return name


def place_of_span(span: Span, named: Named = as_named) -> Place:
    """The place of a span, its source called by the path that is `named`."""
    start, end = span.source.position(span.start), span.source.position(span.end)
    return Place(named(span.source.name), *start, *end)


def problems_found(problems: Iterable[Problem], named: Named = as_named) -> Iterator[Finding]:
    """A finding for each problem; they come in the order of the text."""
    for problem, fingerprint in fingerprints(problems):
        fix = problem.fix
        level: Level = problem.severity
        yield Finding(
            code=problem.code,
            level=level,
            place=place_of_span(problem.span, named),
            message=problem.message,
            hint=_hint(problem),
            detail=draw_problem(problem),
            fingerprint=fingerprint,
            notes=tuple(Note(place_of_span(label.span, named), label.text) for label in problem.labels),
            repair=Repair(place_of_span(fix.span, named), fix.text) if fix else None,
        )


def _hint(problem: Problem) -> str:
    expected = f"expected {problem.expected}" if problem.expected else ""
    return "; ".join(part for part in (expected, problem.hint) if part)


def suites_found(suites: Sequence[Suite], named: Named = as_named) -> Iterator[Finding]:
    """A finding for each test that fails, each law that is broken or undecided, and each mistake of a file."""
    for suite in suites:
        yield from problems_found(suite.problems, named)
        titles = Counter[str]()
        for verdict in suite.failed:
            titles[verdict.test.title] += 1
            yield _failed(verdict, suite.zone, titles[verdict.test.title], named)
        yield from problems_found(in_order(law_problems(suite.laws)), named)


def _failed(verdict: Verdict, zone: str, number: int, named: Named) -> Finding:
    return Finding(
        code="test",
        level="error",
        place=place_of_span(verdict.failures[0].expectation.span, named),
        message=f"{verdict.test.title}: {failure_of(verdict)}",
        detail=draw_verdict(verdict, zone),
        fingerprint=fingerprint_of("test", verdict.test.title, str(number)),
    )


def failure_of(verdict: Verdict) -> str:
    """The first thing that a test expected and did not find, with the values it reads."""
    first = verdict.failures[0]
    found = ", ".join(f"{part.text} is {part.value or 'not known'}" for part in first.parts)
    return f"{describe(first)}: {found}"


def fingerprint_of(*parts: str) -> str:
    """16 hexadecimal digits that stay the same as long as the parts do."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
