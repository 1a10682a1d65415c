"""Stages: how long they last, what happens in them, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.quantity import MICROSECONDS, SECOND, show_number
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_events import check_given
from leadrules.dsl.scenario.check_laws import always, check_law
from leadrules.dsl.scenario.check_numbers import duration, plain, positive, report_sum, share, spread_of
from leadrules.dsl.scenario.check_order import check_bound
from leadrules.dsl.scenario.check_ways import check_deadlines, check_then, known_stage
from leadrules.dsl.scenario.model import Action, Branch, Deadline, Duration, Parameter, StageLaw
from leadrules.dsl.scenario.tree_stages import Bound
from leadrules.dsl.scenario.tree_stages import Deadline as DeadlineNode

StageTree = tree.Stage
MOST_VISITS = 1.0
LONGEST_VISIT = 1_000
PARTS: Mapping[type, str] = {
    tree.Lasts: "lasts",
    Bound: "at most … times",
    tree.Visits: "visits",
    tree.VisitLength: "each visit",
    tree.Mix: "events",
    tree.Then: "then",
}


def check_stages(
    stages: Sequence[StageTree], overrides: Sequence[tree.Override], persona: str, scope: Scope
) -> dict[str, StageLaw]:
    """What happens in each stage for a persona: the stage's own parts, but those the persona has its own ways in."""
    names = {stage.name.text for stage in stages}
    bounded = {stage.name.text for stage in stages if any(isinstance(item, Bound) for item in stage.body.items)}
    for override in overrides:
        known_stage(override.stage, names, scope)
    own: dict[str, tree.Override] = {}
    for override in overrides:
        if own.setdefault(override.stage.text, override) is not override:
            message = f"a second `in {override.stage.text}`"
            scope.findings.error("E502", override.span, message, hint="put everything into the first one")
    found = {}
    for stage in stages:
        parts = {kind: (part, f"stages/{stage.name.text}") for kind, part in _parts(stage.body.items, scope)}
        if stage.name.text in own:
            path = f"{persona}/in/{stage.name.text}"
            parts |= {kind: (part, path) for kind, part in _parts(own[stage.name.text].body.items, scope)}
        found[stage.name.text] = _Stage(stage, parts, names, bounded, scope).law()
    return found


def _parts(items: Iterable[tree.StagePart], scope: Scope) -> Iterator[tuple[type, Any]]:
    """The parts of a stage by their kind: each can stand there once, only deadlines as often as there are some."""
    seen: set[type] = set()
    deadlines = tuple(item for item in items if isinstance(item, DeadlineNode))
    if deadlines:
        yield DeadlineNode, deadlines
    for item in items:
        if isinstance(item, DeadlineNode):
            continue
        if type(item) in seen:
            scope.findings.error("E502", item.span, f"a second `{PARTS[type(item)]}`", hint="keep one")
        seen.add(type(item))
        yield type(item), item


class _Stage:
    """Reads the parts of one stage as one persona has them."""

    def __init__(
        self,
        stage: StageTree,
        parts: Mapping[type, tuple[Any, str]],
        names: set[str],
        bounded: set[str],
        scope: Scope,
    ) -> None:
        self.stage, self.parts, self.names, self.bounded, self.scope = stage, parts, names, bounded, scope
        self.findings, self.here = scope.findings, f"stages/{stage.name.text}"

    def part(self, kind: type) -> tuple[Any, str]:
        """A part and the path of its numbers; None where the stage has none."""
        return self.parts.get(kind, (None, self.here))

    def law(self) -> StageLaw:
        lasts, faster, least = self.lasts()
        visits = self.visits()
        length, gap, gap_spread = self.visit_length()
        branches, otherwise = self.then()
        return StageLaw(
            lasts=lasts,
            faster=faster,
            least=least,
            deadlines=self.deadlines(),
            bound=self.bound(),
            visits=visits,
            length=length,
            gap=gap,
            gap_spread=gap_spread,
            actions=self.mix(visits),
            branches=branches,
            otherwise=otherwise,
        )

    def missing(self, what: str, form: str) -> None:
        if not self.scope.unread:
            message = f"the stage `{self.stage.name.text}` {what}"
            self.findings.error("E702", self.stage.name.span, message, expected=form)

    def lasts(self) -> tuple[Duration, Parameter, Parameter]:
        part, path = self.part(tree.Lasts)
        faster, least = Parameter(f"{path}/faster", 0.0), Parameter(f"{path}/least", 0.0, "seconds")
        if part is None:
            self.missing("never ends", "`lasts exponential mean 20 days`")
            return always(path), faster, least
        if part.faster is not None:
            faster = plain(part.faster, faster.path, "an effect of intent", self.scope)
        if part.least is not None:
            least = duration(part.least, least.path, "a stage", self.scope)
        return check_law(part.law, path, "a stage", self.scope), faster, least

    def bound(self) -> int | None:
        part, path = self.part(Bound)
        if part is not None and path != self.here:
            hint = "say it in the stage itself"
            self.findings.error("E207", part.span, "a bound is the same for every persona", hint=hint)
        return None if part is None else check_bound(part, self.scope)

    def deadlines(self) -> tuple[Deadline, ...]:
        nodes, path = self.part(DeadlineNode)
        return check_deadlines(nodes or (), path, self.names, self.scope)

    def then(self) -> tuple[tuple[Branch, ...], str]:
        part, path = self.part(tree.Then)
        if part is None:
            self.missing("has no exit", "`then NEXT 40%, else lost`")
            return (), "lost"
        return check_then(part, path, self.stage.name.text, self.names, self.bounded, self.scope)

    def visits(self) -> Parameter:
        part, path = self.part(tree.Visits)
        if part is None:
            return Parameter(f"{path}/visits", 0.0, "per second")
        rate = positive(part.amount, f"{path}/visits", "a rate of visits", self.scope, or_zero=True)
        per_second = rate.value * SECOND / MICROSECONDS[part.unit]
        if per_second > MOST_VISITS:
            self.findings.error("E402", part.amount.span, "so many visits", expected="at most one a second")
        return replace(rate, value=per_second, unit="per second")

    def visit_length(self) -> tuple[Parameter, Parameter, Parameter]:
        part, path = self.part(tree.VisitLength)
        length, gap = Parameter(f"{path}/length", 1.0), Parameter(f"{path}/gap", 60.0, "seconds")
        spread = Parameter(f"{path}/gap_spread", 1.0)
        if part is None:
            return length, gap, spread
        length = plain(part.mean, length.path, "the length of a visit", self.scope)
        if not 1 <= length.value <= LONGEST_VISIT:
            found = f"a visit of {show_number(length.value)} events"
            self.findings.error("E402", part.mean.span, found, expected=f"a number from 1 to {LONGEST_VISIT:,}")
        if part.gap is not None and part.spread is not None:
            gap = duration(part.gap, gap.path, "a gap", self.scope)
            spread = spread_of(part.spread, spread.path, self.scope)
        return length, gap, spread

    # What happens

    def mix(self, visits: Parameter) -> tuple[Action, ...]:
        part, path = self.part(tree.Mix)
        if part is None:
            if visits.value > 0:
                self.missing("has visits and no events", "`events { page_view 100% }`")
            return ()
        rows = [self.action(row, f"{path}/events/{number}") for number, row in enumerate(part.body.items, 1)]
        if not self.scope.unread:
            report_sum([row.share for row in rows], part.span, f"the events of `{self.stage.name.text}`", self.findings)
        return tuple(rows)

    def action(self, row: tree.MixRow, path: str) -> Action:
        given = check_given(row.event, row.given, self.scope)
        return Action(row.event.text, given, share(row.share, path, self.findings))
