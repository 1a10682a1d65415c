"""Markets whose stages are a graph with clocks, bounds and laws of every kind, and what is exact about them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from tests.phase_type import world_of

Floats = npt.NDArray[np.float64]

DAY = 86_400

WINDING = """
scenario winding {
  horizon 200 days from 2026-01-05
  arrivals over 100 days
  landmark 30 days after arrival
  target won within 60 days
}
lead {
  role      one of head, engineer
  customer  flag
  employees whole number
}
event page
event demo
everyone {
  role { head 30%; engineer 50%; unknown 20% }
  customer 10%
  employees lognormal median 90 spread 1, unknown 10%
}
persona buyer 60% { intent 0.4 }
persona hasty 25% {
  in talk { at most 9 days, then decide; lasts exponential mean 12 days }
}
persona student 15% never buys { }
intent {
  spread 0.8
  customer 0.3
}
activity { spread 0.5 }
stage aware {
  lasts mixture { 70% lognormal median 8 days spread 0.8; 30% gamma mean 20 days shape 2 }, faster with intent 0.2
  visits 0.3 per day
  events { page 100% }
  at most 40 days, then no_decision
  then talk logit 0.6 + 0.5 * intent, decide logit -1 + 0.8 * customer by employees { under 50: -0.5; 50 and over: 0.5; unknown: 0 }, else lost
}
stage talk {
  at most 3 times
  lasts gamma mean 10 days shape 2.5, faster with intent 0.3, at least 1 day
  visits 0.6 per day
  each visit has 2 events on average, gaps median 70 seconds spread 1
  events { demo 40%; page 60% }
  at most exponential mean 25 days, then lost
  at most 20 days, then rest
  then decide 55%, else rest
}
stage rest {
  lasts as in { 0%: 1 day; 50%: 6 days; 90%: 15 days; 100%: 40 days }
  visits 0.1 per day
  events { page 100% }
  then talk logit -0.3 + 0.4 * intent, else disqualified
}
stage decide {
  lasts weibull mean 9 days shape 1.4
  visits 0.5 per day
  events { demo 100% }
  at most lognormal median 20 days spread 0.7, then rest
  then won logit -0.5 + 0.9 * intent by role { head: 0.6; else: 0; unknown: -0.2 }, talk logit -1, else lost
}
"""
STAGES = world_of(WINDING).scenario.stages

HEAD = """
scenario s {{ horizon 3_000 days from 2026-01-05; arrivals over 1 day; landmark {landmark}; target won within 90 days }}
"""


def market(stages: str, landmark: str = "20 days after arrival", people: str = "persona one 100% { }") -> str:
    """A market with these stages."""
    return HEAD.format(landmark=landmark) + people + "\n" + stages


def phase_type(rates: Floats, onward: Floats, days: Floats) -> Floats:
    """The distribution function of the time through phases that follow each other, of those who come through.

    `days` begin at 0 and are evenly spaced.
    """
    n = len(rates)
    q = np.diag(-rates) + np.diag(rates[:-1] * onward[:-1], 1)
    through = np.append(np.zeros(n - 1), rates[-1] * onward[-1])
    whole = np.linalg.solve(-q, through)[0]
    wins, step, at = np.linalg.solve(-q, through), expm(q * (days[1] - days[0])), np.eye(n)[0]
    left = np.empty(len(days))
    for i in range(len(days)):
        left[i] = at @ wins
        at = at @ step
    return 1.0 - left / whole
