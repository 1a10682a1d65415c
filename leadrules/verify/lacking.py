"""Model and leads to what cannot be known: for each field, the leads that lack it and the points that hang on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import IsOneOf, Label, Meaning, Reference
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import Model, RollUp, Score
from leadrules.dsl.rules.model_criteria import Cases, Criterion, Each, Level, Scale, Table, Veto
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.asks import fields_of
from leadrules.engine.columns import known
from leadrules.engine.histories import standing
from leadrules.engine.leads import Leads


class Lacking(Struct, frozen=True):
    """A field, how many of the leads lack it, the most points a lead without it cannot get, and the rules that ask."""

    field: str
    leads: int
    of: int
    points: float
    rules: tuple[str, ...]


def lacking(model: Model, leads: Leads, at: npt.NDArray[np.int64]) -> tuple[Lacking, ...]:
    """Every field that some lead lacks at its instant (leads,) and some rule asks for, in the order of the rule set.

    Leads that were merged into others by then do not count.
    """
    found = []
    there = ~leads.merged_by(at)
    everyone = int(np.count_nonzero(there))
    for field in model.fields:
        column = standing(leads, field.name, at)
        missing = everyone if column is None else everyone - int(np.count_nonzero(known(column) & there))
        asking = [(name, rule) for name, rule in rules_of(model) if field.name in set(fields_of(rule, model))]
        if missing and asking:
            points = _most([rule for _, rule in asking], field.name)
            found.append(Lacking(field.name, missing, everyone, points, tuple(name for name, _ in asking)))
    return tuple(found)


def rules_of(model: Model) -> Iterator[tuple[str, Meaning]]:
    """Everything that asks for fields, by name."""
    for owner, criterion in model.criteria:
        yield f"{owner.name}.{criterion.name}", criterion
    for score in model.scores:
        for multiplier in score.multipliers if isinstance(score, Score) else ():
            yield f"{score.name} times {show_number(multiplier.factor)}", multiplier
        for line in score.ageing if isinstance(score, Score) else ():
            yield f"{score.name} ageing", line
    for score in model.scores:
        if isinstance(score, RollUp):
            yield score.name, score
    for checklist in model.checklists:
        for item in checklist.items:
            yield f"{checklist.name}.{item.name}", item
    for tier in model.tiers:
        yield tier.name, tier


def _most(rules: Sequence[Meaning], field: str) -> float:
    """The most points that a lead without the field cannot get. Of values that exclude each other one alone counts."""
    total, by_value = 0.0, Counter[str]()
    for rule in rules:
        gain, values = _gain(rule), _values(rule, field)
        total += 0.0 if values else gain
        by_value.update(dict.fromkeys(values, gain))
    return total + max(by_value.values(), default=0.0)


def _values(rule: Meaning, field: str) -> frozenset[str]:
    """The values of a field that a criterion is all about; none where it asks for more, or for something else."""
    condition = rule.condition if isinstance(rule, Level) else None
    if not isinstance(condition, IsOneOf) or condition.negated:
        return frozenset()
    operand, labels = condition.operand, [c.value for c in condition.choices if isinstance(c, Label)]
    is_field = isinstance(operand, Reference) and operand.kind == "field" and operand.name == field
    return frozenset(labels) if is_field and len(labels) == len(condition.choices) else frozenset()


def _gain(rule: Meaning) -> float:
    """How many points an unknown field can keep a lead from; of a table all but those of its unknown row."""
    if not isinstance(rule, Criterion):
        return 0.0
    points, weight = _unweighed(rule), rule.weight
    return points * weight if points and weight > 0 else 0.0


def _unweighed(rule: Criterion) -> float:
    match rule:
        case Level(points=points):
            return max(points, 0.0)
        case Table():
            return max(0.0, *(row.number - rule.by.unknown for row in rule.by.rows))
        case Veto():
            return 0.0  # a veto that is not known lets a lead have its points
        case Cases():
            return max((row.points - rule.otherwise for row in rule.rows), default=0.0)
        case Scale():
            return max(0.0, *value_reach(rule.points))
        case Each(points=points, worth=worth, per=per):
            if per is not None and worth is None:
                return math.inf if points else 0.0
            return max(points, 0.0) if worth is None else worth * (points > 0)
