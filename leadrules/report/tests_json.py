"""Tests as one JSON object, with `format_version`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadrules.dsl.moment import EPOCH, MICROSECOND
from leadrules.dsl.problem import Problem
from leadrules.dsl.source import Span
from leadrules.report.coverage_json import coverage_as_data
from leadrules.report.json_text import json_text
from leadrules.report.mutation_json import mutation_as_data
from leadrules.verify.coverage import Coverage
from leadrules.verify.laws import Verdict as LawVerdict
from leadrules.verify.mutate import Mutation
from leadrules.verify.suites import Suite, said
from leadrules.verify.verdicts import Failure, Verdict

FORMAT_VERSION = 1


def suites_as_json(
    suites: Sequence[Suite], coverage: Coverage | None = None, mutations: Sequence[Mutation] = ()
) -> str:
    """Every test with its place and outcome, what failed with the values it reads, and the mistakes of files.

    With them the coverage, and what became of mutants, where they were asked for.
    """
    told: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "held": sum(len(suite.verdicts) - len(suite.failed) for suite in suites),
        "failed": sum(len(suite.failed) for suite in suites),
        "tests": [_test(suite, verdict) for suite in suites for verdict in suite.verdicts],
        "laws": [_law(suite, verdict) for suite in suites for verdict in suite.laws],
        "problems": [_problem(problem) for suite in suites for problem in suite.problems],
    }
    told |= {"coverage": coverage_as_data(coverage)} if coverage else {}
    told |= {"mutations": [mutation_as_data(mutation) for mutation in mutations]} if mutations else {}
    return json_text(told)


def _test(suite: Suite, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": suite.file,
        "name": verdict.test.name,
        "case": verdict.test.case,
        **_place(verdict.test.span),
        "holds": verdict.holds,
        "failures": [_failure(failure) for failure in verdict.failures],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "expected": failure.expectation.text,
        "known": failure.truth is not None,
        **_place(failure.expectation.span),
        "at": (EPOCH + failure.expectation.at * MICROSECOND).isoformat(),
        "found": {part.text: part.value for part in failure.parts},
        "instead": failure.instead,
    }


def _law(suite: Suite, verdict: LawVerdict) -> dict[str, Any]:
    told = {"verdict": verdict.kind, "tried": verdict.tried, "why": verdict.why}
    test = verdict.witness.test if verdict.witness else None
    return {"file": suite.file, "law": said(verdict.law), **_place(verdict.law.span), **told, "test": test}


def _problem(problem: Problem) -> dict[str, Any]:
    told = {"code": problem.code, "severity": problem.severity, "message": problem.message}
    return {"file": problem.span.source.name, **_place(problem.span), **told}


def _place(span: Span) -> dict[str, int]:
    line, column = span.source.position(span.start)
    return {"line": line, "column": column}
