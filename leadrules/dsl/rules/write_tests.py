"""Tests to text."""

from __future__ import annotations

from math import inf
from typing import assert_never

from leadrules.dsl.expression.tree import Body, Item, Moment
from leadrules.dsl.expression.write import write_expression, write_text, write_unit, write_value
from leadrules.dsl.expression.write_cells import CELL
from leadrules.dsl.expression.write_statements import write_body, write_inline
from leadrules.dsl.rules import tree_tests as written


def write_test(test: written.Test) -> str:
    """A whole test."""
    return f"test {write_text(test.name.value)} {write_body(test.body, write_step)}"


def write_step(item: Item) -> str:
    """One statement inside a test, without the comments around it."""
    match item:
        case written.Facts(facts):
            return ", ".join(map(_fact, facts))
        case written.Known(when, body):
            return f"{_when(when, CELL)}lead {write_inline(body, write_step)}"
        case written.Happening(often, when, event, facts):
            times = f"{often.written} times " if often else ""
            told = f" {', '.join(map(_fact, facts))}" if facts else ""
            return f"{times}{_when(when, CELL)}{event.text}{told}"
        case written.Expect(when, expectations):
            at = f"at {_when(when, CELL)}" if when else ""
            return f"{at}expect {', '.join(map(_expectation, expectations))}"
        case written.Cases(body):
            return f"cases {_table(body)}"
        case _:
            raise TypeError(f"no statement of a test: {item}")


def _table(body: Body[written.CaseRow]) -> str:
    """A table of cases, its columns one below the other, however wide."""
    rows = {id(row): _cells(row) for row in body.items}
    most = max((len(cells) for cells in rows.values()), default=0)
    widths = [max(len(cells[i]) for cells in rows.values() if i < len(cells)) for i in range(most)]

    def write_row(item: Item) -> str:
        *before, last = rows[id(item)]
        return " ".join([*(cell.ljust(width) for cell, width in zip(before, widths, strict=False)), last])

    return write_body(body, write_row, width=inf)


def _cells(row: written.CaseRow) -> list[str]:
    """The cells of a row, each with the sign behind it."""
    given, expected = [*map(_cell, row.given)], [*map(_outcome, row.expected)]
    signs = [","] * (len(given) + len(expected) - 1) + [""]
    if expected:
        signs[len(given) - 1] = ":"
    return [cell + sign for cell, sign in zip([*given, *expected], signs, strict=True)]


def _when(when: written.When | None, end: str = " ") -> str:
    match when:
        case None:
            return ""
        case Moment(text):
            return f"{text}{end}"
        case written.Later(sign, parts):
            return f"{sign}{' '.join(f'{p.amount.written} {write_unit(p.amount, p.unit)}' for p in parts)}{end}"
        case _:
            assert_never(when)


def _fact(fact: written.Fact) -> str:
    return f"{fact.name.text} {write_value(fact.value)}"


def _expectation(expectation: written.Expectation) -> str:
    match expectation:
        case written.ExpectBetween(value, low, high):
            return f"{write_value(value)} between {write_value(low)} and {write_value(high)}"
        case written.ExpectWithin(value, target, tolerance):
            return f"{write_value(value)} = {write_value(target)} within {write_value(tolerance)}"
        case written.ExpectPassage(never, step, tier, other, when):
            to = f" to {other.text}" if other else ""
            at = f" at {_when(when)}".rstrip() if when else ""
            return f"{'never ' * never}{step} {tier.text}{to}{at}"
        case _:
            return write_expression(expectation)


def _cell(cell: written.Cell) -> str:
    return "at" if isinstance(cell, written.At) else write_value(cell)


def _outcome(outcome: written.Outcome) -> str:
    match outcome:
        case written.About(target, tolerance):
            return f"{write_value(target)} within {write_value(tolerance)}"
        case written.OutcomeBetween(low, high):
            return f"{write_value(low)} to {write_value(high)}"
        case written.OutcomeCompare(operator, value):
            return f"{operator} {write_value(value)}"
        case _:
            return write_value(outcome)
