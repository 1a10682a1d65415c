"""One lead at an instant to what it lacks: of each criterion that gave nothing, of unmet items, of tiers not reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    DaysSince,
    Either,
    Happened,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Not,
    Pattern,
    Reference,
    TextTest,
    Type,
    Value,
)
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Begins, Cases, Level, Scale
from leadrules.engine.columns import FALSE, TRUE, Moments, Numbers
from leadrules.engine.compile_begins import compile_begins
from leadrules.engine.compile_conditions import is_text
from leadrules.engine.compile_texts import compile_texts
from leadrules.engine.explain_occurrences import show_value
from leadrules.engine.kept import Kept
from leadrules.engine.lack import Found, Lack, Tally
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment
from leadrules.engine.plan import EachStep, Plan, ScorePlan, Step
from leadrules.engine.stand import stand
from leadrules.engine.taken_back import taken_back
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.used_up import UsedUp, find_used_up

_Key = TypeVar("_Key")


class Lacks(Struct, frozen=True):
    """What a lead lacks, by (score, criterion), by (checklist, item), and by tier; what holds is not among them.

    `used_up` are criteria that were fed and that one more occurrence like their latest brings nothing, which was tried.
    """

    used_up: Mapping[tuple[str, str], UsedUp]
    criteria: Mapping[tuple[str, str], Lack]
    items: Mapping[tuple[str, str], Lack]
    tiers: Mapping[str, Lack]


def explain_lacks(plan: Plan, leads: Leads, position: int, at: int) -> Lacks:
    """What keeps the lead at `position` from points, items and tiers, as of `at` (microseconds UTC)."""
    moment = Trajectory(plan, leads.block(position, position + 1), plan.kept.tables(leads)).at(np.array([at], np.int64))
    stand(plan, moment)  # conditions of tiers ask for scores
    asked = _Asked(plan.model, plan.kept, moment)
    criteria = {
        (part.name, step.criterion.name): asked.criterion(step, part)
        for part in plan.scores
        if isinstance(part, ScorePlan)
        for step in part.steps
    }
    items = {(c.name, item.name): asked.lack(item.condition) for c in plan.model.checklists for item in c.items}
    tiers = {tier.name: asked.lack(tier.condition) for tier in plan.model.tiers if tier.condition}
    used_up = {key: used for key, used in find_used_up(plan, moment).items() if criteria[key] is None}
    return Lacks(used_up, _there(criteria), _there(items), _there(tiers))


def _there(found: Mapping[_Key, Lack | None]) -> dict[_Key, Lack]:
    return {key: lack for key, lack in found.items() if lack is not None}


class _Asked(Struct, frozen=True):
    """One lead, and what it takes to ask it a part of a rule."""

    model: Model
    kept: Kept
    moment: Moment

    def criterion(self, step: Step, part: ScorePlan) -> Lack | None:
        """What a criterion of a score that gave nothing lacks; None where it gave, or where nothing can be said."""
        criterion = step.criterion
        if criterion.unless is not None and self.truth(criterion.unless) == TRUE:
            return self.lack(criterion.unless, wanted=False)
        barring = self.lack(criterion.unless, wanted=False) if criterion.unless else None
        if barring and barring.truth == FALSE:
            return barring
        if isinstance(step, EachStep):
            return self.occurrences(step, part)
        if isinstance(criterion, Level | Scale) and criterion.condition is not None:
            return self.lack(criterion.condition)
        if isinstance(criterion, Cases):
            lacks = [self.lack(row.condition) for row in criterion.rows]
            parts = tuple(lack for lack in lacks if lack is not None)
            return replace(parts[0], parts=parts, any_of=True) if parts and len(parts) == len(lacks) else None
        return None

    def occurrences(self, step: EachStep, part: ScorePlan) -> Lack | None:
        """What an `each` criterion lacks that no occurrence fed."""
        if len(step.find(self.moment)):
            return None
        back, pattern = taken_back(step, part, self.model, self.kept, self.moment), step.criterion.pattern
        if back is not None:
            return Lack(step.criterion, True, 0, taken_back=back)
        if isinstance(pattern, Begins):
            return self.lack(pattern.condition) or Lack(step.criterion, True, 0, tally=self.beginnings(pattern))
        return Lack(step.criterion, True, 0, tally=self.tally(pattern))

    def beginnings(self, pattern: Begins) -> Tally:
        """How often a condition began, whatever else is asked of that."""
        times = compile_begins(self.kept.compiler.truth(pattern.condition))(self.moment).time
        return Tally(len(times), len(times), len(times), int(times[-1]) if len(times) else None)

    def tally(self, pattern: Pattern) -> Tally:
        """The lead's events in the light of a pattern."""
        every = self.kept.compiler.find(Pattern(pattern.event, span=pattern.span))(self.moment)
        recent = self.kept.compiler.find(Pattern(pattern.event, None, pattern.window, span=pattern.span))(self.moment)
        matching = len(self.kept.find(pattern)(self.moment))
        latest = int(every.time[-1]) if len(every) else None
        return Tally(len(every), len(recent), matching, latest)

    def lack(self, condition: Condition, wanted: bool = True) -> Lack | None:
        """What keeps a condition from being as it is wanted; None where nothing does."""
        truth = self.truth(condition)
        truth = truth if wanted else int(TRUE) - truth
        if truth == TRUE:
            return None
        match condition:
            case Both(parts) | Either(parts):
                return self.parts(condition, parts, wanted, truth)
            case Not(part):
                return self.lack(part, not wanted)
            case Holds(Reference("fired")):
                return Lack(condition, wanted, truth)
            case Holds(reference) if reference.kind in ("condition", "item"):
                inner = self.lack(self.meant(reference), wanted)
                return replace(inner, named=inner.named or reference.name) if inner else None
            case Happened(pattern):
                return Lack(condition, wanted, truth, tally=self.tally(pattern))
            case _:
                return Lack(condition, wanted, truth, tuple(map(self.found, values_of(condition))))

    def truth(self, condition: Condition) -> int:
        """How true a condition is of the lead."""
        return int(self.kept.truth(condition)(self.moment)[0])

    def parts(self, condition: Both | Either, parts: tuple[Condition, ...], wanted: bool, truth: int) -> Lack:
        """The parts that lack. Where one is enough, all of them do."""
        lacks = [self.lack(part, wanted) for part in parts]
        any_of = isinstance(condition, Either) is wanted
        return Lack(condition, wanted, truth, parts=tuple(lack for lack in lacks if lack), any_of=any_of)

    def meant(self, reference: Reference) -> Condition:
        """The condition that a name stands for."""
        if reference.kind == "condition":
            return next(c.condition for c in self.model.conditions if c.name == reference.name)
        items = {f"{c.name}.{item.name}": item.condition for c in self.model.checklists for item in c.items}
        return items[reference.name]

    def found(self, value: Value) -> Found:
        """A value with its name."""
        of_events = isinstance(value, Aggregate) or (
            isinstance(value, DaysSince) and isinstance(value.subject, Pattern)
        )
        return Found(" ".join(value.span.text.split()), self.show(value), of_events)

    def show(self, value: Value) -> str | None:
        """What a value is for the lead."""
        zone = self.model.timezone
        if is_text(value):
            return show_value(compile_texts(value)(self.moment), 0, type_of(value), zone)
        if isinstance(value, Reference) and value.kind == "field":
            unit = next(field.unit for field in self.model.fields if field.name == value.name)
            return show_value(self.moment.column(value), 0, value.type, zone, unit)
        number = np.broadcast_to(np.asarray(self.kept.compiler.number(value)(self.moment), np.float64), 1)
        type = type_of(value)
        if type.name in ("time", "date") and not np.isnan(number[0]):
            return show_value(Moments(number.astype(np.int64)), 0, type, zone)
        return show_value(Numbers(number), 0, type, zone)


def values_of(condition: Condition) -> tuple[Value, ...]:
    """The values of a single test that are not written in the rules themselves."""
    match condition:
        case Compare(left, _, right):
            values: tuple[Value, ...] = (left, right)
        case IsOneOf(operand) | IsKnown(operand) | TextTest(operand) | Has(operand):
            values = (operand,)
        case Holds(reference) if reference.kind != "fired":
            values = (reference,)
        case _:
            values = ()
    return tuple(value for value in values if not isinstance(value, Constant | Label))


def type_of(value: Value) -> Type:
    """The type of a value."""
    return Type("text") if isinstance(value, Label) else value.type
