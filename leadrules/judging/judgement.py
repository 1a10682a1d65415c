"""What a rule set shows in a market: every figure with its interval, and the tables beside them. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.judging.bands import Bands
from leadrules.judging.comparison import FunnelRow, Reached
from leadrules.judging.criteria import Criteria
from leadrules.judging.find_thresholds import Threshold
from leadrules.judging.gains import Gain
from leadrules.judging.measure_capacity import AtCapacity
from leadrules.judging.metrics import Metrics
from leadrules.judging.segments import Segment
from leadrules.judging.stability import Stability
from leadrules.simulator.metrics import Estimate


class Measured(Struct, frozen=True):
    """One figure. `better`: 1 where more is better, -1 where less is, 0 where neither can be said. `size`: as in
    `Measure`."""

    name: str
    title: str
    group: str
    kind: str
    better: int
    estimate: Estimate
    size: str = "any"


class Judgement(Struct, frozen=True, kw_only=True):
    """A rule set in a market.

    `metrics`: the ranking, the tiers and the follow-up in short, with the definitions they hold under; what is in
    `figures` too is the same there. `bands` and `criteria` are None where nobody is judged, `criteria` also where no
    score is made of points. `gains` are empty where
    nobody is judged.
    `segments`, `funnel` and `time_to_hot` are empty without tiers, `thresholds` where none was asked for,
    `at_capacity` where nobody calls. `inputs`: the SHA-256 of each text that was read. `versions`: of the programs that made
    this. `command`: what makes it again. These three are empty where no command was typed.
    """

    metrics: Metrics
    figures: tuple[Measured, ...]
    gains: tuple[Gain, ...]
    bands: Bands | None
    segments: tuple[Segment, ...]
    stability: Stability
    criteria: Criteria | None
    funnel: tuple[FunnelRow, ...]
    time_to_hot: tuple[Reached, ...]
    thresholds: tuple[Threshold, ...] = ()
    at_capacity: tuple[AtCapacity, ...] = ()
    inputs: Mapping[str, str] = {}
    versions: Mapping[str, str] = {}
    command: str = ""
