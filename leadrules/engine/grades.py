"""Scores to their labels: grades, and cells of two grades."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leadrules.engine.columns import Codes, Floats
from leadrules.engine.plan import GradePlan, MatrixPlan, Plan


def graded(plan: Plan, scores: Mapping[str, Floats]) -> dict[str, Codes]:
    """The label of every grade and matrix, by its name. `scores` (leads) are rounded as for any comparison."""
    found: dict[str, Codes] = {}
    for grade in plan.grades:
        found[grade.name] = _grade(grade, scores[grade.score])
    for matrix in plan.matrices:
        found[matrix.name] = _cells(matrix, found)
    return found


def _grade(grade: GradePlan, values: Floats) -> Codes:
    """The first label from the top whose bound is reached; the last takes whoever is left."""
    reached = np.searchsorted(np.array(grade.bounds[::-1], np.float64), values, side="right")
    return Codes((len(grade.bounds) - reached).astype(np.int32), grade.labels)


def _cells(matrix: MatrixPlan, grades: Mapping[str, Codes]) -> Codes:
    first, second = (grades[name].codes for name in matrix.grades)
    return Codes(first * np.int32(matrix.second) + second, matrix.labels)
