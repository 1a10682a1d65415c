"""Criteria to text: points, patterns, clauses and decay."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import Expression, Item, Number, Pattern, Quantity, RangeRow, RestRow, ValueRow
from leadrules.dsl.expression.write import write_expression, write_value
from leadrules.dsl.expression.write_cells import CELL
from leadrules.dsl.expression.write_statements import write_inline, write_row
from leadrules.dsl.rules import tree_criteria as written


def write_criterion(item: written.Labelled) -> str:
    """One criterion, without the comments around it."""
    match item:
        case written.Level(_, points, condition, known_for, unless):
            when = f"when {write_expression(condition)}"
            return CELL.join([_label(item), write_value(points), when + _behind(known_for, unless)])
        case written.Veto(_, condition, known_for, unless):
            return f"{_label(item)}{CELL}veto when {write_expression(condition)}{_behind(known_for, unless)}"
        case written.Cases(_, best, body):
            return f"{_label(item)}{CELL}{'best of' if best else 'first true of'} {write_inline(body, _row)}"
        case written.Scale(_, points, condition, known_for, unless):
            when = f" when {write_expression(condition)}" if condition else ""
            return f"{_label(item)}{CELL}worth {write_value(points)}{when}{_behind(known_for, unless)}"
        case written.Each(_, points, pattern, clauses, which, before, within, per, bands, visit):
            verb = "each" if which == "each" else f"the {which} of:"
            if per:
                verb = f"{_per(per)} each"
            if visit:
                verb = "each visit of"
            if before and within:
                verb = f"each: {write_occurrence(before)} then"
            window = f" within {write_expression(within)}" if within else ""
            if bands:
                verb = f"by {bands.property.text} of {verb}"
            earned = [write_expression(points)] if points else []
            head = CELL.join([_label(item), *earned, f"{verb} {write_occurrence(pattern)}{window}"])
            inside = [f"band by band {write_inline(bands.body, _row)}"] if bands else []
            inside += [f"gap {write_expression(visit)}"] if visit else []
            return ", ".join([head, *inside, *map(_clause, clauses)])
        case written.Table(_, subject, body):
            return f"{_label(item)}{CELL}by {subject.text} {write_inline(body, _row)}"
        case _:
            raise TypeError(f"no criterion: {item}")


def _row(item: Item) -> str:
    match item:
        case written.AgeRow():
            return _age_row(item)
        case written.Band():
            return _band(item)
        case written.Case(condition, points):
            return f"{write_expression(condition) if condition else 'otherwise'}: {write_expression(points)}"
        case RangeRow() | ValueRow() | RestRow():
            return write_row(item)
        case _:
            raise TypeError(f"no row: {item}")


def _label(item: written.Labelled) -> str:
    valid = f" valid {item.label.valid.first.text} to {item.label.valid.last.text}" if item.label.valid else ""
    weight = f" weighs {write_value(item.label.weight)}" if item.label.weight else ""
    return item.name.text + valid + weight + ":" * bool(valid or weight)


def _behind(known_for: Expression | None, unless: written.Unless | None) -> str:
    """What stands behind the condition of a criterion."""
    known = f", for leads known for at least {write_expression(known_for)}" if known_for else ""
    return known + (f", {_clause(unless)}" if unless else "")


def _per(per: written.Per) -> str:
    property = f" of {per.property.text}" if per.property else ""
    return f"per {'full ' * per.full}{write_expression(per.size)}{property} of"


def write_occurrence(pattern: Pattern | written.Begins) -> str:
    """A pattern as it stands behind `each`."""
    if isinstance(pattern, written.Begins):
        return f"time {write_expression(pattern.condition)} begins"
    return pattern.event.text + (f" where {write_expression(pattern.where)}" if pattern.where else "")


def _clause(clause: written.Clause) -> str:
    match clause:
        case written.AtMost(count, period, window):
            if count is None:
                return "once"
            per = f" per calendar {period}" if period else ""
            rolling = f" in any {write_expression(window)}" if window else ""
            return f"at most {count.written}{per}{rolling}"
        case written.AfterGap(duration):
            return f"after a gap of {write_expression(duration)}"
        case written.Unless(condition):
            return f"unless {write_expression(condition)}"
        case written.OncePer(property):
            return f"once per {property.text}"
        case written.Worth(points, per):
            return f"worth at most {write_expression(points)} points {f'per {per.text}' if per else 'in all'}"
        case _:
            return write_decay(clause)


def _band(row: written.Band) -> str:
    size = f" {write_value(row.size)}" if row.size else ""
    match row.per:
        case Quantity(Number(written="1"), unit):
            rate = f" per {unit}"
        case None:
            rate = ""
        case per:
            rate = f" per {write_expression(per)}"
    return f"{row.which}{size}: {write_expression(row.points)}{rate}"


def _age_row(row: written.AgeRow) -> str:
    age = f"younger than {write_expression(row.age)}" if row.age else "older"
    return f"{age}: {write_expression(row.share)}"


def write_decay(decay: written.Decay) -> str:
    """A decay, as a clause or a statement says it."""
    match decay:
        case written.HalfLife(duration):
            return f"decay half-life {write_expression(duration)}"
        case written.Linear(duration):
            return f"decay linear over {write_expression(duration)}"
        case written.Expires(duration):
            return f"decay expires after {write_expression(duration)}"
        case written.SCurve(duration):
            return f"decay s-curve over {write_expression(duration)}"
        case written.OfOriginal(share, duration, in_steps):
            every = f"decay {write_expression(share)} of original every {write_expression(duration)}"
            return every + " in steps" * in_steps
        case written.ByAge(body):
            return f"decay by age {write_inline(body, _row)}"
        case written.PointsEvery(points, duration, low):
            below = f" not below {write_expression(low)}" if low else ""
            return f"decay {write_expression(points)} points every {write_expression(duration)}{below}"
        case written.NoDecay():
            return "no decay"
        case _:
            assert_never(decay)
