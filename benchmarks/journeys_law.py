"""The law that `journeys.scenario` states, as numbers for the peers, and what follows from it exactly."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

HORIZON = 180.0  # days; leads arrive evenly over them
SEGMENTS = (0.2, 0.5, 0.3)
DWELL = ((20.0, 15.0, 10.0), (25.0, 20.0, 15.0), (40.0, 25.0, 20.0))  # mean days, by segment and stage
ADVANCE = ((0.60, 0.60, 0.50), (0.40, 0.45, 0.30), (0.20, 0.25, 0.15))  # P(going on), else lost; from the last: won
VISITS = ((0.30, 0.60, 1.20), (0.20, 0.50, 1.00), (0.15, 0.30, 0.60))  # events a day
EVENTS = ((0.60, 0.30, 0.06, 0.03, 0.01), (0.50, 0.20, 0.15, 0.10, 0.05), (0.40, 0.10, 0.20, 0.15, 0.15))
STAGES, WON, LOST, STATES = 3, 3, 4, 5
NODES = 40


def expected() -> tuple[float, float]:
    """Events a lead, and P(won within the horizon)."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    left = (nodes + 1) / 2 * HORIZON  # days from an arrival to the horizon
    events = won = 0.0
    for segment, share in enumerate(SEGMENTS):
        flow = _flow(segment)
        for days, weight in zip(left, weights / 2, strict=True):
            after = expm(flow * days)
            events += share * weight * float(after[0, STATES : STATES + STAGES] @ np.array(VISITS[segment]))
            won += share * weight * float(after[0, WON])
    return events, won


def _flow(segment: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Rates between states; the second half of the matrix makes the exponential add up the time spent in each."""
    flow = np.zeros((2 * STATES, 2 * STATES))
    flow[:STATES, STATES:] = np.eye(STATES)
    for stage, (mean, advance) in enumerate(zip(DWELL[segment], ADVANCE[segment], strict=True)):
        flow[stage, stage] = -1 / mean
        flow[stage, stage + 1] = advance / mean  # past the last stage: won
        flow[stage, LOST] += (1 - advance) / mean
    return flow
