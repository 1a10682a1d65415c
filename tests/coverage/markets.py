"""The markets of the study: leads one by one, leads in accounts that share intent, and a market in which few win."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.files.templates import packaged
from leadrules.simulator.world import World, build_world
from leadrules.verify.fill import read_filled, words_of


class Market(Struct, frozen=True):
    """A market, what is tried in it, and so many leads a sample. `new` is the rule set without its first criterion."""

    title: str
    world: World
    old: Plan
    new: Plan
    leads: int


def market(name: str) -> Market:
    """A market of the study by its name."""
    return MAKERS[name](name)


def _alone(name: str) -> Market:
    return _card(
        "a quarter of the judged leads win, each an account of its own", read_market("examples/points_card.scenario")
    )


def _accounts(name: str) -> Market:
    text = Path("examples/points_card.scenario").read_text(encoding="utf-8")
    text += "\naccounts { size 4; intent spread 0.7 }\n"
    return _card("the same, four leads an account who share half of their intent", check(parse(Source(name, text))))


def _card(title: str, scenario: ScenarioModel) -> Market:
    plan = compile_model(read_model("examples/points_card.lead"))
    return Market(title, build_world(scenario), plan, plan.without(plan.criteria[0]), 1_024)


def _rare(name: str) -> Market:
    model = read_model("examples/points_card.lead")
    scenario = read_filled(packaged("plg")[0], words_of(model))
    plan = compile_model(model)
    title = "four of a hundred judged leads win (the packaged market plg)"
    return Market(title, build_world(scenario), plan, plan.without(plan.criteria[0]), 2_048)


MAKERS: Mapping[str, Callable[[str], Market]] = {"alone": _alone, "accounts": _accounts, "rare": _rare}
