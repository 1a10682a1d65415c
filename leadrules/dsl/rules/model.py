"""A rule set that was checked: every name exists, types agree, numbers are numbers. The engine reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import ByField, Condition, Field, Meaning, Reference, Type
from leadrules.dsl.rules.model_balances import Ageing, Floor, Multiplier, Reset
from leadrules.dsl.rules.model_criteria import Criterion
from leadrules.dsl.rules.model_demands import Gate, Law
from leadrules.dsl.rules.model_tests import Test
from leadrules.dsl.rules.model_tiers import On, Tier


class Event(Meaning, frozen=True):
    """A type of event: its name in the rules, its name in the data, its properties."""

    name: str
    label: str
    passive: bool
    properties: tuple[Field, ...]


class Columns(Struct, frozen=True):
    """What the columns that every table has are called.

    `known_from` is the field since when a lead is known, `role` the one that it has as a member of its account.
    """

    lead_identity: str = "lead"
    account: str = "account"
    event_identity: str = "lead"
    time: str = "time"
    type: str = "type"
    id: str = "id"
    known_at: str = "known_at"
    known_from: str | None = None
    role: str | None = None
    attribute_identity: str = "lead"
    attribute_field: str = "field"
    attribute_value: str = "value"
    attribute_since: str = "since"
    attribute_known_at: str = "known_at"
    adjustment_identity: str = "lead"
    adjustment_time: str = "time"
    adjustment_score: str = "score"
    adjustment_action: str = "action"
    adjustment_value: str = "value"
    adjustment_reason: str = "reason"
    merge_identity: str = "from"
    merge_into: str = "into"
    merge_at: str = "at"
    link_identity: str = "lead"
    link_account: str = "account"
    link_role: str = "role"
    link_since: str = "since"
    link_known_at: str = "known_at"


class Param(Meaning, frozen=True):
    """A number that may be tuned or set from outside, in the unit of its type, within bounds where it has them."""

    name: str
    value: float
    type: Type
    low: float | None
    high: float | None


class NamedCondition(Meaning, frozen=True):
    """`condition NAME: ...`."""

    name: str
    condition: Condition


class Score(Meaning, frozen=True):
    """The sum of criteria, clamped to `bounds`, then rounded half away from zero where `rounded`.

    Occurrences before the latest of its `resets` do not exist for it; of several resets by one event the first counts.
    With a `floor` or `ageing` what occurrences earn is a running balance; where several lines of `ageing` are due at one
    instant, the first whose condition holds acts alone.
    """

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    bounds: tuple[float, float] | None
    rounded: bool
    resets: tuple[Reset, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    floor: Floor | None = None
    ageing: tuple[Ageing, ...] = ()

    @property
    def is_balance(self) -> bool:
        """Whether what occurrences earn is kept as a running balance."""
        return self.floor is not None or bool(self.ageing)


class Combination(Meaning, frozen=True):
    """A sum of weighted scores and a constant, clamped and rounded like a score."""

    name: str
    title: str
    terms: tuple[tuple[float, str], ...]
    constant: float
    bounds: tuple[float, float] | None
    rounded: bool


class RollUp(Meaning, frozen=True):
    """What the members of a lead's account make together, clamped and rounded like a score.

    The sum, average, highest or lowest of a score of theirs, each times the number that `weight` gives it; or, for
    "count", how many there are for whom `where` is true.
    """

    name: str
    title: str
    measure: Literal["sum", "average", "max", "min", "count"]
    score: str | None
    weight: ByField | None
    where: Condition | None
    bounds: tuple[float, float] | None
    rounded: bool


AnyScore = Score | Combination | RollUp


def parts_of(score: AnyScore) -> tuple[str, ...]:
    """The scores that a score is made of."""
    match score:
        case Combination(terms=terms):
            return tuple(name for _, name in terms)
        case RollUp(score=name, where=where):
            asked = () if where is None else tuple(_scores_in(where))
            return asked if name is None else (name, *asked)
        case _:
            return ()


def _scores_in(meaning: Meaning) -> Iterator[str]:
    if isinstance(meaning, Reference) and meaning.kind == "score":
        yield meaning.name
    for part in meaning.made_of():
        yield from _scores_in(part)


class Checklist(Meaning, frozen=True):
    """Conditions with names, counted."""

    name: str
    title: str
    items: tuple[NamedCondition, ...]


class GradeRow(Meaning, frozen=True):
    """A label of a score, and the score it begins at; the last one takes whoever is left."""

    label: str
    bound: float | None


class Grade(Meaning, frozen=True):
    """Labels of a score, highest first: a lead has the first whose bound its score, rounded to 1e-6, reaches."""

    name: str
    title: str
    score: str
    rows: tuple[GradeRow, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, highest first."""
        return tuple(row.label for row in self.rows)


class Matrix(Meaning, frozen=True):
    """Two grades read as one: `cells` are the labels of the first, each with all those of the second behind it."""

    name: str
    title: str
    grades: tuple[str, str]
    cells: tuple[str, ...]


class Evaluation(Struct, frozen=True):
    """When tiers are decided: at every event, and at times of day in microseconds after local midnight."""

    at_events: bool = True
    daily: tuple[float, ...] = (0.0,)


class Model(Meaning, frozen=True):
    """A whole rule set.

    Scores stand in the order they are computed in, tiers highest first. `ranking` is the score leads are ranked by:
    the last declared one that no other score is made of; None where there is no score. While `frozen` is true a lead
    keeps its tier, and nothing is set off.
    """

    name: str
    title: str
    version: int | None
    timezone: str
    evaluation: Evaluation
    columns: Columns
    fields: tuple[Field, ...]
    events: tuple[Event, ...]
    params: tuple[Param, ...]
    conditions: tuple[NamedCondition, ...]
    scores: tuple[AnyScore, ...]
    checklists: tuple[Checklist, ...]
    tiers: tuple[Tier, ...]
    ranking: str | None
    tests: tuple[Test, ...] = ()
    laws: tuple[Law, ...] = ()
    gates: tuple[Gate, ...] = ()
    grades: tuple[Grade, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    frozen: Condition | None = None
    actions: tuple[On, ...] = ()

    @property
    def criteria(self) -> Iterator[tuple[Score, Criterion]]:
        """Every criterion with the score it stands in."""
        return ((s, c) for s in self.scores if isinstance(s, Score) for c in s.criteria)
