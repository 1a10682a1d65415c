"""Every stream of chance is one that the contract tells of."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from leadrules.files.markets import read_market
from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.follow_up import Calls
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from tests.graph import WINDING
from tests.naive_calendar import MARKET as SEASONS
from tests.observed import DIRTY
from tests.people import MARKET
from tests.phase_type import RICH, world_of
from tests.post import MAILED
from tests.sales import MARKET as SOLD
from tests.sales import follow_up

PAGE = Path(__file__).parent.parent / "docs" / "randomness.md"
MARKETS = sorted((Path(__file__).parent.parent / "examples").rglob("*.scenario"))
OTHERS = {"shapley", "bootstrap/accounts"}  # of intervals, not of a population


class Listening(Draws):
    """Draws that remember which streams were asked."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.asked: set[str] = set()

    def states(self, stream: str, who: Words) -> Words:
        self.asked.add(stream)
        return super().states(stream, who)


def told() -> dict[str, re.Pattern[str]]:
    """The streams of the page; words in capitals stand for a name."""
    names = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: re.compile(re.sub(r"[A-Z]+", "[^/]+", name)) for name in names}


def asked() -> set[str]:
    mixed = WINDING.replace("at most 40 days", "at most mixture { 50% exactly 40 days; 50% exactly 60 days }")
    texts = (RICH, MAILED, MARKET, mixed, DIRTY)
    worlds = [*map(world_of, texts), *(build_world(read_market(str(path))) for path in MARKETS)]
    worlds.append(world_of(SEASONS))
    draws = Listening(1)
    for world in worlds:
        simulate(world, draws, 0, 500)
    call_everybody(draws)
    return draws.asked


def call_everybody(draws: Draws) -> None:
    """The second pass of a market with sales."""
    world, leads = world_of(SOLD), np.arange(500)
    simulate(world, draws, 0, 500)
    follow_up(world, draws, Calls(leads, leads, leads + 1), 0, 500)


@pytest.fixture(scope="module")
def streams() -> set[str]:
    return asked()


def test_every_stream_is_told(streams: set[str]) -> None:
    patterns = told()
    assert not {s for s in streams if not any(pattern.fullmatch(s) for pattern in patterns.values())}


def test_every_stream_that_is_told_is_asked(streams: set[str]) -> None:
    unasked = {name for name, pattern in told().items() if not any(pattern.fullmatch(s) for s in streams)}
    assert unasked == OTHERS
