"""Whether a score can change with an event at all."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.expression.model import Meaning, Pattern
from leadrules.dsl.rules.model import Combination, Model
from leadrules.engine.name_values import meanings


def reads_event(model: Model, score: str, event: str) -> bool:
    """Whether anything a score is made of, conditions with names among it, asks for events of a type."""
    passive = any(e.name == event and e.passive for e in model.events)
    return any(_reads(part, event, passive, model) for whole in _made_of(model, score) for part in meanings(whole))


def _reads(part: Meaning, event: str, passive: bool, model: Model) -> bool:
    if isinstance(part, Pattern):
        return part.event == event or (part.event is None and not passive)
    if getattr(part, "known_for", None) is not None:  # without a field that says so, the first event does
        return model.columns.known_from is None
    return getattr(part, "event", None) == event


def _made_of(model: Model, name: str) -> Iterator[Meaning]:
    """The scores that a score is made of, and every named condition: any of them may be asked for."""
    yield from model.conditions
    waiting = [name]
    while waiting:
        score = next(s for s in model.scores if s.name == waiting[-1])
        waiting.pop()
        yield score
        waiting += [term for _, term in score.terms] if isinstance(score, Combination) else []
