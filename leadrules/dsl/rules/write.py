"""Tree to text: a rule set in one spelling. `parse(write(tree))` is the tree again, comments included."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import (
    Item,
    Properties,
    Property,
    RangeRow,
    RestRow,
    Text,
    ValueRow,
)
from leadrules.dsl.expression.write import write_expression, write_guard, write_text
from leadrules.dsl.expression.write_cells import CELL, plain
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
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules import tree_tiers as tiers
from leadrules.dsl.rules.tree_balances import Whole
from leadrules.dsl.rules.tree_demands import Always, Gate
from leadrules.dsl.rules.tree_tests import Test
from leadrules.dsl.rules.write_balances import write_whole
from leadrules.dsl.rules.write_criteria import write_criterion, write_decay
from leadrules.dsl.rules.write_demands import write_demand
from leadrules.dsl.rules.write_tests import write_test
from leadrules.dsl.rules.write_tiers import write_tiers


def write(ruleset: tree.Ruleset) -> str:
    """The text of a whole rule set, ending with a line end."""
    return "\n".join([*write_items(ruleset.items, ruleset.closing, write_item), ""])


def write_item(item: Item) -> str:
    """One statement, without the comments around it; a statement with a block has several lines."""
    match item:
        case written.Labelled():
            return write_criterion(item)
        case tree.Version() | tree.Timezone() | tree.Evaluate():
            return _setting(item)
        case Property() | Properties() | tree.Mapping() | tree.Missing():
            return _field(item)
        case Whole():
            return write_whole(item)
        case tree.DefaultDecay(decay):
            return write_decay(decay)
        case tree.Members(role):
            return "members by account" + (f", {plain(write_property(role))}" if role else "")
        case tree.Criteria(body):
            return f"criteria {write_body(body, write_item)}"
        case tree.Check(name, condition):
            return f"{name.text}{CELL}{write_expression(condition)}"
        case tree.GradeRow(label, bound):
            return write_text(label.value) + (f" at {write_expression(bound)}" if bound else " otherwise")
        case tiers.Tier() | tiers.Frozen() | tiers.Thresholds() | tiers.On() | tiers.Action():
            return write_tiers(item)
        case _:
            return _declaration(item)


def _declaration(item: Item) -> str:
    match item:
        case tree.Header(name, title, body):
            return f"ruleset {name.text}{_title(title)} {write_inline(body, write_item)}"
        case (
            tree.Lead(body)
            | tree.Events(body)
            | tree.Attributes(body)
            | tree.Adjustments(body)
            | tree.Merges(body)
            | tree.Links(body)
        ):
            return f"{type(item).__name__.lower()} {write_body(body, write_item)}"
        case tree.Account(name, body):
            return f"account {name.text} {write_body(body, write_item)}"
        case tree.Event():
            return _event(item)
        case tree.Points(names):
            return "points " + ", ".join(f"{p.name.text} = {write_expression(p.value)}" for p in names)
        case tree.Param():
            return _param(item)
        case tree.Condition(name, condition):
            return f"condition {name.text}: {write_expression(condition)}"
        case tree.Score() | tree.Combination() | tree.RollUp():
            return _score(item)
        case tree.Checklist(name, title, body):
            return f"checklist {name.text}{_title(title)} {write_body(body, write_item)}"
        case tree.Grade(name, title, score, body):
            return f"grade {name.text}{_title(title)} of {score.text} {write_inline(body, write_item)}"
        case tree.Matrix(name, title, first, second):
            return f"matrix {name.text}{_title(title)} = {first.text} & {second.text}"
        case Test():
            return write_test(item)
        case Always() | Gate():
            return write_demand(item)
        case tree.Use() | tree.Extends() | tree.Remove() | tree.Replace():
            return _composed(item)
        case _:
            raise TypeError(f"no statement of a rule set: {item}")


def _composed(item: tree.Use | tree.Extends | tree.Remove | tree.Replace) -> str:
    match item:
        case tree.Use(path):
            return f"use {write_text(path.value)}"
        case tree.Extends(path, body):
            return f"extends {write_text(path.value)}" + (f" {write_body(body, write_item)}" if body else "")
        case tree.Remove(path):
            return f"remove {path.text}"
        case tree.Replace(owner, changed):
            return f"replace {f'{owner.text}.' if owner else ''}{write_item(changed)}"
        case _:
            assert_never(item)


def _score(item: tree.Score | tree.Combination | tree.RollUp) -> str:
    head = f"score {item.name.text}{_title(item.title)}"
    end = _bounds(item.bounds) + " rounded" * item.rounded
    match item:
        case tree.Score(body=body):
            return f"{head}{end} {write_body(body, write_item)}"
        case tree.Combination(formula=formula):
            return f"{head} = {write_expression(formula)}{end}"
        case tree.RollUp():
            return f"{head} = {_over_members(item)}{end}"
        case _:
            assert_never(item)


def _over_members(item: tree.RollUp) -> str:
    what = f" of {write_expression(item.score)}" if item.score else ""
    where = f" where {write_guard(item.where)}" if item.where else ""
    weight = ""
    if item.weight:
        body = write_inline(item.weight.body, _weight_row)
        weight = f" * by {write_expression(item.weight.subject)} {body}"
    return f"{item.measure} over members{what}{where}{weight}"


def _weight_row(item: Item) -> str:
    assert isinstance(item, RangeRow | ValueRow | RestRow)
    return write_row(item)


def _title(title: Text | None) -> str:
    return f" {write_text(title.value)}" if title else ""


def _bounds(bounds: tree.Bounds | None) -> str:
    return f" between {write_expression(bounds.low)} and {write_expression(bounds.high)}" if bounds else ""


def _event(event: tree.Event) -> str:
    label = [f"from {write_text(event.label.value)}"] if event.label else []
    body = [write_inline(event.body, write_item)] if event.body else []
    told = " ".join([*label, *["passive"] * event.passive, *body])
    return f"event {event.name.text}" + (f"{CELL}{told}" if told else "")


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
            return plain(", ".join(map(write_property, properties)))
        case tree.Mapping(name, column):
            return f"{name.text}{CELL}from {write_text(column.value)}"
        case tree.Missing(texts):
            return "missing " + write_texts(texts)
        case _:
            assert_never(item)
