"""What the packaged worlds are held against: rules, the words they ask for, and one result."""

from __future__ import annotations

from pathlib import Path

from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.compile import compile_model
from leadrules.files.sources import read_model
from leadrules.files.templates import read_template
from leadrules.simulator.draws import draws_of
from leadrules.verify.conclusions import WorldResult
from leadrules.verify.fill import Words, read_filled, words_of
from leadrules.verify.worlds import try_world
from tests.build import plan_of

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
CARD = EXAMPLES / "points_card.lead"

FIT = """
ruleset fit { version 1 }
lead { role one of head, buyer, other; employees whole number; student flag }
event visit { page one of start, price }
event order
score points {
  criteria {
    head 20 when role is head
    buyer 10 when role is buyer
    large 10 when employees >= 100
    student -20 when student
  }
}
"""


def words(text: str | Path) -> Words:
    return words_of(read_model(text) if isinstance(text, Path) else plan_of(text).model)


def result_in(name: str, model: Model, population: int, seed: int = 1) -> WorldResult:
    """One world of the suite for the rules of a model."""
    market = read_filled(read_template(name), words_of(model))
    return try_world(compile_model(model), market, population, draws_of(market, seed))


def market_of(name: str, path: Path) -> ScenarioModel:
    return read_filled(read_template(name), words(path))
