"""Rules and their vocabulary to worths: how much a value, or an event, moves what leads are ranked by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.quantity import DAY, MICROSECONDS
from leadrules.dsl.rules.model import Model
from leadrules.engine.change import Happens
from leadrules.engine.columns import TRUE, Floats
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores, rank_values
from leadrules.engine.values import Single
from leadrules.simulator.draws import Draws
from leadrules.verify.invent import alphabet_of, invent
from leadrules.verify.stories import Step, Story, act_out
from leadrules.verify.vocabulary import Vocabulary

BACKGROUNDS, LONGEST, TIMES, SEED = 32, 6, 3, 1
HOUR = int(MICROSECONDS["hour"])


class Worths(Struct, frozen=True):
    """What each value of a field (the last one: not known) and each action is worth, in points of the ranking.

    Means over made-up leads that differ in nothing else. `fields`: by name, (values + 1,). `actions` (actions,).
    """

    fields: Mapping[str, Floats]
    actions: Floats


def worths_of(model: Model, vocabulary: Vocabulary) -> Worths:
    """The worths of everything in a vocabulary.

    32 made-up leads are given each value in turn; and each action, on three days in a row. Worth is what that makes of
    the figure that leads are ranked by; where nothing moves it, of the sum of all scores, and then of the tier.
    """
    plan = compile_model(model)
    alphabet = alphabet_of(model)
    leads = invent(alphabet, Draws(SEED), "worlds", BACKGROUNDS, LONGEST, None)
    told = [_known(lead, d.field.name, v) for d in vocabulary.fields for v in (*d.values, None) for lead in leads]
    done = [_done(lead, action) for action in (None, *vocabulary.actions) for lead in leads]
    by_value, by_action = (_means(model, plan, stories) for stories in (told, done))
    sizes = np.cumsum([len(d.values) + 1 for d in vocabulary.fields])
    parts = np.split(by_value, sizes[:-1]) if len(sizes) else []
    fields = {d.field.name: part for d, part in zip(vocabulary.fields, parts, strict=True)}
    return Worths(fields, by_action[1:] - by_action[0])


def _known(lead: Story, field: str, value: Single) -> Story:
    facts = {name: known for name, known in lead.facts.items() if name != field}
    return Story(facts if value is None else {**facts, field: value}, lead.steps, lead.wait)


def _done(lead: Story, action: Happens | None) -> Story:
    """A lead to which something happens three days in a row, or, over the same time, nothing."""
    day = int(DAY)
    if action is None:
        return Story(lead.facts, lead.steps, lead.wait + TIMES * day + HOUR)
    gaps = [lead.wait + day, *[day] * (TIMES - 1)]
    more = tuple(Step(gap, action.event, action.properties) for gap in gaps)
    return Story(lead.facts, (*lead.steps, *more), HOUR)


def _means(model: Model, plan: Plan, stories: Sequence[Story]) -> Floats:
    """What each group of made-up leads is worth: the first figure by which any two groups differ."""
    if not stories:
        return np.zeros(0)
    leads, at = act_out(model, stories)
    for figure in _figures(score(plan, leads, at)):
        means: Floats = np.nan_to_num(figure).reshape(-1, BACKGROUNDS).mean(axis=1).round(6)
        if np.ptp(means):
            break
    return means


def _figures(scores: Scores) -> Iterator[Floats]:
    yield np.asarray(rank_values(scores), np.float64)
    none = np.zeros(len(scores))
    items = (truths == TRUE for checklist in scores.checklists.values() for truths in checklist.values())
    yield sum((*scores.scores.values(), *items), none)
    yield -scores.tiers.astype(np.float64)
