"""From the shell to an answer: `leadrules check` as a whole process beside the bare import of what it needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Report, alone, longer

FIFTY_LINES = Path(__file__).with_name("fifty_lines.lead")
IMPORTS = ("-c", "import lark, click")
CRITERIA, GOAL = 10_000, 2.0
MANY = """ruleset many "Very many criteria" { version 1 }
%s
score total {
  criteria {
%s
  }
}
"""
TURNS = 5  # of each in a round: a single process is too short to tell from chance


def run(rounds: int) -> Report:
    """The race, and how long a file of very many criteria takes."""
    runners = (_python("leadrules check", _check(FIFTY_LINES)), _python("import lark, click", IMPORTS))
    for runner in runners:
        runner.run(0)  # the first run compiles to bytecode
    ours, imports = race(runners, rounds * TURNS)
    note = f"{CRITERIA:,} criteria checked from the shell: {_many(rounds):.2f} s (goal: {GOAL:g} s)"
    title = "start: a whole process, a rule file of 50 lines"
    return Report(title, (alone(ours), longer(ours, imports, Gate(2.5, at_least=False))), (note,))


def _check(rules: Path) -> tuple[str, ...]:
    return ("-m", "leadrules", "check", str(rules))


def _python(name: str, arguments: Sequence[str]) -> Runner:
    def run(_number: int) -> float:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return 1

    return Runner(name, run)


def _many(rounds: int) -> float:
    """Seconds for ten thousand criteria."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "many.lead"
        rules.write_text(many_criteria(CRITERIA))
        return race([_python("many", _check(rules))], rounds)[0].median


def many_criteria(count: int) -> str:
    """A rule file with so many criteria, of three kinds, no two alike."""
    criteria = "\n".join(_criterion(number) for number in range(count))
    fields = "lead { employees whole number; country text }\nevent page_view { path text }"
    return MANY % (fields, criteria)


def _criterion(number: int) -> str:
    points = 1 + number % 20
    kinds = (
        f'when employees >= {number} and country is "country {number}"',
        f'each page_view where path starts with "/page/{number}", at most 3, decay half-life 14 days',
        f'when any page_view where path is "/page/{number}" in last 30 days',
    )
    return f"    c{number} {points} {kinds[number % len(kinds)]}"
