"""Tree to text: the calendar of a market, and what changes in it at a date."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Body, Item
from leadrules.dsl.expression.write import write_expression
from leadrules.dsl.expression.write_statements import write_body, write_inline, write_zone
from leadrules.dsl.scenario import tree_calendar as tree


def write_calendar(item: Item) -> str:
    """One statement about the time of a market."""
    match item:
        case tree.Calendar(body):
            return f"calendar {write_body(body, write_calendar)}"
        case tree.Change(start, by, body):
            until = f" by {by.text}" if by else ""
            return f"from {start.text}{until} {_inline(body)}"
        case tree.PersonaFrom(persona, share):
            return f"persona {persona.text} {share.written}"
        case tree.ArrivalsTimes(factor):
            return f"arrivals times {write_expression(factor)}"
        case tree.VisitsTimes(factor):
            return f"visits times {write_expression(factor)}"
        case tree.Campaign(name, start, last, body):
            return f"campaign {name.text} {start.text} to {last.text} {_inline(body)}"
        case tree.Trend(body):
            return f"trend {_inline(body)}"
        case tree.Knot(moment, factor):
            return f"{moment.text} {write_expression(factor)}"
        case tree.Growth(amount, unit):
            return f"trend {write_expression(amount)} per {unit}"
        case _:
            return _hours(item)


def _hours(item: Item) -> str:
    match item:
        case tree.Weekdays(first, last, weight):
            return f"{first}{f' to {last}' if last else ''} {write_expression(weight)}"
        case tree.Hours(body):
            return f"hours {_inline(body)}"
        case tree.HourSpan(start, stop, weight):
            return f"{start.text} to {stop.text} {write_expression(weight)}"
        case tree.HourRest(weight):
            return f"else {write_expression(weight)}"
        case tree.Peak(at, width, floor):
            return f"hours peak {at.text} width {write_expression(width)} floor {write_expression(floor)}"
        case tree.Zones(body):
            return f"zones {_inline(body)}"
        case tree.ZoneShare(zone, share):
            return f"{write_zone(zone)} {share.written}"
        case tree.Holiday(first, last, factor, zone):
            days = f"{first.text} to {last.text}" if last else first.text
            return f"holiday {days} {write_expression(factor)}" + (f" in {write_zone(zone)}" if zone else "")
        case _:
            raise TypeError(f"no statement of a calendar: {item}")


def _inline(body: Body[Item]) -> str:
    return write_inline(body, write_calendar)
