"""Tree to text: a scenario in one spelling. `parse(write(tree))` is the tree again, comments included."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import (
    Item,
    Properties,
    Property,
    RangeRow,
    RestRow,
    ValueRow,
)
from leadrules.dsl.expression.write import write_expression, write_text
from leadrules.dsl.expression.write_cells import CELL, plain
from leadrules.dsl.expression.write_statements import (
    write_body,
    write_inline,
    write_items,
    write_property,
    write_row,
    write_zone,
)
from leadrules.dsl.scenario import tree, tree_observed, tree_people, tree_sales
from leadrules.dsl.scenario.tree_calendar import CalendarItem
from leadrules.dsl.scenario.tree_mail import MailPart
from leadrules.dsl.scenario.write_calendar import write_calendar
from leadrules.dsl.scenario.write_mail import MailWriter
from leadrules.dsl.scenario.write_observed import write_observed
from leadrules.dsl.scenario.write_people import write_distribution, write_people, write_value
from leadrules.dsl.scenario.write_sales import write_follow_up
from leadrules.dsl.scenario.write_stages import Passage, write_family, write_passage


def write(scenario: tree.Scenario) -> str:
    """The text of a whole scenario, ending with a line end."""
    return "\n".join([*write_items(scenario.items, scenario.closing, write_item), ""])


def write_item(item: Item) -> str:
    """One statement, without the comments around it; a statement with a block has several lines."""
    match item:
        case Property():
            return write_property(item)
        case Properties(properties):
            return plain(", ".join(map(write_property, properties)))
        case RangeRow() | ValueRow() | RestRow():
            return write_row(item)
        case tree.Attribute() | tree.Shares() | tree.FlagShare() | tree.ValueShare():
            return _attribute(item)
        case tree.PersonaIntent(amount):
            return f"intent {write_expression(amount)}"
        case tree.PersonaActivity(amount):
            return f"activity {write_expression(amount)}"
        case tree.Mail(name, body):
            return f"mail {name.text} {write_body(body, write_item)}"
        case tree.MailOverride(mail, body):
            return f"in mail {mail.text} {write_body(body, write_item)}"
        case tree.Override(stage, body):
            return f"in {stage.text} {write_body(body, write_item)}"
        case tree.Visits() | tree.VisitLength() | tree.Mix() | tree.MixRow():
            return _visits(item)
        case _ if isinstance(item, tree_people.Part):
            return write_people(item, write_item)
        case _ if isinstance(item, Passage):
            return write_passage(item, write_item)
        case _ if isinstance(item, MailPart):
            return MailWriter(_given, write_family).part(item)
        case CalendarItem():
            return write_calendar(item)
        case _ if isinstance(item, tree_observed.Part):
            return write_observed(item)
        case _ if isinstance(item, tree_sales.Part):
            return write_follow_up(item, write_item)
        case _:
            return _setting(item)


def _setting(item: Item) -> str:
    match item:
        case tree.Version(number):
            return f"version {number.written}"
        case tree.Seed(number):
            return f"seed {number.written}"
        case tree.PopulationSize(number):
            return f"population {number.written}"
        case tree.Timezone(zone):
            return f"timezone {write_zone(zone)}"
        case tree.Horizon(duration, start):
            return f"horizon {write_expression(duration)} from {start.text}"
        case tree.Arrivals(duration):
            return f"arrivals over {write_expression(duration)}"
        case tree.Landmark(duration):
            return f"landmark {write_expression(duration)} after arrival"
        case tree.Target(duration):
            return f"target won within {write_expression(duration)}"
        case _:
            return _trait(item)


def _trait(item: Item) -> str:
    match item:
        case tree.Size(number):
            return f"size {number.written}"
        case tree.IntentSpread(amount):
            return f"intent spread {write_expression(amount)}"
        case tree.Spread(amount):
            return f"spread {write_expression(amount)}"
        case tree.Correlation(amount):
            return f"correlation with intent {write_expression(amount)}"
        case tree.IntentBy(subject, body):
            return f"by {subject.text} {write_inline(body, write_item)}"
        case tree.IntentFlag(field, amount):
            return f"{field.text} {write_expression(amount)}"
        case _:
            return _declaration(item)


def _declaration(item: Item) -> str:
    match item:
        case tree.Header(name, title, body):
            words = f" {write_text(title.value)}" if title else ""
            return f"scenario {name.text}{words} {write_body(body, write_item)}"
        case tree.Event(name, None):
            return f"event {name.text}"
        case tree.Event(name, body) if body:
            return f"event {name.text}{CELL}{write_inline(body, write_item)}"
        case tree.Persona(name, share, never_buys, body):
            never = " never buys" if never_buys else ""
            return f"persona {name.text} {share.written}{never} {write_body(body, write_item)}"
        case tree.Stage(name, body):
            return f"stage {name.text} {write_body(body, write_item)}"
        case tree_observed.Observed(body):
            return f"observed {write_body(body, write_item)}"
        case tree.Lead(body) | tree.Everyone(body) | tree.Accounts(body) | tree.Intent(body) | tree.Activity(body):
            return f"{type(item).__name__.lower()} {write_body(body, write_item)}"
        case _:
            raise TypeError(f"no statement of a scenario: {item}")


def _attribute(item: tree.Attribute | tree.Shares | tree.FlagShare | tree.ValueShare) -> str:
    match item:
        case tree.FlagShare(field, share):
            return f"{field.text} {share.written}"
        case tree.Shares(field, body):
            return f"{field.text} {write_inline(body, write_item)}"
        case tree.ValueShare(value, share):
            return f"{write_value(value) if value else 'unknown'} {share.written}"
        case tree.Attribute(field, distribution, unknown):
            rest = f", unknown {unknown.written}" if unknown else ""
            return f"{field.text} {write_distribution(distribution)}{rest}"
        case _:
            assert_never(item)


def _visits(item: tree.Visits | tree.VisitLength | tree.Mix | tree.MixRow) -> str:
    match item:
        case tree.Visits(amount, unit):
            return f"visits {write_expression(amount)} per {unit}"
        case tree.VisitLength(mean, gap, spread):
            gaps = ""
            if gap and spread:
                gaps = f", gaps median {write_expression(gap)} spread {write_expression(spread)}"
            return f"each visit has {write_expression(mean)} events on average{gaps}"
        case tree.Mix(body):
            return f"events {write_inline(body, write_item)}"
        case tree.MixRow(event, given, share):
            return " ".join([event.text, *map(_given, given), share.written])
        case _:
            assert_never(item)


def _given(given: tree.Given) -> str:
    return f"{given.property.text} {write_value(given.value)}"
