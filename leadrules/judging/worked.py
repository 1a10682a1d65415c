"""What sales make of the leads that a rule set calls hot: whom they call when, what that brings, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.follow_up import Followed
from leadrules.simulator.metrics import Week
from leadrules.simulator.population import Floats


class Policy(Struct, frozen=True):
    """A follow-up in numbers: leads that got into the best `tier` (None: the rules have no tiers), and what came of them.

    `called`, `expired` and `waiting` at the end of the horizon make up `hot`; `reached` and `late` (the journey was
    over) are calls. `contact`: the seconds within which the rules promise one, None where they do not.
    """

    tier: str | None
    contact: float | None
    currency: str
    hot: int
    called: int
    reached: int
    late: int
    expired: int
    waiting: int
    weeks: tuple[Week, ...]


class Worked(Struct, frozen=True):
    """A rule set as sales work with it. All (leads,), in the order of the sample, but `policy`, `priced`, `runs` and `rows`.

    `served`: second of the market at which a lead is called, -1 where it never is. `after`: won as sales call. `priced`:
    whether the market says what a win pays. `runs` (1 + replicates,) each: sums over all leads and figures of the queue,
    first as they are, then in replicates of the bootstrap over accounts, with other accounts drawn and the queue run
    anew. The replicates of two rule sets belong together. `rows`: the leads that are called, or win one way or the other.
    """

    policy: Policy
    served: npt.NDArray[np.int32]
    after: npt.NDArray[np.bool_]
    priced: bool
    runs: Mapping[str, Floats]
    rows: Followed
