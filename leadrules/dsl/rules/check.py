"""Tree to model: resolve names, settle types, collect problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression.check_linear import Linear, check_linear
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import NUMBER, WHOLE, Condition, Constant, Field, Reference
from leadrules.dsl.expression.renamed import with_renamed
from leadrules.dsl.expression.tree import Number, Path
from leadrules.dsl.moment import find_zone, time_of_day, zone_hint
from leadrules.dsl.problem import Findings, Label, Problem
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_tiers as written
from leadrules.dsl.rules.check_accounts import check_account, check_roll_up, report_nested
from leadrules.dsl.rules.check_demands import Demanded
from leadrules.dsl.rules.check_fields import (
    check_adjustment_columns,
    check_attribute_columns,
    check_event_columns,
    check_events,
    check_lead,
    check_link_columns,
    check_merge_columns,
)
from leadrules.dsl.rules.check_given import check_given
from leadrules.dsl.rules.check_grades import check_grades, report_unreachable_grades
from leadrules.dsl.rules.check_names import (
    base_scope,
    check_conditions,
    check_constants,
    checklist_names,
    report_duplicates,
    score_names,
)
from leadrules.dsl.rules.check_references import criterion_names, reachable, report_references
from leadrules.dsl.rules.check_scores import check_bounds, check_score
from leadrules.dsl.rules.check_shares import report_shares
from leadrules.dsl.rules.check_stays import check_actions, check_frozen
from leadrules.dsl.rules.check_tests import check_tests
from leadrules.dsl.rules.check_tiers import check_checklist, check_tiers, report_unreachable
from leadrules.dsl.rules.model import (
    AnyScore,
    Checklist,
    Columns,
    Combination,
    Evaluation,
    Event,
    Grade,
    Matrix,
    Model,
    NamedCondition,
    Param,
    Score,
    parts_of,
)
from leadrules.dsl.rules.model_tiers import On, Tier
from leadrules.dsl.rules.reach import reach

SCORES_NOTHING = "this file scores nothing"
MERGED = (tree.Lead, tree.Events, tree.Attributes, tree.Merges, tree.Links)


def check(ruleset: tree.Ruleset, given: Sequence[tree.Given] = ()) -> Model:
    """What a rule set means, params having the values `given`. Raises `RulesError` with every mistake of meaning."""
    model, problems = examine(ruleset, given)
    Findings(list(problems)).raise_errors()
    return model


def examine(ruleset: tree.Ruleset, given: Sequence[tree.Given] = ()) -> tuple[Model, list[Problem]]:
    """As much of a model as is right, and every problem: mistakes, which make it incomplete, and doubts."""
    findings = Findings()
    header = _header(ruleset, findings)
    named = _named(ruleset, header.zone, given, findings)
    scores = _scores(ruleset, named.has_accounts, named.scope)
    report_references(named.conditions, scores, findings)
    judged = _judged(ruleset, scores, named.scope)
    _report_nothing(ruleset, findings)
    if not findings.failed and not ruleset.unread:
        _report_reach(scores, judged, findings)
    judged.scope = replace(judged.scope, unread=judged.scope.unread | _broken(ruleset, scores))
    demanded = Demanded(judged.scope, scores, judged.tiers)
    return Model(
        name=header.name,
        title=header.title,
        version=header.version,
        timezone=header.zone.key,
        evaluation=header.evaluation,
        columns=named.columns,
        fields=named.fields,
        events=named.events,
        params=named.params,
        conditions=named.conditions,
        scores=scores,
        checklists=judged.checklists,
        tiers=judged.tiers,
        ranking=_ranking(ruleset, scores),
        tests=check_tests(ruleset, scores, judged.tiers, judged.scope),
        laws=tuple(demanded.laws(ruleset)),
        gates=tuple(demanded.gates(ruleset)),
        grades=judged.grades,
        matrices=judged.matrices,
        frozen=judged.frozen,
        actions=judged.actions,
        span=ruleset.span,
    ), with_renamed(findings.problems, _declared_names(named, judged))


def _declared_names(named: _Named, judged: _Judged) -> dict[str, list[str]]:
    """The declared names by their kind, "" for all that a bare name can mean."""
    fields = [field.name for field in named.fields]
    kinds = {
        "field": fields,
        "event": [event.name for event in named.events],
        "score": [name for name, known in judged.scope.names.items() if _is_score(known)],
        "tier": [tier.name for tier in judged.tiers],
    }
    return {**kinds, "": [name for name in judged.scope.names if "." not in name]}


def _is_score(known: Reference | Constant) -> bool:
    return isinstance(known, Reference) and known.kind == "score"


def _tables(ruleset: tree.Ruleset, findings: Findings) -> tuple[tuple[Field, ...], Columns]:
    """The fields of a lead, and what the columns of every table are called."""
    fields, columns = check_lead(_only(ruleset, tree.Lead, findings), findings)
    columns = check_event_columns(_only(ruleset, tree.Events, findings), columns, findings)
    columns = check_attribute_columns(_only(ruleset, tree.Attributes, findings), columns, findings)
    columns = check_adjustment_columns(_only(ruleset, tree.Adjustments, findings), columns, findings)
    columns = check_merge_columns(_only(ruleset, tree.Merges, findings), columns, findings)
    return fields, check_link_columns(_only(ruleset, tree.Links, findings), columns, findings)


class _Named(Struct):
    """What has a name before anything is scored; `scope` has all of these names."""

    columns: Columns
    fields: tuple[Field, ...]
    events: tuple[Event, ...]
    params: tuple[Param, ...]
    conditions: tuple[NamedCondition, ...]
    has_accounts: bool
    scope: Scope


def _named(ruleset: tree.Ruleset, zone: ZoneInfo, given: Sequence[tree.Given], findings: Findings) -> _Named:
    fields, columns = _tables(ruleset, findings)
    accounts = _only(ruleset, tree.Account, findings)
    roles = check_account(accounts, findings)
    fields, columns = fields + roles, replace(columns, role=roles[0].name if roles else None)
    events = check_events([item for item in ruleset.items if isinstance(item, tree.Event)], findings)
    _report_apart(ruleset, findings)
    report_duplicates(ruleset, fields, findings)
    scope = base_scope(ruleset, fields, events, zone, findings)
    scope, params = check_constants(ruleset, scope, check_given(ruleset, given, findings))
    scope, conditions = check_conditions(ruleset, scope)
    return _Named(columns, fields, events, params, conditions, bool(accounts), scope)


class _Judged(Struct):
    """What is said of leads by their scores; `scope` has the names of all of it."""

    grades: tuple[Grade, ...]
    matrices: tuple[Matrix, ...]
    checklists: tuple[Checklist, ...]
    tiers: tuple[Tier, ...]
    frozen: Condition | None
    actions: tuple[On, ...]
    scope: Scope


def _judged(ruleset: tree.Ruleset, scores: Sequence[AnyScore], scope: Scope) -> _Judged:
    scope = replace(scope.with_names(score_names(ruleset)), barred={})
    scope, grades, matrices = check_grades(ruleset, scope)
    checklists = tuple(check_checklist(n, scope) for n in ruleset.items if isinstance(n, tree.Checklist))
    thresholds = _only(ruleset, written.Thresholds, scope.findings)[:1]
    scope = scope.with_names(checklist_names(ruleset))
    tiers = check_tiers(thresholds, scores, scope)
    scope = _without_broken(scope, thresholds, tiers)
    frozen = check_frozen(thresholds, scope)
    actions = check_actions([item for item in ruleset.items if isinstance(item, written.On)], tiers, scope)
    return _Judged(grades, matrices, checklists, tiers, frozen, actions, scope)


def _without_broken(scope: Scope, thresholds: Sequence[written.Thresholds], tiers: Sequence[Tier]) -> Scope:
    """The scope in which a tier that has a mistake in it is not unknown as well."""
    named = {tier.name.text for block in thresholds for tier in block.tiers}
    broken = named - {tier.name for tier in tiers}
    lost = {"tier"} if scope.unread and not tiers else set()
    return replace(scope, unread=scope.unread | broken | lost)


def _broken(ruleset: tree.Ruleset, scores: Sequence[AnyScore]) -> set[str]:
    """The names of scores and criteria that have a mistake in them: to use them is no second one."""
    done = {score.name: score for score in scores}
    read = {(one.name, criterion.name) for one in scores if isinstance(one, Score) for criterion in one.criteria}
    broken = set(score_names(ruleset)) - set(done)
    for path in (path for path in criterion_names(ruleset) if "." in path):
        owner, name = path.split(".")
        if isinstance(done.get(owner), Score) and (owner, name) not in read:
            broken.add(name)
    return broken


def _report_reach(scores: Sequence[AnyScore], judged: _Judged, findings: Findings) -> None:
    """Doubts about what no score can be, or what every score is."""
    reached = reach(scores)
    report_unreachable(judged.tiers, reached, findings)
    report_unreachable_grades(judged.grades, reached, findings)
    report_shares(scores, reached, findings)


class _Header(Struct):
    name: str = "ruleset"
    title: str = ""
    version: int | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    evaluation: Evaluation = field(default_factory=Evaluation)


def _header(ruleset: tree.Ruleset, findings: Findings) -> _Header:
    header = _Header()
    for node in _only(ruleset, tree.Header, findings):
        header.name, header.title = node.name.text, node.title.value if node.title else ""
        for item in node.body.items:
            match item:
                case tree.Version(number):
                    header.version = _version(number, findings)
                case tree.Timezone():
                    header.zone = _zone(item, findings)
                case tree.Evaluate():
                    header.evaluation = _evaluation(item, findings)
    return header


def _version(number: Number, findings: Findings) -> int:
    if not number.value.is_integer():
        hint = "count on by one with each change of meaning, such as `version 2`"
        message = f"version {number.written} is no whole number"
        findings.error("E402", number.span, message, expected="a whole number", hint=hint)
    return int(number.value)


def _zone(item: tree.Timezone, findings: Findings) -> ZoneInfo:
    zone = find_zone(item.zone)
    if zone is None:
        message = f"no time zone is called `{item.zone}`"
        findings.error("E407", item.span, message, hint=zone_hint(item.zone))
    return zone or ZoneInfo("UTC")


def _evaluation(item: tree.Evaluate, findings: Findings) -> Evaluation:
    times = [time_of_day(clock) for clock in item.daily]
    if None in times:
        findings.error("E408", item.span, "this is no time of day", expected="`00:00` to `23:59`")
    return Evaluation(item.at_events, tuple(float(time) for time in times if time is not None))


def _only(ruleset: tree.Ruleset, kind: type[Any], findings: Findings) -> list[Any]:
    """The blocks of one kind; a second one in a file is a problem, and of some kinds a second one at all."""
    blocks = [item for item in ruleset.items if isinstance(item, kind)]
    for at, extra in enumerate(blocks):
        before = [b for b in blocks[:at] if kind not in MERGED or b.span.source is extra.span.source]
        if before:
            word = {tree.Header: "ruleset"}.get(kind, kind.__name__.lower())
            labels = (Label(before[0].span, "the first one"),) if before[0].span.source is not extra.span.source else ()
            hint = "put everything into the first one"
            findings.error("E502", extra.span, f"a second `{word}` block", hint=hint, labels=labels)
    return blocks


def _report_apart(ruleset: tree.Ruleset, findings: Findings) -> None:
    """Files that were never brought in: the caller reads one text alone."""
    for item in ruleset.items:
        if isinstance(item, tree.Use | tree.Extends):
            message = f'"{item.path.value}" cannot be read: no other file is at hand'
            findings.error("E572", item.path.span, message, hint="compose the rule set first")


def _report_nothing(ruleset: tree.Ruleset, findings: Findings) -> None:
    judged = tree.Score | tree.Combination | tree.RollUp | tree.Checklist | written.Thresholds
    if not ruleset.unread and not any(isinstance(item, judged) for item in ruleset.items):
        hint = "begin with `score NAME { criteria { … } }`"
        findings.error("E501", ruleset.place, SCORES_NOTHING, expected="a score or a checklist", hint=hint)


def _scores(ruleset: tree.Ruleset, has_members: bool, scope: Scope) -> tuple[AnyScore, ...]:
    """All scores, each after those it is made of."""
    done: dict[str, AnyScore] = {}
    for item in ruleset.items:
        if isinstance(item, tree.Score) and item.name.text not in done:
            done[item.name.text] = check_score(item, scope)
    waiting = list(_made_of_scores(ruleset, has_members, scope))
    while ready := [c for c in waiting if all(name in done for name in parts_of(c))]:
        done |= {c.name: c for c in ready if c.name not in done}
        waiting = [c for c in waiting if c not in ready]
    _report_circles(waiting, scope.findings)
    report_nested(done, scope.findings)
    return tuple(done.values())


def _made_of_scores(ruleset: tree.Ruleset, has_members: bool, scope: Scope) -> Iterator[AnyScore]:
    """The scores that are made of others, in the order of the text."""
    widened = replace(scope.with_names(score_names(ruleset)), barred={})
    for node in ruleset.items:
        found: AnyScore | None = None
        if isinstance(node, tree.Combination):
            found = _combination(node, ruleset, scope)
        elif isinstance(node, tree.RollUp):
            found = check_roll_up(node, has_members, widened)
        if found is not None:
            yield found


def _report_circles(waiting: Sequence[AnyScore], findings: Findings) -> None:
    """One problem for each circle of scores that are made of each other."""
    names = {c.name for c in waiting}
    uses = {c.name: set(parts_of(c)) & names for c in waiting}
    reported: set[str] = set()
    for combination in waiting:
        reached = reachable(combination.name, uses)
        if combination.name in reached - reported:
            message = f"the score `{combination.name}` is made of itself"
            findings.error("E205", combination.span, message, hint="break the circle")
            reported |= reached


def _combination(node: tree.Combination, ruleset: tree.Ruleset, scope: Scope) -> Combination | None:
    scores = score_names(ruleset)
    widened = replace(scope.with_names(scores), barred={})
    linear = check_linear(node.formula, lambda path: _term(path, widened), scope.findings)
    bounds = check_bounds(node.bounds, scope)
    if linear is None:
        return None
    if not any(weight for _, weight in linear.weights):
        scope.findings.error("E505", node.formula.span, "no score stands in this formula", expected="`0.4 * fit + …`")
    terms = tuple((weight, name) for name, weight in linear.weights)
    title = node.title.value if node.title else ""
    return Combination(node.name.text, title, terms, linear.constant, bounds, node.rounded, span=node.span)


def _term(path: Path, scope: Scope) -> Linear | None:
    known = scope.resolve(path)
    if isinstance(known, Reference) and known.kind == "score":
        return Linear(0.0, ((known.name, 1.0),))
    if isinstance(known, Constant) and known.type in (NUMBER, WHOLE):
        return Linear(known.value)
    if known is not None:
        hint = "scores are made of scores; a field earns points by a criterion"
        scope.findings.error("E505", path.span, f"`{path.text}` is neither a score nor a number", hint=hint)
    return None


def _ranking(ruleset: tree.Ruleset, scores: Sequence[AnyScore]) -> str | None:
    """The score leads are ranked by: the last declared one that no other score is made of."""
    used = {name for s in scores for name in parts_of(s)}
    declared = [i.name.text for i in ruleset.items if isinstance(i, tree.Score | tree.Combination | tree.RollUp)]
    free = [name for name in declared if name not in used]
    return free[-1] if free else None
