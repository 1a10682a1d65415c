"""What happens to a score as a whole, naively: resets, multipliers."""

from __future__ import annotations

from tests.oracle_conditions import Scene, holds, matching, number_of
from tests.oracle_expressions import Pattern
from tests.oracle_facts import Event, kept
from tests.specs import Score


def resets(score: Score, scene: Scene) -> list[tuple[int, float]]:
    """The resets of a score: places among the lead's events, and what each leaves; the first line that fits says it."""
    found: dict[int, float] = {}
    for line in score.resets:
        for event in matching(line.pattern, scene):
            found.setdefault(place(event, scene), number_of(line.value, scene))
    return sorted(found.items())


def place(event: Event, scene: Scene) -> int:
    """Where an event stands among those of its lead."""
    return next(at for at, other in enumerate(scene.facts.events) if other is event)


def latest_reset(score: Score, scene: Scene) -> tuple[int, float, int] | None:
    """The latest reset of a score, by an event or by hand: how many events are gone, what it leaves, and when it was."""
    found = [(scene.facts.events[at].time, at, value) for at, value in resets(score, scene)]
    for row in scene.facts.adjustments:
        if row["score"] == score.name and row["action"] == "set":
            over = sum(event.time <= row["time"] for event in scene.facts.events)
            found.append((row["time"], over, kept(row["value"])))
    if not found:
        return None
    time, gone, value = max(found, key=lambda reset: reset[:2])
    return gone, value, time


def left_by_reset(score: Score, scene: Scene) -> float:
    """What the latest reset leaves of the score."""
    found = latest_reset(score, scene)
    return found[1] if found else 0.0


def since(score: Score, scene: Scene) -> Scene:
    """The scene as the occurrences of a score see it: nothing before its latest reset ever happened."""
    found = latest_reset(score, scene)
    return scene._replace(gone=found[0], reset_at=found[2]) if found else scene


def added(score: Score, scene: Scene) -> float:
    """What was added by hand since the latest reset, or at its instant."""
    found = latest_reset(score, scene)
    own = [row for row in scene.facts.adjustments if row["score"] == score.name and row["action"] == "add"]
    return float(sum(kept(row["value"]) for row in own if found is None or row["time"] >= found[2]))


def earning(pattern: Pattern, scene: Scene) -> list[Event]:
    """The events of a pattern that no reset has taken back."""
    return [event for event in matching(pattern, scene) if place(event, scene) >= scene.gone]


def multiplied(raw: float, score: Score, scene: Scene) -> float:
    """A score times every factor whose condition is true."""
    for line in score.multipliers:
        if holds(line.condition, scene) is True:
            raw = kept(raw) * number_of(line.factor, scene)
    return raw
