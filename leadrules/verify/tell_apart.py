"""Two versions of a rule set to what differs between them, by meaning: order of files, layout and spelling do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field, Reference
from leadrules.dsl.rules.model import AnyScore, Checklist, Event, Grade, Matrix, Model, Param, Score
from leadrules.dsl.rules.model_criteria import Criterion
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.dsl.source import Span
from leadrules.engine.name_values import meanings
from leadrules.verify.names_read import Name, conditions_used, names_read

Kind = Literal["added", "removed", "changed"]
Named = AnyScore | Tier | Grade | Matrix | Checklist | Param


class Change(Struct, frozen=True):
    """One thing that differs.

    `what`: a noun, such as `criterion`; `name` is its name, "" where there is one alone. `effect`: whether it can
    change what becomes of a lead; `gone`: whether data, or a reader of results, misses something by it. `old` and
    `new` are the places, None where it is not there.
    """

    kind: Kind
    what: str
    name: str
    effect: bool
    gone: bool = False
    old: Span | None = None
    new: Span | None = None
    words: str = ""


def tell_apart(old: Model, new: Model) -> tuple[Change, ...]:
    """What differs, gravest first: what is gone, what has an effect, the rest."""
    changes = [*_reading(old, new), *_criteria(old, new), *_named(old, new), *_settings(old, new), *_words(old, new)]
    return tuple(sorted(changes, key=lambda change: (not change.gone, not change.effect)))


def _reading(old: Model, new: Model) -> Iterator[Change]:
    """Fields, events and properties that are read no longer, newly, or otherwise."""
    before, after = names_read(old), names_read(new)
    one, other = _declared(old), _declared(new)
    for key in sorted(before - after):
        yield Change("removed", *key, True, True, old=one[key].span, words="is no longer read")
    for key in sorted(after - before):
        yield Change("added", *key, True, new=other[key].span, words="is read too")
    for key in sorted(before & after):
        if words := _elsewhere(one[key], other[key]):
            yield Change("changed", *key, True, True, one[key].span, other[key].span, words)
        elif replace_parts(one[key]) != replace_parts(other[key]):
            yield Change("changed", *key, True, False, one[key].span, other[key].span, "is read otherwise")


def replace_parts(declared: Field | Event) -> Field | Event:
    """A declaration by itself: the properties of an event are told apart one by one."""
    return replace(declared, properties=()) if isinstance(declared, Event) else declared


def _declared(model: Model) -> Mapping[Name, Field | Event]:
    """What fields, events and properties are, by kind and name."""
    found: dict[Name, Field | Event] = {("field", field.name): field for field in model.fields}
    for event in model.events:
        found["event", event.name] = event
        found |= {("property", f"{event.name}.{own.name}"): own for own in event.properties}
    return found


def _elsewhere(one: Field | Event, other: Field | Event) -> str:
    """How data of the old rules no longer fits the new ones; "" where it does."""
    if isinstance(one, Event) and isinstance(other, Event):
        return f'is called "{other.label}" in data, no longer "{one.label}"' if one.label != other.label else ""
    if not isinstance(one, Field) or not isinstance(other, Field):
        return ""
    if one.column != other.column:
        return f'is read from "{other.column}", no longer from "{one.column}"'
    lost = [value for value in one.type.values if value not in other.type.values]
    if one.type.name != other.type.name or one.type.detail != other.type.detail or one.unit != other.unit:
        return f"is {other.type}, no longer {one.type}" if str(one.type) != str(other.type) else "has another unit"
    return f"no longer knows {', '.join(lost)}" if lost and other.type.values else ""


def _named(old: Model, new: Model) -> Iterator[Change]:
    """What has a name and is read by others: scores, tiers, grades, checklists, params."""
    kinds: Mapping[str, Callable[[Model], Sequence[Named]]] = {
        "score": lambda model: [_bare(score) for score in model.scores],
        "tier": lambda model: model.tiers,
        "grade": lambda model: [replace(grade, title="") for grade in model.grades],
        "matrix": lambda model: [replace(matrix, title="") for matrix in model.matrices],
        "checklist": lambda model: [replace(checklist, title="") for checklist in model.checklists],
        "param": lambda model: model.params,
    }
    for what, things in kinds.items():
        before, after = ({thing.name: thing for thing in things(model)} for model in (old, new))
        for name in before.keys() - after.keys():
            yield Change("removed", what, name, True, True, old=before[name].span, words="is gone")
        for name in after.keys() - before.keys():
            yield Change("added", what, name, what != "param", new=after[name].span, words="is new")
        for name in (name for name in before if name in after and before[name] != after[name]):
            yield Change("changed", what, name, True, False, before[name].span, after[name].span, "is another")
        common = [name for name in before if name in after], [name for name in after if name in before]
        if what == "tier" and common[0] != common[1]:
            yield Change("changed", "tiers", "", True, words=f"stand in another order: {', '.join(common[1])}")


def _bare(score: AnyScore) -> AnyScore:
    """A score without its title and its criteria, which are told apart one by one."""
    return replace(score, title="", criteria=()) if isinstance(score, Score) else replace(score, title="")


def _criteria(old: Model, new: Model) -> Iterator[Change]:
    before, after = ({f"{s.name}.{c.name}": c for s, c in model.criteria} for model in (old, new))
    for name in sorted(before.keys() - after.keys()):
        yield Change("removed", "criterion", name, True, old=before[name].span, words="is gone")
    for name in sorted(after.keys() - before.keys()):
        yield Change("added", "criterion", name, True, new=after[name].span, words="is new")
    for name in (name for name in after if name in before and before[name] != after[name]):
        words = _otherwise(before[name], after[name])
        yield Change("changed", "criterion", name, True, False, before[name].span, after[name].span, words)


def _otherwise(before: Criterion, after: Criterion) -> str:
    """How a criterion differs: by itself, or by what it reads where its own words are the same."""
    if before.span.text.split() != after.span.text.split():
        return "is another"
    now = {part for part in meanings(after) if isinstance(part, Reference)}
    other = [part.name for part in meanings(before) if isinstance(part, Reference) and part not in now]
    return f"reads `{other[0]}`, which is another" if other else "is another, by what it is made of"


def _settings(old: Model, new: Model) -> Iterator[Change]:
    """What there is one of."""
    if old.columns != new.columns:
        yield Change("changed", "columns", "", True, True, words="have other names")
    if old.timezone != new.timezone:
        yield Change("changed", "timezone", "", True, words=f"is {new.timezone}, no longer {old.timezone}")
    for what in ("evaluation", "frozen", "ranking", "actions"):
        if getattr(old, what) != getattr(new, what):
            yield Change("changed", what, "", True, words="differs")
    used = [{c.name: c for c in model.conditions if c.name in conditions_used(model)} for model in (old, new)]
    for name in (name for name in used[1] if name in used[0] and used[0][name] != used[1][name]):
        yield Change("changed", "condition", name, True, False, used[0][name].span, used[1][name].span, "is another")


def _words(old: Model, new: Model) -> Iterator[Change]:
    """What changes no lead: titles, the version, tests and demands, and what is declared and not read."""
    for what in ("name", "title", "version"):
        if getattr(old, what) != getattr(new, what):
            yield Change("changed", what, "", False, words=_said(getattr(old, what), getattr(new, what)))
    for what in ("laws", "gates"):
        if getattr(old, what) != getattr(new, what):
            yield Change("changed", what, "", False, words="differ")
    if _written(old) != _written(new):
        yield Change("changed", "tests", "", False, words="differ")
    titles = [{thing.name: thing.title for thing in _titled(model)} for model in (old, new)]
    for name in (name for name in titles[0] if titles[1].get(name, titles[0][name]) != titles[0][name]):
        yield Change("changed", "title", name, False, words="differs")
    yield from _unread(old, new)


def _said(old: str | int | None, new: str | int | None) -> str:
    if new in (None, ""):
        return f"is gone, which was {old}"
    return f"is {new}" + (f", no longer {old}" if old not in (None, "") else ", and was not said")


def _unread(old: Model, new: Model) -> Iterator[Change]:
    """What is declared alone, and not read."""
    read = names_read(old) | names_read(new) | {("condition", name) for m in (old, new) for name in conditions_used(m)}
    one, other = ({**_declared(m), **{("condition", c.name): c for c in m.conditions}} for m in (old, new))
    for key in sorted(key for key in one.keys() | other.keys() if key not in read and one.get(key) != other.get(key)):
        kind: Kind = "added" if key not in one else "removed" if key not in other else "changed"
        yield Change(kind, *key, False, words="is declared alone, and not read")


def _written(model: Model) -> list[str]:
    """The texts of tests; those of a table are written once."""
    return list(dict.fromkeys(" ".join(test.span.text.split()) for test in model.tests))


def _titled(model: Model) -> Iterator[AnyScore | Grade | Matrix | Checklist]:
    yield from (*model.scores, *model.grades, *model.matrices, *model.checklists)
