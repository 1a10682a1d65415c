"""Conditions to the truths they can have, whatever a lead does, as far as that can be shown without leads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, assert_never

from msgspec import Struct, field

from leadrules.dsl.expression.model import (
    Aggregate,
    Arithmetic,
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
    Negative,
    Not,
    Pattern,
    Reference,
    TextTest,
    Value,
)
from leadrules.dsl.fold import fold
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.dsl.rules.reach import reach
from leadrules.dsl.rules.reach_values import Interval, Reached, value_reach

Truth = Literal["true", "false", "unknown"]
Truths = frozenset[Truth]
EVERY: Truths = frozenset(("true", "false", "unknown"))
CERTAIN: Truths = frozenset(("true", "false"))
CONTRARY: Mapping[Truth, Truth] = {"true": "false", "false": "true", "unknown": "unknown"}


def named_conditions(model: Model) -> Mapping[str, Condition]:
    """Conditions and items of checklists, by the names they are asked for with."""
    items = {
        f"{checklist.name}.{item.name}": item.condition for checklist in model.checklists for item in checklist.items
    }
    return {**items, **{named.name: named.condition for named in model.conditions}}


def reached_by(model: Model) -> Reached:
    """The attainable interval of everything that is compared by a name. Scores are compared to a millionth."""
    scores = {("score", name): (round(low, 6), round(high, 6)) for name, (low, high) in reach(model.scores).items()}
    counts = {
        (kind, checklist.name): (0.0, float(len(checklist.items)))
        for checklist in model.checklists
        for kind in ("met", "unmet", "unknown")
    }
    return {**scores, **counts}


class Possible(Struct, frozen=True):
    """What can be said of conditions by how far values reach. `named`: those that have a name; each is looked into once."""

    named: Mapping[str, Condition]
    reached: Reached
    looked_into: dict[str, Truths] = field(default_factory=dict)

    @classmethod
    def in_rules(cls, model: Model) -> Possible:
        """What a rule set says."""
        return cls(named_conditions(model), reached_by(model))

    def entered(self, tiers: Sequence[Tier]) -> Mapping[str, bool]:
        """Whether any lead can come into each tier: it can hold, and no tier above holds of every lead for ever."""
        found: dict[str, bool] = {}
        open_ = True
        for tier in tiers:
            truths = self.truths(tier.condition) if tier.condition else frozenset(("true",))
            found[tier.name] = open_ and "true" in truths
            never_ends = tier.until is None or "true" not in self.truths(tier.until)
            open_ = open_ and not (truths == {"true"} and never_ends and tier.held_for is None)
        return found

    def truths(self, condition: Condition) -> Truths:
        """Truths that the condition can have; a truth that is not among them it never has."""
        match condition:
            case Compare():
                return self.compared(condition)
            case IsOneOf():
                return self.one_of(condition)
            case IsKnown(operand, missing):
                return CERTAIN if self.may_be_unknown(operand) else _just(not missing)
            case Holds(reference):
                return self.truths_of(reference.name) if reference.name in self.named else _flag(reference)
            case Both(parts):
                found = _all_of([self.truths(part) for part in parts])
                return found - {"true"} if self.contradict(parts) else found
            case Either(parts):
                return _turned(_all_of([_turned(self.truths(part)) for part in parts]))
            case Not(part):
                return _turned(self.truths(part))
            case Happened(pattern, absent):
                return CERTAIN if self.happens(pattern) else _just(absent)
            case TextTest() | Has():
                return EVERY
            case _:
                assert_never(condition)

    def truths_of(self, name: str) -> Truths:
        """Truths that a condition with a name can have."""
        if name not in self.looked_into:
            self.looked_into[name] = self.truths(self.named[name])
        return self.looked_into[name]

    def happens(self, pattern: Pattern) -> bool:
        """Whether an event can be one of a pattern."""
        return pattern.where is None or "true" in self.truths(pattern.where)

    def compared(self, condition: Compare) -> Truths:
        """What a comparison can be, by how far both sides reach."""
        left, right = condition.left, condition.right
        unknown: Truths = _unknown_if(self.may_be_unknown(left) or self.may_be_unknown(right))
        if isinstance(left, Label) or isinstance(right, Label):
            return CERTAIN | unknown
        low, high = value_reach(left, self.reached), value_reach(right, self.reached)
        true = _may_hold(condition.operator, low, high)
        false = _may_hold(OPPOSITE[condition.operator], low, high)
        return _truths(true, false) | unknown

    def one_of(self, condition: IsOneOf) -> Truths:
        """Whether a value is among some; of a `one of` all its values can be."""
        operand = condition.operand
        unknown = _unknown_if(self.may_be_unknown(operand))
        values = operand.type.values if isinstance(operand, Reference) else ()
        named = {fold(choice.value) for choice in condition.choices if isinstance(choice, Label)}
        left_over = not values or any(fold(value) not in named for value in values)
        return (_truths(True, left_over) if not condition.negated else _truths(left_over, True)) | unknown

    def may_be_unknown(self, value: Value) -> bool:
        """Whether a value may not be known."""
        match value:
            case Constant() | Label():
                return False
            case Reference(kind):
                return kind in ("field", "property", "criterion")
            case Aggregate(measure):
                return measure in ("max", "min")
            case Negative(operand):
                return self.may_be_unknown(operand)
            case Arithmetic(left, operator, right):
                return operator in "*/" or self.may_be_unknown(left) or self.may_be_unknown(right)
            case DaysSince():
                return True
            case _:
                assert_never(value)

    def contradict(self, parts: tuple[Condition, ...]) -> bool:
        """Whether comparisons of one value with numbers leave no number for it."""
        spans: dict[Value, Interval] = {}
        for value, interval in _intervals(parts):
            low, high = spans.get(value, (-math.inf, math.inf))
            spans[value] = max(low, interval[0]), min(high, interval[1])
        return any(low > high for low, high in spans.values())


OPPOSITE: Mapping[str, str] = {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">=": "<", ">": "<="}


def _may_hold(operator: str, left: Interval, right: Interval) -> bool:
    """Whether some number of the one interval stands so to some of the other."""
    match operator:
        case "<":
            return left[0] < right[1]
        case "<=":
            return left[0] <= right[1]
        case ">":
            return left[1] > right[0]
        case ">=":
            return left[1] >= right[0]
        case "=":
            return left[0] <= right[1] and right[0] <= left[1]
        case _:
            return not left[0] == left[1] == right[0] == right[1]


def _intervals(parts: tuple[Condition, ...]) -> Iterator[tuple[Value, Interval]]:
    """Values that are compared with numbers, and the interval that each comparison leaves; both ends belong to it."""
    for part in parts:
        if isinstance(part, Compare) and isinstance(part.right, Constant):
            bound = part.right.value
            if part.operator in (">", ">=", "="):
                yield part.left, (bound, math.inf)
            if part.operator in ("<", "<=", "="):
                yield part.left, (-math.inf, bound)


def _flag(reference: Reference) -> Truths:
    """What a flag can be; whether a criterion fired is always known."""
    return CERTAIN if reference.kind == "fired" else EVERY


def _just(truth: bool) -> Truths:
    return _truths(truth, not truth)


def _truths(true: bool, false: bool) -> Truths:
    found: list[Truth] = []
    found += ["true"] if true else []
    found += ["false"] if false else []
    return frozenset(found)


def _unknown_if(may: bool) -> Truths:
    return frozenset(("unknown",)) if may else frozenset()


def _turned(truths: Truths) -> Truths:
    return frozenset(CONTRARY[truth] for truth in truths)


def _all_of(parts: list[Truths]) -> Truths:
    """What `and` can make of its parts, each by itself."""
    true = all("true" in part for part in parts)
    false = any("false" in part for part in parts)
    unknown = any("unknown" in part for part in parts) and not any(part == {"false"} for part in parts)
    return _truths(true, false) | _unknown_if(unknown)
