"""The pytest plugin, in a repository of somebody else."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import leadrules.cli.test as loaded_here  # numpy bears no second import, and a run of pytester forgets what it loads

assert loaded_here
pytest_plugins = ["pytester"]

RULES = """lead { role text }
score fit { criteria { chief 40 when role is "chief" } }
test "chiefs" { lead { role "chief" }; expect fit = 40 }
test "roles" {
  cases {
    role: fit
    "chief": 40
    "intern": 10
  }
}
"""


@pytest.fixture
def repository(pytester: pytest.Pytester) -> pytest.Pytester:
    """A repository with a rule file that is not named like a test, and a Python test."""
    pytester.makefile(".lead", card=RULES, plain="score s { criteria { c worth 1 } }\n")
    pytester.makepyfile(test_it="def test_it():\n    pass\n")
    return pytester


def run(repository: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    installed = any(point.value == "leadrules.pytest_plugin" for point in entry_points(group="pytest11"))
    plugin = () if installed else ("-p", "leadrules.pytest_plugin")
    return repository.runpytest_inprocess(*plugin, "-p", "no:hypothesispytest", "-p", "no:cacheprovider", *arguments)


def test_rule_files_are_no_tests_unless_they_are_named_so(repository: pytest.Pytester) -> None:
    run(repository).assert_outcomes(passed=1)


@pytest.mark.parametrize("way", ["option", "ini", "path", "name"])
def test_each_test_and_each_case_is_an_item(repository: pytest.Pytester, way: str) -> None:
    arguments = {"option": ("--lead",), "path": ("card.lead", "test_it.py")}.get(way, ())
    if way == "ini":
        repository.makeini("[pytest]\nlead_files = c*.lead\n")
    if way == "name":
        (repository.path / "card.lead").rename(repository.path / "test_card.lead")
    result = run(repository, "-v", *arguments)
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*card.lead::chiefs PASSED*", '*card.lead::roles: "intern" FAILED*'])
    result.stdout.fnmatch_lines(['fails: roles: "intern"', "*= found: fit is 0", '*chief 40 when role is "chief" *0'])
    assert "Traceback" not in result.stdout.str() and "runtest" not in result.stdout.str()


def test_one_test_alone(repository: pytest.Pytester) -> None:
    run(repository, "--lead", "-k", "intern").assert_outcomes(failed=1, deselected=3)
    run(repository, "card.lead::chiefs").assert_outcomes(passed=1)


def test_a_file_with_mistakes_is_an_error_of_collecting(repository: pytest.Pytester) -> None:
    repository.makefile(".lead", test_bad='test "x" { expect y = 3 }\n')
    result = run(repository)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*error?E201?: nothing is called `y`*"])


def test_a_run_without_rule_files_loads_nothing_of_leadrules() -> None:
    code = "import leadrules.pytest_plugin, sys; print(*sorted(n for n in sys.modules if n.startswith('leadrules')))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["leadrules", "leadrules.pytest_plugin"]
