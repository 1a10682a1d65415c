"""Laws and gates to text."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Item
from leadrules.dsl.expression.write import write_expression, write_text
from leadrules.dsl.expression.write_statements import write_body
from leadrules.dsl.rules import tree_demands as written


def write_demand(item: written.Always | written.Gate) -> str:
    """A law or a gate, without the comments around it."""
    match item:
        case written.NeverRaises(event, score):
            return f"always {event.text} never raises {score.text}"
        case written.NeverLowers(event, score):
            return f"always more {event.text} never lowers {score.text}"
        case written.Outranks(higher, lower):
            return f"always {higher.text} outranks {lower.text}"
        case written.TiersReachable():
            return "always every tier is reachable"
        case written.NoneAlone(tier):
            return f"always no single criterion alone reaches {tier.text}"
        case written.Gate(path, body):
            return f"gate {write_text(path.value)} {write_body(body, _line)}"
        case _:
            raise TypeError(f"neither a law nor a gate: {item}")


def _line(item: Item) -> str:
    assert isinstance(item, written.Demand)
    limit = f"at {item.limit.side} {write_expression(item.limit.number)}"
    if item.tier is None:
        return f"{item.figure.text} {limit}"
    named = f"{item.tier.text} per {item.figure.text}" if item.rate else f"{item.figure.text} of {item.tier.text}"
    return f"{named} {limit}"
