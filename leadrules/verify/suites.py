"""Files to suites: the tests of each, picked by name, with what came out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from leadrules.dsl.problem import Problem
from leadrules.dsl.quantity import show_count
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tests import Test
from leadrules.engine.compile import compile_model
from leadrules.verify.run_tests import run_tests
from leadrules.verify.verdicts import Verdict


class Suite(Struct, frozen=True):
    """The tests of one file that were run, in the order of the text.

    `problems` are the mistakes of a file that can not be read or makes no sense: nothing of it was run. `zone` is that
    of the rule set.
    """

    file: str
    zone: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The tests that do not hold."""
        return tuple(verdict for verdict in self.verdicts if not verdict.holds)


def run_suite(file: str, model: Model, pattern: str = "") -> Suite:
    """Run the tests of a rule set whose names hold `pattern`, a regular expression that looks at no capitals."""
    wanted = re.compile(pattern, re.IGNORECASE)
    tests: Sequence[Test] = [test for test in model.tests if wanted.search(test.title)]
    verdicts = tuple(run_tests(compile_model(model), tests)) if tests else ()
    return Suite(file, model.timezone, verdicts)


def count_tests(suites: Iterable[Suite]) -> str:
    """`12 tests in 2 files: 1 fails`, and how many files could not be read."""
    suites = tuple(suites)
    tests, failed = sum(len(s.verdicts) for s in suites), sum(len(s.failed) for s in suites)
    broken = sum(bool(s.problems) for s in suites)
    read = show_count(sum(bool(s.verdicts) for s in suites), "file")
    outcome = f"{failed:,} {'fails' if failed == 1 else 'fail'}" if failed else "all hold"
    unread = f"; {show_count(broken, 'file')} with mistakes" if broken else ""
    return (f"{show_count(tests, 'test')} in {read}: {outcome}" if tests else "no tests") + unread
