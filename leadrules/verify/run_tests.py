"""Model to verdicts: all tests of a rule set scored at once, and each expectation held against what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, groupby

import numpy as np

from leadrules.dsl.expression.model import Condition
from leadrules.dsl.rules.model_tests import Expectation, Passage, Test
from leadrules.engine.columns import TRUE, UNKNOWN
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.explain import explain
from leadrules.engine.judge import Bench
from leadrules.engine.moment import Moment
from leadrules.engine.plan import Plan
from leadrules.verify.cast import Look, cast
from leadrules.verify.parts import instead, narrowed, parts_of
from leadrules.verify.passages import parts_of_steps, passed
from leadrules.verify.verdicts import Failure, Verdict


def run_tests(plan: Plan, tests: Sequence[Test]) -> Iterator[Verdict]:
    """The verdict on each of the tests, which belong to the plan's rule set."""
    looked = [_looks(test) for test in tests]
    looks = [Look.of(test, group[0]) for test, groups in zip(tests, looked, strict=True) for group in groups]
    bench = Bench(plan, cast(plan.model, looks), np.array([look.at for look in looks], np.int64))
    compiler, rows = plan.kept.compiler, count()
    for test, groups in zip(tests, looked, strict=True):
        failures = [f for group in groups for f in _failures(group, next(rows), bench, compiler, plan)]
        yield Verdict(test, tuple(failures))


def _looks(test: Test) -> list[list[Expectation]]:
    """The expectations of a test, together where they look at the same."""
    return [list(group) for _, group in groupby(test.expectations, lambda e: (e.at, e.happened, e.known))]


def _failures(
    expectations: Sequence[Expectation], row: int, bench: Bench, compiler: Compiler, plan: Plan
) -> Iterator[Failure]:
    """Those expectations at one row that do not hold."""
    moment, zone = bench.at(row), plan.model.timezone
    for expectation in expectations:
        condition = expectation.condition
        if isinstance(condition, Passage):
            if not passed(condition, bench.steps(row)):
                account = explain(plan, bench.leads, row, expectation.at)
                yield Failure(expectation, False, parts_of_steps(bench.steps(row), zone), account, None)
        elif (truth := _truth(condition, moment, compiler)) != TRUE:
            yield Failure(
                expectation,
                None if truth == UNKNOWN else False,
                parts_of(condition, moment, compiler, zone),
                narrowed(explain(plan, bench.leads, row, expectation.at), condition),
                instead(expectation.stored, moment, compiler),
            )


def _truth(condition: Condition, moment: Moment, compiler: Compiler) -> int:
    return int(compiler.truth(condition)(moment)[0])
