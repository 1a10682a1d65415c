"""A market with channels, accounts, correlations and laws of every kind, and its leads."""

from __future__ import annotations

from typing import Any

import numpy as np

from leadrules.simulator.draws import Draws
from leadrules.simulator.normal import normal
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World
from tests.phase_type import world_of
from tests.test_draws import in_blocks

MARKET = """
scenario people { horizon 100 days from 2026-01-05 }
lead {
  source    one of ads, organic, partner
  employees whole number
  industry  one of software, finance, retail
  customer  flag
  country   one of germany, france, spain
  budget    money EUR
  rating    number
  senior    flag
  role      one of decider, influencer, user
}
event page
channels {
  ads     40%, 60 EUR a lead, intent -0.25
  organic 50%
  partner 10%, 120 EUR a lead, activity 2
}
everyone {
  source from channel
  employees lognormal median 120 spread 1.1, unknown 15%
  country { germany 50%; france 30%; spain 20% }
  industry by country {
    germany: { software 40%; finance 25%; retail 20%; unknown 15% }
    else: { software 10%; retail 90% }
  }
  customer by employees { under 100: 20%; 100 and over: 60%; unknown: 50% }
  budget lognormal median 5_000 EUR spread 0.8
  rating normal mean 3 spread 1, unknown 10%
  senior 30%
  role from place in account { decider 1; influencer 2; user rest }
  employees unknown by employees { under 50: 40%; else: 5% }
}
correlate budget with rating 0.45
correlate rating with intent 0.4
correlate budget with senior 0.6
accounts {
  size 4 on average, shape 2
  intent spread 0.7
  same country
}
persona buyer 60% { }
persona student 40% never buys { channels { ads 20%; organic 80% } }
intent {
  spread 0.9
  by source { ads: 0.5; else: 0 }
}
activity { spread 0.6; correlation with intent 0.3 }
sources {
  "intent.spread": 0.7 to 1.1, "a guess"
}
stage only {
  lasts exponential mean 20 days
  visits 0.3 per day
  events { page 100% }
  then won logit -1 + intent, else lost
}
"""


def one_block(text: str, seed: int, leads: int = BLOCK) -> Population:
    return simulate(world_of(text), Draws(seed), 0, leads)


def alone(world: World, seed: int, lead: int) -> dict[str, Any]:
    return in_blocks(world, seed, [lead, lead + 1])


def own_intent(world: World, seed: int, leads: int = BLOCK) -> Any:
    return normal(Draws(seed).uniforms("intent", np.arange(leads, dtype=np.uint64)))


def correlation_z(x: Any, y: Any, expected: float) -> float:
    """How far a correlation of normal pairs is off, by Fisher's transformation."""
    both = ~np.isnan(x) & ~np.isnan(y)
    r = np.corrcoef(x[both], y[both])[0, 1]
    return float((np.arctanh(r) - np.arctanh(expected)) * np.sqrt(both.sum() - 3))
