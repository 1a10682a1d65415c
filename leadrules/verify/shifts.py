"""Two rule sets to a lead that they see otherwise: the smallest that was found, replayed under both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import Model
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.engine.values import Single
from leadrules.simulator.draws import Draws
from leadrules.verify.invent import alphabet_of, invent
from leadrules.verify.laws import LENGTHS
from leadrules.verify.shrink import shrink, size
from leadrules.verify.stories import Story, act_out
from leadrules.verify.texts_beside import with_texts_beside
from leadrules.verify.witness import write_story

BUDGET, SEED = 4_000, 1
SHRUNK = 3  # of the stories found, how many are made smaller


class Shift(Struct, frozen=True):
    """A lead that two rule sets see otherwise: in another tier or grade, or with another score.

    `before` and `after` say what it has. `test` holds under the old rules, where they know all that is in it, and fails
    under the new ones, where those do.
    """

    kind: Literal["tier", "points"]
    before: str
    after: str
    test: str


def find_shift(old: Model, new: Model, budget: int = BUDGET, seed: int = SEED) -> tuple[Shift | None, int]:
    """A lead whose tier or grade differs, else one whose score does, and how many were tried.

    Leads do what either of the rule sets names. One that knows nothing of an event or a value does not see it.
    """
    pair = _Pair(old, new)
    draws, count = Draws(seed), max(1, budget // (2 * len(LENGTHS)))
    stories = [
        story
        for place, model in enumerate((old, new))
        for length in LENGTHS
        for story in invent(
            with_texts_beside(alphabet_of(model), model), draws, f"shift/{place}/{length}", count, length, None
        )
    ]
    for kind, shows in (("tier", pair.labels_differ), ("points", pair.scores_differ)):
        if found := [story for story, shown in zip(stories, shows(stories), strict=True) if shown]:
            smallest = min((shrink(story, shows) for story in sorted(found, key=size)[:SHRUNK]), key=size)
            return pair.told(kind, smallest), len(stories)
    return None, len(stories)


class _Pair:
    """Two rule sets that look at the same leads."""

    def __init__(self, old: Model, new: Model) -> None:
        self.sides: tuple[tuple[Model, Plan], ...] = tuple((model, compile_model(model)) for model in (old, new))
        names = [{*_scores(model)} for model in (old, new)]
        self.scores = [name for name in _scores(old) if name in names[1]]

    def seen(self, stories: Sequence[Story]) -> list[Scores]:
        """The scores of stories at their ends under each."""
        return [score(plan, *act_out(model, [_known(story, model) for story in stories])) for model, plan in self.sides]

    def labels_differ(self, stories: Sequence[Story]) -> Sequence[bool]:
        if not stories:
            return []
        one, other = map(_labels, self.seen(stories))
        return [bool(_moved(a, b)) for a, b in zip(one, other, strict=True)]

    def scores_differ(self, stories: Sequence[Story]) -> Sequence[bool]:
        if not stories:
            return []
        one, other = self.seen(stories)
        differ = [np.round(one.scores[name] - other.scores[name], 6) != 0 for name in self.scores]
        found: Sequence[bool] = np.any([np.zeros(len(stories), bool), *differ], axis=0).tolist()
        return found

    def told(self, kind: str, story: Story) -> Shift:
        """The shift that a story shows."""
        one, other = self.seen([story])
        if kind == "tier":
            before, after = _labels(one)[0], _labels(other)[0]
            name = _moved(before, after)[0]
            return Shift(
                "tier",
                f"{name} is {before[name]}",
                f"{name} is {after[name]}",
                self.test(story, f"{name} is {before[name]}"),
            )
        name = next(n for n in self.scores if round(float(one.scores[n][0] - other.scores[n][0]), 6))
        was, now = (f"{name} = {show_number(float(found.scores[name][0]))}" for found in (one, other))
        return Shift("points", was, now, self.test(story, was))

    def test(self, story: Story, expected: str) -> str:
        """The story as a test, in the words of the rule set that knows all of it: the old one if both do."""
        old, new = (model for model, _ in self.sides)
        model = old if _known(story, old) == story else new
        return write_story(model, _known(story, model), "as it was before", expected)


def _scores(model: Model) -> Sequence[str]:
    return [score.name for score in model.scores]


def _labels(scores: Scores) -> list[dict[str, str]]:
    """The tier and the grades of each lead, by name."""
    named: dict[str, Sequence[str]] = {}
    if scores.tier_names:
        named["tier"] = [scores.tier_names[place] for place in scores.tiers.tolist()]
    for name, labels in scores.grades.items():
        named[name] = [labels.dictionary.values[code] for code in labels.codes.tolist()]
    return [{name: values[row] for name, values in named.items()} for row in range(len(scores))]


def _moved(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The labels that both rule sets give, and that differ."""
    return [name for name, label in one.items() if other.get(name, label) != label]


def _known(story: Story, model: Model) -> Story:
    """What a rule set sees of a story: its own fields and events, with values that they can have."""
    fields = {field.name: field for field in model.fields}
    events = {event.name: {own.name: own for own in event.properties} for event in model.events}
    kept, waited = [], 0
    for step in story.steps:
        if step.event in events:
            properties = _fitting(step.properties, events[step.event])
            kept.append(replace(step, after=step.after + waited, properties=properties))
            waited = 0
        else:
            waited += step.after
    return Story(_fitting(story.facts, fields), tuple(kept), story.wait + waited)


def _fitting(values: Mapping[str, Single], fields: Mapping[str, Field]) -> dict[str, Single]:
    return {name: value for name, value in values.items() if name in fields and _fits(value, fields[name])}


def _fits(value: Single, field: Field) -> bool:
    """Whether a field can have a value: one of its own, or one of its kind."""
    match field.type.name:
        case "one of":
            return value is None or value in field.type.values
        case "text" | "set of":
            return value is None or isinstance(value, str)
        case "flag":
            return value is None or isinstance(value, bool)
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
