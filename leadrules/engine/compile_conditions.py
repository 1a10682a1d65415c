"""Checked expressions to functions of columns: values to floats with NaN for unknown, conditions to Kleene's truths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, assert_never

import numpy as np
from msgspec import Struct

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
from leadrules.engine.columns import NEVER, TRUE, UNKNOWN, Bools, Flags, Floats, Moments, Numbers, Truths, known
from leadrules.engine.compile_patterns import (
    compile_aggregate,
    compile_days_since,
    compile_happened,
    compile_pattern,
)
from leadrules.engine.compile_texts import Truth, compile_choice, compile_has, compile_text_test, compile_texts
from leadrules.engine.keep import keep_finite
from leadrules.engine.moment import Find, Frame, Moment, Occasion

Number = Callable[[Frame], Floats]
TEXTS = ("text", "one of", "set of")


class Compiler(Struct, frozen=True):
    """What compiling an expression needs to know: the events that bare `event` means, conditions and criteria by name.

    `conditions` and `fired` are filled while a model is compiled, and asked when leads are scored.
    """

    active: tuple[str, ...]
    conditions: dict[str, Truth]
    fired: dict[str, Callable[[Moment], Bools]]

    # Values

    def number(self, value: Value) -> Number:
        """A value as floats; durations and moments in microseconds."""
        match value:
            case Constant(amount):
                constant = np.float64(amount)
                return lambda _frame: constant  # type: ignore[return-value]
            case Reference():
                return self.referred(value)
            case Negative(operand):
                inner = self.number(operand)
                return lambda frame: -inner(frame)
            case Arithmetic(left, operator, right):
                return calculated(self.number(left), operator, self.number(right))
            case Aggregate(pattern=pattern):
                ever = Pattern(pattern.event, pattern.where, span=pattern.span)
                return at_moment(compile_aggregate(value, self.find(pattern), self.find(ever)))
            case DaysSince(subject):
                find = self.find(subject) if isinstance(subject, Pattern) else None
                return compile_days_since(value, find)
            case Label():
                raise AssertionError("a text is no number")
            case _:
                assert_never(value)

    def referred(self, reference: Reference) -> Number:
        """A number that has a name."""
        if reference.kind in ("score", "met", "unmet", "unknown", "criterion"):
            key = (reference.kind, reference.name)
            return at_moment(lambda moment: moment.judged.numbers[key])

        def number(frame: Frame) -> Floats:
            column = frame.column(reference)
            if isinstance(column, Moments):
                return np.where(column.values == NEVER, np.nan, column.values)
            assert isinstance(column, Numbers)
            return column.values

        return number

    # Events

    def guard(self, pattern: Pattern) -> Callable[[Occasion], Truths] | None:
        """The `where` of a pattern."""
        return self.truth(pattern.where) if pattern.where else None

    def find(self, pattern: Pattern) -> Find:
        """The occurrences a pattern means."""
        return compile_pattern(pattern, self.guard(pattern), self.active)

    # Conditions

    def truth(self, condition: Condition) -> Truth:
        """A condition as truths."""
        match condition:
            case Both(parts):
                return folded(np.minimum, [self.truth(part) for part in parts])
            case Either(parts):
                return folded(np.maximum, [self.truth(part) for part in parts])
            case Not(part):
                inner = self.truth(part)
                return lambda frame: TRUE - inner(frame)
            case Compare(left, operator, right):
                return compared(self.number(left), operator, self.number(right))
            case IsOneOf(operand):
                return self.choice(condition)
            case IsKnown(operand, missing):
                return self.known(operand, missing)
            case TextTest():
                return compile_text_test(condition)
            case Has():
                return compile_has(condition)
            case Holds(reference):
                return self.holds(reference)
            case Happened(pattern, absent):
                happened = compile_happened(pattern, self.guard(pattern), self.active)
                return at_moment(lambda moment: certain(happened(moment) != absent))
            case _:
                assert_never(condition)

    def choice(self, condition: IsOneOf) -> Truth:
        """`is one of`, over texts or numbers."""
        if is_text(condition.operand):
            return compile_choice(condition)
        operand = self.number(condition.operand)
        fixed = tuple(np.float64(c.value) for c in condition.choices if isinstance(c, Constant))
        moving = [compared(operand, "=", self.number(c)) for c in condition.choices if not isinstance(c, Constant)]
        any_of = folded(np.maximum, [contained(operand, fixed), *moving])
        return (lambda frame: TRUE - any_of(frame)) if condition.negated else any_of

    def known(self, operand: Value, missing: bool) -> Truth:
        """`is known` and `is missing`."""
        if is_text(operand):
            texts = compile_texts(operand)
            return lambda frame: certain(known(texts(frame)) != missing)
        if isinstance(operand, Reference) and operand.type.name == "flag":
            holds = self.holds(operand)
            return lambda frame: certain((holds(frame) != UNKNOWN) != missing)
        number = self.number(operand)
        return lambda frame: decided(np.isnan(number(frame)) == missing, np.False_, len(frame))

    def named(self, name: str) -> Callable[[Moment], Truths]:
        """A condition with a name, worked out once for each moment."""
        conditions = self.conditions

        def truths(moment: Moment) -> Truths:
            found: Truths = moment.once(("condition", name), lambda: conditions[name](moment))
            return found

        return truths

    def asked(self, criterion: str) -> Callable[[Moment], Truths]:
        """Whether a criterion fired, worked out once for each moment."""
        fired = self.fired

        def truths(moment: Moment) -> Truths:
            found: Truths = moment.once(("fired", criterion), lambda: certain(fired[criterion](moment)))
            return found

        return truths

    def holds(self, reference: Reference) -> Truth:
        """A flag, a condition with a name, an item of a checklist, or whether a criterion fired."""
        if reference.kind == "condition":
            return at_moment(self.named(reference.name))
        if reference.kind == "fired":
            return at_moment(self.asked(reference.name))
        if reference.kind == "item":
            return at_moment(lambda moment: moment.judged.truths[reference.name])

        def flag(frame: Frame) -> Truths:
            column = frame.column(reference)
            assert isinstance(column, Flags)
            return column.values

        return flag


def is_text(value: Value) -> bool:
    """Whether a value is a text, and not a number."""
    return isinstance(value, Label) or (isinstance(value, Reference) and value.type.name in TEXTS)


Result = TypeVar("Result", Floats, Truths)


def at_moment(work: Callable[[Moment], Result]) -> Callable[[Frame], Result]:
    """What is worked out for leads, also where it is asked for their occurrences."""

    def result(frame: Frame) -> Result:
        return work(frame.moment)[frame.seen.lead] if isinstance(frame, Occasion) else work(frame)

    return result


def certain(true: Bools) -> Truths:
    """Truths of which none is unknown."""
    return true.view(np.int8) * TRUE


def folded(pick: np.ufunc, parts: Sequence[Truth]) -> Truth:
    """The least (`and`) or the greatest (`or`) of several truths."""
    first, *rest = parts

    def truth(frame: Frame) -> Truths:
        found = first(frame)
        for part in rest:
            found = pick(found, part(frame))
        return found

    return truth


COMPARE: Mapping[str, np.ufunc] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}
CALCULATE: Mapping[str, np.ufunc] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def compared(left: Number, operator: str, right: Number) -> Truth:
    """A comparison of numbers; unknown where a side is NaN."""
    compare = COMPARE[operator]

    def truth(frame: Frame) -> Truths:
        a, b = left(frame), right(frame)
        unknown = np.isnan(a) if isinstance(b, np.float64) else np.isnan(a) | np.isnan(b)  # a constant is known
        return decided(compare(a, b), unknown, len(frame))

    return truth


def contained(operand: Number, fixed: Sequence[np.float64]) -> Truth:
    """Whether a number is one of several that are fixed; unknown where it is NaN."""
    one_of = np.array(fixed, np.float64)

    def truth(frame: Frame) -> Truths:
        values = operand(frame)
        return decided(np.equal.outer(one_of, values).any(axis=0), np.isnan(values), len(frame))

    return truth


def decided(true: Bools | np.bool_, unknown: Bools | np.bool_, rows: int) -> Truths:
    """Truths from where they are true and where they are unknown; each may be the same for all rows."""
    found = certain(true if isinstance(true, np.ndarray) else np.full(rows, true))
    if unknown.any():
        np.copyto(found, UNKNOWN, where=unknown)
    return found


def calculated(left: Number, operator: str, right: Number) -> Number:
    """Arithmetic in double precision; a division by zero is NaN, what is too large the largest double there is."""
    calculate = CALCULATE[operator]

    def number(frame: Frame) -> Floats:
        a, b = left(frame), right(frame)
        with np.errstate(all="ignore"):
            found = calculate(a, b, dtype=np.float64)
        return keep_finite(np.where(np.equal(b, 0), np.nan, found) if operator == "/" else found)

    return number
