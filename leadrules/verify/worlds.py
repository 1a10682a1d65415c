"""A rule set in many worlds: what holds in all of them, and what an assumption decides."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from leadrules.dsl.rules.check import check as check_rules
from leadrules.dsl.rules.parse import parse as parse_rules
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.judging.figure import difference
from leadrules.judging.judge_rules import judge_briefly
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.blocks import Progress
from leadrules.simulator.draws import Draws, draws_of
from leadrules.simulator.world import build_world
from leadrules.verify.conclusions import Conclusion, WorldResult, conclude
from leadrules.verify.fill import Unfit, Words, read_filled
from leadrules.verify.try_gates import by_name

CHANCE = "null"
FORMAT_VERSION = 1


class Skipped(Struct, frozen=True):
    """A world that says nothing of these rules, and why."""

    name: str
    why: str


class Worlds(Struct, frozen=True, kw_only=True):
    """A rule set in many worlds.

    `lowest`, `highest` and `worst` are of the ROC AUC in all worlds but the one of chance alone, in which no rules can
    rank; None where none could be measured. `like_worst`: worlds whose interval holds the figure of the worst one.
    `left_out`: what of the rules no world can have.
    """

    format_version: int = FORMAT_VERSION
    ruleset: str
    seed: int
    worlds: tuple[WorldResult, ...]
    skipped: tuple[Skipped, ...]
    left_out: tuple[str, ...]
    lowest: float | None
    highest: float | None
    worst: str | None
    like_worst: tuple[str, ...]
    conclusions: tuple[Conclusion, ...]
    flips: tuple[str, ...]


def try_worlds(
    words: Words,
    templates: Sequence[Source],
    *,
    population: int | None = None,
    seed: int | None = None,
    progress: Progress = lambda _leads: None,
) -> Worlds:
    """How a rule set ranks in each of the worlds that templates become with the words of a rule set.

    Every world has the same draws. `population` leads each (else as many as the template says), from the draws of
    `seed` (else 1). `progress` is told how many leads of all worlds are done.
    """
    plan = compile_model(words.model)
    markets, skipped = _markets(templates, words)
    results = []
    done = 0
    for market in markets:
        leads = population or market.population
        results.append(try_world(plan, market, leads, draws_of(market, seed)))
        done += leads
        progress(done)
    return _summed_up(words, results, skipped)


def _markets(templates: Sequence[Source], words: Words) -> tuple[list[ScenarioModel], list[Skipped]]:
    markets, skipped = [], []
    for template in templates:
        try:
            markets.append(read_filled(template, words))
        except Unfit as reason:
            skipped.append(Skipped(template.name.removesuffix(".scenario"), str(reason)))
    return markets, skipped


def try_world(plan: Plan, market: ScenarioModel, leads: int, draws: Draws) -> WorldResult:
    """How a rule set does in one market, beside one that only counts events."""
    world, plans = build_world(market), (plan, activity_plan(market))
    tried = try_rules(plans, world, draws, leads, paths=False, replayed=0)
    ours, counted = (by_name(showing)["auc"].figure() for showing in show(plans, tried))
    ahead = difference(ours, counted, tried.sample.account)
    return WorldResult(market.name, market.title, judge_briefly(tried, plan, world, draws), ahead)


def activity_plan(market: ScenarioModel) -> Plan:
    """The rule set that knows nothing but how much a lead did: a point for each event."""
    events = "".join(f"event {event.name}\n" for event in market.events)
    text = f"ruleset activity {{ version 1 }}\n{events}score activity {{ criteria {{ any 1 each event }} }}\n"
    return compile_model(check_rules(parse_rules(Source("activity.lead", text))))


def _summed_up(words: Words, results: Sequence[WorldResult], skipped: Sequence[Skipped]) -> Worlds:
    conclusions = conclude(results)
    areas = {r.name: r.metrics.roc_auc for r in results if r.name != CHANCE and r.metrics.roc_auc.value is not None}
    values = {name: area.value for name, area in areas.items() if area.value is not None}
    worst = min(values, key=values.__getitem__, default=None)
    return Worlds(
        ruleset=words.model.name,
        seed=results[0].metrics.seed if results else 0,
        worlds=tuple(results),
        skipped=tuple(skipped),
        left_out=words.vocabulary.left_out,
        lowest=min(values.values(), default=None),
        highest=max(values.values(), default=None),
        worst=worst,
        like_worst=tuple(n for n, a in areas.items() if worst and n != worst and (a.low or 0) <= values[worst]),
        conclusions=conclusions,
        flips=tuple(c.text for c in conclusions if c.flips),
    )
