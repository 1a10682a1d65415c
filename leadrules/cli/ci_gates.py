"""What `leadrules ci` says of the gates of rule sets, each in its market."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from leadrules.cli.ci_markets import mistake_in, untried_found
from leadrules.cli.ci_stages import Project
from leadrules.cli.gates import try_one
from leadrules.cli.lint import Wanted
from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_demands import Gate
from leadrules.dsl.rules.tree_demands import Gate as Written
from leadrules.files.markets import market_of_gate, read_market
from leadrules.files.relative import relative
from leadrules.files.sources import read_model, read_rules
from leadrules.report.find import place_of_span, problems_found
from leadrules.report.find_changes import bound_found
from leadrules.report.finding import Finding, Place
from leadrules.report.gates import draw_gates
from leadrules.report.markdown import code
from leadrules.report.stage import Stage, Status
from leadrules.verify.gates import Gated, bounds_of
from leadrules.verify.match import match


def gates(project: Project, broken: Collection[str]) -> Stage:
    """The gates of rule sets that can be tried; the doubts about that, and where they cannot be, are found too."""
    tried: list[Gated] = []
    untried: list[Finding] = []
    unkept: list[Finding] = []
    doubts: list[Problem] = []
    for name, model, gate, place in _gates(project, broken):
        market = market_of_gate(name, gate)
        if mistake := mistake_in(model, market):
            untried.append(untried_found(mistake, market, place, "error"))
            continue
        doubts += match(model, read_market(market))
        wanted = project.settings.gates
        decided = try_one(name, model, gate, wanted.population, wanted.seed, wanted.decide_by)
        tried.append(decided)
        unkept += _unkept(gate, decided)
    findings = (*untried, *unkept, *_doubts_found(project, doubts))
    drawn = draw_gates(tried)
    return Stage(
        name="gates",
        status=_status(tried, untried),
        summary=_counts(tried, len(untried)) or "no gates",
        findings=findings,
        text=drawn,
        markdown=code(drawn) if tried else "",
    )


def _gates(project: Project, broken: Collection[str]) -> Iterator[tuple[str, Model, Gate, Place]]:
    """Every gate with the file of its rule set, that rule set, and where the gate names its market."""
    for name in (name for name in project.rules if name not in broken):
        model = read_model(name)
        written = [item for item in read_rules(name)[0].items if isinstance(item, Written)]
        for gate, item in zip(model.gates, written, strict=True):
            yield name, model, gate, place_of_span(item.path.span, relative)


def _status(tried: Sequence[Gated], untried: Sequence[Finding]) -> Status:
    if untried or any(one.broken for one in tried):
        return "failed"
    if any(one.undecided for one in tried):
        return "undecided"
    return "passed" if tried else "skipped"


def _counts(tried: Sequence[Gated], untried: int) -> str:
    decisions = [decision for one in tried for decision in one.decisions]
    counts = [(word, sum(d.status == word for d in decisions)) for word in ("kept", "broken", "undecided")]
    counts.append(("without a market that can be tried", untried))
    return ", ".join(f"{count} {word}" for word, count in counts if count)


def _unkept(gate: Gate, decided: Gated) -> Iterator[Finding]:
    """The bounds that are broken, or that the sample leaves open, where they stand."""
    spans = [demand.span for demand in gate.demands for _ in bounds_of(demand)]
    for span, decision in zip(spans, decided.decisions, strict=True):
        if decision.status != "kept":
            yield bound_found(decision, place_of_span(span, relative), "gate", gate.scenario, decision.bound.words)


def _doubts_found(project: Project, doubts: Sequence[Problem]) -> Iterator[Finding]:
    """What a market has not that the rules ask for, or has as something else: each once, as far as it is wanted."""
    lint = project.settings.lint
    wanted = Wanted(lint.select, lint.ignore)
    each = {(p.code, p.span.source.name, p.span.start, p.message): p for p in doubts if wanted(p)}
    yield from problems_found(in_order(each.values()), relative)
