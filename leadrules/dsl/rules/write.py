"""Tree to text: a rule set in one spelling. `parse(write(tree))` is the tree again, comments included."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import (
    Expression,
    Item,
    Pattern,
    Properties,
    Property,
    RangeRow,
    RestRow,
    Text,
    ValueRow,
)
from leadrules.dsl.expression.write import write_expression, write_text, write_value
from leadrules.dsl.expression.write_statements import (
    write_body,
    write_inline,
    write_items,
    write_property,
    write_row,
    write_texts,
    write_zone,
)
from leadrules.dsl.rules import tree


def write(ruleset: tree.Ruleset) -> str:
    """The text of a whole rule set, ending with a line end."""
    return "\n".join([*write_items(ruleset.items, ruleset.closing, write_item), ""])


def write_item(item: Item) -> str:
    """One statement, without the comments around it; a statement with a block has several lines."""
    match item:
        case tree.Level() | tree.Each() | tree.Table() | tree.Scale() | tree.Cases() | tree.Veto():
            return _criterion(item)
        case tree.AgeRow():
            return _age_row(item)
        case tree.Case(condition, points):
            return f"{write_expression(condition) if condition else 'otherwise'}: {write_expression(points)}"
        case RangeRow() | ValueRow() | RestRow():
            return write_row(item)
        case tree.Version() | tree.Timezone() | tree.Evaluate():
            return _setting(item)
        case Property() | Properties() | tree.Mapping() | tree.Missing():
            return _field(item)
        case tree.DefaultDecay(decay):
            return _decay(decay)
        case tree.Criteria(body):
            return f"criteria {write_body(body, write_item)}"
        case tree.Check(name, condition):
            return f"{name.text} {write_expression(condition)}"
        case tree.Tier(name, condition):
            return f"{name.text} when {write_expression(condition)}" if condition else f"{name.text} otherwise"
        case _:
            return _declaration(item)


def _declaration(item: Item) -> str:
    match item:
        case tree.Header(name, title, body):
            return f"ruleset {name.text}{_title(title)} {write_body(body, write_item)}"
        case tree.Lead(body):
            return f"lead {write_body(body, write_item)}"
        case tree.Events(body):
            return f"events {write_body(body, write_item)}"
        case tree.Event():
            return _event(item)
        case tree.Points(names):
            return "points " + ", ".join(f"{p.name.text} = {write_expression(p.value)}" for p in names)
        case tree.Param():
            return _param(item)
        case tree.Condition(name, condition):
            return f"condition {name.text}: {write_expression(condition)}"
        case tree.Score():
            rounded = " rounded" * item.rounded
            head = f"score {item.name.text}{_title(item.title)}{_bounds(item.bounds)}{rounded}"
            return f"{head} {write_body(item.body, write_item)}"
        case tree.Combination():
            head = f"score {item.name.text}{_title(item.title)} = {write_expression(item.formula)}"
            return head + _bounds(item.bounds) + " rounded" * item.rounded
        case tree.Checklist(name, title, body):
            return f"checklist {name.text}{_title(title)} {write_body(body, write_item)}"
        case tree.Thresholds(body):
            return f"thresholds {write_body(body, write_item)}"
        case _:
            raise TypeError(f"no statement of a rule set: {item}")


def _title(title: Text | None) -> str:
    return f" {write_text(title.value)}" if title else ""


def _bounds(bounds: tree.Bounds | None) -> str:
    return f" between {write_expression(bounds.low)} and {write_expression(bounds.high)}" if bounds else ""


def _event(event: tree.Event) -> str:
    label = f" from {write_text(event.label.value)}" if event.label else ""
    body = f" {write_inline(event.body, write_item)}" if event.body else ""
    return f"event {event.name.text}{label}{' passive' * event.passive}{body}"


def _param(param: tree.Param) -> str:
    between = ""
    if param.low and param.high:
        between = f" between {write_expression(param.low)} and {write_expression(param.high)}"
    return f"param {param.name.text} = {write_expression(param.value)}{between}"


def _setting(item: tree.Version | tree.Timezone | tree.Evaluate) -> str:
    match item:
        case tree.Version(number):
            return f"version {number.written}"
        case tree.Timezone(zone):
            return f"timezone {write_zone(zone)}"
        case tree.Evaluate(at_events, daily):
            times = f"daily at {', '.join(daily)}"
            return f"evaluate {'at every event' + f' and {times}' * bool(daily) if at_events else times}"
        case _:
            assert_never(item)


def _field(item: Property | Properties | tree.Mapping | tree.Missing) -> str:
    match item:
        case Property():
            return write_property(item)
        case Properties(properties):
            return ", ".join(map(write_property, properties))
        case tree.Mapping(name, column):
            return f"{name.text} from {write_text(column.value)}"
        case tree.Missing(texts):
            return "missing " + write_texts(texts)
        case _:
            assert_never(item)


def _criterion(item: tree.Criterion) -> str:
    match item:
        case tree.Level(_, points, condition, known_for):
            when = f" when {write_expression(condition)}"
            return f"{_label(item)} {write_value(points)}{when}{_known_for(known_for)}"
        case tree.Veto(_, condition, known_for):
            return f"{_label(item)} veto when {write_expression(condition)}{_known_for(known_for)}"
        case tree.Cases(_, best, body):
            return f"{_label(item)} {'best of' if best else 'first true of'} {write_inline(body, write_item)}"
        case tree.Scale(_, points, condition, known_for):
            when = f" when {write_expression(condition)}" if condition else ""
            return f"{_label(item)} worth {write_value(points)}{when}{_known_for(known_for)}"
        case tree.Each(_, points, pattern, clauses, which, before, within, per):
            verb = "each" if which == "each" else f"the {which} of:"
            if per:
                verb = f"{_per(per)} each"
            if before and within:
                verb = f"each: {_occurrence(before)} then"
            window = f" within {write_expression(within)}" if within else ""
            head = f"{_label(item)} {write_expression(points)} {verb} {_occurrence(pattern)}{window}"
            return ", ".join([head, *map(_clause, clauses)])
        case tree.Table(_, subject, body):
            return f"{_label(item)} by {subject.text} {write_inline(body, write_item)}"
        case _:
            assert_never(item)


def _label(item: tree.Criterion) -> str:
    valid = f" valid {item.valid.first.text} to {item.valid.last.text}" if item.valid else ""
    weight = f" weighs {write_value(item.weight)}" if item.weight else ""
    return item.name.text + valid + weight + ":" * bool(valid or weight)


def _known_for(duration: Expression | None) -> str:
    return f", for leads known for at least {write_expression(duration)}" if duration else ""


def _per(per: tree.Per) -> str:
    property = f" of {per.property.text}" if per.property else ""
    return f"per {'full ' * per.full}{write_expression(per.size)}{property} of"


def _occurrence(pattern: Pattern) -> str:
    return pattern.event.text + (f" where {write_expression(pattern.where)}" if pattern.where else "")


def _clause(clause: tree.Clause) -> str:
    match clause:
        case tree.AtMost(count, period, window):
            if count is None:
                return "once"
            per = f" per calendar {period}" if period else ""
            rolling = f" in any {write_expression(window)}" if window else ""
            return f"at most {count.written}{per}{rolling}"
        case tree.AfterGap(duration):
            return f"after a gap of {write_expression(duration)}"
        case tree.OncePer(property):
            return f"once per {property.text}"
        case tree.Worth(points, per):
            return f"worth at most {write_expression(points)} points {f'per {per.text}' if per else 'in all'}"
        case _:
            return _decay(clause)


def _age_row(row: tree.AgeRow) -> str:
    age = f"younger than {write_expression(row.age)}" if row.age else "older"
    return f"{age}: {write_expression(row.share)}"


def _decay(decay: tree.Decay) -> str:
    match decay:
        case tree.HalfLife(duration):
            return f"decay half-life {write_expression(duration)}"
        case tree.Linear(duration):
            return f"decay linear over {write_expression(duration)}"
        case tree.Expires(duration):
            return f"decay expires after {write_expression(duration)}"
        case tree.SCurve(duration):
            return f"decay s-curve over {write_expression(duration)}"
        case tree.OfOriginal(share, duration, in_steps):
            every = f"decay {write_expression(share)} of original every {write_expression(duration)}"
            return every + " in steps" * in_steps
        case tree.ByAge(body):
            return f"decay by age {write_inline(body, write_item)}"
        case tree.PointsEvery(points, duration, low):
            below = f" not below {write_expression(low)}" if low else ""
            return f"decay {write_expression(points)} points every {write_expression(duration)}{below}"
        case tree.NoDecay():
            return "no decay"
        case _:
            assert_never(decay)
