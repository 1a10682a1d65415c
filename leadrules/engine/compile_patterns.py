"""Event patterns: the occurrences of each lead that a pattern means, and numbers made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import numpy as np
import numpy.typing as npt

from leadrules.dsl.expression.model import Aggregate, DaysSince, Pattern, Reference
from leadrules.dsl.quantity import DAY
from leadrules.engine.columns import (
    NEVER,
    TRUE,
    Bools,
    Codes,
    Column,
    Flags,
    Floats,
    Ints,
    Moments,
    Numbers,
    Truths,
    known,
)
from leadrules.engine.compile_texts import folded_numbers
from leadrules.engine.keep import keep_finite
from leadrules.engine.moment import Find, Frame, Group, Moment, Occasion, Seen, Times
from leadrules.engine.timeless import lasting

Guard = Callable[[Occasion], Truths]


def compile_pattern(pattern: Pattern, where: Guard | None, active: tuple[str, ...]) -> Find:
    """The occurrences of a pattern. `active` are the events that bare `event` means. Found once for each moment."""
    key = object()

    def seen(moment: Moment) -> Seen:
        found = moment.seen_of(active) if pattern.event is None else moment.seen(pattern.event)
        if pattern.window is not None and len(found):
            found = found.only(found.age < pattern.window)
        if where is None or not len(found):
            return found
        return found.only(where(Occasion(moment, found)) == TRUE)

    if where is None and pattern.window is None:
        return seen
    return lambda moment: moment.once(key, lambda: seen(moment))


def compile_happened(pattern: Pattern, where: Guard | None, active: tuple[str, ...]) -> Callable[[Moment], Bools]:
    """Whether each lead has an occurrence: its latest one tells, since a window reaches up to now."""
    latest_of = _latest(Pattern(pattern.event, pattern.where, span=pattern.span), where, active)

    def happened(moment: Moment) -> Bools:
        latest = latest_of(moment)
        found = np.not_equal(latest, NEVER)
        if pattern.window is not None:
            found &= moment.at - (latest if found.all() else np.where(found, latest, 0)) < pattern.window
        return found

    return happened


def _latest(pattern: Pattern, where: Guard | None, active: tuple[str, ...]) -> Callable[[Moment], Times]:
    """The time of each lead's latest occurrence of a pattern without window, worked out once for each moment."""
    find = compile_pattern(pattern, where, active)
    key = ("latest", pattern.event, active) if where is None else object()

    latest_found = compile_latest(pattern, find)

    def work(moment: Moment) -> Times:
        return moment.latest_of(active) if pattern.event is None else latest_found(moment)

    def latest(moment: Moment) -> Times:
        found: Times = moment.once(key, lambda: work(moment))
        return found

    return latest


def compile_latest(pattern: Pattern, find: Find) -> Callable[[Moment], Times]:
    """The time of each lead's latest occurrence of a pattern."""
    fields = lasting(pattern)

    def latest(moment: Moment) -> Times:
        track = moment.along(fields)
        return moment.latest_along(track, find(moment.log)) if track is not None else moment.latest(find(moment))

    return latest


def compile_count(pattern: Pattern, find: Find, ever: Find) -> Callable[[Moment], Floats]:
    """How many occurrences of a pattern each lead has; `ever` finds them without the window."""
    fields = lasting(Pattern(pattern.event, pattern.where, span=pattern.span))

    def count(moment: Moment) -> Floats:
        track = moment.along(fields)
        if track is None:
            return np.bincount(find(moment).lead, minlength=len(moment)).astype(np.float64)
        seen = ever(moment.log)
        if pattern.window is not None:
            return track.within(seen.lead, seen.rows, seen.time, pattern.window).astype(np.float64)
        return track.count(seen.rows).astype(np.float64)

    return count


def compile_aggregate(node: Aggregate, find: Find, ever: Find) -> Callable[[Moment], Floats]:
    """A number for each lead; NaN where it is unknown. Shape (leads,), float64."""
    if node.property is None:
        return compile_count(node.pattern, find, ever)
    reference = node.property

    def aggregate(moment: Moment) -> Floats:
        seen = find(moment)
        occasion = Occasion(moment, seen)
        column = occasion.column(reference)
        at = np.flatnonzero(known(column))
        return _measured(node.measure, seen.lead[at], column.take(at), occasion)

    return aggregate


def _measured(measure: str, lead: Ints, column: Column, occasion: Occasion) -> Floats:
    leads = len(occasion.moment)
    if measure == "distinct":
        pairs = np.unique(np.stack([lead, _numbers(column, occasion)]), axis=1)
        return np.bincount(pairs[0].astype(np.int64), minlength=leads).astype(np.float64)
    values = _numbers(column, occasion)
    if measure == "sum":
        return keep_finite(np.bincount(lead, weights=values, minlength=leads).astype(np.float64))
    found = np.full(leads, np.nan)
    starts = np.flatnonzero(np.diff(lead, prepend=-1))
    if len(starts):
        extreme = np.maximum if measure == "max" else np.minimum
        found[lead[starts]] = extreme.reduceat(values, starts)
    return found


def _numbers(column: Column, occasion: Occasion) -> npt.NDArray[np.float64]:
    """Known values as numbers; of texts, equal numbers for equal texts."""
    match column:
        case Codes():
            return folded_numbers(column, occasion).astype(np.float64)
        case Numbers(values) | Moments(values) | Flags(values):
            return values.astype(np.float64)
        case _:
            assert_never(column)


def compile_groups(property: Reference) -> Group:
    """Numbers for the occurrences of a pattern, equal where the values of a property are, from 0. Missing is one value."""

    def groups(moment: Moment, seen: Seen) -> Ints:
        occasion = Occasion(moment, seen)
        column = occasion.column(property)
        if isinstance(column, Codes):
            return folded_numbers(column, occasion) + 1
        at = np.flatnonzero(known(column))
        found = np.zeros(len(seen), np.int64)
        values = _numbers(column.take(at), occasion)
        found[at] = np.unique(values, return_inverse=True)[1] + 1
        return found

    return groups


def compile_days_since(node: DaysSince, find: Find | None) -> Callable[[Frame], Floats]:
    """Days from a moment to now, NaN where there is none: fractional, or local midnights in between."""

    latest = compile_latest(node.subject, find) if find and isinstance(node.subject, Pattern) else None

    def days(frame: Frame) -> Floats:
        moment, lead = (frame.moment, frame.seen.lead) if isinstance(frame, Occasion) else (frame, slice(None))
        now = moment.at[lead]
        then = latest(moment)[lead] if latest else _moments(node.subject, frame)
        there = then != NEVER
        safe = np.where(there, then, now)
        if node.calendar:
            zone = moment.setting.zone
            return np.where(there, zone.day(now) - zone.day(safe), np.nan)
        return np.where(there, (now - safe) / DAY, np.nan)

    return days


def _moments(subject: Reference | Pattern, frame: Frame) -> Times:
    assert isinstance(subject, Reference)
    column = frame.column(subject)
    assert isinstance(column, Moments)
    return column.values
