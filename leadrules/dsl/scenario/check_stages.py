"""Stages: how long they last, what happens in them, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from leadrules.dsl.expression.check_linear import Linear, check_linear
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.tree import Name, Path
from leadrules.dsl.quantity import MICROSECONDS, SECOND, show_number
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_events import check_given
from leadrules.dsl.scenario.check_numbers import duration, plain, positive, report_sum, shape_of, share, spread_of
from leadrules.dsl.scenario.model import OUTCOMES, Action, Branch, Law, Parameter, StageLaw
from leadrules.dsl.spelling import nearest

StageTree = tree.Stage
MOST_VISITS = 1.0
LONGEST_VISIT = 1_000
PARTS: Mapping[type, str] = {
    tree.Lasts: "lasts",
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
        found[stage.name.text] = _Stage(stage, parts, names, scope).law()
    return found


def _parts(items: Iterable[tree.StagePart], scope: Scope) -> Iterator[tuple[type, tree.StagePart]]:
    seen: set[type] = set()
    for item in items:
        if type(item) in seen:
            scope.findings.error("E502", item.span, f"a second `{PARTS[type(item)]}`", hint="keep one")
        seen.add(type(item))
        yield type(item), item


def known_stage(name: Name, names: Iterable[str], scope: Scope) -> bool:
    """Whether a stage is declared; a problem where it is not."""
    known = set(names)
    if name.text in known or name.text in scope.unread:
        return True
    meant = nearest(name.text, known)
    hint = f"was `{meant}` meant?" if meant else f"declare it: `stage {name.text} {{ … }}`"
    scope.findings.error("E704", name.span, f"no stage is called `{name.text}`", hint=hint)
    return False


class _Stage:
    """Reads the parts of one stage as one persona has them."""

    def __init__(
        self, stage: StageTree, parts: Mapping[type, tuple[tree.StagePart, str]], names: set[str], scope: Scope
    ) -> None:
        self.stage, self.parts, self.names, self.scope = stage, parts, names, scope
        self.findings, self.here = scope.findings, f"stages/{stage.name.text}"

    def part(self, kind: type) -> tuple[Any, str]:
        """A part and the path of its numbers; None where the stage has none."""
        return self.parts.get(kind, (None, self.here))

    def law(self) -> StageLaw:
        lasts, faster = self.lasts()
        visits = self.visits()
        length, gap, gap_spread = self.visit_length()
        branches, otherwise = self.then()
        actions = self.mix(visits)
        return StageLaw(lasts, faster, visits, length, gap, gap_spread, actions, branches, otherwise)

    def missing(self, what: str, form: str) -> None:
        if not self.scope.unread:
            message = f"the stage `{self.stage.name.text}` {what}"
            self.findings.error("E702", self.stage.name.span, message, expected=form)

    def lasts(self) -> tuple[Law, Parameter]:
        part, path = self.part(tree.Lasts)
        faster = Parameter(f"{path}/faster", 0.0)
        if part is None:
            self.missing("never ends", "`lasts exponential mean 20 days`")
            return Law("exactly", Parameter(f"{path}/lasts", 1.0, "seconds"), Parameter(f"{path}/shape", 1.0)), faster
        if part.faster is not None:
            faster = plain(part.faster, faster.path, "an effect of intent", self.scope)
        law = part.law
        measure = duration(law.measure, f"{path}/lasts", "a stage", self.scope)
        shape = Parameter(f"{path}/shape", 1.0)
        if law.shape is not None:
            known = spread_of if law.family == "lognormal" else shape_of
            shape = known(law.shape, shape.path, self.scope)
        return Law(law.family, measure, shape), faster

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

    # Where it leads

    def then(self) -> tuple[tuple[Branch, ...], str]:
        part, path = self.part(tree.Then)
        if part is None:
            self.missing("has no exit", "`then NEXT 40%, else lost`")
            return (), "lost"
        for branch in part.branches:
            known_stage(branch.target, self.names | set(OUTCOMES), self.scope)
        found = [self.branch(b, path) for b in part.branches if b.share is not None or b.logit is not None]
        rest = [b for b in part.branches if b.share is None and b.logit is None]
        self.report_shares(part, found, rest)
        return tuple(found), rest[-1].target.text if rest else part.branches[-1].target.text

    def branch(self, branch: tree.Branch, path: str) -> Branch:
        target = branch.target.text
        if branch.share is not None:
            return Branch(target, share=share(branch.share, f"{path}/then/{target}", self.findings))
        assert branch.logit is not None
        linear = check_linear(branch.logit, self.intent, self.findings) or Linear(0.0)
        slope = dict(linear.weights).get("intent", 0.0)
        names = (
            Parameter(f"{path}/then/{target}/constant", linear.constant),
            Parameter(f"{path}/then/{target}/intent", slope),
        )
        return Branch(target, constant=names[0], slope=names[1])

    def intent(self, path: Path) -> Linear | None:
        if path.text == "intent":
            return Linear(0.0, (("intent", 1.0),))
        hint = "the chances of a stage depend on `intent`; what a field adds to it is said in `intent { … }`"
        self.findings.error("E207", path.span, f"`{path.text}` cannot be used here", expected="`intent`", hint=hint)
        return None

    def report_shares(self, part: tree.Then, found: Sequence[Branch], rest: Sequence[tree.Branch]) -> None:
        """One logit and `else`, or shares that leave something for `else` or make up the whole."""
        shares = [branch.share for branch in found if branch.share is not None]
        logits = len(found) - len(shares)
        total = sum(share.value for share in shares)
        if len(rest) > 1 or logits > 1 or (logits and shares):
            hint = "write one `logit` and `else`, or several shares and `else`"
            self.findings.error("E705", part.span, "it is not clear which way gets what", hint=hint)
        elif logits and not rest:
            self.findings.error("E705", part.span, "it is not said what comes otherwise", expected="`, else lost`")
        elif shares and (total > 1 + 1e-4 or not rest):
            report_sum(shares, part.span, f"what comes after `{self.stage.name.text}`", self.findings)


def order_of(stages: Sequence[StageTree], laws: Iterable[Mapping[str, StageLaw]], scope: Scope) -> tuple[str, ...]:
    """The stages in an order in which none leads back, the first declared one first; problems where there is none."""
    leads_to: dict[str, set[str]] = {stage.name.text: set() for stage in stages}
    for persona in laws:
        for name, law in persona.items():
            leads_to[name] |= {law.otherwise, *(branch.target for branch in law.branches)} & set(leads_to)
    ordered: list[str] = []
    waiting = list(leads_to)
    while ready := [name for name in waiting if not any(name in leads_to[other] for other in waiting)]:
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    _report_ways(stages, leads_to, waiting, scope)
    return (*ordered, *waiting)


def _report_ways(
    stages: Sequence[StageTree], leads_to: Mapping[str, set[str]], circle: Sequence[str], scope: Scope
) -> None:
    if circle:
        place = next(stage.name.span for stage in stages if stage.name.text == circle[0])
        hint = "this version walks through stages in one direction"
        scope.findings.error("E703", place, f"the stages {', '.join(circle)} lead back to each other", hint=hint)
        return
    reached = {stages[0].name.text} if stages else set()
    while more := {target for name in reached for target in leads_to[name]} - reached:
        reached |= more
    for stage in stages:
        if stage.name.text not in reached and not scope.unread:
            hint = f"leads begin in `{stages[0].name.text}`, the first stage"
            scope.findings.error("E706", stage.name.span, f"no way leads to `{stage.name.text}`", hint=hint)
