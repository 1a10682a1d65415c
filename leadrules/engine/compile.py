"""Model to plan: names become columns, conditions become functions of columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import numpy as np

from leadrules.dsl.rules.model import Checklist, Combination, Criterion, Each, Level, Model, Range, Score, Table, Tier
from leadrules.engine.columns import Floats
from leadrules.engine.compile_conditions import Compiler, is_text
from leadrules.engine.compile_texts import compile_value_rows
from leadrules.engine.moment import Moment, Setting
from leadrules.engine.plan import (
    ChecklistPlan,
    CombinationPlan,
    EachStep,
    LevelStep,
    Plan,
    ScorePlan,
    Step,
    TableStep,
    TierPlan,
)
from leadrules.engine.zone import Zone


def compile_model(model: Model) -> Plan:
    """The plan of a rule set. It depends on nothing but the model, and can score any leads."""
    active = tuple(event.name for event in model.events if not event.passive)
    setting = Setting(Zone(model.timezone), model.columns.known_from, tuple(e.name for e in model.events), active)
    compiler = Compiler(active, {})
    for named in model.conditions:
        compiler.conditions[named.name] = compiler.truth(named.condition)
    return Plan(
        model,
        setting,
        tuple(_score(score, compiler) for score in model.scores),
        tuple(_checklist(checklist, compiler) for checklist in model.checklists),
        tuple(_tier(tier, compiler) for tier in model.tiers),
    )


def _score(score: Score | Combination, compiler: Compiler) -> ScorePlan | CombinationPlan:
    if isinstance(score, Combination):
        return CombinationPlan(score.name, score.terms, score.constant, score.bounds, score.rounded)
    steps = tuple(_step(criterion, compiler) for criterion in score.criteria)
    return ScorePlan(score.name, steps, score.bounds, score.rounded)


def _step(criterion: Criterion, compiler: Compiler) -> Step:
    match criterion:
        case Level():
            return LevelStep(criterion, compiler.truth(criterion.condition))
        case Each():
            return EachStep(criterion, compiler.find(criterion.pattern))
        case Table():
            return TableStep(criterion, _table(criterion, compiler))
        case _:
            assert_never(criterion)


def _checklist(checklist: Checklist, compiler: Compiler) -> ChecklistPlan:
    return ChecklistPlan(checklist.name, {item.name: compiler.truth(item.condition) for item in checklist.items})


def _tier(tier: Tier, compiler: Compiler) -> TierPlan:
    return TierPlan(tier.name, compiler.truth(tier.condition) if tier.condition else None)


def _table(table: Table, compiler: Compiler) -> Callable[[Moment], Floats]:
    """The points of the row that holds each lead's value."""
    if is_text(table.subject):
        return compile_value_rows(table)
    number = compiler.number(table.subject)

    def points(moment: Moment) -> Floats:
        value = number(moment)
        found = np.where(np.isnan(value), table.unknown, table.otherwise)
        for row in table.rows:
            if isinstance(row, Range):
                below = value <= row.high if row.high_included else value < row.high
                found[(value >= row.low) & below] = row.points
            else:
                found[np.isin(value, [v for v in row.values if isinstance(v, float)])] = row.points
        return found

    return points
