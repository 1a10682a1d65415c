"""Scores that are running balances: their floor, and what they lose while nothing happens."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.expression.check import check_duration, check_pattern
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number, check_value, type_of
from leadrules.dsl.expression.model import NUMBER, WHOLE, Constant, Value
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.problem import Label
from leadrules.dsl.quantity import MICROSECONDS, show_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_balances as written
from leadrules.dsl.rules import tree_criteria as criteria
from leadrules.dsl.rules.model_balances import Ageing, Floor, While


def check_floor(node: tree.Score, scope: Scope) -> Floor | None:
    """What a score never falls below; None where nothing, or nothing right, is said."""
    nodes = [item for item in node.body.items if isinstance(item, written.NeverBelow)]
    for extra in nodes[1:]:
        scope.findings.error("E502", extra.span, "a second `never below`", hint="keep one")
    value = check_number(nodes[0].value, scope, "a floor") if nodes else None
    if value is None:
        return None
    if value > 0:
        hint = "a balance begins at 0; what is shown can be kept higher with `between`"
        scope.findings.error("E402", nodes[0].value.span, "a floor above 0", expected="0 or less", hint=hint)
        return None
    return Floor(value, span=nodes[0].span)


def check_ageing(node: tree.Score, scope: Scope) -> tuple[Ageing, ...]:
    """The lines by which a score ages; those that are wrong are left out, each with its problem."""
    nodes = [item for item in node.body.items if isinstance(item, written.Ages | written.Becomes)]
    checked = [_ages(item, scope) if isinstance(item, written.Ages) else _becomes(item, scope) for item in nodes]
    found = tuple(line for line in checked if line is not None)
    for at, line in enumerate(found):
        _report_idle(line, found[:at], scope)
    if any(isinstance(item, written.NeverBelow | written.Ages | written.Becomes) for item in node.body.items):
        _report_decay(node, scope)
    return found


def _ages(node: written.Ages, scope: Scope) -> Ageing | None:
    amount = _share(node.amount, scope) if node.share else _points(node.amount, scope)
    every, pattern = _duration(node.every, scope), check_pattern(node.pattern, scope)
    after = _duration(node.after, scope) if node.after else 0
    condition, low = _while(node.condition, scope), _low(node.low, scope) if node.low else None
    if amount is None or every is None or pattern is None or after is None:
        return None
    if (node.condition and condition is None) or (node.low and low is None):
        return None
    return Ageing("share" if node.share else "points", amount, every, after, pattern, condition, low, span=node.span)


def _becomes(node: written.Becomes, scope: Scope) -> Ageing | None:
    value, after = check_number(node.value, scope), _duration(node.after, scope)
    pattern, condition = check_pattern(node.pattern, scope), _while(node.condition, scope)
    if value is not None and value < 0:
        hint = "ageing ends at 0; a criterion such as `-5 when no event in last 90 days` goes below"
        scope.findings.error("E402", node.value.span, "ageing to below 0", expected="a number from 0", hint=hint)
        return None
    if value is None or after is None or pattern is None or (node.condition and condition is None):
        return None
    return Ageing("value", value, after, 0, pattern, condition, None, span=node.span)


def _share(node: Expression, scope: Scope) -> float | None:
    share = check_number(node, scope, "a share of the score")
    if share is not None and not 0 < share <= 1:
        message = f"a share of {show_number(share * 100)}%"
        scope.findings.error("E402", node.span, message, expected="a share above 0%, up to 100%")
        return None
    return share


def _points(node: Expression, scope: Scope) -> float | None:
    points = check_number(node, scope)
    if points is not None and points <= 0:
        message, hint = f"ageing by {show_number(points)} points", "ageing takes points away: `ages 4 points` takes 4"
        scope.findings.error("E402", node.span, message, expected="a number above 0", hint=hint)
        return None
    return points


def _duration(node: Expression, scope: Scope) -> int | None:
    """A duration in whole microseconds, of an hour at least: balances are followed period by period."""
    duration = check_duration(node, scope, "this time")
    if duration is not None and duration < MICROSECONDS["hour"]:
        hint = "what fades faster is better given a decay: `decay half-life 10 minutes`"
        scope.findings.error(
            "E402", node.span, "ageing within less than an hour", expected="1 hour at least", hint=hint
        )
        return None
    return None if duration is None else round(duration)


def _while(node: written.While | None, scope: Scope) -> While | None:
    level = check_number(node.level, scope, "a level") if node else None
    return None if node is None or level is None else While(node.operator, level)


def _low(node: Expression, scope: Scope) -> Value | None:
    low = check_value(node, scope, check_pattern)
    if isinstance(low, Constant) and low.value < 0:
        message = f"ageing not below {show_number(low.value)}"
        scope.findings.error("E402", node.span, message, expected="a number from 0", hint="ageing ends at 0")
        return None
    if low is None or type_of(low) in (NUMBER, WHOLE):
        return low
    scope.findings.error("E305", node.span, f"the limit is a {type_of(low)}", expected="a number")
    return None


def _report_idle(line: Ageing, above: Sequence[Ageing], scope: Scope) -> None:
    """A doubt about a line that is only due when one above it, without condition, is due as well."""
    for other in above:
        steps, rest = divmod(line.after + line.every - other.after, other.every)
        whole = line.loss == "value" or line.every % other.every == 0
        always = other.loss != "value" or (line.loss == "value" and steps == 1)
        if other.condition is None and other.pattern == line.pattern and whole and always and not rest and steps >= 1:
            labels, hint = (
                (Label(other.span, "acts at each of these times"),),
                "put it above, or give the other a `while`",
            )
            scope.findings.warn("W663", line.span, "this line never acts", labels=labels, hint=hint)
            return


def _report_decay(node: tree.Score, scope: Scope) -> None:
    """A running balance cannot be made of points that fade one by one."""
    for item in node.body.items:
        parts = item.body.items if isinstance(item, tree.Criteria) else (item,)
        for part in parts:
            decays = part.clauses if isinstance(part, criteria.Each) else ()
            decays += (part.decay,) if isinstance(part, tree.DefaultDecay) else ()
            for decay in decays:
                if isinstance(decay, criteria.Decay) and not isinstance(decay, criteria.NoDecay):
                    message = f"a decay of single points in `{node.name.text}`, which is a running balance"
                    hint = "keep the decay, or the lines `ages …`, `becomes …`, `never below …`"
                    scope.findings.error("E560", decay.span, message, hint=hint)
