"""Text to tree: the statements of a `.lead` file."""

from __future__ import annotations

from collections.abc import Iterable

from leadrules.dsl.expression.language import Language
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.expression.parse_blocks import Reader
from leadrules.dsl.problem import Findings, Problem
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.parse_nodes import RuleNodes
from leadrules.dsl.source import Source, Span

RULES = Language(
    name="rules",
    heads={
        "ruleset": 'ruleset NAME "title" { version 1 }',
        "lead": "lead { FIELD TYPE }",
        "events": 'events { identity from "COLUMN" }',
        "attributes": 'attributes { identity from "COLUMN" }',
        "merges": 'merges { identity from "COLUMN" }',
        "links": 'links { identity from "COLUMN" }',
        "account": "account NAME { members by account, role one of decider, user }",
        "adjustments": 'adjustments { identity from "COLUMN" }',
        "event": "event NAME { PROPERTY TYPE }",
        "points": "points NAME = NUMBER",
        "param": "param NAME = VALUE between LOW and HIGH",
        "condition": "condition NAME: CONDITION",
        "score": "score NAME between LOW and HIGH { criteria { … } }, or score NAME = 0.4 * fit + 0.6 * engagement",
        "checklist": "checklist NAME { ITEM CONDITION }",
        "thresholds": "thresholds { TIER when CONDITION }",
        "test": 'test "NAME" { lead { FIELD VALUE }; 2026-01-10 09:00 EVENT PROPERTY VALUE; at +2 days expect SCORE = 100 }',
        "always": "always EVENT never raises SCORE, always more EVENT never lowers SCORE, always CRITERION outranks CRITERION, "
        "always every tier is reachable, or always no single criterion alone reaches TIER",
        "gate": 'gate "FILE.scenario" { auc at least 0.70 }',
        "use": 'use "shared/fields.lead"',
        "extends": 'extends "base.lead" { replace NAME …; remove NAME }',
        "grade": 'grade NAME of SCORE { "A" at 75; "B" at 50; "C" otherwise }',
        "matrix": "matrix NAME = GRADE & GRADE",
        "on": 'on entering TIER { notify "WHOM" }, on leaving TIER to TIER { … }, or on falling to TIER after TIER { … }',
    },
    inside={
        "ruleset": "setting",
        "lead": "field",
        "events": "mapping",
        "attributes": "mapping",
        "merges": "mapping",
        "links": "mapping",
        "account": "membership",
        "adjustments": "mapping",
        "event": "properties",
        "score": "part",
        "criteria": "criterion",
        "criterion": "row",
        "decay by age": "age_row",
        "band by band": "band",
        "checklist": "item",
        "thresholds": "threshold",
        "test": "step",
        "step lead": "facts",
        "step cases": "case_row",
        "step": "facts",
        "extends": "change",
        "gate": "demand",
        "grade": "grade_row",
        "on": "action",
    },
    either={"change": ("changed_criterion", "changed_tier", "changed_declaration", "changed_item")},
    forms={
        "setting": "version 1, timezone Europe/Warsaw, or evaluate at every event and daily at 00:00",
        "field": 'NAME TYPE, such as `employees whole number from "No. of Employees"`',
        "properties": "NAME TYPE, such as `path text`",
        "mapping": 'identity from "COLUMN" (of events also: time, type, id, known_at; of attributes: field, value, since, known_at; '
        "of adjustments: time, score, action, value, reason; of merges: into, at; of links: account, role, since, known_at)",
        "membership": "members by account, role one of decider, influencer, user",
        "part": "decay half-life 30 days, criteria { … }, resets to 0 on EVENT, times 1.2 when CONDITION, "
        "never below 0, ages 25% of current every 7 days without event, or becomes 3 after 90 days without event",
        "criterion": "NAME POINTS when CONDITION, NAME POINTS each EVENT where CONDITION, NAME by FIELD { … }, "
        "NAME worth 6 * FIELD, NAME first true of { … }, NAME best of { … }, or NAME veto when CONDITION",
        "row": "under 50: POINTS, 50 to 999: POINTS, 1000 and over: POINTS, VALUE: POINTS, else: POINTS, unknown: POINTS",
        "band": "first 3 minutes: 3 per minute, next 7 minutes: 1 per minute, and last after: 0.5 per minute",
        "age_row": "younger than 30 days: 80%, and last older: 50%",
        "case": "CONDITION: POINTS, and last otherwise: POINTS",
        "item": "NAME CONDITION",
        "grade_row": '"LABEL" at NUMBER, and last "LABEL" otherwise',
        "demand": "auc at least 0.70, precision of TIER at least 20%, or TIER per week at most 50",
        "change": "replace NAME and what a line of that kind says, such as `replace demo 30 each form`, or remove NAME",
        "given": "NAME=VALUE, such as quiet=45days",
        "step": "lead { FIELD VALUE }, 2026-01-10 09:00 EVENT PROPERTY VALUE, +1 day EVENT, +3 days lead { FIELD VALUE }, "
        "at +2 days expect SCORE = 100, tier is TIER, or cases { … }",
        "facts": 'FIELD VALUE, FIELD VALUE, such as `job_title "CFO", employees 1200, customer no, budget missing`',
        "case_row": "first FIELD, FIELD: SCORE, tier, then a row of values for each case: VALUE, VALUE: 40, hot",
        "tier": "NAME when CONDITION, and last NAME otherwise",
        "threshold": "NAME when CONDITION, until CONDITION, for at least 2 days, contact within 1 hour; and last NAME otherwise",
        "action": 'VERB "WHAT", such as `notify "sales"`',
    },
)


def parse(source: Source) -> tree.Ruleset:
    """The rule set a text says. Raises `RulesError` with every statement that could not be read."""
    ruleset, problems = read(source)
    Findings(list(problems)).raise_errors()
    return ruleset


def read(source: Source) -> tuple[tree.Ruleset, list[Problem]]:
    """As much of a rule set as could be read, and the problems of the rest."""
    findings = Findings()
    reader = Reader(RULES, grammar("rules"), RuleNodes, source, findings)
    body = reader.text()
    whole = Span(source, 0, len(source.text))
    return tree.Ruleset(
        body.items, body.closing, frozenset(reader.unread), tuple(reader.guessed), span=whole
    ), findings.problems


def read_given(sources: Iterable[Source]) -> tuple[tuple[tree.Given, ...], list[Problem]]:
    """The values that are given to params from outside, a text each (`quiet=45days`), and the problems in them."""
    findings = Findings()
    given: list[tree.Given] = []
    for source in sources:
        items = Reader(RULES, grammar("rules"), RuleNodes, source, findings).text("given").items
        if not items and not findings.failed:
            findings.error(
                "E110", Span(source, 0, len(source.text)), "no value stands here", expected=RULES.forms["given"]
            )
        given += items
    return tuple(given), findings.problems
