"""Tree to text: who the leads of a market are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from leadrules.dsl.expression.tree import Body, Item, Name, Node, Number, Quantity, Text
from leadrules.dsl.expression.write import write_expression, write_text, write_unit
from leadrules.dsl.expression.write_statements import write_among, write_body, write_inline
from leadrules.dsl.scenario import tree as tree_of
from leadrules.dsl.scenario import tree_people as tree


def write_people(item: tree.Part, write_item: Callable[[Item], str]) -> str:
    """One statement about people."""
    match item:
        case tree.Channels(body):
            return f"channels {write_body(body, write_item)}"
        case tree.ChannelRow(name, share, clauses):
            return ", ".join([f"{name.text} {share.written}", *map(_channel_clause, clauses)])
        case tree.FromChannel(field):
            return f"{field.text} from channel"
        case tree.FromPlace(field, body):
            return f"{field.text} from place in account {write_inline(body, write_item)}"
        case tree.PlaceRow(value, count):
            return f"{write_value(value)} {count.written if count else 'rest'}"
        case tree.MeanSize(number, shape):
            return f"size {number.written} on average" + (f", shape {write_expression(shape)}" if shape else "")
        case tree.GammaSpread(amount):
            return f"gamma spread {write_expression(amount)}"
        case tree.Same(fields):
            return f"same {', '.join(field.text for field in fields)}"
        case _:
            return _law(item, write_item)


def _law(item: tree.LawPart, write_item: Callable[[Item], str]) -> str:
    match item:
        case tree.LawBy(field, subject, body):
            return f"{field.text} by {subject.text} {write_body(body, write_item)}"
        case tree.UnknownBy(field, subject, body):
            return f"{field.text} unknown by {subject.text} {write_inline(body, write_item)}"
        case tree.LawRow(row, law):
            return f"{write_among(row)}: {_law_of_row(law, write_item)}"
        case tree.Correlate(left, right, amount):
            return f"correlate {left.text} with {right.text} {write_expression(amount)}"
        case tree.Sources(body):
            return f"sources {write_body(body, write_item)}"
        case tree.SourceRow(path, extent):
            return f"{write_text(path.value)}: {_extent(extent)}"
        case _:
            assert_never(item)


def _law_of_row(law: Body[Any] | Number | tree.Numbers, write_item: Callable[[Item], str]) -> str:
    if isinstance(law, Number):
        return law.written
    if isinstance(law, Body):
        return write_inline(law, write_item)
    return write_distribution(law.distribution) + (f", unknown {law.unknown.written}" if law.unknown else "")


def _extent(extent: tree.Extent) -> str:
    source = [write_text(extent.source.value)] if extent.source else []
    if extent.low is None or extent.high is None:
        return source[0]
    unit = f" per {extent.unit}" if extent.unit else ""
    return ", ".join([f"{write_expression(extent.low)} to {write_expression(extent.high)}{unit}", *source])


def _channel_clause(clause: tree.ChannelClause) -> str:
    amount = write_expression(clause.amount)
    match clause:
        case tree.ChannelIntent():
            return f"intent {amount}"
        case tree.ChannelActivity():
            return f"activity {amount}"
        case tree.ChannelCost():
            return f"{amount} a lead"
        case _:
            assert_never(clause)


def write_distribution(law: Node) -> str:
    """A law of numbers."""
    match law:
        case tree_of.Lognormal(median, spread):
            return f"lognormal median {write_expression(median)} spread {write_expression(spread)}"
        case tree_of.Normal(mean, spread):
            return f"normal mean {write_expression(mean)} spread {write_expression(spread)}"
        case tree_of.Even(low, high):
            return f"evenly {write_expression(low)} to {write_expression(high)}"
        case _:
            raise TypeError(f"no law of numbers: {law}")


def write_value(value: Text | Name | Number | Quantity) -> str:
    """A value as it is written."""
    match value:
        case Text(text):
            return write_text(text)
        case Name(text):
            return text
        case Number():
            return value.written
        case Quantity(amount, unit):
            return f"{amount.written} {write_unit(amount, unit)}"
        case _:
            assert_never(value)
