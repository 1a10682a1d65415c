"""Leads that are made up: what is known of them, what they do and when they are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field
from leadrules.dsl.moment import instant
from leadrules.dsl.quantity import DAY
from leadrules.dsl.rules.model import Model
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import Column
from leadrules.engine.histories import Told, history
from leadrules.engine.leads import Dated, Leads
from leadrules.engine.values import Single, column_of

BEGINNING = "2026-01-05 09:00"
LATER = int(DAY)
Times = npt.NDArray[np.int64]


class Step(Struct, frozen=True):
    """An event, so many microseconds after the step before it, or after the beginning. Properties that are not named are not known."""

    after: int
    event: str
    properties: Mapping[str, Single]


class Story(Struct, frozen=True):
    """A lead, looked at `wait` microseconds after its last step. `marked`: the place of the step a law is about.

    `later`: what other values some fields have from a day after the last step on, after which the lead waits; what was
    known of them before is known from the beginning on, and not since ever.
    """

    facts: Mapping[str, Single]
    steps: tuple[Step, ...]
    wait: int
    marked: int | None = None
    later: Mapping[str, Single] = {}

    def without(self, place: int) -> Story:
        """The same at the same instants, but for one step."""
        gap, steps = self.steps[place].after, list(self.steps)
        del steps[place]
        marked = None if self.marked in (None, place) else self.marked - (self.marked > place)
        if place == len(steps):
            return replace(self, steps=tuple(steps), wait=self.wait + gap, marked=marked)
        steps[place] = replace(steps[place], after=steps[place].after + gap)
        return replace(self, steps=tuple(steps), marked=marked)


def joined(one: Story, other: Story) -> Story:
    """What both leads know and do as one lead, so that both end at the same time."""
    ends = [sum(step.after for step in story.steps) + story.wait for story in (one, other)]
    told: list[tuple[int, Step]] = []
    for story, end in zip((one, other), ends, strict=True):
        now = max(ends) - end
        for step in story.steps:
            now += step.after
            told.append((now, step))
    told.sort(key=lambda row: row[0])
    times = [0, *(time for time, _ in told)]
    steps = tuple(replace(step, after=times[i + 1] - times[i]) for i, (_, step) in enumerate(told))
    return Story({**other.facts, **one.facts}, steps, max(ends) - times[-1])


def beginning(model: Model) -> int:
    """When stories begin: a Monday morning in the zone of the rule set, microseconds UTC."""
    found = instant(BEGINNING, ZoneInfo(model.timezone))
    assert found is not None
    return found


def act_out(model: Model, stories: Sequence[Story]) -> tuple[Leads, Times]:
    """The leads of stories, and the instant each is looked at. Steps at one time keep their order."""
    rows = [(lead, step) for lead, story in enumerate(stories) for step in story.steps]
    start = beginning(model)
    times, at = _times(stories, start)
    names = tuple(event.name for event in model.events)
    raw = RawEvents(
        np.array([lead for lead, _ in rows], np.int64),
        np.array([names.index(step.event) for _, step in rows], np.int16),
        times,
        names,
        {
            event.name: {
                p.name: column_of([s.properties.get(p.name, p.blank) for _, s in rows if s.event == event.name], p.type)
                for p in event.properties
            }
            for event in model.events
        },
        ids=np.arange(len(rows)),
    )
    told = {field.name: _known(field, stories, at, start) for field in model.fields}
    fields = {name: column for name, (column, _) in told.items()}
    everyone = np.arange(len(stories))
    leads = assemble(everyone, everyone, fields, raw)[0]
    return replace(leads, histories={name: dated for name, (_, dated) in told.items() if dated is not None}), at


def _known(field: Field, stories: Sequence[Story], at: Times, start: int) -> tuple[Column, Dated | None]:
    """What is known of a field since ever, and its dated values, if any story has a later one."""
    ever = [field.blank if field.name in s.later else s.facts.get(field.name, field.blank) for s in stories]
    dated = []
    for lead, story in enumerate(stories):
        if field.name in story.later:
            dated += [(lead, start, story.facts[field.name])] if field.name in story.facts else []
            dated.append((lead, int(at[lead]) - story.wait, story.later[field.name]))
    column = column_of([*ever, *(value for _, _, value in dated)], field.type)
    base = column.take(slice(0, len(stories)))
    if not dated:
        return base, None
    whose = np.array([lead for lead, _, _ in dated], np.int64)
    since = np.array([since for _, since, _ in dated], np.int64)
    return base, history(Told(whose, since, since, column.take(slice(len(stories), None))), len(stories))


def _times(stories: Sequence[Story], start: int) -> tuple[Times, Times]:
    """When each step of each story happens, and when each story is looked at."""
    times, at = [], []
    for story in stories:
        now = start
        for step in story.steps:
            now += step.after
            times.append(now)
        at.append(now + bool(story.later) * LATER + story.wait)
    return np.array(times, np.int64), np.array(at, np.int64)
