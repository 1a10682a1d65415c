"""Laws to verdicts: proved where that can be done without leads, else searched for a lead that breaks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, assert_never

import numpy as np
from msgspec import Struct

from leadrules.dsl.quantity import show_count, show_number
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_demands import Law, NeverLowers, NeverRaises, NoneAlone, Outranks, TiersReachable
from leadrules.engine.columns import Bools, Floats
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.simulator.draws import Draws
from leadrules.verify.invent import Alphabet, alphabet_of, invent
from leadrules.verify.monotone import Proof
from leadrules.verify.outranks import ages_of, worse_from
from leadrules.verify.possible import Possible
from leadrules.verify.reads import Readers
from leadrules.verify.shrink import shrink, size
from leadrules.verify.stories import Story, act_out, joined
from leadrules.verify.widen import widened
from leadrules.verify.witness import Witness, write_age, write_story

BUDGET, SEED = 2_000, 1
ROUND = 100
SHRUNK = 3  # of the stories found in a round, how many are made smaller
LENGTHS, LONGEST = (1, 2, 4, 8, 12), 60


class Verdict(Struct, frozen=True):
    """What became of a law.

    "proved": no lead breaks it; "broken": the witness does; "unbroken": none of `tried` leads does; "open": for
    something that some lead must do, none of `tried` leads was found. `why` says what that rests on.
    """

    law: Law
    kind: Literal["proved", "broken", "unbroken", "open"]
    tried: int
    why: str
    witness: Witness | None = None


def judge_laws(model: Model, budget: int = BUDGET, seed: int = SEED) -> tuple[Verdict, ...]:
    """The verdict on each law of a rule set. `budget` leads are tried for each; the same seed tries the same."""
    search = _search(model, budget, seed) if model.laws else None
    return tuple(search.judge(law) for law in model.laws if search)


def search(model: Model, law: Law, budget: int = BUDGET, seed: int = SEED) -> Witness | None:
    """The smallest lead found that breaks a law; None where none was found, which proves nothing."""
    return _search(model, budget, seed).judge(law).witness


class Search(Struct, frozen=True):
    """The search among made-up leads of one rule set."""

    model: Model
    plan: Plan
    alphabet: Alphabet
    budget: int
    draws: Draws

    def judge(self, law: Law) -> Verdict:
        """The verdict on one law."""
        match law:
            case NeverRaises(event, score) | NeverLowers(event, score):
                readers = Readers(self.model, event)
                if not readers.score(score):
                    return Verdict(law, "proved", 0, f"nothing in `{score}` asks for `{event}`")
                if Proof(readers).never(score, 1 if isinstance(law, NeverRaises) else -1):
                    return Verdict(law, "proved", 0, f"no part of `{score}` allows it")
                return self.never(law)
            case Outranks():
                return self.outranks(law)
            case TiersReachable():
                return self.reachable(law)
            case NoneAlone():
                return self.alone(law)
            case _:
                assert_never(law)

    def score(self, stories: Sequence[Story], plan: Plan | None = None) -> Scores:
        """The scores of stories at their ends, criterion by criterion."""
        leads, at = act_out(self.model, stories)
        return score(plan or self.plan, leads, at, criteria=True)

    def never(self, law: NeverRaises | NeverLowers) -> Verdict:
        """Leads with and without one event."""
        sign = 1.0 if isinstance(law, NeverRaises) else -1.0

        def shows(stories: Sequence[Story]) -> Sequence[bool]:
            there, gone = self.pairs(stories, law.score)
            broken: Sequence[bool] = (sign * there > sign * gone).tolist()
            return broken

        story, tried = self.find(law.event, shows)
        if story is None:
            return _unbroken(law, tried)
        there, gone = (show_number(float(values[0])) for values in self.pairs([story], law.score))
        found = f"`{law.score}` is {there} with the `{law.event}`, and {gone} without it"
        expected = f"{law.score} {'<=' if sign > 0 else '>='} {gone}"
        return self.broken(law, tried, found, story, expected, f"without it `{law.score}` is {gone}")

    def pairs(self, stories: Sequence[Story], name: str) -> tuple[Floats, Floats]:
        """A score of stories with their marked step, and without it, to a millionth."""
        gone = [story.without(story.marked) for story in stories if story.marked is not None]
        values = np.round(self.score([*stories, *gone]).scores[name], 6)
        return values[: len(stories)], values[len(stories) :]

    def alone(self, law: NoneAlone) -> Verdict:
        """Leads that one criterion alone gives points to."""
        bare = self.plan.without(*self.plan.criteria)

        def shows(stories: Sequence[Story]) -> Sequence[bool]:
            found = self.score(stories)
            giving = np.sum([np.round(points, 6) != 0 for points in found.criteria.values()], axis=0)
            there = _in_tier(found, law.tier) & (giving == 1) & ~_in_tier(self.score(stories, bare), law.tier)
            broken: Sequence[bool] = there.tolist()
            return broken

        story, tried = self.find(None, shows)
        if story is None:
            return _unbroken(law, tried)
        criteria = self.score([story]).criteria
        name = next(".".join(key) for key, points in criteria.items() if np.round(points[0], 6))
        return self.broken(law, tried, f"`{name}` alone reaches {law.tier}", story, f"tier is not {law.tier}")

    def reachable(self, law: TiersReachable) -> Verdict:
        """Leads in every tier: an example of each proves it; a tier that no score allows breaks it."""
        barred = [name for name, there in Possible.in_rules(self.model).entered(self.model.tiers).items() if not there]
        if barred:
            found = f"no lead can be {', '.join(f'`{name}`' for name in barred)}"
            return Verdict(law, "broken", 0, found, Witness(found, ""))
        names = [tier.name for tier in self.model.tiers]
        seen: set[int] = set()
        tried = 0
        while tried < self.budget and len(seen) < len(names):
            stories = self.stories(tried, None, -1)
            tried += len(stories)
            seen.update(self.score(stories).tiers.tolist())
        missing = [name for place, name in enumerate(names) if place not in seen]
        if missing:
            return Verdict(law, "open", tried, f"no lead was found in {', '.join(missing)}")
        return Verdict(law, "proved", tried, "a lead was found in each tier")

    def outranks(self, law: Outranks) -> Verdict:
        """The two decays held against each other at every age; then a lead that shows where they cross."""
        ages = ages_of(self.model, law)
        age = worse_from(ages)
        if age is None:
            return Verdict(law, "proved", 0, "the decays were held against each other")
        higher, lower = ((law.score, name) for name in (law.higher, law.lower))

        def shows(stories: Sequence[Story]) -> Sequence[bool]:
            fresh = self.score([_looked_at(story, 0) for story in stories]).criteria
            then = self.score([_looked_at(story, age) for story in stories]).criteria
            once = _is(fresh[higher], ages.higher(0.0)) & _is(fresh[lower], ages.lower(0.0))
            broken: Sequence[bool] = (once & (then[higher] <= then[lower])).tolist()
            return broken

        worth = [show_number(value(age)) for value in (ages.higher, ages.lower)]
        old = f"{write_age(age)} old" if age else "at once"
        found = f"{old}, `{law.higher}` is worth {worth[0]} and `{law.lower}` {worth[1]}"
        one, tried = self.fresh(higher, ages.higher(0.0))
        other, more = self.fresh(lower, ages.lower(0.0))
        together = [joined(a, b) for a in one for b in other]
        story = (
            next((s for s, shown in zip(together, shows(together), strict=True) if shown), None) if together else None
        )
        if story is None:
            return Verdict(law, "broken", tried + more, found, Witness(found, ""))
        expected = f"{law.score}.{law.higher} > {law.score}.{law.lower}"
        return self.broken(law, tried + more, found, _looked_at(shrink(story, shows), age), expected)

    def fresh(self, criterion: tuple[str, str], value: float) -> tuple[list[Story], int]:
        """Small stories at whose end one occurrence of a criterion is worth all it can be, and how many were tried."""

        def shows(stories: Sequence[Story]) -> Sequence[bool]:
            points = self.score([_looked_at(story, 0) for story in stories]).criteria[criterion]
            there: Sequence[bool] = _is(points, value).tolist()
            return there

        story, tried = self.find(None, shows)
        return [_looked_at(story, 0)] if story else [], tried

    def find(self, must: str | None, shows: Callable[[Sequence[Story]], Sequence[bool]]) -> tuple[Story | None, int]:
        """The smallest story that shows something, and how many were tried to find one."""
        tried = 0
        while tried < self.budget:
            stories = self.stories(tried, must)
            tried += len(stories)
            found = [story for story, shown in zip(stories, shows(stories), strict=True) if shown]
            if found:
                return min((shrink(story, shows) for story in found[:SHRUNK]), key=size), tried
        return None, tried

    def stories(self, tried: int, must: str | None, way: Literal[1, -1] = 1) -> list[Story]:
        """The next stories to try: of the first length, then of the others, and round again; or the other way round."""
        turn, lengths = tried // ROUND, self.lengths[::way]
        count = min(ROUND, self.budget - tried)
        return invent(self.alphabet, self.draws, f"law/{must}/{turn}", count, lengths[turn % len(lengths)], must)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long stories may be: long enough to do something as often as a rule counts, and something else in between."""
        longest = min(2 * self.alphabet.most, LONGEST)
        return (*LENGTHS, longest) if longest > LENGTHS[-1] else LENGTHS

    def broken(self, law: Law, tried: int, found: str, story: Story, expected: str, about: str = "") -> Verdict:
        """The verdict with its witness."""
        name = " ".join(law.span.text.split()).removeprefix("always ")
        test = write_story(self.model, story, name, expected, about)
        return Verdict(law, "broken", tried, found, Witness(found, test))


def _search(model: Model, budget: int, seed: int) -> Search:
    return Search(model, compile_model(model), widened(alphabet_of(model), model), budget, Draws(seed))


def _unbroken(law: Law, tried: int) -> Verdict:
    return Verdict(law, "unbroken", tried, f"none of {show_count(tried, 'lead')} breaks it")


def _in_tier(scores: Scores, tier: str) -> Bools:
    found: Bools = scores.tiers == scores.tier_names.index(tier)
    return found


def _is(points: Floats, value: float) -> Bools:
    return np.isclose(points, value, rtol=1e-12, atol=0)


def _looked_at(story: Story, age: float) -> Story:
    return Story(story.facts, story.steps, int(age), story.marked)
