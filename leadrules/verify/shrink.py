"""A story that shows something to the smallest one that still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from leadrules.dsl.quantity import MICROSECONDS
from leadrules.verify.stories import Step, Story

MOST_ROUNDS = 200
UNITS = tuple(int(MICROSECONDS[unit]) for unit in ("day", "hour", "minute", "second"))
DAY, HOUR = UNITS[:2]
Shows = Callable[[Sequence[Story]], Sequence[bool]]


def shrink(story: Story, shows: Shows) -> Story:
    """The smallest story that can be reached by leaving out and shortening one thing at a time.

    Smallest is: fewest steps, then fewest facts and properties, then the roundest and shortest times. `shows` tells of
    several stories at once whether they still do.
    """
    for _ in range(MOST_ROUNDS):
        smaller = sorted((s for s in _smaller(story) if size(s) < size(story)), key=size)
        story, before = next((s for s, still in zip(smaller, shows(smaller), strict=True) if still), story), story
        if story is before:
            break
    return story


def size(story: Story) -> tuple[int, int, int, int]:
    """What makes one story smaller than another."""
    times = [*(step.after for step in story.steps), story.wait]
    said = len(story.facts) + len(story.later) + sum(len(step.properties) for step in story.steps)
    return len(story.steps), said, sum(map(_roughness, times)), sum(times)


def _roughness(time: int) -> int:
    """0 for no time, 1 for whole days, and so on down to seconds."""
    return 0 if time == 0 else next((i for i, unit in enumerate(UNITS, 1) if time % unit == 0), 5)


def _smaller(story: Story) -> Iterator[Story]:
    for place, step in enumerate(story.steps):
        if place != story.marked:
            yield story.without(place)
            yield _dropped(story, place)
        for name in step.properties:
            kept = {n: v for n, v in step.properties.items() if n != name}
            yield _with_step(story, place, replace(step, properties=kept))
        yield from (_with_step(story, place, replace(step, after=gap)) for gap in _shorter(step.after))
    for name in story.facts:
        yield replace(story, facts={n: v for n, v in story.facts.items() if n != name})
    for name in story.later:
        yield replace(story, later={n: v for n, v in story.later.items() if n != name})
    yield from (replace(story, wait=gap) for gap in _shorter(story.wait))


def _dropped(story: Story, place: int) -> Story:
    """A story without a step and the time before it."""
    shorter = story.without(place)
    if place == len(shorter.steps):
        return replace(shorter, wait=story.wait)
    return _with_step(shorter, place, replace(shorter.steps[place], after=story.steps[place + 1].after))


def _with_step(story: Story, place: int, step: Step) -> Story:
    return replace(story, steps=(*story.steps[:place], step, *story.steps[place + 1 :]))


def _shorter(gap: int) -> Iterator[int]:
    """Times that are shorter, or rounder and a little longer."""
    yield from (0, HOUR, DAY, gap // 2 // DAY * DAY, gap - DAY, gap - HOUR, gap // 2 // HOUR * HOUR)
    yield from (unit * -(-gap // unit) for unit in UNITS)
    yield from (unit * (gap // unit) for unit in UNITS)
