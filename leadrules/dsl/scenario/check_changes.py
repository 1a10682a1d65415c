"""What changes in a market at a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.problem import Findings
from leadrules.dsl.scenario import tree_calendar as tree
from leadrules.dsl.scenario.check_calendar import Dates, pulses
from leadrules.dsl.scenario.check_numbers import report_sum, share
from leadrules.dsl.scenario.model_calendar import Change
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.dsl.spelling import suggest


def check_changes(nodes: Sequence[tree.Change], personas: Mapping[str, Parameter], dates: Dates) -> tuple[Change, ...]:
    """The changes of a market in the order of their dates; `personas` are those there are, with their shares."""
    found: dict[int, Change] = {}
    for node in nodes:
        change = _change(node, personas, dates)
        if change is None:
            continue
        if change.start in found:
            hint = "put everything into the first one"
            dates.findings.error("E502", node.start.span, f"a second `from {node.start.text}`", hint=hint)
        found.setdefault(change.start, change)
    return tuple(found[start] for start in sorted(found))


def _change(node: tree.Change, personas: Mapping[str, Parameter], dates: Dates) -> Change | None:
    path = f"from/{node.start.text}"
    start, full = dates.at(node.start), dates.at(node.by or node.start)
    arrivals, visits = pulses(node.body.items, path, dates.scope)
    shares = _shares(node, personas, path, dates)
    if start is None or full is None:
        return None
    if node.by and full <= start:
        dates.findings.error("E712", node.by.span, "this is not after the beginning", expected="the earlier date first")
    if max(start, full) < 0:
        hint = "it holds all through the market: look at the year, or say it of the market itself"
        dates.findings.warn("W710", node.span, "this lies before the time that is looked at", hint=hint)
    else:
        dates.report_outside(start, max(start, full) + 1, node.span)
    return Change(start, max(start, full), shares, arrivals, visits)


def _shares(node: tree.Change, personas: Mapping[str, Parameter], path: str, dates: Dates) -> Mapping[str, Parameter]:
    found: dict[str, Parameter] = {}
    for item in node.body.items:
        if isinstance(item, tree.PersonaFrom):
            name = item.persona.text
            if name in found:
                dates.findings.error("E502", item.span, "this is said twice", hint="keep one")
            elif name not in personas:
                _report_unknown(item, personas, dates)
            found[name] = share(item.share, f"{path}/personas/{name}", dates.findings)
    known = {name: part for name, part in found.items() if name in personas}
    if found.keys() <= personas.keys() and not dates.scope.unread:
        _report_total(node, known, personas, dates.findings)
    return known


def _report_unknown(item: tree.PersonaFrom, personas: Mapping[str, Parameter], dates: Dates) -> None:
    if item.persona.text not in dates.scope.unread:
        hint = suggest(item.persona.text, personas, f"declare it: `persona {item.persona.text} 0% {{ … }}`")
        dates.findings.error("E201", item.persona.span, f"no persona is called `{item.persona.text}`", hint=hint)


def _report_total(
    node: tree.Change, found: Mapping[str, Parameter], personas: Mapping[str, Parameter], findings: Findings
) -> None:
    """Those that are named leave something for the others, or make up the whole where there is nobody else."""
    total = sum(part.value for part in found.values())
    others = sum(part.value for name, part in personas.items() if name not in found)
    if found and (total > 1 + 1e-4 or others == 0):
        report_sum(list(found.values()), node.span.to(node.start.span), "the personas", findings)
