"""Descriptions of rule sets as the text of a rule file, which the parser reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.oracle_expressions import Pattern, number, text, write, write_value

# Declarations
from tests.specs import (
    Ageing,
    AnyScore,
    AtMost,
    AtMostInAny,
    Bands,
    Begins,
    Cases,
    Combination,
    Constant,
    Criterion,
    Decay,
    Each,
    EventType,
    Field,
    Grade,
    Level,
    On,
    OncePer,
    Per,
    Range,
    RollUp,
    Scale,
    Spec,
    Table,
    Tier,
    Values,
    Veto,
)


def render(spec: Spec) -> str:
    """The rule set as a `.lead` file."""
    blocks = [
        _block("ruleset drawn", [f'timezone "{spec.zone}"', _evaluate(*spec.evaluate)]),
        _block("lead", [_field(f) for f in spec.fields if not f.of_account]),
        *(f"account company {{ members by account, {_field(f)} }}" for f in spec.fields if f.of_account),
        *(_event(event) for event in spec.events),
        *(_constant(constant) for constant in spec.constants),
        *(f"condition {named.name}: {write(named.condition)}" for named in spec.conditions),
        *(_score(score) for score in spec.scores),
        *(_block(f"checklist {c.name}", [f"{i.name} {write(i.condition)}" for i in c.items]) for c in spec.checklists),
    ]
    blocks += [_grade(grade) for grade in spec.grades]
    blocks += [f"matrix {m.name} = {m.first} & {m.second}" for m in spec.matrices]
    frozen = [f"frozen while {write(spec.frozen)}"] if spec.frozen else []
    tiers = [*frozen, *map(_tier, spec.tiers)]
    actions = [_on(on, place) for place, on in enumerate(spec.actions)]
    return "\n".join([*blocks, *([_block("thresholds", tiers)] if tiers else []), *actions]) + "\n"


def _evaluate(at_events: bool, daily: Sequence[str]) -> str:
    times = f"daily at {', '.join(daily)}" if daily else ""
    return "evaluate " + " and ".join(["at every event"] * at_events + [times] * bool(times))


def _tier(tier: Tier) -> str:
    if tier.condition is None:
        return f"{tier.name} otherwise"
    clauses = [f"until {write(tier.until)}"] if tier.until else []
    clauses += [f"for at least {write(tier.held_for)}"] if tier.held_for else []
    clauses += [f"contact within {write(tier.contact)}"] if tier.contact else []
    return ", ".join([f"{tier.name} when {write(tier.condition)}", *clauses])


def _on(on: On, place: int) -> str:
    named = {
        "entering": f"entering {on.tier}",
        "leaving": f"leaving {on.tier}" + (f" to {on.other}" if on.other else ""),
        "falling": f"falling to {on.tier} after {on.other}",
    }
    most = f", at most once per {write(on.cooldown)}" if on.cooldown else ""
    return f'on {named[on.step]}{most} {{ notify "action {place}" }}'


def _grade(grade: Grade) -> str:
    rows = [f"{text(label)} {f'at {write(bound)}' if bound else 'otherwise'}" for label, bound in grade.rows]
    return _block(f"grade {grade.name} of {grade.score}", rows)


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for item in lines for line in item.split("\n")), "}"])


def _field(field: Field) -> str:
    choices = ", ".join(c if c.isidentifier() else text(c) for c in field.choices)
    none = "none" if field.type.startswith("set of") else "no"
    no = f" blank means {none}" if field.blank_means_no else ""
    since = " known from" if field.known_from else ""
    return f"{field.name} {field.type} {choices}".rstrip() + no + since


def _event(event: EventType) -> str:
    head = f"event {event.name}{' passive' if event.passive else ''}"
    return _block(head, [_field(p) for p in event.properties]) if event.properties else head


def _constant(constant: Constant) -> str:
    limits = " and ".join(write(limit) for limit in constant.range or ())
    between = f" between {limits}" if limits else ""
    return f"{constant.kind} {constant.name} = {write(constant.value)}{between}"


def _score(score: AnyScore) -> str:
    bounds = f" between {write(score.bounds[0])} and {write(score.bounds[1])}" if score.bounds else ""
    tail = bounds + (" rounded" if score.rounded else "")
    if isinstance(score, RollUp):
        return f"score {score.name} = {_over_members(score)}{tail}"
    if isinstance(score, Combination):
        return f"score {score.name} = {_formula(score)}{tail}"
    default = [_decay(score.decay)] if score.decay else []
    resets = [f"resets to {write_value(r.value)} on {_occurrence(r.pattern)}" for r in score.resets]
    times = [f"times {write_value(m.factor)} when {write(m.condition)}" for m in score.multipliers]
    times += [f"never below {write_value(score.floor)}"] if score.floor else []
    times += [_ageing(line) for line in score.ageing]
    criteria = _block("criteria", [_criterion(c) for c in score.criteria])
    return _block(f"score {score.name}{tail}", [*default, criteria, *resets, *times])


def _over_members(score: RollUp) -> str:
    of = f" of {score.score}" if score.score else ""
    where = f" where {write(score.where)}" if score.where else ""
    weight = f" * by role {{ {'; '.join(_rows(score.weight))} }}" if score.weight else ""
    return f"{score.measure} over members{of}{where}{weight}"


def _ageing(line: Ageing) -> str:
    level = f" while score {line.condition[0]} {write_value(line.condition[1])}" if line.condition else ""
    without = f"without {_occurrence(line.pattern)}{level}"
    if line.loss == "value":
        return f"becomes {write_value(line.amount)} after {write(line.every)} {without}"
    amount = f"{write_value(line.amount)} {'of current' if line.loss == 'share' else 'points'}"
    after = f" after {write(line.after)}" if line.after else ""
    low = f", not below {write_value(line.low)}" if line.low else ""
    return f"ages {amount} every {write(line.every)}{after} {without}{low}"


def _formula(score: Combination) -> str:
    terms = " + ".join(f"{write(weight)} * {name}" for weight, name in score.terms)
    return f"{terms} + {number(score.constant)}" if score.constant else terms


def _decay(decay: Decay) -> str:
    words = {"half-life": "half-life", "linear": "linear over", "expires": "expires after", "s-curve": "s-curve over"}
    if decay.law == "by age":
        rows = (f"{f'younger than {write(age)}' if age else 'older'}: {write(share)}" for age, share in decay.bands)
        return f"decay by age {{ {'; '.join(rows)} }}"
    if not decay.duration:
        return "no decay"
    if not decay.amount:
        return f"decay {words[decay.law]} {write(decay.duration)}"
    what = "points" if decay.law == "points every" else "of original"
    tail = " in steps" * decay.in_steps + (f" not below {write(decay.low)}" if decay.low else "")
    return f"decay {write(decay.amount)} {what} every {write(decay.duration)}{tail}"


def _criterion(criterion: Criterion) -> str:
    if isinstance(criterion, Table):
        return _block(f"{_label(criterion)} by {criterion.subject.text}", _rows(criterion))
    if isinstance(criterion, Scale):
        return _scale(criterion)
    if isinstance(criterion, Cases):
        return _cases(criterion)
    if isinstance(criterion, Veto):
        return f"{_label(criterion)} veto when {write(criterion.condition)}{_behind(criterion)}"
    if isinstance(criterion, Each) and criterion.bands:
        return ", ".join([_banded(criterion, criterion.bands), *_clauses(criterion)])
    points = f"{_label(criterion)} {write(criterion.points)}"
    if isinstance(criterion, Level):
        return f"{points} when {write(criterion.condition)}{_behind(criterion)}"
    quantifier = "each" if criterion.which == "each" else f"the {criterion.which} of:"
    if isinstance(criterion.pattern, Begins):
        return ", ".join([f"{points} each time {write(criterion.pattern.condition)} begins", *_clauses(criterion)])
    occurrence = f"{quantifier} {_occurrence(criterion.pattern)}"
    if criterion.visit:
        occurrence = f"each visit of {_occurrence(criterion.pattern)}, gap {write(criterion.visit)}"
    if criterion.before and criterion.within:
        occurrence = f"each: {_occurrence(criterion.before)} then {_occurrence(criterion.pattern)}"
        occurrence += f" within {write(criterion.within)}"
    if criterion.per:
        occurrence = f"{_per(criterion.per)} {occurrence}"
    return ", ".join([f"{points} {occurrence}", *_clauses(criterion)])


def _banded(criterion: Each, bands: Bands) -> str:
    words = ["first"] + ["next"] * len(bands.rows)
    rows = [
        f"{f'{word} {write_value(width)}' if width else 'after'}: {write(points)}"
        + (f" per {write(per)}" if per else "")
        for word, (width, points, per) in zip(words, bands.rows, strict=False)
    ]
    head = f"{_label(criterion)} by {bands.property} of each {_occurrence(criterion.pattern)}"
    return f"{head}, band by band {{ {'; '.join(rows)} }}"


def _per(per: Per) -> str:
    property = f" of {per.property}" if per.named else ""
    return f"per {'full ' * per.full}{write(per.size)}{property} of"


def _occurrence(pattern: Pattern) -> str:
    return (pattern.event or "event") + (f" where {write(pattern.where)}" if pattern.where else "")


def _scale(criterion: Scale) -> str:
    when = f" when {write(criterion.condition)}" if criterion.condition else ""
    return f"{_label(criterion)} worth {write_value(criterion.points)}{when}{_behind(criterion)}"


def _behind(criterion: Level | Scale | Veto) -> str:
    known = f", for leads known for at least {write(criterion.known_for)}" if criterion.known_for else ""
    return known + (f", unless {write(criterion.unless)}" if criterion.unless else "")


def _cases(criterion: Cases) -> str:
    rows = [f"{write(condition)}: {write(points)}" for condition, points in criterion.rows]
    rest = [f"otherwise: {write(criterion.otherwise)}"] if criterion.otherwise else []
    return _block(f"{_label(criterion)} {'best of' if criterion.best else 'first true of'}", [*rows, *rest])


def _clauses(criterion: Each) -> Iterator[str]:
    for limit in criterion.limits:
        yield _limit(limit)
    if criterion.gap:
        yield f"after a gap of {write(criterion.gap)}"
    if criterion.worth_per:
        yield f"worth at most {write(criterion.worth_per[0])} points per {criterion.worth_per[1]}"
    if criterion.worth:
        yield f"worth at most {write(criterion.worth)} points in all"
    if criterion.decay:
        yield _decay(criterion.decay)
    if criterion.unless:
        yield f"unless {write(criterion.unless)}"


def _label(criterion: Criterion) -> str:
    valid = f" valid {criterion.valid[0]} to {criterion.valid[1]}" if criterion.valid else ""
    weight = f" weighs {write_value(criterion.weight)}" if criterion.weight else ""
    return criterion.name + valid + weight + (":" if valid or weight else "")


def _limit(limit: AtMost | AtMostInAny | OncePer) -> str:
    if isinstance(limit, OncePer):
        return f"once per {limit.property}"
    if limit.count is None:
        return "once"
    if isinstance(limit, AtMostInAny):
        return f"at most {limit.count} in any {write(limit.window)}"
    return f"at most {limit.count}" + ("" if limit.period == "all" else f" per calendar {limit.period}")


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield f"{_held(row)}: {write(row.points)}"
    if table.otherwise:
        yield f"else: {write(table.otherwise)}"
    if table.unknown:
        yield f"unknown: {write(table.unknown)}"


def _held(row: Range | Values) -> str:
    if isinstance(row, Values):
        return ", ".join(write(value) for value in row.values)
    if row.low is None or row.high is None:
        return f"{write(row.low)} and over" if row.low else f"under {write(row.high)}" if row.high else ""
    return f"{write(row.low)} to {'' if row.closed else 'under '}{write(row.high)}"
