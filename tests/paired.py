"""Two rule sets on the leads of one small market, for tests of what a comparison shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct

from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.compare import Asked
from leadrules.judging.compare_rules import Wish, compare_rules
from leadrules.judging.comparison import Comparison
from leadrules.judging.measure import Showing
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import draws_of
from leadrules.simulator.world import World, build_world

EXAMPLES = Path(__file__).parent.parent / "examples"


class Pair(Struct, frozen=True):
    """Two plans in a world, what they show, and the comparison with everything a report draws."""

    plans: tuple[Plan, Plan]
    world: World
    old: Showing
    new: Showing
    comparison: Comparison


def changed(text: str) -> str:
    """The points card with another threshold and other points, its tests left out."""
    text = text[: text.index('\ntest "')]
    for old, new in (
        ("points >= 45", "points >= 40"),
        ("important each page_view", "major each page_view"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


@cache
def pair(folder: Path, same: bool = False, leads: int = 2_000) -> Pair:
    """The points card against a changed one, or against itself, in its market."""
    rules = (EXAMPLES / "points_card.lead").read_text()
    for name, text in (
        ("old.lead", rules),
        ("new.lead", rules if same else changed(rules)),
        ("market.scenario", (EXAMPLES / "points_card.scenario").read_text()),
    ):
        (folder / name).write_text(text)
    market = read_market(str(folder / "market.scenario"))
    plans = [compile_model(read_model(str(folder / name))) for name in ("old.lead", "new.lead")]
    world, draws = build_world(market), draws_of(market, None)
    old, new = show(plans, try_rules(plans, world, draws, leads))
    times = {"landmark": market.landmark.value, "window": market.window.value}
    asked = Asked(old="old.lead", new="new.lead", source=market.name, seed=None, command="leadrules compare", **times)
    both = (plans[0], plans[1])
    return Pair(both, world, old, new, compare_rules(both, market, asked, Wish(population=leads, drawn=True)))
