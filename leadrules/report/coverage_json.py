"""Coverage as data, for the one JSON object that a run of tests gives."""

from __future__ import annotations

from typing import Any

from leadrules.verify.coverage import Coverage, Reached


def coverage_as_data(coverage: Coverage) -> dict[str, Any]:
    """Every outcome with its place and how many looks get there; `percent` is not rounded."""
    return {
        "percent": coverage.percent,
        "counted": len(coverage.counted),
        "missed": len(coverage.missed),
        "left_out": len(coverage.left_out),
        "steps": sorted(map(list, coverage.steps)),
        "outcomes": [_outcome(each) for each in coverage.reached],
    }


def _outcome(each: Reached) -> dict[str, Any]:
    goal = each.goal
    line, column = goal.span.source.position(goal.span.start)
    return {
        "kind": goal.kind,
        "of": goal.owner,
        "part": goal.part,
        "outcome": goal.outcome,
        "file": goal.span.source.name,
        "line": line,
        "column": column,
        "times": each.times,
        "possible": each.possible,
        "counts": each.counts,
    }
