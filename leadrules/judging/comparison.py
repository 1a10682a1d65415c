"""What a change of rules does: every figure of the old and the new, and what lies between them. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.judging.backtest import Backtest
from leadrules.judging.bands import Bands
from leadrules.judging.claim import Claim
from leadrules.judging.criteria import Criteria
from leadrules.judging.curves import Curves
from leadrules.judging.life import Life
from leadrules.judging.precision import Precision
from leadrules.judging.segments import Segment
from leadrules.judging.uncertainty import Uncertainty
from leadrules.judging.worked import Policy
from leadrules.simulator.metrics import Estimate

FORMAT_VERSION = 1
UNKNOWN = "not yet known"


class Compared(Struct, frozen=True):
    """One figure under the old rules and under the new ones, and the paired difference, new less old.

    `better`: 1 where more is better, -1 where less is, 0 where neither can be said. `size`: how it hangs on the number of
    leads, as in `Measure`.
    """

    name: str
    title: str
    group: str
    kind: str
    better: int
    old: Estimate
    new: Estimate
    difference: Estimate
    size: str = "any"

    @property
    def decided(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0 or high < 0)


class Migration(Struct, frozen=True):
    """How many judged leads are in each old tier and each new one at the landmark, and how many of them win.

    `old`, `new`: names of the tiers. `leads`, `won` (old tiers, new tiers).
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    leads: tuple[tuple[int, ...], ...]
    won: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """A table that was read has a cell for each tier and tier. Raises `ValueError`."""
        if not self.old or not self.new:
            raise ValueError("a migration of no tiers")
        shape = [len(self.new)] * len(self.old)
        if [*map(len, self.leads)] != shape or [*map(len, self.won)] != shape:
            raise ValueError(f"a migration that is no table of {len(self.old)} old and {len(self.new)} new tiers")


BOUND = "threshold"  # no criterion is called so: their names have a point in them


class Cause(Struct, frozen=True):
    """A criterion, and how many leads enter or leave the best tier mainly because of it, with what it gave them in all.

    `criterion`: `BOUND` where what the tier asks for is another and the score the same, "" where no single one does it.
    """

    criterion: str
    leads: int
    points: float


class Crossing(Struct, frozen=True):
    """Leads that are in the best tier under one rule set only: how many, what share of them wins, and by what criteria."""

    leads: int
    win_rate: Estimate
    causes: tuple[Cause, ...]


class Moved(Struct, frozen=True):
    """A lead whose rank changes most, by its id: its scores and tiers, its place among all judged from 0 (best) to 1,
    and the criteria by which its score changes, with what each adds. In a market ids are those that `journeys` writes."""

    lead: str
    old_score: float
    new_score: float
    old_tier: str
    new_tier: str
    old_place: float
    new_place: float
    won: bool
    because: Mapping[str, float]


class Step(Struct, frozen=True):
    """How many leads change from one tier to another on the day of the rollout, and what share of all known ones."""

    old: str
    new: str
    leads: int
    share: Estimate


class SetOff(Struct, frozen=True):
    """An action that the new rules declare, as they say it, and for how many leads the rollout sets it off."""

    action: str
    leads: int
    share: Estimate


class Storm(Struct, frozen=True):
    """What the day of the rollout sets off: leads that change their tier because the rules do, and nothing else.

    `leads` are known by the end of the horizon, `changed` of them are in another tier under the new rules. Cool-downs
    are not counted, as no action of the new rules came before. `usual`: steps into the best tier on a day of the
    horizon under the new rules, on average.
    """

    leads: int
    changed: int
    share: Estimate
    steps: tuple[Step, ...]
    actions: tuple[SetOff, ...]
    usual: Estimate


class FunnelRow(Struct, frozen=True):
    """Leads that come to a stage within the horizon, and have been in a tier by then but in no higher one.

    `tier`: `UNKNOWN` where the rules had not seen the lead by then. `share`: of all that come to the stage. `stopped`: the
    share of these leads that goes no further and is lost; `won`: that wins in the end; both untreated, whenever that is.
    """

    stage: str
    tier: str
    leads: int
    share: Estimate
    stopped: Estimate
    won: Estimate


class Reached(Struct, frozen=True):
    """The share of leads that get into the best tier within `days` of their arrival, before any outcome."""

    days: int
    share: Estimate


class Comparison(Struct, frozen=True, kw_only=True):
    """What changing from one rule set to another does in a market or on a log.

    `same`: no lead stands otherwise in anything that was looked at, and nothing else is declared of tiers (`declared`,
    told where no lead stands otherwise); None where that cannot be said, as nobody is judged.
    `psi`: population stability index of the scores of the judged leads under the new rules against the old, None where
    these give all one score.
    `entered`, `left`: None where one of the rule sets has no tiers. `source`: the name of the market or log; `seed` is
    None for a log. `inputs`: the SHA-256 of each text that was read. `versions`: of the programs that made this.
    `command`: what makes it again. `funnel`, `time_to_hot`, `segments`: of the old rules and of the new ones, empty
    without tiers; `bands`: None where nobody is judged. `sales`: the follow-up under each, None where nobody calls.
    `curves`, `lives`: for a report, where one was asked for. `backtest`: what a comparison on a log rests on.
    """

    format_version: int = FORMAT_VERSION
    old: str
    new: str
    source: str
    seed: int | None
    leads: int
    judged: int
    won: int
    landmark: float
    window: float
    inputs: Mapping[str, str]
    versions: Mapping[str, str] = {}
    command: str = ""
    same: bool | None
    declared: tuple[str, ...] = ()
    figures: tuple[Compared, ...]
    claims: tuple[Claim, ...] = ()
    precision: Precision | None = None
    uncertainty: Uncertainty | None = None
    migration: Migration | None
    psi: Estimate | None
    entered: Crossing | None
    left: Crossing | None
    moved: tuple[Moved, ...]
    storm: Storm | None
    bands: tuple[Bands | None, Bands | None] = (None, None)
    segments: tuple[tuple[Segment, ...], tuple[Segment, ...]] = ((), ())
    sales: tuple[Policy, Policy] | None = None
    old_criteria: Criteria | None = None
    new_criteria: Criteria | None = None
    backtest: Backtest | None = None
    funnel: tuple[tuple[FunnelRow, ...], tuple[FunnelRow, ...]] = ((), ())
    time_to_hot: tuple[tuple[Reached, ...], tuple[Reached, ...]] = ((), ())
    curves: Curves | None = None
    lives: tuple[Life, ...] = ()

    def __post_init__(self) -> None:
        """What stands beside another belongs to it, where a comparison was read. Raises `ValueError`."""
        names = [figure.name for figure in self.figures]
        if lost := [claim.figure for claim in self.claims if claim.figure not in names]:
            raise ValueError(f"a claim about `{lost[0]}`, which is not among the figures")
        old, new = ([reached.days for reached in side] for side in self.time_to_hot)
        if old and new and old != new:
            raise ValueError("a time to hot after other days under the new rules")
        if self.psi is not None and self.psi.value is None:
            raise ValueError("a stability index without a value")
