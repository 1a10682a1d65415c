"""Goals that no test reaches to tests that do: leads are made up until one gets there, and made as small as they can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.quantity import DAY, show_number
from leadrules.dsl.rules.model import Model
from leadrules.engine.columns import TRUE, UNKNOWN
from leadrules.engine.compile import compile_model
from leadrules.engine.judge import Bench
from leadrules.engine.plan import Plan
from leadrules.simulator.draws import Draws
from leadrules.verify.aims import aims_of
from leadrules.verify.coverage import Reached, keys_of
from leadrules.verify.goals import Aim, Goal
from leadrules.verify.invent import Alphabet, alphabet_of, invent
from leadrules.verify.looks import Looks
from leadrules.verify.shrink import shrink, size
from leadrules.verify.stories import Story, act_out, joined
from leadrules.verify.widen import widened
from leadrules.verify.witness import write_story

ROUND = 100
LENGTHS = (2, 1, 4, 8, 16, 48)
MOST_STEPS, PACES = 60, (0, int(DAY))
LONGEST_NAME = 90


class Proposal(Struct, frozen=True):
    """Tests that reach what was missed, as text, and the goals for which none of `tried` leads was found."""

    tests: tuple[str, ...]
    reached: int
    unfound: tuple[Goal, ...]
    tried: int


def propose(model: Model, missed: Sequence[Reached], budget: int, seed: int) -> Proposal:
    """Tests for what was missed of a rule set, each of what came out for the smallest lead that gets there.

    At most `budget` leads are made up; the same seed makes the same. What one test reaches needs no other.
    """
    plan = compile_model(model)
    search = _Search(plan, widened(alphabet_of(model), model), Draws(seed))
    wanted = set(keys_of(missed))
    aims = aims_of(plan)
    keys = keys_of([Reached(aim.goal, 0, aim.possible) for aim in aims])
    open_ = [aim for key, aim in zip(keys, aims, strict=True) if key in wanted]
    found: list[tuple[Aim, Story]] = []
    tried = 0
    busy: list[Story] = []
    while open_ and tried < budget:
        drawn = search.drawn(tried, min(ROUND, budget - tried))
        busy = busier(busy, drawn)
        tried += len(drawn)
        others = [*turned(drawn), *(paced(story, gap) for gap in PACES for story in busy)]
        found += (pairs := list(search.smallest(open_, [*drawn, *others])))
        taken = {id(aim) for aim, _ in pairs}
        open_ = [aim for aim in open_ if id(aim) not in taken]
    tests = search.written(found)
    return Proposal(tuple(tests), len(found), tuple(aim.goal for aim in open_), tried)


class _Search(Struct, frozen=True):
    plan: Plan
    alphabet: Alphabet
    draws: Draws

    def drawn(self, tried: int, count: int) -> list[Story]:
        """So many stories, each time of another length."""
        number = tried // ROUND
        return invent(self.alphabet, self.draws, f"cover/{number}", count, LENGTHS[number % len(LENGTHS)], None)

    def looks(self, stories: Sequence[Story]) -> Looks:
        return Looks(self.plan, *act_out(self.plan.model, stories))

    def smallest(self, aims: Sequence[Aim], stories: Sequence[Story]) -> Iterator[tuple[Aim, Story]]:
        """Those aims that some story gets to, with the smallest that does."""
        looks = self.looks(stories)
        for aim in aims:
            there = np.flatnonzero(aim.met(looks)).tolist()
            if there:
                yield aim, min((stories[place] for place in there), key=size)

    def written(self, found: Sequence[tuple[Aim, Story]]) -> Iterator[str]:
        """A test for each of the aims that no test before it gets to."""
        names: Counter[str] = Counter()
        waiting = list(found)
        while waiting:
            aim, story = waiting[0]
            story = shrink(self.shortened(aim, story), lambda stories, aim=aim: aim.met(self.looks(stories)).tolist())  # type: ignore[misc]
            looks = self.looks([story])
            waiting = [(other, longer) for other, longer in waiting[1:] if not aim_met(other, looks)]
            name = name_of(aim.goal)
            names[name] += 1
            numbered = name if names[name] == 1 else f"{name} ({names[name]})"
            yield write_story(self.plan.model, story, numbered, ", ".join(self.expected(aim.goal, story)))

    def shortened(self, aim: Aim, story: Story) -> Story:
        """The story without as many stretches of steps as it can do without, long ones first."""
        length = len(story.steps) // 2
        while length > 1:
            place = 0
            while place < len(story.steps):
                shorter = story
                for _ in range(min(length, len(story.steps) - place)):
                    shorter = shorter.without(place)
                met = aim_met(aim, self.looks([shorter]))
                story, place = (shorter, place) if met else (story, place + length)
            length //= 2
        return story

    def expected(self, goal: Goal, story: Story) -> Iterator[str]:
        """What came out for the lead of a story: what the goal is about, every score, and the tier."""
        model = self.plan.model
        bench = Bench(self.plan, *act_out(model, [story]))
        judged = bench.at(0).judged
        gave = judged.numbers.get(("criterion", goal.owner))
        if gave is not None:
            yield f"{goal.owner} = {show_number(float(gave[0]))}"
        if goal.owner in judged.truths:
            yield _item(goal.owner, int(judged.truths[goal.owner][0]))
        for score in model.scores:
            yield f"{score.name} = {show_number(float(judged.numbers['score', score.name][0]))}"
        for grade in model.grades:
            labels = judged.labels[grade.name]
            yield f'{grade.name} is "{labels.dictionary.values[int(labels.codes[0])]}"'
        if goal.kind == "tier" and goal.outcome == "left":
            yield f"left {goal.owner}"
        if model.tiers:
            labels = judged.labels["tier"]
            yield f"tier is {labels.dictionary.values[int(labels.codes[0])]}"


def busier(busy: Sequence[Story], drawn: Sequence[Story]) -> list[Story]:
    """Leads that do what all those of several rounds do: some goals ask for much at a time."""
    if not busy:
        return list(drawn)
    pairs = zip(busy, drawn, strict=False)
    return [one if len(one.steps) > MOST_STEPS else joined(one, other) for one, other in pairs]


def turned(drawn: Sequence[Story]) -> list[Story]:
    """The leads with the values of others later on: some leave a tier for no other reason."""
    pairs = zip(drawn, [*drawn[1:], *drawn[:1]], strict=True)
    return [replace(one, later=other.facts) for one, other in pairs if other.facts]


def paced(story: Story, gap: int) -> Story:
    """The same steps with the same gap between all of them, looked at right after the last one."""
    steps = tuple(replace(step, after=gap) for step in story.steps)
    return Story(story.facts, steps, 0)


def aim_met(aim: Aim, looks: Looks) -> bool:
    """Whether the one lead that is looked at gets there."""
    return bool(aim.met(looks)[0])


def name_of(goal: Goal) -> str:
    """What a test for a goal is called."""
    text = " ".join(goal.span.text.split()).replace('"', "'")
    match goal.kind:
        case "condition":
            said = f"{text} is {goal.outcome}"
        case "row" | "change":
            said = goal.part or text
        case "limit":
            said = f"{goal.part} is reached"
        case _:
            said = goal.outcome
    name = f"{goal.owner}: {said}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _item(name: str, truth: int) -> str:
    if truth == UNKNOWN:
        return f"{name} is missing"
    return name if truth == TRUE else f"not {name}"
