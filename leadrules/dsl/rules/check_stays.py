"""How long tiers hold, what freezes them, and what steps between them set off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.expression.check import check_condition, check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import Both, Compare, Condition, Constant, Either, Reference
from leadrules.dsl.expression.tree import Name
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree_tiers as written
from leadrules.dsl.rules.coincide import coincide, mirrored
from leadrules.dsl.rules.model import AnyScore
from leadrules.dsl.rules.model_tiers import Action, On, Step, Tier
from leadrules.dsl.spelling import suggest

KINDS = {written.Until: "when a tier ends", written.HeldFor: "how long it takes", written.Contact: "when to contact"}


def check_clauses(node: written.Tier, scope: Scope) -> tuple[Condition | None, float | None, float | None] | None:
    """Until when a tier holds, for how long its condition must, and the promised contact; None where one is wrong."""
    until, held_for, contact = None, None, None
    seen: set[type] = set()
    right = True
    for clause in node.clauses:
        if type(clause) in seen:
            message = f"a second clause about {KINDS[type(clause)]}"
            scope.findings.error("E508", clause.span, message, hint="keep one of the two")
        seen.add(type(clause))
        match clause:
            case written.Until(condition):
                until = check_condition(condition, scope)
                right &= until is not None
            case written.HeldFor(duration):
                held_for = check_duration(duration, scope, "this time")
                right &= held_for is not None
            case written.Contact(duration):
                contact = check_duration(duration, scope, "this time")
                right &= contact is not None
    return (until, held_for, contact) if right else None


def check_frozen(blocks: Sequence[written.Thresholds], scope: Scope) -> Condition | None:
    """While what is true a lead keeps its tier."""
    nodes = [item for block in blocks for item in block.body.items if isinstance(item, written.Frozen)]
    for extra in nodes[1:]:
        scope.findings.error("E502", extra.span, "a second `frozen while`", hint="join the two with `or`")
    return check_condition(nodes[0].condition, scope) if nodes else None


def check_actions(nodes: Sequence[written.On], tiers: Sequence[Tier], scope: Scope) -> tuple[On, ...]:
    """What steps between tiers set off; those that no lead can take are left out, each with its problem."""
    places = {tier.name: place for place, tier in enumerate(tiers)}
    found = (_on(node, places, scope) for node in nodes)
    return tuple(on for on in found if on is not None)


def _on(node: written.On, places: Mapping[str, int], scope: Scope) -> On | None:
    cooldown = check_duration(node.cooldown, scope, "this time") if node.cooldown else None
    first, other, kind = _named(node.step)
    known = [_known(name, places, scope) for name in (first, other) if name]
    if not node.body.items and not scope.unread:
        hint = 'say what is to be done: `notify "sales"`'
        scope.findings.error("E501", node.span, "nothing is to be done here", hint=hint)
    if not all(known) or (node.cooldown and cooldown is None) or not _possible(node, places, scope):
        return None
    actions = tuple(Action(a.verb.text, tuple(t.value for t in a.texts), span=a.span) for a in node.body.items)
    return On(kind, first.text, other.text if other else None, cooldown, actions, span=node.span)


def _named(step: written.Entering | written.Leaving | written.Falling) -> tuple[Name, Name | None, Step]:
    match step:
        case written.Entering(tier):
            return tier, None, "entering"
        case written.Leaving(tier, to):
            return tier, to, "leaving"
        case written.Falling(tier, after):
            return tier, after, "falling"


def _known(name: Name, places: Mapping[str, int], scope: Scope) -> bool:
    if name.text in places or scope.unread:
        return name.text in places
    hint = suggest(name.text, places)
    expected = ", ".join(f"`{tier}`" for tier in places) or "a tier of `thresholds { … }`"
    scope.findings.error("E201", name.span, f"no tier is called `{name.text}`", expected=expected, hint=hint)
    return False


def _possible(node: written.On, places: Mapping[str, int], scope: Scope) -> bool:
    match node.step:
        case written.Leaving(tier, Name(to)) if tier.text == to:
            message, hint = f"no lead leaves `{to}` to `{to}`", "name another tier"
        case written.Falling(tier, after) if places[after.text] >= places[tier.text]:
            message = f"no lead falls to `{tier.text}` after `{after.text}`, which is not above it"
            hint = f"was `falling to {after.text} after {tier.text}` meant?" if tier.text != after.text else ""
        case _:
            return True
    scope.findings.error("E531", node.step.span, message, hint=hint)
    return False


def report_stays(tiers: Sequence[Tier], scores: Sequence[AnyScore], findings: Findings) -> None:
    """Warn where a tier can begin and end at once, and where a lead that leaves it skips the next one."""
    for tier in tiers:
        if tier.until is not None and coincide(tier.condition, tier.until, scores):
            message = f"`{tier.name}` can begin and end at once: a lead for which both are true is not in it"
            hint = "let `until` ask for less than `when` asks for, or join what ends it to `when` with `and not`"
            findings.warn("W631", tier.until.span, message, hint=hint)
    for tier, lower in itertools.pairwise(tiers):
        for score, ceiling in _ceilings(tier.until):
            floors = [level for name, level, _ in floor(lower.condition) if name == score]
            if floors and floors[0] >= ceiling:
                message = f"a lead that leaves `{tier.name}` is never `{lower.name}` then"
                needs = f"asks for {score} {show_number(floors[0])} and more"
                labels = (Label(lower.span, needs),)
                hint = f"let `until` end `{tier.name}` above {show_number(floors[0])}"
                findings.warn("W632", tier.until.span if tier.until else tier.span, message, hint=hint, labels=labels)


def floor(condition: Condition | None) -> Iterator[tuple[str, float, bool]]:
    """The least a condition asks of scores: of each `score >= N` that it cannot hold without; True for `score > N`."""
    match mirrored(condition):
        case Compare(Reference("score", name), ">=" | ">" as operator, Constant(level)):
            yield name, level, operator == ">"
        case Both(parts):
            for part in parts:
                yield from floor(part)


def _ceilings(condition: Condition | None) -> Iterator[tuple[str, float]]:
    """Below which level of a score a condition is true: of `score < N`, or of one that is a part of an `or`."""
    match mirrored(condition):
        case Compare(Reference("score", name), "<" | "<=", Constant(level)):
            yield name, level
        case Either(parts):
            for part in parts:
                yield from _ceilings(part)
