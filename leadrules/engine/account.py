"""The account of one lead at an instant: every criterion, every occurrence, every step between."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model import AnyScore, Grade, Matrix
from leadrules.dsl.rules.model_criteria import Case, Criterion


class Fed(Struct, frozen=True):
    """An occurrence that matches a criterion.

    `event` is its type; where a condition began by new values of fields, `change of` and their names. `time` is microseconds UTC, `age` microseconds. `original` are its points at age 0, `points` what is left of
    them and adds to the score; 0 where it does not count because of a limit. `properties` are what is known of it, as text.
    """

    time: int
    event: str
    properties: Mapping[str, str]
    counts: bool
    age: float
    original: float
    points: float


class CriterionAccount(Struct, frozen=True):
    """What a criterion gave.

    `points` = the points of its occurrences + `limit` (what `worth at most` took or gave) + `weighing` (what its weight
    took or gave).

    `truth` is Kleene's truth of a level criterion, None for other kinds; `unknown` are fields it asks for that are
    not known, and `at_stake` the points that hang on them. `chosen` is the row of a table of conditions that won.
    `in_force` is False where the lead's instant lies outside the time in which the criterion is valid; `gives_way` is
    True where what stands behind its `unless` is true.
    """

    criterion: Criterion
    points: float
    truth: int | None
    occurrences: tuple[Fed, ...]
    limit: float
    unknown: tuple[str, ...]
    at_stake: float
    chosen: Case | None = None
    weighing: float = 0.0
    in_force: bool = True
    gives_way: bool = False


class Term(Struct, frozen=True):
    """A weighted score in a combination."""

    weight: float
    score: str
    value: float


class ByHand(Struct, frozen=True):
    """An adjustment: whether it set the score, and why it was made, as far as that is told."""

    sets: bool
    reason: str | None


class Turn(Struct, frozen=True):
    """What happened to a score as a whole: its statement in the rules, or an adjustment, when (microseconds UTC) if at some time, and the points.

    `times`: of ageing, how many periods in a row; `time` is when the first of them ended.
    """

    said: Meaning | ByHand
    points: float
    time: int | None = None
    times: int = 1


class ScoreAccount(Struct, frozen=True):
    """How a score came about.

    `reset` is the latest reset, whose points the score began with again; `changes` came after the criteria, in turn.
    Its parts but vetoes add up to `sum`; `sum` + `bound` + what vetoes took + `rounding` is its `value`. Among the
    criteria vetoes stand last.
    """

    score: AnyScore
    criteria: tuple[CriterionAccount, ...] = ()
    terms: tuple[Term, ...] = ()
    constant: float = 0.0
    sum: float = 0.0
    bound: float = 0.0
    rounding: float = 0.0
    value: float = 0.0
    reset: Turn | None = None
    changes: tuple[Turn, ...] = ()


class Judgement(Struct, frozen=True):
    """A condition with its truth and the fields it asks for that are not known."""

    name: str
    truth: int
    unknown: tuple[str, ...]


class GradeAccount(Struct, frozen=True):
    """The label of a grade, and the value of its score as it is compared."""

    grade: Grade
    label: str
    value: float


class CellAccount(Struct, frozen=True):
    """The cell of a matrix, and the labels of its two grades."""

    matrix: Matrix
    cell: str
    labels: tuple[str, str]


class Held(Struct, frozen=True):
    """The dated value that holds of a field, as text (None where it says: not known), and since when.

    `since` is None where it has no date, but was taken over of a lead that was merged into this one.
    """

    field: str
    value: str | None
    since: int | None


class Explanation(Struct, frozen=True):
    """Everything about one lead at one instant. `known_since` is None where it is not known.

    `entered` is since when it is in its tier, where tiers remember. `dated` are the values that have a date, of fields that the rules ask for.
    """

    lead: str
    at: int
    known_since: int | None
    scores: tuple[ScoreAccount, ...]
    checklists: Mapping[str, tuple[Judgement, ...]]
    tiers: tuple[Judgement, ...]
    tier: str | None
    entered: int | None
    grades: tuple[GradeAccount, ...] = ()
    cells: tuple[CellAccount, ...] = ()
    dated: tuple[Held, ...] = ()
