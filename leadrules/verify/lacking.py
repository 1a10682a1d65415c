"""Model and leads to what cannot be known: for each field, the leads that lack it and the points that hang on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import IsOneOf, Label, Meaning, Reference
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import Model, RollUp, Score
from leadrules.dsl.rules.model_criteria import Criterion, Level
from leadrules.engine.asks import fields_of
from leadrules.engine.columns import known
from leadrules.engine.histories import standing
from leadrules.engine.leads import Leads
from leadrules.verify.possible import Possible
from leadrules.verify.withhold import withheld


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
    found, possible = [], Possible.in_rules(model)
    there = ~leads.merged_by(at)
    everyone = int(np.count_nonzero(there))
    for field in model.fields:
        column = standing(leads, field.name, at)
        missing = everyone if column is None else everyone - int(np.count_nonzero(known(column) & there))
        asking = [(name, rule) for name, rule in rules_of(model) if field.name in set(fields_of(rule, model))]
        if missing and asking:
            points = _most([rule for _, rule in asking], field.name, model, possible)
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


def _most(rules: Sequence[Meaning], field: str, model: Model, possible: Possible) -> float:
    """The most points that a lead without the field cannot get, beyond those it gets. Of values that exclude each other one alone counts."""
    total, by_value = 0.0, Counter[str]()
    for rule in rules:
        gain = withheld(rule, field, model, possible) if isinstance(rule, Criterion) else 0.0
        values = _values(rule, field)
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
