"""Leads with a score and an outcome each, made by hand, and what is measured of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.judging.judge_rules import judge_briefly, judge_rules
from leadrules.judging.judgement import Judgement
from leadrules.judging.metrics import Metrics
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.try_rules import Tried
from leadrules.simulator.draws import draws_of
from leadrules.simulator.hot import joined
from leadrules.simulator.world import World, build_world
from tests.naive_metrics import Ranked


def judged(plan: Plan, market: ScenarioModel, leads: int | None = None, seed: int | None = None) -> Judgement:
    """A rule set in a market, with as many leads as that says and from its own seed where no other is given."""
    return judge_rules(plan, build_world(market), draws_of(market, seed), leads or market.population)


def tried_on(leads: Ranked, account: Sequence[int] | None = None, tier: Sequence[int] | None = None) -> Tried:
    """The leads as a rule set with the tiers hot, warm and cold sees them: all of them judged, each its own account."""
    n = len(leads.score)
    none, target = np.zeros(n, np.int32), np.array(leads.target, bool)
    sample = Sample(
        account=np.array(range(n) if account is None else account, np.int64),
        arrival=none,
        landmark=none,
        ended=none,
        outcome=np.where(target, 0, 1).astype(np.int8),
        entered=none[None],
        judged=np.ones(n, bool),
        target=target,
        chance=None,
        worth=np.zeros(n),
        segments={},
        labels={},
        stages=("thinking",),
        horizon=1,
    )
    tiers = np.array([0] * n if tier is None else tier, np.int8)
    score = np.array(leads.score, np.float64)
    rated = Ratings(score, tiers, ("hot", "warm", "cold"), np.zeros((0, n), np.float32), ())
    return Tried(sample, (rated,), (joined([]),))


def unjudged(tried: Tried) -> Tried:
    """The same where no lead is open at its landmark."""
    nobody = np.zeros(len(tried.sample), bool)
    return replace(tried, sample=replace(tried.sample, judged=nobody, target=nobody))


def metrics_of(tried: Tried, plan: Plan, world: World) -> Metrics:
    """The figures at the landmark."""
    return judge_briefly(tried, plan, world, draws_of(world.scenario, None))
