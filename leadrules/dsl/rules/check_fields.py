"""Fields of leads, events and their properties, and the columns they are read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from leadrules.dsl.expression.check_fields import Names, check_field
from leadrules.dsl.expression.model import Field
from leadrules.dsl.expression.tree import Item, Property
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.model import Columns, Event
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import suggest

LEAD_COLUMNS = {"identity": "lead_identity", "account": "account"}
EVENT_COLUMNS = {"identity": "event_identity", "time": "time", "type": "type", "id": "id", "known_at": "known_at"}
ATTRIBUTE_COLUMNS = {
    "identity": "attribute_identity",
    "field": "attribute_field",
    "value": "attribute_value",
    "since": "attribute_since",
    "known_at": "attribute_known_at",
}
ADJUSTMENT_COLUMNS = {name: f"adjustment_{name}" for name in ("identity", "time", "score", "action", "value", "reason")}
MERGE_COLUMNS = {"identity": "merge_identity", "into": "merge_into", "at": "merge_at"}
LINK_COLUMNS = {name: f"link_{name}" for name in ("identity", "account", "role", "since", "known_at")}


def check_lead(blocks: list[tree.Lead], findings: Findings) -> tuple[tuple[Field, ...], Columns]:
    """The fields of leads, and the columns a table of leads has beside them."""
    items: list[Item] = [item for block in blocks for item in block.body.items]
    everywhere = tuple(t.value for item in items if isinstance(item, tree.Missing) for t in item.texts)
    names = Names(findings, "the field")
    properties = [item for item in items if isinstance(item, Property) and names.take(item.name)]
    fields = tuple(check_field(node, everywhere, findings) for node in properties)
    known_from = [node for node in properties if node.known_from]
    for extra in known_from[1:]:
        findings.error("E202", extra.span, "a second field is `known from`", hint="a lead is known since one moment")
    columns = _mapped(items, Columns(), LEAD_COLUMNS, findings)
    return fields, replace(columns, known_from=known_from[0].name.text if known_from else None)


def check_event_columns(blocks: list[tree.Events], columns: Columns, findings: Findings) -> Columns:
    """The columns of the table of events."""
    return _mapped([item for block in blocks for item in block.body.items], columns, EVENT_COLUMNS, findings)


def check_attribute_columns(blocks: list[tree.Attributes], columns: Columns, findings: Findings) -> Columns:
    """The columns of the table of dated values."""
    return _mapped([item for block in blocks for item in block.body.items], columns, ATTRIBUTE_COLUMNS, findings)


def check_adjustment_columns(blocks: list[tree.Adjustments], columns: Columns, findings: Findings) -> Columns:
    """The columns of the table of adjustments."""
    return _mapped([item for block in blocks for item in block.body.items], columns, ADJUSTMENT_COLUMNS, findings)


def check_merge_columns(blocks: list[tree.Merges], columns: Columns, findings: Findings) -> Columns:
    """The columns of the table of merges."""
    return _mapped([item for block in blocks for item in block.body.items], columns, MERGE_COLUMNS, findings)


def check_link_columns(blocks: list[tree.Links], columns: Columns, findings: Findings) -> Columns:
    """The columns of the table of links."""
    return _mapped([item for block in blocks for item in block.body.items], columns, LINK_COLUMNS, findings)


def _mapped(items: Iterable[Item], columns: Columns, allowed: dict[str, str], findings: Findings) -> Columns:
    names = Names(findings, "the column")
    changes: dict[str, Any] = {}
    for item in items:
        if isinstance(item, tree.Mapping) and names.take(item.name):
            if item.name.text in allowed:
                changes[allowed[item.name.text]] = item.column.value
            else:
                _report_mapping(item, allowed, findings)
    return replace(columns, **changes)


def _report_mapping(item: tree.Mapping, allowed: dict[str, str], findings: Findings) -> None:
    name = item.name.text
    hint = suggest(name, allowed, f"a field has a type before `from`: `{name} text from …`")
    message = f"`{name}` is no column that every such table has"
    findings.error("E201", item.name.span, message, expected=", ".join(allowed), hint=hint)


def check_events(nodes: list[tree.Event], findings: Findings) -> tuple[Event, ...]:
    """The types of events."""
    names, labels = Names(findings, "the event"), dict[str, Span]()
    return tuple(_event(node, labels, findings) for node in nodes if names.take(node.name))


def _event(node: tree.Event, labels: dict[str, Span], findings: Findings) -> Event:
    if node.name.text in ("event", "lead"):
        message = f"`{node.name.text}` is a word of the language"
        findings.error("E206", node.name.span, message, hint="choose another name")
    label = node.label.value if node.label else node.name.text
    if label in labels:
        found = (Label(labels[label], "and by this one"),)
        findings.error(
            "E202", node.span, f'the events "{label}" of the data are read by two declarations', labels=found
        )
    labels[label] = node.span
    names = Names(findings, "the property", node.name.text)
    kept = [p for p in _properties(node) if names.take(p.name)]
    return Event(node.name.text, label, node.passive, tuple(check_field(p, (), findings) for p in kept), span=node.span)


def _properties(node: tree.Event) -> Iterator[Property]:
    for item in node.body.items if node.body else ():
        yield from item.properties
