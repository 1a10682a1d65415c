"""Model to plan: names become columns, conditions become functions of columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import assert_never

from msgspec.structs import replace

from leadrules.dsl.expression.model import Range, Values
from leadrules.dsl.rules.model import Checklist, Combination, Grade, Matrix, Model, RollUp, Score, parts_of
from leadrules.dsl.rules.model_criteria import Begins, Cases, Criterion, Each, Level, OncePer, Scale, Table, Veto
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.engine.columns import Bools, Dictionary
from leadrules.engine.compile_balances import compile_balance
from leadrules.engine.compile_begins import compile_begins
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.compile_patterns import compile_groups
from leadrules.engine.compile_sequences import compile_dates, compile_gap, compile_sequence, compile_visits
from leadrules.engine.compile_tables import compile_by_field
from leadrules.engine.fired import fired
from leadrules.engine.kept import Kept
from leadrules.engine.moment import Find, Moment, Setting
from leadrules.engine.plan import (
    AnyPlan,
    CasesStep,
    ChecklistPlan,
    CombinationPlan,
    EachStep,
    GradePlan,
    LevelStep,
    MatrixPlan,
    MultiplierStep,
    Plan,
    RollUpPlan,
    ScaleStep,
    ScorePlan,
    Step,
    TableStep,
    TierPlan,
    VetoStep,
)
from leadrules.engine.resets import Reset, compile_fresh, compile_resets
from leadrules.engine.timeless import Named, all_of, enduring, linear, still
from leadrules.engine.turning import turning
from leadrules.engine.zone import Zone


def compile_model(model: Model) -> Plan:
    """The plan of a rule set. It depends on nothing but the model, and can score any leads."""
    compiler = _compiler(model)
    events = tuple(event.name for event in model.events)
    setting = Setting(Zone(model.timezone), model.columns.known_from, events, compiler.active)
    kept = Kept(model, compiler)
    plan = Plan(
        model,
        setting,
        _scores(model, setting, compiler, kept),
        tuple(_checklist(checklist, compiler) for checklist in model.checklists),
        tuple(_tier(tier, compiler) for tier in model.tiers),
        tuple(_grade(grade) for grade in model.grades),
        tuple(_matrix(matrix, model.grades) for matrix in model.matrices),
        kept,
        compiler.truth(model.frozen) if model.frozen else None,
        linear(model),
        turning(model),
    )
    compiler.fired.update(_fired(plan))
    return plan


def _fired(plan: Plan) -> dict[str, Callable[[Moment], Bools]]:
    """Whether each criterion fired, by score and name."""
    scores = [score for score in plan.scores if isinstance(score, ScorePlan)]
    return {f"{score.name}.{step.criterion.name}": partial(fired, step) for score in scores for step in score.steps}


def _compiler(model: Model) -> Compiler:
    compiler = Compiler(tuple(event.name for event in model.events if not event.passive), {}, {})
    for named in model.conditions:
        compiler.conditions[named.name] = compiler.truth(named.condition)
    return compiler


def _scores(model: Model, setting: Setting, compiler: Compiler, kept: Kept) -> tuple[AnyPlan, ...]:
    """The scores; those over members look at each member through the scores before them that are its own."""
    found: list[AnyPlan] = []
    own: dict[str, AnyPlan] = {}
    for score in model.scores:
        if isinstance(score, RollUp):
            base = Plan(model, setting, tuple(own.values()), (), (), (), (), kept)
            found.append(_roll_up(score, base, compiler))
        else:
            found.append(_marked(_score(score, compiler), model))
            if set(parts_of(score)) <= own.keys():
                own[score.name] = found[-1]
    return tuple(found)


def _roll_up(score: RollUp, base: Plan, compiler: Compiler) -> RollUpPlan:
    weight = compile_by_field(score.weight, compiler) if score.weight else None
    where = compiler.truth(score.where) if score.where else None
    return RollUpPlan(score.name, score.measure, score.score, weight, where, base, score.bounds, score.rounded)


def _score(score: Score | Combination, compiler: Compiler) -> ScorePlan | CombinationPlan:
    if isinstance(score, Combination):
        return CombinationPlan(score.name, score.terms, score.constant, score.bounds, score.rounded)
    reset = compile_resets(score.name, [(line.value, compiler.find(line.pattern)) for line in score.resets])
    steps = tuple(_step(criterion, compiler, reset) for criterion in score.criteria)
    multipliers = tuple(MultiplierStep(line, compiler.truth(line.condition)) for line in score.multipliers)
    balance = compile_balance(score, compiler) if score.is_balance else None
    return ScorePlan(score.name, steps, score.bounds, score.rounded, reset, multipliers, balance)


def _marked(score: ScorePlan | CombinationPlan, model: Model) -> ScorePlan | CombinationPlan:
    """The score with its steps marked by what they are made of, where views of a lead have no part in them."""
    if isinstance(score, CombinationPlan):
        return score
    reset = any(line.name == score.name and line.resets for line in model.scores if isinstance(line, Score))
    named = Named({condition.name: condition.condition for condition in model.conditions})
    steps = tuple(
        replace(
            step, fields=enduring(step.criterion, reset) if isinstance(step, EachStep) else still(step.criterion, named)
        )
        for step in score.steps
    )
    levels = (
        not reset
        and not score.multipliers
        and score.balance is None
        and not any(isinstance(step, EachStep) for step in steps)
    )
    return replace(score, steps=steps, fields=all_of([step.fields for step in steps]) if levels else None)


def _step(criterion: Criterion, compiler: Compiler, reset: Reset) -> Step:
    unless = compiler.truth(criterion.unless) if criterion.unless else None
    match criterion:
        case Level():
            return LevelStep(criterion, compiler.truth(criterion.condition), unless)
        case Each():
            apart = [limit.property for limit in criterion.limits if isinstance(limit, OncePer)]
            apart += [criterion.worth_per.property] if criterion.worth_per else []
            groups = {property.name: compile_groups(property) for property in apart}
            return EachStep(criterion, compile_meant(criterion, compiler, reset), groups, unless)
        case Table():
            taken = replace(criterion.by, rows=_ones(criterion.by.rows), otherwise=0.0, unknown=0.0)
            return TableStep(criterion, compile_by_field(criterion.by, compiler), compile_by_field(taken, compiler))
        case Veto():
            return VetoStep(criterion, compiler.truth(criterion.condition), unless)
        case Cases():
            ranked = sorted(criterion.rows, key=lambda row: -row.points) if criterion.best else criterion.rows
            return CasesStep(criterion, tuple((row, compiler.truth(row.condition)) for row in ranked))
        case Scale():
            holds = compiler.truth(criterion.condition) if criterion.condition else None
            return ScaleStep(criterion, compiler.number(criterion.points), holds, unless)
        case _:
            assert_never(criterion)


def _ones(rows: tuple[Range | Values, ...]) -> tuple[Range | Values, ...]:
    return tuple(replace(row, number=1.0) for row in rows)


def compile_meant(criterion: Each, compiler: Compiler, reset: Reset) -> Find:
    """The occurrences that a criterion means: of its pattern, in its dates, in their sequence, after their gap."""
    pattern = criterion.pattern
    find = compile_begins(compiler.truth(pattern.condition)) if isinstance(pattern, Begins) else compiler.find(pattern)
    find = compile_fresh(find, reset)
    if criterion.valid is not None:
        find = compile_dates(find, criterion)
    if criterion.sequence is not None:
        find = compile_sequence(
            compile_fresh(compiler.find(criterion.sequence.pattern), reset), find, criterion.sequence.within
        )
    if criterion.visit is not None:
        find = compile_visits(find, criterion.visit)
    return find if criterion.gap is None else compile_gap(find, criterion.gap)


def _checklist(checklist: Checklist, compiler: Compiler) -> ChecklistPlan:
    return ChecklistPlan(checklist.name, {item.name: compiler.truth(item.condition) for item in checklist.items})


def _tier(tier: Tier, compiler: Compiler) -> TierPlan:
    holds = compiler.truth(tier.condition) if tier.condition else None
    return TierPlan(tier.name, holds, compiler.truth(tier.until) if tier.until else None, tier.held_for)


def _grade(grade: Grade) -> GradePlan:
    bounds = tuple(row.bound for row in grade.rows if row.bound is not None)
    return GradePlan(grade.name, grade.score, bounds, Dictionary(grade.labels))


def _matrix(matrix: Matrix, grades: tuple[Grade, ...]) -> MatrixPlan:
    second = next(len(grade.rows) for grade in grades if grade.name == matrix.grades[1])
    return MatrixPlan(matrix.name, matrix.grades, second, Dictionary(matrix.cells))
