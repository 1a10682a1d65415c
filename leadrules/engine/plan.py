"""What to do with a block of leads, decided once for a model: functions of columns, and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_balances import Ageing, Floor, Multiplier
from leadrules.dsl.rules.model_criteria import Case, Cases, Each, Level, Scale, Table, Veto
from leadrules.engine.columns import Dictionary, Floats, Truths
from leadrules.engine.kept import Kept
from leadrules.engine.moment import Find, Group, Moment, Setting
from leadrules.engine.resets import Reset
from leadrules.engine.turning import Turning

Bounds = tuple[float, float] | None
Unless = Callable[[Moment], Truths] | None

# The fields a step is made of, where no view of a lead says anything new: points of a level are always the same, what an
# `each` once counted it always counts. None where that is not so, and each view has to be worked out by itself.
Fields = frozenset[str] | None


class LevelStep(Struct, frozen=True):
    """Points while a condition holds."""

    criterion: Level
    holds: Callable[[Moment], Truths]
    unless: Unless = None
    fields: Fields = None


class TableStep(Struct, frozen=True):
    """Points by the value of a field. `taken` is 1 where a row holds the value, and 0 where the rests do or none."""

    criterion: Table
    points: Callable[[Moment], Floats]
    taken: Callable[[Moment], Floats]
    fields: Fields = None


class EachStep(Struct, frozen=True):
    """Points for occurrences: `find` gives those that match, in the order of time.

    `groups` numbers them by the values of each property that limits tell them apart by.
    """

    criterion: Each
    find: Find
    groups: Mapping[str, Group]
    unless: Unless = None
    fields: Fields = None


class ScaleStep(Struct, frozen=True):
    """Points that are a value of each lead, NaN where that is not known. `holds` is None where they need no condition."""

    criterion: Scale
    points: Callable[[Moment], Floats]
    holds: Callable[[Moment], Truths] | None
    unless: Unless = None
    fields: Fields = None


class CasesStep(Struct, frozen=True):
    """Points of the first row whose condition is true. `rows` stand in the order in which they win."""

    criterion: Cases
    rows: tuple[tuple[Case, Callable[[Moment], Truths]], ...]
    fields: Fields = None


class VetoStep(Struct, frozen=True):
    """Where the condition holds the score is at its lower bound."""

    criterion: Veto
    holds: Callable[[Moment], Truths]
    unless: Unless = None
    fields: Fields = None


Giving = LevelStep | TableStep | EachStep | ScaleStep | CasesStep
Step = Giving | VetoStep


class MultiplierStep(Struct, frozen=True):
    """Where the condition holds the sum is multiplied."""

    multiplier: Multiplier
    holds: Callable[[Moment], Truths]


class BalanceStep(Struct, frozen=True):
    """What occurrences earn is a running balance.

    `clocks`: what ends an idle time; for each line of ageing `clock` says which of them, `low` where it stops.
    """

    floor: Floor | None
    lines: tuple[Ageing, ...]
    clocks: tuple[Find, ...]
    clock: tuple[int, ...]
    low: tuple[Callable[[Moment], Floats] | None, ...]


class ScorePlan(Struct, frozen=True):
    """A sum of criteria, in the order of the text, from the latest `reset` on; then multiplied."""

    name: str
    steps: tuple[Step, ...]
    bounds: Bounds
    rounded: bool
    reset: Reset
    multipliers: tuple[MultiplierStep, ...]
    balance: BalanceStep | None
    fields: Fields = None


class CombinationPlan(Struct, frozen=True):
    """A sum of weighted scores that stand before it."""

    name: str
    terms: tuple[tuple[float, str], ...]
    constant: float
    bounds: Bounds
    rounded: bool


class ChecklistPlan(Struct, frozen=True):
    """Conditions with names."""

    name: str
    items: Mapping[str, Callable[[Moment], Truths]]


class TierPlan(Struct, frozen=True):
    """A tier and its conditions; the last has none.

    `held_for`: microseconds for which `holds` must have been true before a lead enters.
    """

    name: str
    holds: Callable[[Moment], Truths] | None
    until: Callable[[Moment], Truths] | None = None
    held_for: float | None = None


class RollUpPlan(Struct, frozen=True):
    """A score over the members of an account, who stand by themselves as `base` says.

    `score` is the one of theirs that is taken, each times its `weight`; members count where `where` is true, or all.
    """

    name: str
    measure: str
    score: str | None
    weight: Callable[[Moment], Floats] | None
    where: Callable[[Moment], Truths] | None
    base: Plan
    bounds: Bounds
    rounded: bool


AnyPlan = ScorePlan | CombinationPlan | RollUpPlan


class GradePlan(Struct, frozen=True):
    """Labels of a score, highest first; `bounds` are those of all but the last, falling."""

    name: str
    score: str
    bounds: tuple[float, ...]
    labels: Dictionary


class MatrixPlan(Struct, frozen=True):
    """Cells of two grades: for each label of the first all those of the second, which are `second` many."""

    name: str
    grades: tuple[str, str]
    second: int
    labels: Dictionary


class Plan(Struct, frozen=True):
    """All that scoring needs to know of a rule set.

    `linear`: the fields that its steps are made of, where all of them can be worked out along the log of a lead.
    `turning`: what time alone can change; None where that is not known, and every evaluation has to be looked at.
    """

    model: Model
    setting: Setting
    scores: tuple[AnyPlan, ...]
    checklists: tuple[ChecklistPlan, ...]
    tiers: tuple[TierPlan, ...]
    grades: tuple[GradePlan, ...]
    matrices: tuple[MatrixPlan, ...]
    kept: Kept
    frozen: Callable[[Moment], Truths] | None = None
    linear: Fields = None
    turning: Turning | None = None

    @property
    def remembers(self) -> bool:
        """Whether the tier of a lead depends on what it was before."""
        return self.frozen is not None or any(tier.until or tier.held_for for tier in self.tiers)

    @property
    def rolls_up(self) -> bool:
        """Whether a score is made of those of other members of an account."""
        return any(isinstance(part, RollUpPlan) for part in self.scores)

    @property
    def criteria(self) -> tuple[tuple[str, str], ...]:
        """Score and criterion of every step, in the order of the text."""
        return tuple((s.name, step.criterion.name) for s in self.scores if isinstance(s, ScorePlan) for step in s.steps)

    def without(self, *criteria: tuple[str, str]) -> Plan:
        """The plan as if these criteria (score, criterion) gave no points: what they are worth, without compiling."""
        return replace(self, scores=tuple(_without(score, criteria) for score in self.scores))


def _without(score: AnyPlan, criteria: tuple[tuple[str, str], ...]) -> AnyPlan:
    if isinstance(score, RollUpPlan):
        return replace(score, base=score.base.without(*criteria))
    if isinstance(score, CombinationPlan):
        return score
    return replace(score, steps=tuple(s for s in score.steps if (score.name, s.criterion.name) not in criteria))
