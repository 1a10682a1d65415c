"""The door for pytest: tests in rule files, collected beside those in Python, one item a test.

Files named `test_*.lead` and `*_test.lead` are collected, others where the ini option `lead_files` names them, where
they are named on the command line, or, with `--lead`, wherever a `.lead` file holds a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # nothing of leadrules is loaded before there is a file to read: most runs of pytest have none
    from leadrules.dsl.rules.model import Model
    from leadrules.dsl.rules.model_tests import Test
    from leadrules.verify.suites import Suite

NAMES = ["test_*.lead", "*_test.lead"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of this plugin."""
    group = parser.getgroup("leadrules", "tests in rule files (leadrules)")
    group.addoption("--lead", action="store_true", help="collect every .lead file that holds a test")
    parser.addini("lead_files", "names of the .lead files to collect", type="args", default=NAMES)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> LeadFile | None:
    """A rule file whose tests are wanted."""
    if file_path.suffix != ".lead":
        return None
    named = any(fnmatch(file_path.name, name) for name in parent.config.getini("lead_files"))
    if named or parent.session.isinitpath(file_path) or (parent.config.getoption("--lead") and _holds_tests(file_path)):
        return LeadFile.from_parent(parent, path=file_path)
    return None


def _holds_tests(path: Path) -> bool:
    from leadrules.files.discover import holds_tests

    return holds_tests(path)


class LeadFile(pytest.File):
    """A rule file. Its tests are run all at once, when the first of them is."""

    def collect(self) -> Iterator[LeadTest]:
        """A test, or a row of cases, as one item each."""
        for place, test in enumerate(self.model.tests):
            yield LeadTest.from_parent(self, name=test.title, place=place, test=test)

    @cached_property
    def model(self) -> Model:
        """The rule set. Raises `CollectError` with every mistake drawn."""
        from leadrules.dsl.problem import RulesError
        from leadrules.files.failure import FileProblem
        from leadrules.files.sources import read_model
        from leadrules.report.text import draw_problems

        try:
            return read_model(self.path)
        except RulesError as mistake:
            raise self.CollectError(draw_problems(mistake.problems)) from None
        except FileProblem as mistake:
            raise self.CollectError(str(mistake)) from None

    @cached_property
    def suite(self) -> Suite:
        """What came out."""
        from leadrules.verify.suites import run_suite

        return run_suite(str(self.path), self.model)


class LeadTest(pytest.Item):
    """One test of a rule file."""

    parent: LeadFile

    def __init__(self, *, place: int, test: Test, **rest: Any) -> None:
        super().__init__(**rest)
        self.place, self.line = place, test.span.source.position(test.span.start)[0]

    def runtest(self) -> None:
        """Fail where the test does not hold."""
        from leadrules.report.tests import draw_verdict

        suite = self.parent.suite
        verdict = suite.verdicts[self.place]
        if not verdict.holds:
            raise LeadTestFailed(draw_verdict(verdict, suite.zone))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What `leadrules test` shows; for anything else the traceback."""
        return str(excinfo.value) if excinfo.errisinstance(LeadTestFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands, lines counted from 0."""
        return self.path, self.line - 1, self.name


class LeadTestFailed(Exception):
    """A test of a rule file that does not hold. The text is what `leadrules test` shows of it."""
