"""Small rule sets with leads and events at random, drawn together, so that the data lie on the edges of the rules.

Names and types are the same in all of them; what is made of them is not. Every rule set is accepted by `check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.oracle_expressions import (
    Arithmetic,
    Compare,
    Condition,
    IsKnown,
    Name,
    Number,
    Percent,
    Quantity,
    Value,
)
from tests.oracle_facts import Beside
from tests.specs import (
    AnyScore,
    Checklist,
    Constant,
    EventType,
    Field,
    Grade,
    Matrix,
    Named,
    Score,
    Spec,
)
from tests.worlds_balances import adjustments
from tests.worlds_dated import attributes, links, merges, roll_up
from tests.worlds_expressions import Scope, condition, with_fields
from tests.worlds_ground import Ground
from tests.worlds_rows import Table, rows
from tests.worlds_scores import asking, combination, score
from tests.worlds_texts import TOPICS, joined
from tests.worlds_tiers import LEVELS, thresholds
from tests.worlds_times import DURATIONS, ZONES, moments, nows

# Some properties have the name of a field, a condition or named points, which they hide inside a `where`.
VISIT = (
    Field("path", "text"),
    Field("pages", "whole number"),
    Field("ratio", "number"),
    Field("customer", "flag"),
    Field("loyal", "flag", blank_means_no=True),
    Field("stay", "duration"),
    Field("kind", "one of", ("a", "b", "two words")),
    Field("tags", "set of text"),
)
FORM = (
    Field("name", "text"),
    Field("at", "time"),
    Field("day", "date"),
    Field("price", "money EUR"),
    Field("minor", "number"),
)


class World(NamedTuple):
    """A rule set, the leads and the events it scores, and when. Every row has all its columns; None is missing."""

    spec: Spec
    leads: list[dict[str, Any]]
    events: list[dict[str, Any]]
    now: int
    beside: Beside = Beside()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A rule set with up to 4 leads and up to 12 events of each."""
    zone = draw(st.sampled_from(list(ZONES)))
    now = nows(draw, zone)
    durations = tuple(draw(st.lists(st.sampled_from(DURATIONS), min_size=1, max_size=3, unique=True)))
    written = tuple(moments(draw, zone, now) for _ in range(2))
    topic = joined(draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=2, unique=True)))
    scope = Scope({}, {}, (), durations, written, topic)
    spec = specs(draw, zone, scope)
    table = Table(spec, scope, now)
    leads, events = rows(draw, table)
    told, by_hand = attributes(draw, table, leads), adjustments(draw, table, leads)
    joined_later = links(draw, table, leads, told)
    table.times += [event["time"] for event in events]
    merged, events = merges(draw, table, leads, events)
    return World(spec, leads, events, now, Beside(told, leads, by_hand, merged, joined_later))


def specs(draw: st.DrawFn, zone: str, scope: Scope) -> Spec:
    """A rule set. `scope` holds the durations and moments that are written in it."""
    fields, events = lead_fields(draw), event_types(draw)
    constants = named_numbers(draw, scope.durations[-1])
    scope = with_fields(with_fields(replace(scope, events=events), fields), fields, "lead.")
    numbers = {"minor": "number", "large": "number", "share": "number", "quiet": "duration"}
    scope = replace(scope, names={**scope.names, **numbers})
    conditions: list[Named] = []
    for name in ("ready", "loyal", "big")[: draw(st.integers(0, 3))]:
        conditions.append(Named(name, draw(st.sampled_from((condition, of_hidden)))(draw, scope)))
        scope = replace(scope, names={**scope.names, name: "condition"})
    scores = all_scores(draw, Ground(scope, fields, zone, rounding=draw(st.booleans())))
    scope = replace(scope, scores=tuple(score.name for score in scores), levels=LEVELS, criteria=asked(scores))
    if draw(st.booleans()):  # a condition may ask about criteria, which ask about none that asks about it
        conditions.append(Named("done", condition(draw, replace(scope, scores=()))))
        scope = replace(scope, names={**scope.names, "done": "condition"})
    grades, matrices = all_grades(draw, scope)
    scope = with_grades(scope, grades, matrices)
    checklists = all_checklists(draw, scope)
    tiers = thresholds(draw, with_checklists(scope, checklists))
    return Spec(
        zone=zone,
        fields=fields,
        events=events,
        constants=constants,
        conditions=tuple(draw(st.permutations(conditions))),
        scores=scores,
        checklists=checklists,
        grades=grades,
        matrices=matrices,
        tiers=tiers.tiers,
        frozen=tiers.frozen,
        actions=tiers.actions,
        evaluate=tiers.evaluate,
    )


def lead_fields(draw: st.DrawFn) -> tuple[Field, ...]:
    """The fields of leads; one of two may say since when a lead is known."""
    since = draw(st.sampled_from((None, "created", "signed")))
    return (
        Field("job_title", "text"),
        Field("note", "text"),
        Field("industry", "one of", ("software", "finance", "real estate", "İt")),
        Field("ratio", "number"),
        Field("employees", "whole number"),
        Field("customer", "flag"),
        Field("partner", "flag", blank_means_no=draw(st.booleans())),
        Field("created", "time", known_from=since == "created"),
        Field("signed", "date", known_from=since == "signed"),
        Field("timeframe", "duration"),
        Field("budget", "money EUR"),
        Field("role", "one of", ("decider", "influencer", "user"), of_account=True),
        Field("interests", "set of text", blank_means_no=draw(st.booleans())),
        Field("topics", "set of one of", ("a", "b", "two words")),
    )


def event_types(draw: st.DrawFn) -> tuple[EventType, ...]:
    """The types of events, some of them passive."""
    left = EventType("left", (Field("reason", "text"),), passive=True)
    return EventType("visit", VISIT), EventType("form", FORM, draw(st.booleans())), EventType("plain"), left


def named_numbers(draw: st.DrawFn, quiet: Quantity) -> tuple[Constant, ...]:
    """Named points and params, none of them zero. `large` is above 1."""
    minor = Constant("minor", Number(draw(st.sampled_from((5.0, 0.5, 1.0, 2.0)))))
    sizes: tuple[Value, ...] = (Number(20.0), Arithmetic(Number(4.0), "*", Name("minor")))
    large = Constant("large", draw(st.sampled_from(sizes)))
    shares: tuple[Value, ...] = (Percent(50.0), Number(0.25), Number(3.0))
    share = Constant("share", draw(st.sampled_from(shares)), "param")
    limits = (Quantity(30.0, "minute"), Quantity(60.0, "day"))
    return minor, large, share, Constant("quiet", quiet, "param", draw(st.sampled_from((None, limits))))


def of_hidden(draw: st.DrawFn, scope: Scope) -> Condition:
    """A condition about names that properties hide: inside a `where` it still means the lead."""
    number = Name(draw(st.sampled_from(("ratio", "minor"))))
    simple = Compare(number, ">=", Number(draw(st.sampled_from((1.0, 3.0, 0.0)))))
    found: tuple[Condition, ...] = (Name("customer"), IsKnown(number), simple)
    return draw(st.sampled_from(found))


def all_scores(draw: st.DrawFn, ground: Ground) -> tuple[AnyScore, ...]:
    """One to three scores of criteria, up to two of scores, in any order."""
    found: list[AnyScore] = []
    for name in ("fit", "engagement", "intent")[: draw(st.integers(1, 3))]:
        made = score(draw, ground, name)
        for criterion in made.criteria:
            ground = asking(ground, f"{name}.{criterion.name}")
        found.append(made)
    own = [made.name for made in found]
    if draw(st.sampled_from((False, False, True))):
        found.append(roll_up(draw, ground, "team", own))
    for name in ("total", "overall")[: draw(st.integers(0, 2))]:
        found.append(combination(draw, ground, name, [part.name for part in found]))
    return tuple(draw(st.permutations(found)))


def asked(scores: Sequence[AnyScore]) -> tuple[str, ...]:
    """The criteria of scores, by score and name."""
    return tuple(f"{s.name}.{c.name}" for s in scores if isinstance(s, Score) for c in s.criteria)


def all_grades(draw: st.DrawFn, scope: Scope) -> tuple[tuple[Grade, ...], tuple[Matrix, ...]]:
    """Up to two grades of any scores, and their cells."""
    grades = tuple(
        grade(draw, scope, name, labels) for name, labels in (("letter", "ABCD"), ("digit", ("1", "2", "3+")))
    )[: draw(st.integers(0, 2))]
    names = [grade.name for grade in grades]
    if not names or draw(st.booleans()):
        return grades, ()
    first, second = draw(st.permutations(names)) if len(names) == 2 else names * 2
    return grades, (Matrix("cell", first, second),)


def grade(draw: st.DrawFn, scope: Scope, name: str, labels: Sequence[str]) -> Grade:
    """Labels of a score, one more than there are bounds."""
    levels = draw(st.lists(st.sampled_from(LEVELS), max_size=len(labels) - 1, unique=True))
    bounds: list[Value | None] = [Number(level) for level in sorted(levels, reverse=True)]
    rows = tuple(zip(labels, [*bounds, None], strict=False))
    return Grade(name, draw(st.sampled_from(scope.scores)), rows)


def with_grades(scope: Scope, grades: Sequence[Grade], matrices: Sequence[Matrix]) -> Scope:
    """The scope of checklists and thresholds, in which grades and cells have names."""
    labels = {grade.name: tuple(label for label, _ in grade.rows) for grade in grades}
    cells = {m.name: tuple(a + b for a in labels[m.first] for b in labels[m.second]) for m in matrices}
    names = {**dict.fromkeys(labels, "grade"), **dict.fromkeys(cells, "cell")}
    return replace(scope, names={**scope.names, **names}, choices={**scope.choices, **labels, **cells})


def all_checklists(draw: st.DrawFn, scope: Scope) -> tuple[Checklist, ...]:
    """Up to two checklists; an item may have the name of a field."""
    items = ("budget", "need", "authority")
    return tuple(
        Checklist(name, tuple(Named(item, condition(draw, scope)) for item in items[: draw(st.integers(1, 3))]))
        for name in ("bant", "champ")[: draw(st.integers(0, 2))]
    )


def with_checklists(scope: Scope, checklists: Sequence[Checklist]) -> Scope:
    """The scope of thresholds, in which checklists have names."""
    items = {f"{owner.name}.{item.name}": "condition" for owner in checklists for item in owner.items}
    counts = {f"{owner.name}.{count}": "count" for owner in checklists for count in ("met", "unmet", "unknown")}
    return replace(scope, names={**scope.names, **items, **counts})
