"""Values and conditions at random, of the right types by construction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from tests.oracle_expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Both,
    Compare,
    Condition,
    DaysSince,
    Duration,
    Either,
    Fired,
    Happened,
    Has,
    IsKnown,
    IsOneOf,
    Moment,
    Name,
    Negative,
    Not,
    Number,
    Pattern,
    Quantity,
    Text,
    TextTest,
    Value,
    Word,
)
from tests.oracle_time import DAY, UNITS
from tests.specs import EventType, Field
from tests.worlds_texts import Topic

# Fractions of two alone: sums of them are exact in any order, so a half stays a half for every reader.
NUMBERS = (1.0, 0.0, 2.0, 3.0, 0.5, 10.0, -1.0, 2.5, 50.0)
AMOUNTS = (100.0, 0.0, 99.5, 5000.0)
FAMILIES: Mapping[str, str] = {
    "text": "text",
    "number": "number",
    "whole number": "number",
    "flag": "flag",
    "time": "time",
    "date": "time",
    "duration": "duration",
    "money EUR": "money",
    "one of": "choice",
    "set of text": "set",
    "set of one of": "set",
}
Family = Literal["number", "duration", "money", "time"]
MEASURED: tuple[Family, ...] = ("number", "duration", "money", "time")


@dataclass(frozen=True)
class Scope:
    """What may be named where an expression stands, and what is written in it. `criteria` are those that it can ask about.

    `names` gives the family of each name; `own` are those of the event in whose `where` it stands; `levels` are for scores.
    """

    names: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    events: tuple[EventType, ...]
    durations: tuple[Quantity, ...]
    moments: tuple[Moment, ...]
    topic: Topic
    own: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    levels: tuple[float, ...] = ()
    criteria: tuple[str, ...] = ()

    def named(self, *families: str) -> list[Name]:
        """The names of some families, those of the event more than once."""
        return [Name(name) for name in (*self.names, *self.own * 4) if self.names[name] in families]

    def windows(self) -> list[Duration]:
        """The durations that a window, a limit or a decay may have."""
        fixed = [Name("quiet")] if self.names.get("quiet") == "duration" else []
        return [*self.durations, *fixed]

    def where(self, event: EventType) -> Scope:
        """The scope of a `where`: properties of the event hide everything else of their name."""
        own = tuple(property.name for property in event.properties)
        return replace(with_fields(self, event.properties), own=own, events=())

    @property
    def inside(self) -> bool:
        """Whether it stands inside a `where`, which cannot ask about events."""
        return not self.events


def with_fields(scope: Scope, fields: Sequence[Field], prefix: str = "") -> Scope:
    """The scope with further fields or properties."""
    names = {prefix + field.name: FAMILIES[field.type] for field in fields}
    choices = {prefix + field.name: field.choices for field in fields}
    return replace(scope, names={**scope.names, **names}, choices={**scope.choices, **choices})


# Values


def constant(draw: st.DrawFn, scope: Scope, family: Family) -> Value:
    """A value that is the same for every lead."""
    match family:
        case "number":
            return Number(draw(st.sampled_from(NUMBERS)))
        case "duration":
            return draw(st.sampled_from(scope.durations))
        case "money":
            return Quantity(draw(st.sampled_from(AMOUNTS)), "EUR")
        case "time":
            return draw(st.sampled_from(scope.moments))


def measured(draw: st.DrawFn, scope: Scope, family: Family) -> Value:
    """A value that differs from lead to lead: a name, or something made of events."""
    owners = [(event, p) for event in scope.events for p in event.properties if FAMILIES[p.type] == family]
    kinds = ["name"] + ["since"] * (family == "number") + ["aggregate"] * bool(owners)
    kinds += ["count", "distinct"] * (family == "number" and not scope.inside)
    match draw(st.sampled_from(kinds)):
        case "since":
            return since(draw, scope)
        case "count":
            return Aggregate("count", pattern(draw, scope))
        case "distinct":
            return distinct(draw, scope)
        case "aggregate":
            return aggregate(draw, scope, owners)
        case _:
            return draw(st.sampled_from(scope.named(family)))


def since(draw: st.DrawFn, scope: Scope) -> DaysSince:
    """Days since a moment or an event; the calendar counts only where no `where` is asked."""
    calendar = draw(st.booleans())
    if scope.inside or draw(st.booleans()):
        return DaysSince(draw(st.sampled_from(scope.named("time"))), calendar)
    event = draw(st.sampled_from(scope.events))
    return DaysSince(Pattern(event.name, None if calendar else guard(draw, scope, event)), calendar)


def aggregate(draw: st.DrawFn, scope: Scope, owners: Sequence[tuple[EventType, Field]]) -> Aggregate:
    """The sum, the largest or the smallest of a property."""
    event, property = draw(st.sampled_from(owners))
    measures: tuple[Literal["sum", "max", "min"], ...] = ("max", "min")
    if FAMILIES[property.type] != "time":
        measures = ("sum", "max", "min")
    return Aggregate(draw(st.sampled_from(measures)), pattern_of(draw, scope, event), property.name)


def distinct(draw: st.DrawFn, scope: Scope) -> Aggregate:
    """How many values a property has."""
    event = draw(st.sampled_from([event for event in scope.events if event.properties]))
    property = draw(st.sampled_from(single(event.properties)))
    return Aggregate("distinct", pattern_of(draw, scope, event), property.name)


def value(draw: st.DrawFn, scope: Scope, family: Family, depth: int = 1) -> Value:
    """A value, seldom worked out of others."""
    if depth and draw(st.integers(0, 3)) == 3:
        return calculation(draw, scope, family, depth - 1)
    return draw(st.sampled_from((constant, measured, measured)))(draw, scope, family)


def calculation(draw: st.DrawFn, scope: Scope, family: Family, depth: int) -> Value:
    """Arithmetic of one family, with its units."""

    def of(family: Family) -> Value:
        return value(draw, scope, family, depth)

    signs: tuple[Literal["+", "-"], ...] = ("+", "-")
    plus = draw(st.sampled_from(signs))
    if family == "time":
        return Arithmetic(of("time"), plus, of("duration"))
    options: list[Callable[[], Value]] = [
        lambda: Arithmetic(of(family), plus, of(family)),
        lambda: Arithmetic(of(family), "*", of("number")),
        lambda: Arithmetic(of("number"), "*", of(family)),
        lambda: Arithmetic(of(family), "/", divisor(draw, scope, "number")),
        lambda: Negative(of(family)),
    ]
    if family == "number":
        kind: Family = draw(st.sampled_from(("duration", "money")))
        options += [lambda: Arithmetic(of(kind), "/", divisor(draw, scope, kind))]
    if family == "duration":
        options += [lambda: Arithmetic(of("time"), "-", of("time"))]
    return draw(st.sampled_from(options))()


def divisor(draw: st.DrawFn, scope: Scope, family: Family) -> Value:
    """Something to divide by: it may turn out to be zero, but is not written as zero."""
    found = draw(st.sampled_from((constant, measured)))(draw, scope, family)
    return measured(draw, scope, family) if found in (Number(0.0), Quantity(0.0, "EUR")) else found


# Patterns


def pattern(draw: st.DrawFn, scope: Scope) -> Pattern:
    """An event pattern; now and then of any event."""
    event = draw(st.sampled_from((*scope.events, None)))
    if event is None:
        return Pattern(None, None, window(draw, scope))
    return pattern_of(draw, scope, event)


def pattern_of(draw: st.DrawFn, scope: Scope, event: EventType) -> Pattern:
    """A pattern of one type of events."""
    return Pattern(event.name, guard(draw, scope, event), window(draw, scope))


def window(draw: st.DrawFn, scope: Scope) -> Duration | None:
    """How recent an event must be, or None."""
    return draw(st.sampled_from([*scope.windows(), None]))


def guard(draw: st.DrawFn, scope: Scope, event: EventType) -> Condition | None:
    """What an event must be like, or None."""
    return condition(draw, scope.where(event), 1) if draw(st.booleans()) else None


# Conditions


def condition(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Condition:
    """A condition with up to `depth` levels of `and`, `or` and `not`."""
    if depth and draw(st.integers(0, 2)) == 2:
        join = draw(st.sampled_from((Both, Either, Not)))
        if join is Not:
            return Not(condition(draw, scope, depth - 1))
        parts = tuple(condition(draw, scope, depth - 1) for _ in range(draw(st.integers(2, 3))))
        return Both(parts) if join is Both else Either(parts)
    options = [comparison, comparison, age, choice, text_test, flag, known]
    options += [has, has] * bool(scope.named("set"))
    options += [flag] * bool(scope.named("condition")) + [happened, happened, tally] * (not scope.inside)
    options += [fired] * (2 * bool(scope.criteria))
    options += [grade_test, grade_test] * bool(scope.named("grade"))
    options += [score_test] * (2 * bool(scope.scores)) + [count_test] * (2 * bool(scope.named("count")))
    return draw(st.sampled_from(options))(draw, scope)


def comparison(draw: st.DrawFn, scope: Scope) -> Condition:
    """Two values of one family, compared."""
    families: tuple[Family, ...] = ("number", "number", "duration", "money", "time")
    family = draw(st.sampled_from(families))
    return Compare(measured_first(draw, scope, family), sign(draw), value(draw, scope, family))


def age(draw: st.DrawFn, scope: Scope) -> Condition:
    """Days since something, compared with how long a duration of the rules is."""
    days = [UNITS[duration.unit] * duration.amount / DAY for duration in scope.durations]
    return Compare(since(draw, scope), sign(draw), Number(draw(st.sampled_from((*days, 1.0, 0.0)))))


def tally(draw: st.DrawFn, scope: Scope) -> Condition:
    """How many events there are, or different values of a property."""
    count = draw(st.sampled_from((distinct(draw, scope), Aggregate("count", pattern(draw, scope)))))
    return Compare(count, sign(draw), Number(draw(st.sampled_from((1.0, 2.0, 3.0)))))


def measured_first(draw: st.DrawFn, scope: Scope, family: Family) -> Value:
    """A value that is seldom a constant."""
    return draw(st.sampled_from((measured, measured, value)))(draw, scope, family)


def sign(draw: st.DrawFn) -> Literal["<", "<=", "=", "!=", ">=", ">"]:
    """A sign of comparison."""
    signs: tuple[Literal["<", "<=", "=", "!=", ">=", ">"], ...] = (">=", "<", "=", ">", "<=", "!=")
    return draw(st.sampled_from(signs))


def choice(draw: st.DrawFn, scope: Scope) -> Condition:
    """`is`, `is not`, `is one of`, `is not one of`."""
    family = draw(st.sampled_from(("choice", "text", "number", "duration", "time")))
    operand: Value = draw(st.sampled_from(scope.named(family)))
    options = choices_of(scope, operand) if isinstance(operand, Name) else []
    several = draw(st.booleans())
    chosen = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3 if several else 1))
    signs: tuple[Literal["is", "="], ...] = ("is", "=") if family in ("choice", "text") else ("is",)
    return IsOneOf(operand, tuple(chosen), draw(st.booleans()), "one of" if several else draw(st.sampled_from(signs)))


def choices_of(scope: Scope, operand: Name) -> list[Value]:
    """The values that may stand behind `is`."""
    match scope.names[operand.text]:
        case "choice":
            declared = scope.choices[operand.text]
            return [*(Word(c) for c in declared if c.isidentifier()), *(Text(c.upper()) for c in declared)]
        case "text":
            return [*(Text(text) for text in scope.topic.texts), *scope.named("text")]
        case "number":
            return [*(Number(number) for number in NUMBERS), *scope.named("number")]
        case "duration":
            return [*scope.durations, *scope.named("duration")]
        case _:
            return [*scope.moments, *scope.named("time")]


def text_test(draw: st.DrawFn, scope: Scope) -> Condition:
    """A test of a text. As it is written (`exactly`, `matches`) only of a text, not of a value of a `one of`."""
    operand = draw(st.sampled_from(scope.named("text", "choice") if draw(st.booleans()) else scope.named("text")))
    relations: tuple[Literal["mentions", "contains", "starts with", "ends with", "exactly", "matches"], ...]
    relations = ("mentions", "contains", "starts with", "ends with", "exactly", "matches")
    relation = draw(st.sampled_from(relations[:4] if scope.names[operand.text] == "choice" else relations))
    if relation == "matches":
        return TextTest(operand, relation, (draw(st.sampled_from(scope.topic.regexes)),))
    most = 1 if relation == "exactly" else 3
    return TextTest(
        operand, relation, tuple(draw(st.lists(st.sampled_from(scope.topic.patterns), min_size=1, max_size=most)))
    )


def has(draw: st.DrawFn, scope: Scope) -> Condition:
    """What is in a set."""
    operand = draw(st.sampled_from(scope.named("set")))
    declared = scope.choices[operand.text]
    options: list[Value] = [Text(text) for text in (*declared, *map(str.upper, declared)) or scope.topic.texts]
    options += [Word(word) for word in declared if word.isidentifier()]
    several = draw(st.booleans())
    chosen = tuple(draw(st.lists(st.sampled_from(options), min_size=1, max_size=3 if several else 1)))
    return Has(operand, chosen, several and draw(st.booleans()), bare=not several)


def single(properties: Sequence[Field]) -> list[Field]:
    """The properties that have a single value."""
    return [property for property in properties if FAMILIES[property.type] != "set"]


def flag(draw: st.DrawFn, scope: Scope) -> Condition:
    """A flag, a named condition or an item of a checklist."""
    conditions = scope.named("condition")
    return draw(st.sampled_from(conditions if conditions and draw(st.booleans()) else scope.named("flag")))


def fired(draw: st.DrawFn, scope: Scope) -> Condition:
    """Whether a criterion fired."""
    return Fired(draw(st.sampled_from(scope.criteria)))


def known(draw: st.DrawFn, scope: Scope) -> Condition:
    """Whether something is known."""
    operand: Value = draw(st.sampled_from(scope.named("text", "choice", "flag", "set")))
    if draw(st.booleans()):
        operand = measured(draw, scope, draw(st.sampled_from(MEASURED)))
    return IsKnown(operand, draw(st.booleans()))


def happened(draw: st.DrawFn, scope: Scope) -> Condition:
    """`any PATTERN`, `no PATTERN`."""
    return Happened(pattern(draw, scope), draw(st.booleans()))


def count_test(draw: st.DrawFn, scope: Scope) -> Condition:
    """How many items of a checklist are met, unmet or unknown."""
    count = draw(st.sampled_from(scope.named("count")))
    return Compare(count, sign(draw), Number(draw(st.sampled_from((1.0, 2.0, 0.0)))))


def grade_test(draw: st.DrawFn, scope: Scope) -> Condition:
    """A grade compared by its place, or a grade or a cell with some labels."""
    grade = draw(st.sampled_from(scope.named("grade")))
    if draw(st.booleans()):
        return AtLeast(grade, draw(st.sampled_from(scope.choices[grade.text])), draw(st.booleans()))
    operand = draw(st.sampled_from(scope.named("grade", "cell")))
    labels = [Text(label) for label in scope.choices[operand.text]]
    chosen = tuple(draw(st.lists(st.sampled_from(labels), min_size=1, max_size=3)))
    return IsOneOf(operand, chosen, draw(st.booleans()))


def score_test(draw: st.DrawFn, scope: Scope) -> Condition:
    """A score compared with a level, with another score, or as part of a sum."""
    score, other = (Name(draw(st.sampled_from(scope.scores))) for _ in range(2))
    level = Number(draw(st.sampled_from(scope.levels)))
    options = [
        Compare(score, sign(draw), level),
        Compare(score, ">=", level),
        Compare(level, sign(draw), score),
        Compare(score, sign(draw), other),
        Compare(Arithmetic(score, "+", other), sign(draw), level),
    ]
    return draw(st.sampled_from(options))
