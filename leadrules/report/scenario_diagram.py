"""Descriptions of markets as state diagrams, in the language of Mermaid."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.report.laws import of_personas, show_stay, show_visits
from leadrules.simulator.expected import Description

UNSAFE = str.maketrans({":": "=", ";": ",", "{": "(", "}": ")", '"': "'"})  # all that ends a label too soon


def draw_diagram(found: Description, scenario: ScenarioModel) -> str:
    """A `stateDiagram-v2`: stages with how long they last, ways with the share of leads that go them.

    Shares are the expected ones; those of the simulation where nothing else is known.
    """
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _lines(found, scenario))])


def _lines(found: Description, scenario: ScenarioModel) -> Iterator[str]:
    targets = dict.fromkeys(way.target for way in found.ways)
    ends = [target for target in targets if target not in scenario.stages]
    names = {name: f"s{number}" for number, name in enumerate((*scenario.stages, *ends))}
    for name, place in names.items():
        yield f'state "{name}" as {place}'
    for stage in scenario.stages:
        yield f"{names[stage]} : {of_personas(scenario, stage, show_stay).translate(UNSAFE)}"
        yield f"{names[stage]} : visits {of_personas(scenario, stage, show_visits).translate(UNSAFE)}"
    yield f"[*] --> {names[scenario.stages[0]]}"
    for way in found.ways:
        share = way.figure.simulated.value or 0.0 if way.figure.expected is None else way.figure.expected
        yield f"{names[way.source]} --> {names[way.target]} : {share:.1%}"
    for name in ends:
        yield f"{names[name]} --> [*]"
