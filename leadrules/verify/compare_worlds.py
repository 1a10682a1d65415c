"""Two rule sets in many worlds: by how much one ranks better in each, and what an assumption decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.judging.compare import compared
from leadrules.judging.comparison import Compared
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.measure_thresholds import measure_thresholds
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import draws_of
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.world import build_world
from leadrules.verify.conclusions import Conclusion, Statement, weigh
from leadrules.verify.fill import Unfit, Words, fill, words_of
from leadrules.verify.match import match
from leadrules.verify.worlds import CHANCE, Skipped

FORMAT_VERSION = 1
USUAL = 10_000
RANKING, TOP, SHARE = "expected auc", "expected precision at top", "share of "
MEASURES = (measure_ranking, measure_thresholds)
Whose = Literal["old", "new", "both"]
Progress = Callable[[int, int], None]


class WorldGap(Struct, frozen=True):
    """Two rule sets in one world, which is made of the words of one of them, or is the same for both."""

    name: str
    title: str
    words: Whose
    figures: tuple[Compared, ...]

    @property
    def label(self) -> str:
        """The name of the world, with whose words it is made of."""
        return self.name if self.words == "both" else f"{self.name} of {self.words}"

    def difference(self, figure: str) -> Estimate | None:
        """By how much a figure differs; None where it is not measured."""
        return next((each.difference for each in self.figures if each.name == figure), None)


class ComparedWorlds(Struct, frozen=True, kw_only=True):
    """Two rule sets in many worlds.

    `leads` in each. `lowest`, `highest`, `worst`: of the difference of the ROC AUC by P(won) in all worlds but that of
    chance; None where none could be measured. `flips`: the conclusions that hold in one world and fail in another.
    """

    format_version: int = FORMAT_VERSION
    old: str
    new: str
    seed: int
    leads: int
    worlds: tuple[WorldGap, ...]
    skipped: tuple[Skipped, ...]
    lowest: float | None
    highest: float | None
    worst: str | None
    conclusions: tuple[Conclusion, ...]
    flips: tuple[str, ...]


def compare_worlds(
    models: tuple[Model, Model],
    names: tuple[str, str],
    templates: Sequence[Source],
    *,
    population: int | None = None,
    seed: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> ComparedWorlds:
    """Two rule sets in each world that templates become with the words of the old rules, and with those of the new.

    A world takes the rules whose words it is made of for right, or for wrong in one way; so it is asked of both. Every
    world has the same draws and so many leads, 10,000 if not said.
    """
    plans = [compile_model(model) for model in models]
    leads = population or USUAL
    markets, skipped = _markets(models, templates)
    worlds = []
    for number, (whose, market) in enumerate(markets):
        worlds.append(_world(plans, market, whose, leads, seed))
        progress((number + 1) * leads, len(markets) * leads)
    conclusions = weigh([said for world in worlds for said in _said(world)])
    ranked = {world.label: world.difference(RANKING) for world in worlds if world.name != CHANCE}
    values = {label: gap.value for label, gap in ranked.items() if gap is not None and gap.value is not None}
    return ComparedWorlds(
        old=names[0],
        new=names[1],
        seed=draws_of(markets[0][1], seed).seed if markets else seed or 0,
        leads=leads,
        worlds=tuple(worlds),
        skipped=tuple(skipped),
        lowest=min(values.values(), default=None),
        highest=max(values.values(), default=None),
        worst=min(values, key=values.__getitem__, default=None),
        conclusions=conclusions,
        flips=tuple(conclusion.text for conclusion in conclusions if conclusion.flips),
    )


def _markets(
    models: tuple[Model, Model], templates: Sequence[Source]
) -> tuple[list[tuple[Whose, ScenarioModel]], list[Skipped]]:
    """The worlds, each once where both rule sets make the same of it, and those that cannot be."""
    words = [words_of(model) for model in models]
    markets: list[tuple[Whose, ScenarioModel]] = []
    skipped = []
    for template in templates:
        name = template.name.removesuffix(".scenario")
        texts, unfilled = _texts(template, words)
        skipped += [Skipped(f"{name} of {whose}", why) for whose, why in unfilled]
        for text, whose in texts.items():
            market = check(parse(Source(template.name, text)))
            if why := _unfit(models, market):
                skipped.append(Skipped(name if whose == "both" else f"{name} of {whose}", why))
            else:
                markets.append((whose, market))
    return markets, skipped


def _texts(template: Source, words: Sequence[Words]) -> tuple[dict[str, Whose], list[tuple[Whose, str]]]:
    """The different texts that a template becomes with the words of old and of new rules, and why it becomes none."""
    texts: dict[str, Whose] = {}
    unfilled: list[tuple[Whose, str]] = []
    sides: tuple[Whose, Whose] = ("old", "new")
    for whose, each in zip(sides, words, strict=True):
        try:
            text = fill(template, each).text
        except Unfit as reason:
            unfilled.append((whose, str(reason)))
        else:
            texts[text] = "both" if text in texts else whose
    return texts, unfilled


def _unfit(models: Sequence[Model], market: ScenarioModel) -> str:
    """Why one of the rule sets cannot be tried in a world that is made of the other's words; "" where it can."""
    for model in models:
        try:
            match(model, market)
        except RulesError as mistake:
            return mistake.problems[0].message
    return ""


def _world(plans: Sequence[Plan], market: ScenarioModel, whose: Whose, leads: int, seed: int | None) -> WorldGap:
    tried = try_rules(plans, build_world(market), draws_of(market, seed), leads, paths=False, replayed=0)
    old, new = show(plans, tried)
    return WorldGap(market.name, market.title, whose, tuple(compared(old, new, MEASURES)))


def _said(world: WorldGap) -> Iterator[Statement]:
    """Each statement with the difference that it is about. Tiers come with the best first."""
    said = {RANKING: "the new rules rank better", TOP: "the best leads by the new rules win more often"}
    best = next((f.name.removeprefix(SHARE) for f in world.figures if f.name.startswith(SHARE)), None)
    if best:
        said[f"expected precision of {best}"] = f"{best} leads win more often"
        said[f"{SHARE}{best}"] = f"more leads are {best}"
    for figure, text in said.items():
        difference = world.difference(figure)
        if difference is not None and difference.value is not None:
            yield Statement(world.label, text, difference, 0.0)
