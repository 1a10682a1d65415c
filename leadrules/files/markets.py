"""Scenario files: path to market."""

from __future__ import annotations

from pathlib import Path

from leadrules.dsl.rules.model_demands import Gate
from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.parse import parse
from leadrules.files.failure import FileProblem
from leadrules.files.sources import FilePath, read_source


def read_market(path: FilePath) -> ScenarioModel:
    """The market of a scenario file. Raises `FileProblem` where it cannot be read, `RulesError` where it is wrong."""
    if str(path).endswith(".lead"):
        raise FileProblem(str(path), "holds rules, where a market (.scenario) is wanted")
    return check(parse(read_source(path)))


def market_of_gate(rules: FilePath, gate: Gate) -> str:
    """The path of the market of a gate of the rules in a file."""
    return str(Path(rules).parent / gate.scenario)
