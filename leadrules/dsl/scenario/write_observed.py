"""The statements of `observed { ... }` to text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from leadrules.dsl.expression.tree import Name, Number, Text
from leadrules.dsl.expression.write import write_expression, write_text
from leadrules.dsl.scenario import tree_observed as tree


def write_observed(item: tree.Part) -> str:
    """One statement of the block."""
    match item:
        case tree.WithoutConsent(share, spared):
            return f"without consent {share.written}{_except(spared)}"
        case tree.Blocked(share, events, spared):
            part = f", {events.written} of events" if events else ""
            return f"blocked {share.written} of leads{part}{_except(spared)}"
        case tree.Lost(event, share):
            return f"lost {event.text} {share.written}" if event else f"lost {share.written}"
        case tree.Filtered(share, persona):
            return f"filtered {share.written} of {persona.text}"
        case tree.Identified(event, never):
            return f"identified by {event.text}" + (f", never {never.written}" if never else "")
        case tree.Duplicated(share, renewed):
            return f"duplicated {share.written}" + (f", new id {renewed.written}" if renewed else "")
        case tree.Late(share, median, spread):
            law = f"median {write_expression(median)} spread {write_expression(spread)}"
            return f"late {share.written} lognormal {law}"
        case tree.ClockOff(spread):
            return f"clock off by {write_expression(spread)}"
        case tree.Dirty() | tree.Replaced() | tree.Enriched():
            return _of_field(item)
        case _:
            assert_never(item)


def _of_field(item: tree.Dirty | tree.Replaced | tree.Enriched) -> str:
    match item:
        case tree.Dirty(field, how, share):
            return f"{field.text} {how} {share.written}"
        case tree.Replaced(field, value, share):
            return f"{field.text} replaced by {_value(value)} {share.written}"
        case tree.Enriched(field, delay):
            return f"{field.text} known {write_expression(delay)} after arrival"
        case _:
            assert_never(item)


def _except(spared: Sequence[Name]) -> str:
    return f", except {', '.join(name.text for name in spared)}" if spared else ""


def _value(value: Text | Name | Number) -> str:
    match value:
        case Text(text):
            return write_text(text)
        case Name(text):
            return text
        case Number():
            return value.written
        case _:
            assert_never(value)
