"""How the figures of a rule set change with the time at which leads come. Plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.judging.comparison import Compared
from leadrules.simulator.metrics import Estimate


class Cohort(Struct, frozen=True, kw_only=True):
    """The leads that come from `since` on, a local date, until those of the next cohort.

    `leads` are open at their landmark and scored then. `index`: how far their scores lie from those of the first cohort
    (population stability index), which has none. `auc`, `win_rate`, `precision` of the best tier: none where not all of
    them are followed up for long enough. `share`: of them in the best tier; none without tiers.
    """

    since: str
    leads: int
    index: Estimate
    auc: Estimate
    win_rate: Estimate
    share: Estimate
    precision: Estimate


class Stability(Struct, frozen=True, kw_only=True):
    """Cohorts of leads that come within `days` each (the last may take longer), and what the changes of a market do.

    `tier`: the best one, empty without tiers. `changes`: figures in the market without its dated changes (`old`) and as it
    is, on the same leads with the same draws; empty where it has none.
    """

    days: int
    tier: str
    cohorts: tuple[Cohort, ...]
    changes: tuple[Compared, ...] = ()
