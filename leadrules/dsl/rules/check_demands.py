"""Laws and gates: the things they name are there and of the right kind, their numbers in range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from leadrules.dsl.expression.check import check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.tree import Name, Path
from leadrules.dsl.problem import Fix, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_demands as written
from leadrules.dsl.rules.gate_figures import ANY, OF_TIERS, RANGES, TIER, Limit, figures_of, of_stage, spelt
from leadrules.dsl.rules.model import AnyScore, Score
from leadrules.dsl.rules.model_criteria import Criterion, Each
from leadrules.dsl.rules.model_demands import (
    Demand,
    Gate,
    Law,
    NeverLowers,
    NeverRaises,
    NoneAlone,
    Outranks,
    TiersReachable,
)
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.dsl.rules.paths import check_path
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import nearest, suggest, suggest_akin, was_meant

PERIODS = ("day", "week")
SECOND = 1_000_000  # microseconds
OF_TIER = [spelt(name) for name in OF_TIERS if name.endswith(f" of {TIER}")]
LIST = "one of those that `leadrules explain-code E578` lists"


class Demanded(Struct, frozen=True):
    """What laws and gates may name."""

    scope: Scope
    scores: Sequence[AnyScore]
    tiers: Sequence[Tier]

    def laws(self, ruleset: tree.Ruleset) -> Iterator[Law]:
        """The laws of a rule set that are right."""
        for item in ruleset.items:
            if isinstance(item, written.Law):
                law = self.law(item)
                yield from [law] if law else []

    def law(self, node: written.Law) -> Law | None:
        """A law; None, and a problem, where it names what is not there."""
        match node:
            case written.NeverRaises(event, score) | written.NeverLowers(event, score):
                right = [self.scope.event_type(event) is not None, self.score(score)]
                kind = NeverRaises if isinstance(node, written.NeverRaises) else NeverLowers
                return kind(event.text, score.text, span=node.span) if all(right) else None
            case written.Outranks(higher, lower):
                return self.outranks(node, self.criterion(higher), self.criterion(lower))
            case written.TiersReachable():
                if not self.tiers and not self.scope.unread:
                    self.report("E501", node.span, "there are no tiers", "write `thresholds { … }`")
                return TiersReachable(span=node.span)
            case written.NoneAlone(tier):
                return NoneAlone(tier.text, span=node.span) if self.tier(tier) else None

    def outranks(
        self, node: written.Outranks, higher: tuple[Score, Criterion] | None, lower: tuple[Score, Criterion] | None
    ) -> Law | None:
        if higher is None or lower is None:
            return None
        right = [
            self.is_occurrence(*criterion, path) for criterion, path in ((higher, node.higher), (lower, node.lower))
        ]
        if higher[0] is not lower[0]:
            hint = "points of different scores have no common measure"
            self.report("E579", node.span, f"`{node.higher.text}` and `{node.lower.text}` stand in two scores", hint)
        elif higher[1] is lower[1]:
            self.report("E579", node.span, "a criterion does not outrank itself", "name two criteria")
        elif all(right):
            return Outranks(higher[0].name, higher[1].name, lower[1].name, span=node.span)
        return None

    def is_occurrence(self, score: Score, criterion: Criterion, path: Path) -> bool:
        """Whether each occurrence of a criterion is worth the same points; a problem where not."""
        if isinstance(criterion, Each) and criterion.per is None:
            return True
        why = "gives points in proportion" if isinstance(criterion, Each) else "has no occurrences"
        labels = (Label(criterion.span, "declared here"),)
        message = f"`{path.text}` {why}, so no occurrence of it has a worth"
        self.scope.findings.error("E579", path.span, message, labels=labels, expected="a criterion with `each`")
        return False

    def criterion(self, path: Path) -> tuple[Score, Criterion] | None:
        """The criterion that a path names; None, and a problem, where there is none or are several."""
        *owner, name = [part.text for part in path.names]
        every = [(s, c) for s in self.scores if isinstance(s, Score) for c in s.criteria]
        found = [(s, c) for s, c in every if c.name == name and owner in ([], [s.name])]
        if len(found) == 1:
            return found[0]
        if found:
            hint = "say which: " + " or ".join(f"`{s.name}.{name}`" for s, _ in found)
            self.report("E576", path.span, f"several criteria are called `{path.text}`", hint)
        elif not self.scope.unread.intersection((name, *owner)):
            self.unknown(path.span, path.text, f"no criterion is called `{path.text}`", [c.name for _, c in every])
        return None

    def score(self, name: Name) -> bool:
        """Whether there is such a score; a problem where not."""
        return self.known(name, "score", [score.name for score in self.scores])

    def tier(self, name: Name) -> bool:
        """Whether there is such a tier; a problem where not."""
        return self.known(name, "tier", [tier.name for tier in self.tiers])

    def known(self, name: Name, kind: str, names: Sequence[str]) -> bool:
        if name.text not in names and name.text not in self.scope.unread:
            self.unknown(name.span, name.text, f"no {kind} is called `{name.text}`", names)
        return name.text in names

    def unknown(self, span: Span, text: str, message: str, names: Iterable[str]) -> None:
        meant = nearest(text, names)
        fix = Fix(span, meant) if meant else None
        hint = was_meant(meant) or suggest_akin(text, names)
        self.scope.findings.error("E201", span, message, hint=hint, fix=fix)

    def report(self, code: str, span: Span, message: str, hint: str) -> None:
        self.scope.findings.error(code, span, message, hint=hint)

    def gates(self, ruleset: tree.Ruleset) -> Iterator[Gate]:
        """The gates of a rule set."""
        for item in ruleset.items:
            if isinstance(item, written.Gate) and check_path(item.path, ".scenario", self.scope.findings):
                if not item.body.items:
                    self.report(
                        "E501", item.span, "this gate demands nothing", "write a line such as `auc at least 0.7`"
                    )
                yield Gate(item.path.value, tuple(self.merged(item.body.items)))

    def merged(self, nodes: Sequence[written.Demand]) -> Iterator[Demand]:
        """The lines of a gate, those about one figure as one."""
        found: dict[str, Demand] = {}
        for node in nodes:
            line = self.demand(node)
            if line is None:
                continue
            before = found.get(line.figure)
            if before and (before.least if line.least is not None else before.most) is not None:
                labels = (Label(before.span, "the first one"),)
                self.scope.findings.error("E508", node.span, "a second limit of the same kind", labels=labels)
            least = line.least if line.least is not None else before.least if before else None
            most = line.most if line.most is not None else before.most if before else None
            if least is not None and most is not None and least > most:
                self.report("E403", node.span, "nothing is at least the one and at most the other", "swap the two")
            found[line.figure] = Demand(line.figure, least, most, span=line.span)
        yield from found.values()

    def demand(self, node: written.Demand) -> Demand | None:
        """A line of a gate; None, and a problem, where its figure, its tier or its number is none."""
        figure, limit = self.figure(node)
        if figure is None:
            self.no_figure(node)
        number = self.number(node, limit)
        if figure is None or number is None:
            return None
        least, most = (number, None) if node.limit.side == "least" else (None, number)
        return Demand(figure, least, most, span=node.span)

    def figure(self, node: written.Demand) -> tuple[str | None, Limit | None]:
        """The name of the figure that a line is about, and what its limit has to be; None where there is none."""
        tiers = [tier.name for tier in self.tiers]
        known = figures_of(tiers)
        name = {spelt(each): each for each in known}.get(_words(node))
        if name is None:
            name = _words(node).replace("_", " ")
            limit = of_stage(name, tiers)
            return (name, limit) if limit else (None, None)
        return name, known[name]

    def no_figure(self, node: written.Demand) -> None:
        """What is wrong with a figure: its tier, or the rest of its name."""
        named = [spelt(name) for name in figures_of([tier.name for tier in self.tiers])]
        if node.tier is None:
            known, expected = named, LIST
        else:
            known = list(PERIODS) if node.rate else [name.partition("_of_")[0] for name in OF_TIER]
            expected = ", ".join(f"`per {name}`" if node.rate else f"`{name} of TIER`" for name in known)
            self.tier(node.tier)
        if node.tier is None or node.figure.text not in known:
            hint = suggest(node.figure.text, known)
            message = f"no figure of a trial is called `{node.figure.text}`"
            self.scope.findings.error("E578", node.figure.span, message, expected=expected, hint=hint)

    def number(self, node: written.Demand, limit: Limit | None) -> float | None:
        """The limit of a line, a duration in seconds; None, and a problem, where the figure is never so."""
        what = "the limit of a gate"
        if limit == "duration":
            length = check_duration(node.limit.number, self.scope, what)
            return None if length is None else length / SECOND
        number = check_number(node.limit.number, self.scope, what)
        low, high = RANGES.get(limit or "change", ANY)
        if number is None or low <= number <= high:
            return number
        expected = "a number from 0 to 1, or a percentage up to 100%" if high == 1 else "a number from 0"
        message = f"`{node.figure.text}` is never {number:g}"
        self.scope.findings.error("E402", node.limit.number.span, message, expected=expected)
        return None


def _words(node: written.Demand) -> str:
    """The figure of a line, spelt as one word."""
    if node.tier is None:
        return node.figure.text
    return f"{node.tier.text}_per_{node.figure.text}" if node.rate else f"{node.figure.text}_of_{node.tier.text}"
