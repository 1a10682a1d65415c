"""Model to verdicts: all tests of a rule set scored at once, and each expectation held against what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from leadrules.dsl.rules.model_tests import Expectation, Test
from leadrules.engine.columns import TRUE, UNKNOWN
from leadrules.engine.compile import compiler_of
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.explain import explain
from leadrules.engine.judge import Bench
from leadrules.engine.moment import Moment
from leadrules.engine.plan import Plan
from leadrules.verify.cast import cast, looks_of
from leadrules.verify.parts import instead, narrowed, parts_of
from leadrules.verify.verdicts import Failure, Verdict


def run_tests(plan: Plan, tests: Sequence[Test]) -> Iterator[Verdict]:
    """The verdict on each of the tests, which belong to the plan's rule set."""
    looks = looks_of(tests)
    at = np.array([look.at for look in looks], np.int64)
    bench = Bench(plan, cast(plan.model, looks), at)
    rows = iter(range(len(looks)))
    compiler = compiler_of(plan)
    for test in tests:
        places = {at: next(rows) for at in dict.fromkeys(e.at for e in test.expectations)}
        moments = {at: bench.at(row) for at, row in places.items()}
        failed = [(e, truth) for e in test.expectations if (truth := _truth(e, moments[e.at], compiler)) != TRUE]
        failures = [_failure(e, truth, moments[e.at], places[e.at], bench, compiler, plan) for e, truth in failed]
        yield Verdict(test, tuple(failures))


def _truth(expectation: Expectation, moment: Moment, compiler: Compiler) -> int:
    return int(np.broadcast_to(compiler.truth(expectation.condition)(moment), 1)[0])


def _failure(
    expectation: Expectation, truth: int, moment: Moment, row: int, bench: Bench, compiler: Compiler, plan: Plan
) -> Failure:
    return Failure(
        expectation,
        None if truth == UNKNOWN else False,
        parts_of(expectation.condition, moment, compiler, plan.model.timezone),
        narrowed(explain(plan, bench.leads, row, expectation.at), expectation.condition),
        instead(expectation.stored, moment, compiler),
    )
