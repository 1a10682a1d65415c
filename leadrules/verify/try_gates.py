"""A showing, or a comparison, to decisions: only the figures that bounds ask for are worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.rules.model_demands import Gate
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.judging.compare import measured
from leadrules.judging.comparison import Comparison
from leadrules.judging.figure import estimate
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.judgement import Judgement
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.blocks import Progress
from leadrules.simulator.draws import Draws
from leadrules.simulator.world import build_world
from leadrules.verify.fail_if import DELTA, PSI
from leadrules.verify.gates import Bound, By, Gated, Known, bounds_of, decide


def try_gate(
    plan: Plan, market: ScenarioModel, draws: Draws, leads: int, gate: Gate, by: By, progress: Progress
) -> Gated:
    """The bounds of a gate decided for one rule set in its market; sales call only where a bound is about that."""
    world = build_world(market)
    bounds = [bound for demand in gate.demands for bound in bounds_of(demand)]
    tried = try_rules([plan], world, draws, leads, progress, replayed=0)
    (showing,) = show([plan], tried)
    if not {bound.name for bound in bounds} <= set(by_name(showing)):
        (showing,) = show([plan], follow_rules([plan], tried, world, draws))
    return gate_showing(gate.scenario, showing, bounds, by)


def gate_showing(source: str, showing: Showing, bounds: Sequence[Bound], by: By) -> Gated:
    """The bounds decided for one rule set in one market."""
    measures = by_name(showing)
    figures = {bound.name: _known(measures[bound.name], showing) for bound in bounds if bound.name in measures}
    return Gated(source, len(showing.sample), decide(bounds, figures, len(showing.sample), by))


def by_name(showing: Showing) -> Mapping[str, Measure]:
    """What can be asked of a rule set."""
    return {measure.name: measure for measure in measured(showing)}


def _known(measure: Measure, showing: Showing) -> Known:
    return Known(measure.title, measure.kind, estimate(measure.figure(), showing.sample.account), measure.size)


def figures_known(judgement: Judgement) -> Mapping[str, Known]:
    """Each figure of a judgement under its name."""
    return {one.name: Known(one.title, one.kind, one.estimate, one.size) for one in judgement.figures}


def gate_comparison(comparison: Comparison, bounds: Sequence[Bound], by: By) -> Gated:
    """The bounds decided for the new rules, or for what lies between the two."""
    return Gated(comparison.source, comparison.leads, decide(bounds, figures_of(comparison), comparison.leads, by))


def figures_of(comparison: Comparison) -> Mapping[str, Known]:
    """Each figure of the new rules under its name, the paired difference under `delta` and its name, and what is of both."""
    return dict(_figures(comparison))


def _figures(comparison: Comparison) -> Iterator[tuple[str, Known]]:
    for figure in comparison.figures:
        yield figure.name, Known(figure.title, figure.kind, figure.new, figure.size)
        yield DELTA + figure.name, Known(f"change of {figure.title}", figure.kind, figure.difference, figure.size)
    if comparison.psi is not None:
        yield PSI, Known("stability index of the scores, new against old", "number", comparison.psi)
