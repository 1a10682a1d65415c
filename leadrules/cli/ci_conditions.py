"""The conditions of the settings on what changes: which of them a rule set measures, and which none does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from leadrules.cli.ci_markets import mistake_in
from leadrules.cli.ci_stages import Project
from leadrules.dsl.problem import Findings, RulesError
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.discover import parts_of_others, source_files
from leadrules.files.failure import FileProblem
from leadrules.files.markets import market_of_gate, read_market
from leadrules.files.read_settings import place_of_setting
from leadrules.files.settings import Comparing
from leadrules.files.sources import read_model
from leadrules.judging.compare_rules import figure_sizes
from leadrules.verify.fail_if import NoCondition, NoFigure, names_of_change, read_condition

NOWHERE = "no market here measures it: `scenario` of [compare] names one"


class Conditions(Struct, frozen=True):
    """The conditions that decide of one rule set, and each of the others with why it does not."""

    asked: tuple[str, ...] = ()
    left: Mapping[str, str] = {}


def market_of(name: str, model: Model, wanted: Comparing) -> str | None:
    """The market that a rule set is compared in: that of the settings, else that of its first gate."""
    return wanted.scenario or next((market_of_gate(name, gate) for gate in model.gates), None)


def conditions_of(models: tuple[Model, Model], scenario: str, texts: Sequence[str]) -> Conditions:
    """Which conditions can be asked of the change from old rules to new ones in a market: of what both have."""
    if not texts:
        return Conditions()
    old, new = map(compile_model, models)
    market = read_market(scenario)
    known = _names((old, new), market)
    asked = tuple(text for text in texts if _unread(text, known) is None)
    if len(asked) == len(texts):
        return Conditions(asked)
    ones = {"old": _names((old, old), market), "new": _names((new, new), market)}
    return Conditions(asked, {text: _why(text, ones) for text in texts if text not in asked})


def _why(text: str, ones: Mapping[str, Sequence[str]]) -> str:
    """Why a condition cannot be asked of a change; `ones` are the figures of the old rules and of the new."""
    mistakes = {which: _unread(text, known) for which, known in ones.items()}
    if wrong := next((mistake for mistake in mistakes.values() if mistake and not isinstance(mistake, NoFigure)), None):
        return str(wrong)
    without = [which for which, mistake in mistakes.items() if mistake]
    figure = next((mistake.name for mistake in mistakes.values() if isinstance(mistake, NoFigure)), text)
    return f"the {' and the '.join(without or ones)} rules have no `{figure}`"


def report_conditions(project: Project) -> None:
    """Raises `RulesError` with the conditions of the settings that ask for what is measured of no rule set of theirs.

    Whether anything changed or not: else a misspelt one would lie there until the day it is needed. Nothing is known of
    what has mistakes, or cannot be tried in its market.
    """
    _report_market(project)
    asked = project.settings.compare.fail_if
    markets = _markets(project) if asked else None
    if markets is None or any(mistake_in(model, market) for model, market in markets):
        return
    unread: dict[int, NoCondition] = {number: NoFigure(NOWHERE, text) for number, text in enumerate(asked)}
    for known in _measured(markets):
        mistakes = {number: _unread(asked[number], known) for number in unread}
        unread = {number: _nearer(unread[number], mistake) for number, mistake in mistakes.items() if mistake}
    findings = Findings()
    for number, why in unread.items():
        findings.error("S103", place_of_setting(project.config, ("compare", "fail-if", str(number))), str(why))
    findings.raise_errors()


def _report_market(project: Project) -> None:
    """Raises `RulesError` where what the settings name as the market of all rule sets is none."""
    if project.settings.compare.scenario is None:
        return
    try:
        read_market(project.settings.compare.scenario)
    except FileProblem as problem:
        findings = Findings()
        place = place_of_setting(project.config, ("compare", "scenario"))
        findings.error("S103", place, f"{problem.name} {problem.message}", expected="a market (.scenario)")
        findings.raise_errors()


def _markets(project: Project) -> list[tuple[Model, str]] | None:
    """The rule sets that there is a market for, with it; None where a file has mistakes.

    Those of the settings are among them also where others were asked for: conditions are about the whole project.
    """
    files = dict.fromkeys((*project.rules, *source_files(project.settings.files)))
    rules = [name for name in files if name.endswith(".lead")]
    parts, found = parts_of_others(rules), list[tuple[Model, str]]()
    for name in rules:
        try:
            model = read_model(name)
        except (RulesError, FileProblem):
            if name in parts:  # it means little alone, and its mistakes are also those of the file that uses it
                continue
            return None
        if market := market_of(name, model, project.settings.compare):
            found.append((model, market))
    return found


def _nearer(before: NoCondition, mistake: NoCondition) -> NoCondition:
    """The mistake that says more: of a figure that there is, rather than that another rule set has none."""
    return mistake if isinstance(before, NoFigure) else before


def _measured(markets: Sequence[tuple[Model, str]]) -> Iterator[tuple[str, ...]]:
    """What conditions can ask for, of each rule set that there is a market for."""
    for model, market in markets:
        plan = compile_model(model)
        yield _names((plan, plan), read_market(market))


def _names(plans: tuple[Plan, Plan], market: ScenarioModel) -> tuple[str, ...]:
    return names_of_change(tuple(figure_sizes(plans, market)))


def _unread(text: str, known: Sequence[str]) -> NoCondition | None:
    """Why a condition cannot be read, or None."""
    try:
        read_condition(text, known)
    except NoCondition as mistake:
        return mistake
    return None
