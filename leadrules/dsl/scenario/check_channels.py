"""Channels of arrival: their shares among all leads and among those of a persona, and what they add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.expression.check import declared_value
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_constant
from leadrules.dsl.expression.model import Field
from leadrules.dsl.scenario import tree_people as tree
from leadrules.dsl.scenario.check_numbers import LIVELIEST, between, plain, report_sum, share
from leadrules.dsl.scenario.check_settings import only_one
from leadrules.dsl.scenario.model import Channel, FromChannel, Parameter
from leadrules.dsl.spelling import suggest


def check_channels(blocks: Sequence[tree.Channels], scope: Scope) -> tuple[Channel, ...]:
    """The channels of a market, whose shares make up all leads; none where there is no block of them."""
    block = only_one(blocks, tree.Channels, scope.findings)
    if block is None:
        return ()
    names = Names(scope.findings, "the channel")
    found = tuple(_channel(row, scope) for row in block.body.items if names.take(row.name))
    if not scope.unread:
        report_sum([channel.share for channel in found], block.span, "the channels", scope.findings)
    currencies = {channel.cost.unit for channel in found if channel.cost.unit}
    if len(currencies) > 1:
        message = f"costs in {' and in '.join(sorted(currencies))}"
        scope.findings.error("E301", block.span, message, expected="one currency", hint="convert them beforehand")
    return found


def _channel(row: tree.ChannelRow, scope: Scope) -> Channel:
    path = f"channels/{row.name.text}"
    intent = only_one(row.clauses, tree.ChannelIntent, scope.findings)
    activity = only_one(row.clauses, tree.ChannelActivity, scope.findings)
    cost = only_one(row.clauses, tree.ChannelCost, scope.findings)
    return Channel(
        name=row.name.text,
        share=share(row.share, f"{path}/share", scope.findings),
        cost=_cost(cost, f"{path}/cost", scope) if cost else Parameter(f"{path}/cost", 0.0),
        intent=plain(intent.amount, f"{path}/intent", "intent", scope) if intent else Parameter(f"{path}/intent", 0.0),
        activity=between(activity.amount, f"{path}/activity", "activity", scope, 0.0, LIVELIEST)
        if activity
        else Parameter(f"{path}/activity", 1.0),
        span=row.name.span,
    )


def _cost(clause: tree.ChannelCost, path: str, scope: Scope) -> Parameter:
    found = check_constant(clause.amount, scope, ("money",), "the cost of a lead")
    if found is None:
        return Parameter(path, 0.0)
    if found.value < 0:
        message = f"the cost of a lead is {' '.join(clause.amount.span.text.split())}"
        scope.findings.error("E402", clause.amount.span, message, expected="zero or more")
    return Parameter(path, found.value, found.type.detail)


def check_mix(
    block: tree.Channels | None, channels: Sequence[Channel], path: str, scope: Scope
) -> tuple[Parameter, ...]:
    """The shares of the channels among the leads of a persona, in the market's order: its own, else the market's."""
    if block is None:
        return tuple(channel.share for channel in channels)
    own = _own_shares(block, channels, path, scope)
    none = {channel.name: Parameter(f"{path}/channels/{channel.name}", 0.0, "share") for channel in channels}
    if not scope.unread:
        report_sum(list(own.values()), block.span, "the channels", scope.findings)
    return tuple(own.get(channel.name, none[channel.name]) for channel in channels)


def _own_shares(block: tree.Channels, channels: Sequence[Channel], path: str, scope: Scope) -> Mapping[str, Parameter]:
    names = Names(scope.findings, "the channel")
    known = [channel.name for channel in channels]
    found = {}
    for row in block.body.items:
        for clause in row.clauses:
            hint = "say it once, in the market's own `channels`"
            scope.findings.error("E207", clause.span, "a persona has its own shares of channels only", hint=hint)
        if row.name.text not in known and row.name.text not in scope.unread:
            hint = suggest(row.name.text, known, f"declare it: `channels {{ {row.name.text} 20%; … }}`")
            scope.findings.error("E735", row.name.span, f"no channel is called `{row.name.text}`", hint=hint)
        if names.take(row.name):
            found[row.name.text] = share(row.share, f"{path}/channels/{row.name.text}", scope.findings)
    return found


def check_from_channel(
    item: tree.FromChannel, field: Field, channels: Sequence[Channel], blocks: Sequence[tree.Channels], scope: Scope
) -> FromChannel:
    """A field that takes the names of channels: every one of them has to be a value of it."""
    if not channels and not scope.unread:
        hint = "declare them: `channels { ads 40%; organic 60% }`"
        scope.findings.error("E735", item.span, "this market has no channels", hint=hint)
    if field.type.name == "one of":
        rows = {row.name.text: row.name for block in blocks[:1] for row in reversed(block.body.items)}
        for name in rows.values():
            declared_value(name, field.type, scope)
    elif field.type.name != "text":
        message = f"the name of a channel for a {field.type}"
        scope.findings.error("E305", item.span, message, expected="a text, or a one of with a value for every channel")
    return FromChannel(tuple(channel.name for channel in channels))
