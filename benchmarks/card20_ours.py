"""The card in leadrules: rule file to plan, arrays to leads, leads to scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.card20_data import AS_OF, EMAILS, MONDAY, TITLES, TYPES, Data
from benchmarks.card20_data import Numbers as Array
from leadrules.engine.after_events import after_events
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import NEVER, Codes, Column, Dictionary, Numbers
from leadrules.engine.compile import compile_model
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.files.sources import read_model

CARD = Path(__file__).with_name("card20.lead")
TEXTS = {"title": Dictionary(TITLES), "email": Dictionary(EMAILS)}
PROPERTIES = {"page_view": "category", "form_submit": "category", "download": "minutes", "webinar": "minutes"}


def read_plan() -> Plan:
    """The card, read and checked and compiled, as every command does."""
    return compile_model(read_model(CARD))


def resident(data: Data) -> Leads:
    """The leads as files become leads, in the types of columns that files give."""
    properties = {name: {column: _numbers(_of(data, name, column))} for name, column in PROPERTIES.items()}
    raw = RawEvents(data.lead, data.kind.astype(np.int16), data.time + MONDAY, TYPES, properties)
    fields = {name: _field(name, values) for name, values in data.fields.items()}
    positions = np.arange(len(data))
    return assemble(positions, positions, fields, raw)[0]


def _of(data: Data, event: str, column: str) -> Array:
    values: Array = getattr(data, column)
    return values[data.kind == TYPES.index(event)]


def _field(name: str, values: Array) -> Column:
    return Codes(values, TEXTS[name]) if name in TEXTS else _numbers(values)


def _numbers(values: Array) -> Numbers:
    if values.dtype.kind == "f":
        return Numbers(values.astype(np.float64))
    return Numbers(np.where(values < 0, np.nan, values.astype(np.float64)))


def score_after_events(plan: Plan, leads: Leads) -> tuple[Array, Array]:
    """The total right after each event, and when each lead first was hot, on one thread, block after block."""
    total, first = np.empty(len(leads.events.time)), np.full(len(leads), NEVER)
    for part in after_events(plan, leads):
        total[part.rows] = part.scores.scores["total"]
        part.first(part.scores.tiers == 0, first)
    return total, first


def first_hot(plan: Plan, leads: Leads) -> Array:
    """When each lead first was hot, from scores after every event that nobody keeps."""
    first = np.full(len(leads), NEVER)
    for part in after_events(plan, leads):
        part.first(part.scores.tiers == 0, first)
    return first


def score_leads(plan: Plan, leads: Leads) -> Scores:
    """All leads at one instant, on one thread, block after block."""
    return score(plan, leads, AS_OF + MONDAY)
