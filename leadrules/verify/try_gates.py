"""A showing, or a comparison, to decisions: only the figures that bounds ask for are worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.judging.compare import measured
from leadrules.judging.comparison import Comparison
from leadrules.judging.figure import estimate
from leadrules.judging.judgement import Judgement
from leadrules.judging.measure import Measure, Showing
from leadrules.verify.gates import Bound, By, Gated, Known, decide

DELTA = "delta "


def gate_showing(source: str, showing: Showing, bounds: Sequence[Bound], by: By) -> Gated:
    """The bounds decided for one rule set in one market."""
    asked = {bound.name for bound in bounds}
    figures = {name: _known(measure, showing) for name, measure in by_name(showing).items() if name in asked}
    return Gated(source, len(showing.sample), decide(bounds, figures, len(showing.sample), by))


def by_name(showing: Showing) -> Mapping[str, Measure]:
    """What can be asked of a rule set."""
    return {measure.name: measure for measure in measured(showing)}


def _known(measure: Measure, showing: Showing) -> Known:
    return Known(measure.title, measure.kind, estimate(measure.figure(), showing.sample.account))


def figures_known(judgement: Judgement) -> Mapping[str, Known]:
    """Each figure of a judgement under its name."""
    return {one.name: Known(one.title, one.kind, one.estimate) for one in judgement.figures}


def gate_comparison(comparison: Comparison, bounds: Sequence[Bound], by: By) -> Gated:
    """The bounds decided for the new rules, or for what lies between the two."""
    return Gated(comparison.source, comparison.leads, decide(bounds, figures_of(comparison), comparison.leads, by))


def figures_of(comparison: Comparison) -> Mapping[str, Known]:
    """Each figure of the new rules under its name, and the paired difference under `delta` and its name."""
    return dict(_figures(comparison))


def _figures(comparison: Comparison) -> Iterator[tuple[str, Known]]:
    for figure in comparison.figures:
        yield figure.name, Known(figure.title, figure.kind, figure.new)
        yield DELTA + figure.name, Known(f"change of {figure.title}", figure.kind, figure.difference)
