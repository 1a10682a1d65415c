"""What is judged by scores to the account of each lead: checklists, tiers, grades and their cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model import Matrix
from leadrules.engine.account import CellAccount, GradeAccount, Judgement
from leadrules.engine.columns import TRUE, Truths
from leadrules.engine.explain_criteria import tell_unknown
from leadrules.engine.moment import Moment
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores


def tell_grades(plan: Plan, moment: Moment, scores: Scores) -> Callable[[int], tuple[GradeAccount, ...]]:
    """The label of every grade."""
    told = [
        (grade, _labels(grade.name, scores), moment.judged.numbers["score", grade.score].tolist())
        for grade in plan.model.grades
    ]
    return lambda lead: tuple([GradeAccount(grade, labels[lead], values[lead]) for grade, labels, values in told])


def tell_cells(plan: Plan, scores: Scores) -> Callable[[int], tuple[CellAccount, ...]]:
    """The cell of every matrix."""
    told = [_cell(matrix, scores) for matrix in plan.model.matrices]
    return lambda lead: tuple([tell(lead) for tell in told])


def _cell(matrix: Matrix, scores: Scores) -> Callable[[int], CellAccount]:
    first, second = matrix.grades
    cell, row, column = _labels(matrix.name, scores), _labels(first, scores), _labels(second, scores)
    return lambda lead: CellAccount(matrix, cell[lead], (row[lead], column[lead]))


def _labels(name: str, scores: Scores) -> list[str]:
    labels = scores.grades[name]
    return [labels.dictionary.values[code] for code in labels.codes.tolist()]


def tell_checklists(plan: Plan, moment: Moment, scores: Scores) -> Callable[[int], dict[str, tuple[Judgement, ...]]]:
    """The items of every checklist."""
    told = {
        checklist.name: [
            _judgement(item.name, scores.checklists[checklist.name][item.name], item, plan, moment)
            for item in checklist.items
        ]
        for checklist in plan.model.checklists
    }
    return lambda lead: {name: tuple([tell(lead) for tell in items]) for name, items in told.items()}


def _judgement(name: str, truths: Truths, meaning: Meaning, plan: Plan, moment: Moment) -> Callable[[int], Judgement]:
    told, unknown = truths.tolist(), tell_unknown(meaning, plan, moment)
    return lambda lead: Judgement(name, told[lead], unknown(lead))


def tell_tiers(plan: Plan, moment: Moment) -> Callable[[int], tuple[Judgement, ...]]:
    """The tiers from the top down to the one that holds."""
    always = np.full(len(moment), TRUE)
    told = [
        _judgement(tier.name, tier.holds(moment) if tier.holds else always, declared, plan, moment)
        for tier, declared in zip(plan.tiers, plan.model.tiers, strict=True)
    ]

    def down(lead: int) -> tuple[Judgement, ...]:
        judged = [tell(lead) for tell in told]
        truths = [judgement.truth for judgement in judged]
        return tuple(judged[: truths.index(int(TRUE)) + 1] if TRUE in truths else judged)

    return down
