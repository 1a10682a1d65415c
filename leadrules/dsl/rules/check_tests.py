"""Tests: their lines from the top to the end, each at its instant."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from leadrules.dsl.expression.check_scope import Known as Meant
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import NUMBER, Reference, Type
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_tests as written
from leadrules.dsl.rules.check_expectations import check_expectation
from leadrules.dsl.rules.check_facts import check_facts, check_when, fields_of
from leadrules.dsl.rules.check_test_cases import Body, check_cases
from leadrules.dsl.rules.model import AnyScore, Score
from leadrules.dsl.rules.model_tests import Happening, Known, Test
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.dsl.source import Span

START = "2026-01-05 09:00"
MOST_TIMES = 10_000


def check_tests(
    ruleset: tree.Ruleset, scores: Sequence[AnyScore], tiers: Sequence[Tier], scope: Scope
) -> tuple[Test, ...]:
    """The tests of a rule set, each case of a table as a test of its own. `scope` is the one of thresholds."""
    nodes = [item for item in ruleset.items if isinstance(item, written.Test)]
    if not nodes:
        return ()
    _report_names(nodes, scope.findings)
    judging = scope.with_names(result_names(scores, tiers))
    return tuple(test for node in nodes for test in _Reading.of(node, judging).tests())


def result_names(scores: Sequence[AnyScore], tiers: Sequence[Tier]) -> dict[str, Meant]:
    """What tests alone can ask for: what each criterion gave, and the tier."""
    names: dict[str, Meant] = {}
    for score in scores:
        for criterion in score.criteria if isinstance(score, Score) else ():
            path = f"{score.name}.{criterion.name}"
            names[path] = Reference("criterion", path, NUMBER, span=criterion.span)
    if tiers:
        names["tier"] = Reference("tier", "tier", Type("one of", tuple(t.name for t in tiers)), span=tiers[0].span)
    return names


def _report_names(nodes: Sequence[written.Test], findings: Findings) -> None:
    seen: dict[str, Span] = {}
    for node in nodes:
        name = node.name.value.strip().casefold()
        if not name:
            findings.error("E501", node.name.span, "a test without a name", hint="say what it shows")
        elif name in seen:
            labels = (Label(seen[name], "named here first"),)
            findings.error("E202", node.name.span, f'two tests are called "{node.name.value}"', labels=labels)
        seen.setdefault(name, node.name.span)


class _Reading(Struct):
    """One test, line by line: `time` is the instant of the line read last."""

    node: written.Test
    scope: Scope
    time: int
    body: Body = field(default_factory=Body)
    begun: bool = False
    idle: Span | None = None
    tables: list[written.Cases] = field(default_factory=list)

    @classmethod
    def of(cls, node: written.Test, scope: Scope) -> _Reading:
        start = scope.instant(START)
        assert start is not None
        reading = cls(node, scope, int(start))
        for step in node.body.items:
            reading.take(step)
        return reading

    def take(self, step: written.Step) -> None:
        match step:
            case written.Known():
                self.known(step)
            case written.Happening():
                self.happening(step)
            case written.Expect(when, expectations):
                before = self.time
                self.moved(when)
                found = [check_expectation(e, self.time, before, self.scope) for e in expectations]
                self.body.expectations += [self.body.seen_by(e) for e in found if e is not None]
                self.idle = None
            case written.Cases():
                self.tables.append(step)

    def moved(self, when: written.When | None) -> None:
        """Go to the instant of a line; a wrong one leaves the time where it was."""
        at = check_when(when, self.time, self.begun, self.scope) if when else None
        self.time, self.begun = self.time if at is None else at, True

    def known(self, step: written.Known) -> None:
        if step.when:
            self.moved(step.when)
        nodes = [fact for item in step.body.items for fact in item.facts]
        facts = check_facts(nodes, fields_of(self.scope), None, self.scope)
        if step.when is None:
            self.report_again(nodes)
        self.body.known.append(Known(self.time if step.when else None, tuple(facts)))
        self.idle = (self.idle or step.span) if step.when else self.idle

    def report_again(self, nodes: Sequence[written.Fact]) -> None:
        """A field that another `lead` without a time has given before."""
        before = {fact.name for known in self.body.known if known.since is None for fact in known.facts}
        for node in nodes:
            if node.name.text in before:
                hint = "a later value has a time before `lead`: `+3 days lead { … }`"
                self.scope.findings.error("E202", node.name.span, f"`{node.name.text}` is given twice", hint=hint)

    def happening(self, step: written.Happening) -> None:
        type = self.scope.event_type(step.event)
        facts = tuple(check_facts(step.facts, type.properties, step.event, self.scope)) if type else ()
        for _ in range(self.often(step)):
            self.moved(step.when)
            self.body.happenings.append(Happening(self.time, step.event.text, facts))
        self.idle = self.idle or step.span

    def often(self, step: written.Happening) -> int:
        if step.often is None:
            return 1
        times = step.often.value
        if times != int(times) or not 1 <= times <= MOST_TIMES:
            expected = f"a whole number from 1 to {MOST_TIMES:,}"
            self.scope.findings.error("E402", step.often.span, "this is no number of times", expected=expected)
            return 1
        return int(times)

    def asks(self) -> bool:
        """Whether anything is expected, be it wrong."""
        of_rows = any(row.expected for table in self.tables for row in table.body.items)
        return of_rows or any(isinstance(step, written.Expect) for step in self.node.body.items)

    def tests(self) -> tuple[Test, ...]:
        """The test, or its cases."""
        findings, name = self.scope.findings, self.node.name.value
        for extra in self.tables[1:]:
            findings.error("E502", extra.span, "a second table of cases", hint="write a test of its own for them")
        tests: tuple[Test, ...] = (self.body.test(name, self.node.span),)
        if self.tables:
            tests = check_cases(self.tables[0], self.body, self.time, name, self.scope)
        if not self.scope.unread and not self.asks():
            hint = "say what must hold then: `expect SCORE = 100, tier is TIER`"
            findings.error("E580", self.node.name.span, f'the test "{name}" expects nothing', hint=hint)
        elif self.idle and not self.tables and not self.scope.unread:
            message = "nothing is expected after this line"
            findings.warn("W680", self.idle, message, hint="add an `expect` below it, or leave it out")
        return tests
