"""Files to suites: the tests of each, picked by name, with what came out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.problem import Problem
from leadrules.dsl.quantity import show_count
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_demands import Law
from leadrules.dsl.rules.model_tests import Test
from leadrules.engine.compile import compile_model
from leadrules.verify.laws import SEED, judge_laws
from leadrules.verify.laws import Verdict as LawVerdict
from leadrules.verify.run_tests import run_tests
from leadrules.verify.verdicts import Verdict


class Suite(Struct, frozen=True):
    """The tests of one file that were run, in the order of the text.

    `problems` are the mistakes of a file that can not be read or makes no sense: nothing of it was run. `zone` is that
    of the rule set. `laws` are those that were tried.
    """

    file: str
    zone: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...] = ()
    laws: tuple[LawVerdict, ...] = ()

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The tests that do not hold."""
        return tuple(verdict for verdict in self.verdicts if not verdict.holds)

    @property
    def broken(self) -> tuple[LawVerdict, ...]:
        """The laws that do not hold."""
        return tuple(verdict for verdict in self.laws if verdict.kind == "broken")


def run_suite(file: str, model: Model, pattern: str = "", budget: int = 0, seed: int = SEED) -> Suite:
    """Run the tests of a rule set whose names hold `pattern`, a regular expression that looks at no capitals.

    Of its laws those whose words hold it are tried with `budget` leads each; with none if that is 0.
    """
    wanted = re.compile(pattern, re.IGNORECASE)
    tests: Sequence[Test] = [test for test in model.tests if wanted.search(test.title)]
    verdicts = tuple(run_tests(compile_model(model), tests)) if tests else ()
    laws = tuple(law for law in model.laws if wanted.search(said(law)))
    tried = judge_laws(replace(model, laws=laws), budget, seed) if budget else ()
    return Suite(file, model.timezone, verdicts, laws=tried)


def said(law: Law) -> str:
    """A law as it is written, on one line."""
    return " ".join(law.span.text.split())


def count_tests(suites: Iterable[Suite]) -> str:
    """`12 tests in 2 files: 1 fails`, and how many files could not be read."""
    suites = tuple(suites)
    tests, failed = sum(len(s.verdicts) for s in suites), sum(len(s.failed) for s in suites)
    broken = sum(bool(s.problems) for s in suites)
    read = show_count(sum(bool(s.verdicts) for s in suites), "file")
    outcome = f"{failed:,} {'fails' if failed == 1 else 'fail'}" if failed else "all hold"
    unread = f"; {show_count(broken, 'file')} with mistakes" if broken else ""
    return (f"{show_count(tests, 'test')} in {read}: {outcome}" if tests else "no tests") + unread
