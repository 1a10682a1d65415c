"""What became of the leads of a log: which outcome, and when. Plain columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import NEVER
from leadrules.simulator.population import Floats

OPEN = -1


class Outcomes(Struct, frozen=True):
    """The first outcome of each lead, in the order of the leads. All (leads,).

    `kind`: position in the outcomes of a scenario, `OPEN` where a lead has none. `at`: microseconds UTC, `NEVER` where
    there is no outcome or it has no time. `worth`: what the lead paid, 0 where that is not said. `dated`: whether
    outcomes have times; without them nobody can say what was known before.
    """

    kind: npt.NDArray[np.int8]
    at: npt.NDArray[np.int64]
    worth: Floats
    dated: bool

    def take(self, rows: npt.NDArray[np.int64]) -> Outcomes:
        """Those of some leads."""
        return Outcomes(self.kind[rows], self.at[rows], self.worth[rows], self.dated)

    @property
    def last(self) -> int:
        """When the last one is known; `NEVER` where none has a time."""
        return int(self.at.max(initial=NEVER))
