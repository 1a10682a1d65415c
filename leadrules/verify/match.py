"""Rule set and market to problems: what the rules ask for that the market does not have, or has as something else."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.expression.check_values import agree
from leadrules.dsl.expression.model import Field
from leadrules.dsl.fold import fold
from leadrules.dsl.problem import Findings, Label, Problem
from leadrules.dsl.rules.model import Event, Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.spelling import nearest


def match(model: Model, scenario: ScenarioModel) -> list[Problem]:
    """The doubts about trying these rules in this market. Raises `RulesError` where a mistake forbids it."""
    findings = Findings()
    _fields(model.fields, scenario.fields, f"the market `{scenario.name}`", findings)
    known = {event.name: event for event in scenario.events}
    for event in model.events:
        if event.name in known:
            _fields(event.properties, known[event.name].properties, f"`{event.name}` in the market", findings)
        else:
            _missing_event(event, scenario, findings)
    findings.raise_errors()
    return findings.problems


def _missing_event(event: Event, scenario: ScenarioModel, findings: Findings) -> None:
    meant = nearest(event.name, [other.name for other in scenario.events])
    hint = f"the market has `{meant}`" if meant else "criteria that ask for it never fire here"
    findings.warn("W802", event.span, f"`{event.name}` never happens in the market `{scenario.name}`", hint=hint)


def _fields(asked: Sequence[Field], had: Sequence[Field], where: str, findings: Findings) -> None:
    known = {field.name: field for field in had}
    for field in asked:
        if field.name not in known:
            meant = nearest(field.name, known)
            hint = f"the market has `{meant}`" if meant else "it is missing for every lead"
            findings.warn("W801", field.span, f"{where} has no `{field.name}`", hint=hint)
        else:
            _kinds(field, known[field.name], where, findings)


def _kinds(asked: Field, had: Field, where: str, findings: Findings) -> None:
    if not agree(asked.type, had.type):
        message = f"`{asked.name}` is a {asked.type}, and in {where} a {had.type}"
        labels = (Label(had.span, f"declared as a {had.type}"),)
        findings.error("E801", asked.span, message, labels=labels, hint="declare it the same in both files")
    elif asked.type.name == had.type.name == "one of":
        declared = {fold(value) for value in asked.type.values}
        other = [value for value in had.type.values if fold(value) not in declared]
        if other:
            message = f"`{asked.name}` can be {', '.join(other)} in {where}, which the rules do not declare"
            findings.warn("W803", asked.span, message, hint="such a value is missing for the rules")
