"""The markets that are described, and how far a figure is off."""

from __future__ import annotations

from pathlib import Path

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.simulator.expected import Figure
from tests.graph import WINDING
from tests.people import MARKET as PEOPLE
from tests.phase_type import RICH, SIMPLE
from tests.post import MAILED

ROOT = Path(__file__).parent.parent
EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.scenario")}
GAMMA = RICH.replace("activity {\n  spread 0.6", "activity {\n  gamma spread 0.9")
SEASONS = (
    RICH
    + """
calendar {
  monday to friday 1
  saturday to sunday 0.1
  hours { 8:00 to 18:00 1; else 0.05 }
  zones { Europe/Warsaw 60%; America/New_York 40% }
  holiday 2026-04-03 to 2026-04-12 0.1
  campaign launch 2026-02-01 to 2026-02-15 { arrivals times 4; visits times 3 }
  trend { 2026-01-05 1; 2026-03-01 2.5 }
}
from 2026-04-01 by 2026-05-01 { visits times 0.4 }
"""
)
HIDDEN = WINDING.replace("  customer 10%\n", "  customer 10%\n  role unknown by customer { yes: 90%; else: 60% }\n")
MARKETS = {
    "hidden": HIDDEN,
    "simple": SIMPLE,
    "mailed": MAILED,
    "seasons": SEASONS,
    "rich": RICH,
    "gamma": GAMMA,
    "winding": WINDING,
    "people": PEOPLE,
    **EXAMPLES,
}

WON = OUTCOMES.index("won")


def z(figure: Figure) -> float:
    assert figure.expected is not None
    assert figure.z is not None or figure.simulated.value == figure.expected
    return figure.z or 0.0
