"""What a won lead is worth, and how sales follow up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.check_values import check_constant
from leadrules.dsl.expression.tree import Expression, Item, Name, RestRow
from leadrules.dsl.moment import WEEKDAYS, until_midnight
from leadrules.dsl.scenario import tree_sales as tree
from leadrules.dsl.scenario.check_numbers import (
    above_zero,
    between,
    duration,
    positive,
    shape_of,
    share,
    spread_of,
    whole,
)
from leadrules.dsl.scenario.check_settings import only_one
from leadrules.dsl.scenario.model_sales import Retention, Sales, Value, WorkingHours
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.dsl.scenario.shift import Shift
from leadrules.dsl.spelling import suggest

OFFICE = WorkingHours((0, 1, 2, 3, 4), 9 * 3_600, 17 * 3_600)
MOST_CALLS = 1_000_000
STRONGEST = 10.0
Cost = TypeVar("Cost", tree.CallCosts, tree.HourCosts)
Named = TypeVar("Named", tree.EffectIn, tree.EffectOn)


def check_value(nodes: Sequence[tree.Deal], scope: Scope) -> Value | None:
    """What a won lead pays; None where it is not said."""
    node = only_one(nodes, tree.Deal, scope.findings)
    if node is None:
        return None
    parts: Sequence[Item] = node.body.items if node.body else ()
    median = above_zero(_money(node.median, "value/median", "a median", scope), node.median, "a median", scope)
    more = only_one(parts, tree.ValueIntent, scope.findings)
    none = Parameter("value/intent", 0.0)
    return Value(
        median=median,
        spread=spread_of(node.spread, "value/spread", scope),
        intent=between(more.amount, none.path, "an effect of intent", scope, -STRONGEST, STRONGEST) if more else none,
        factors=tuple(factor for part in parts if isinstance(part, tree.ValueBy) for factor in _factor(part, scope)),
        retention=_retention(parts, scope),
    )


def _money(node: Expression, path: str, what: str, scope: Scope) -> Parameter:
    """An amount; its unit is its currency, "" where none is written."""
    found = check_constant(node, scope, ("money", "number", "whole number"), what)
    if found is None:
        return Parameter(path, 1.0)
    return Parameter(path, found.value, found.type.detail if found.type.name == "money" else "")


def _factor(part: tree.ValueBy, scope: Scope) -> Iterable[Shift]:
    """A table of factors. What it says nothing about is worth neither more nor less."""
    table = check_by_field(part.subject.text, part.subject, part.body, part.span, scope)
    if table is None:
        return
    rests = {row.rest for row in part.body.items if isinstance(row, RestRow)}
    otherwise, unknown = (
        value if rest in rests else 1.0 for rest, value in (("else", table.otherwise), ("unknown", table.unknown))
    )
    for row in part.body.items:
        positive(row.points, "", "a factor", scope, or_zero=True)
    path = f"value/by/{table.subject.name}"
    numbers = tuple(Parameter(f"{path}/{number}", row.number) for number, row in enumerate(table.rows, 1))
    rest = Parameter(f"{path}/else", otherwise), Parameter(f"{path}/unknown", unknown)
    yield Shift(table.subject, table.rows, numbers, *rest, span=part.span)


def _retention(parts: Sequence[Item], scope: Scope) -> Retention | None:
    said: tree.Retention | tree.Tenure | None = only_one(parts, tree.Retention | tree.Tenure, scope.findings)
    if said is None:
        return None
    path = "value/retention"
    period = duration(said.period, f"{path}/every", "a period", scope)
    match said:
        case tree.Retention(number):
            staying = share(number, path, scope.findings)
            if staying.value == 1:
                scope.findings.error("E402", number.span, "customers that stay forever", expected="less than 100%")
            return Retention(period, staying)
        case tree.Tenure(mean, shape):
            return Retention(period, duration(mean, path, "a mean", scope), shape_of(shape, f"{path}/shape", scope))


def check_sales(
    nodes: Sequence[tree.Sales], stages: Collection[str], personas: Collection[str], scope: Scope
) -> Sales | None:
    """How sales follow up; None where nobody calls. A second block is a problem."""
    node = only_one(nodes, tree.Sales, scope.findings)
    return _Sales(node, stages, personas, scope).model() if node else None


class _Sales:
    """Reads the block `sales`."""

    def __init__(self, node: tree.Sales, stages: Collection[str], personas: Collection[str], scope: Scope) -> None:
        self.node, self.parts, self.scope, self.findings = node, node.body.items, scope, scope.findings
        self.stages, self.personas = stages, personas

    def model(self) -> Sales:
        reached = only_one(self.parts, tree.Reached, self.findings)
        effect = only_one(self.parts, tree.Effect, self.findings)
        expire = only_one(self.parts, tree.Expire, self.findings)
        order = only_one(self.parts, tree.Order, self.findings)
        always = Parameter("sales/reached", 1.0, "share")
        return Sales(
            capacity=self.capacity(),
            hours=self.hours(),
            by_score=order is None or order.by_score,
            expire=duration(expire.after, "sales/expire", "this time", self.scope) if expire else None,
            reached=share(reached.share, always.path, self.findings) if reached else always,
            reached_half_life=self.half_life(reached, "sales/reached/half_life"),
            effect=self.effect(effect),
            effect_half_life=self.half_life(effect, "sales/effect/half_life"),
            stages=self.times(tree.EffectIn, "in"),
            personas=self.times(tree.EffectOn, "persona"),
            call_cost=self.cost(tree.CallCosts, "sales/call"),
            hour_cost=self.cost(tree.HourCosts, "sales/hour"),
        )

    def missing(self, what: str, form: str) -> None:
        if not self.scope.unread:
            self.findings.error("E501", self.node.span, f"it is not said {what}", expected=form)

    def capacity(self) -> Parameter:
        found = Parameter("sales/capacity", 1.0, "per day")
        said = only_one(self.parts, tree.Capacity, self.findings)
        if said is None:
            self.missing("how many leads sales can call", "`capacity 18 per day`")
            return found
        number = whole(said.number, "a capacity", self.findings, 1)
        if number > MOST_CALLS:
            self.findings.error("E402", said.number.span, f"{number:,} calls a day", expected=f"at most {MOST_CALLS:,}")
        return replace(found, value=float(number))

    def hours(self) -> WorkingHours:
        said = only_one(self.parts, tree.WorkingHours, self.findings)
        if said is None:
            return OFFICE
        first, last = (self.day(name) for name in (said.first, said.last))
        opens, closes = (self.clock(clock, said) for clock in (said.opens, said.closes))
        if opens is not None and closes is not None and opens >= closes:
            message = f"no work is done from {said.opens} to {said.closes}"
            self.findings.error("E403", said.span, message, expected="the earlier time first")
        return WorkingHours(tuple((first + day) % 7 for day in range((last - first) % 7 + 1)), opens or 0, closes or 0)

    def day(self, name: Name) -> int:
        if name.text not in WEEKDAYS:
            hint = suggest(name.text, WEEKDAYS)
            self.findings.error(
                "E751", name.span, f"`{name.text}` is no day of the week", expected="`monday` to `sunday`", hint=hint
            )
            return 0
        return WEEKDAYS.index(name.text)

    def clock(self, written: str, said: tree.WorkingHours) -> int | None:
        """Seconds after midnight; `24:00` is the end of a day. None, and a problem, where it is no time."""
        found = until_midnight(written)
        if found is None:
            self.findings.error("E408", said.span, f"`{written}` is no time of day", expected="00:00 to 24:00")
        return found

    def half_life(self, said: Any, path: str) -> Parameter | None:
        return duration(said.half_life, path, "a half-life", self.scope) if said and said.half_life else None

    def effect(self, said: tree.Effect | None) -> Parameter:
        path = "sales/effect"
        if said is None:
            self.missing("what a call does", "`effect 0.6 logit`")
            return Parameter(path, 0.0)
        return between(said.amount, path, "an effect", self.scope, -STRONGEST, STRONGEST)

    def times(self, kind: type[Named], word: str) -> Mapping[str, Parameter]:
        """How many times the effect a call has, by stage or by persona."""
        found: dict[str, Parameter] = {}
        for part in self.parts:
            if isinstance(part, kind):
                name = part.stage if isinstance(part, tree.EffectIn) else part.persona
                if name.text in found:
                    self.findings.error("E502", part.span, "this is said twice", hint="keep one")
                self.known(name, word)
                path = f"sales/effect/{word}/{name.text}"
                found[name.text] = between(part.times, path, "a factor", self.scope, -STRONGEST, STRONGEST)
        return found

    def known(self, name: Name, word: str) -> None:
        code, what, names = ("E704", "stage", self.stages) if word == "in" else ("E750", "persona", self.personas)
        if name.text not in names and name.text not in self.scope.unread:
            hint = suggest(name.text, names, f"declare it: `{what} {name.text} … {{ … }}`")
            self.findings.error(code, name.span, f"no {what} is called `{name.text}`", hint=hint)

    def cost(self, kind: type[Cost], path: str) -> Parameter:
        said = only_one(self.parts, kind, self.findings)
        if said is None:
            return Parameter(path, 0.0)
        return above_zero(_money(said.amount, path, "a cost", self.scope), said.amount, "a cost", self.scope, True)


def report_currencies(
    value: Value | None, sales: Sales | None, deals: Sequence[tree.Deal], calls: Sequence[tree.Sales], scope: Scope
) -> None:
    """What comes in and what is spent is money of one kind: a problem wherever another is written."""
    amounts = [(value.median.unit, deals[0].median)] if value else []
    for part in calls[0].body.items if sales else ():
        if sales and isinstance(part, tree.CallCosts):
            amounts.append((sales.call_cost.unit, part.amount))
        elif sales and isinstance(part, tree.HourCosts):
            amounts.append((sales.hour_cost.unit, part.amount))
    first = next((unit for unit, _ in amounts if unit), "")
    for unit, node in amounts:
        if unit and unit != first:
            scope.findings.error("E301", node.span, f"this is in {unit}, and another amount in {first}", expected=first)
