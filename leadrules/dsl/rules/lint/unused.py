"""What is declared and asked about by nothing."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.expression.model import Aggregate, Field, Pattern, Reference
from leadrules.dsl.expression.tree import Path
from leadrules.dsl.problem import Problem
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.lint.subject import Subject, doubt, parts, remark
from leadrules.dsl.rules.model import Checklist, parts_of
from leadrules.dsl.rules.model_criteria import Each
from leadrules.dsl.rules.model_demands import NeverLowers, NeverRaises


def unread_fields(subject: Subject) -> Iterator[Problem]:
    """W901: fields that nothing asks about."""
    columns = subject.model.columns
    asked = _named(subject, "field") | {columns.known_from, columns.role}
    for field in subject.model.fields:
        if field.name not in asked:
            hint = "leave it out, or ask about it"
            yield remark("W901", field.span, f"nothing reads the field `{field.name}`", hint=hint)


def uncounted_events(subject: Subject) -> Iterator[Problem]:
    """W902: events that nothing asks about."""
    patterns = {part.event for part in subject.parts if isinstance(part, Pattern)}
    laws = {law.event for law in subject.model.laws if isinstance(law, NeverRaises | NeverLowers)}
    for event in subject.model.events:
        any_event = None in patterns and not event.passive
        if event.name not in patterns | laws and not any_event:
            hint = "leave it out, or ask about it"
            yield remark("W902", event.span, f"nothing counts the event `{event.name}`", hint=hint)


def unread_properties(subject: Subject) -> Iterator[Problem]:
    """W903: properties of events that nothing asks about."""
    asked = set(_properties(subject))
    for event in subject.model.events:
        for property in event.properties:
            if (event.name, property.name) not in asked and _has_place(property):
                message = f"nothing reads the property `{property.name}` of `{event.name}`"
                yield remark("W903", property.span, message, hint="leave it out, or ask about it")


def _has_place(property: Field) -> bool:
    return property.span.end > property.span.start


def _properties(subject: Subject) -> Iterator[tuple[str | None, str]]:
    """The properties that are asked about, each with its event."""
    for part in subject.parts:
        match part:
            case Pattern(event, where) if where is not None:
                yield from ((event, reference.name) for reference in _references(where))
            case Aggregate(property=Reference(name=name), pattern=pattern):
                yield pattern.event, name
            case Each(pattern=Pattern(event)) if part.limits or part.worth_per or part.per:
                said = (part.limits, part.worth_per, part.per)
                yield from ((event, reference.name) for reference in _references(said))


def _references(thing: object) -> Iterator[Reference]:
    return (part for part in parts(thing) if isinstance(part, Reference) and part.kind == "property")


def _named(subject: Subject, *kinds: str) -> set[str | None]:
    return {part.name for part in subject.parts if isinstance(part, Reference) and part.kind in kinds}


def unused_names(subject: Subject) -> Iterator[Problem]:
    """W904: named points, params and conditions that stand nowhere."""
    used = {part.text for part in parts(subject.ruleset.items) if isinstance(part, Path)}
    for item in subject.statements:
        match item:
            case tree.Points(names):
                declared = [(named.name, "points") for named in names]
            case tree.Param(name):
                declared = [(name, "param")]
            case tree.Condition(name):
                declared = [(name, "condition")]
            case _:
                continue
        for name, kind in declared:
            if name.text not in used:
                say = remark if kind == "points" else doubt
                yield say("W904", name.span, f"nothing uses the {kind} `{name.text}`", hint="leave it out, or use it")


def idle_scores(subject: Subject) -> Iterator[Problem]:
    """W905: scores and checklists that no tier hangs on, where there are tiers."""
    model = subject.model
    if not model.tiers:
        return
    asked = _asked(subject)
    for judged in (*model.scores, *model.checklists):
        if judged.name not in asked:
            kind = "checklist" if isinstance(judged, Checklist) else "score"
            hint = "ask for it in `thresholds { … }`, or keep it for reading and silence this"
            yield remark("W905", judged.span, f"no tier hangs on the {kind} `{judged.name}`", hint=hint)


def _asked(subject: Subject) -> set[str]:
    """Scores and checklists that tiers, grades and laws ask for, leads are ranked by, or such ones are made of."""
    model = subject.model
    judging = parts((model.tiers, model.grades, model.frozen, model.laws))
    asked = {getattr(part, "name", "").split(".")[0] for part in judging if isinstance(part, Reference)}
    asked |= {grade.score for grade in model.grades} | {model.ranking or ""}
    asked |= {law.score for law in model.laws if isinstance(law, NeverRaises | NeverLowers)}
    for score in reversed(model.scores):
        if score.name in asked:
            asked |= set(parts_of(score))
    return asked
