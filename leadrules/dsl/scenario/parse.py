"""Text to tree: the statements of a `.scenario` file."""

from __future__ import annotations

from leadrules.dsl.expression.language import Language
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.expression.parse_blocks import Reader
from leadrules.dsl.problem import Findings, Problem
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.parse_nodes import ScenarioNodes
from leadrules.dsl.scenario.parse_sales import FOLLOW_UP_FORMS, FOLLOW_UP_HEADS
from leadrules.dsl.scenario.tree_people import NO_FIELDS
from leadrules.dsl.source import Source, Span

NO_LAW = "a field of this name can be given no law: call it otherwise, here and in the rules"
SCENARIO = Language(
    name="scenario",
    heads={
        "scenario": 'scenario NAME "title" { horizon 180 days from 2026-01-05 }',
        "lead": "lead { FIELD TYPE }",
        "event": "event NAME { PROPERTY TYPE }",
        "everyone": "everyone { FIELD { VALUE 40%; VALUE 60% } }",
        "persona": "persona NAME 25% never buys { … }",
        "accounts": "accounts { size 3; intent spread 0.4 }",
        "intent": "intent { spread 0.9; by FIELD { VALUE: 0.3 } }",
        "activity": "activity { spread 0.6; correlation with intent 0.3 }",
        "stage": "stage NAME { lasts … ; visits … ; events { … }; then … }",
        "mail": "mail NAME { every 7 days at 10:00; sent as EVENT; opened as EVENT 30% }",
        "channels": "channels { NAME 40%, 60 EUR a lead; NAME 60% }",
        "correlate": "correlate FIELD with FIELD 0.4",
        "sources": 'sources { "stages.NAME.visits": 0.2 to 0.4 per day, "our CRM 2025" }',
        "calendar": "calendar { monday to friday 1; hours { 8:00 to 18:00 1; else 0.1 }; … }",
        "from": "from 2026-03-01 { persona NAME 30%; visits times 0.5 }",
        "observed": "observed { lost 3%; late 5% lognormal median 6 hours spread 1; FIELD wrong 3% }",
        **FOLLOW_UP_HEADS,
    },
    inside={
        "scenario": "setting",
        "lead": "property",
        "event": "properties",
        "everyone": "trait",
        "persona": "trait",
        "in": "stage_part",
        "trait": "value_share",
        "accounts": "account_part",
        "intent": "intent_part",
        "by": "row",
        "activity": "activity_part",
        "stage": "stage_part",
        "as in": "quantile_row",
        "mixture": "part_row",
        "then": "row",
        "events": "mix_row",
        "mail": "mail_part",
        "in mail": "mail_answer",
        "channels": "channel_row",
        "in account": "place_row",
        "law_row": "value_share",
        "sources": "source_row",
        "calendar": "calendar_part",
        "hours": "hour_row",
        "zones": "zone_row",
        "campaign": "pulse",
        "trend": "knot",
        "from": "change_part",
        "observed": "observed_part",
        "value": "value_part",
        "sales": "sales_part",
    },
    forms={
        "setting": "seed 7, population 10_000, horizon 180 days from 2026-01-05, landmark 30 days after arrival, or "
        "target won within 90 days",
        "property": "NAME TYPE, such as `employees whole number`",
        "properties": "NAME TYPE, such as `path text`",
        "trait": "intent 0.5, activity 1.3, FIELD { VALUE 40%; … }, FIELD lognormal median 120 spread 1.1, FLAG 5%, "
        "FIELD by OTHER { VALUE: … }, FIELD unknown by OTHER { VALUE: 5% }, or FIELD from channel",
        **{f"trait {word}": f"{form}; {NO_LAW}" for word, form in NO_FIELDS.items()},
        "value_share": "VALUE 40%, or unknown 10%",
        "account_part": "size 3, size 6 on average, intent spread 0.4, or same FIELD",
        "intent_part": "spread 0.9, by FIELD { VALUE: 0.3 }, or FLAG -1",
        "row": "under 50: 0.1, 50 to 999: 0.2, VALUE: 0.3, else: 0 or unknown: 0",
        "activity_part": "spread 0.6, gamma spread 0.6, or correlation with intent 0.3",
        "quantile_row": "SHARE: DURATION, such as `50%: 12 days`",
        "part_row": "SHARE LAW, such as `70% lognormal median 9 days spread 0.8`",
        "stage_part": "lasts lognormal median 20 days spread 0.9, at most 30 days, then lost, visits 0.25 per day, each visit has 2.9 events, "
        "events { … }, or then NEXT logit -0.7 + 0.6 * intent, else lost",
        "calendar_part": "monday to friday 1, hours { 8:00 to 18:00 1; else 0.1 }, zones { Europe/Berlin 70%; … }, "
        "holiday 2026-04-06 0.1, campaign NAME 2026-02-01 to 2026-02-08 { … }, or trend { 2026-01-05 1; 2026-03-01 1.2 }",
        "hour_row": "8:00 to 18:00 1, or else 0.1",
        "zone_row": "Europe/Berlin 70%",
        "pulse": "arrivals times 2, or visits times 1.8",
        "knot": "2026-03-01 1.2",
        "change_part": "persona NAME 30%, arrivals times 2, or visits times 0.5",
        "mix_row": 'EVENT PROPERTY VALUE 10%, such as `page_view path "/pricing" 10%`',
        "mail_part": "every 7 days at 10:00, on 2026-02-03 09:00, 1 day, 4 days after arrival, to leads in STAGE, "
        "sent as EVENT, opened as EVENT logit -0.7 + 0.6 * intent, clicked as EVENT 10%, unsubscribed as EVENT 0.5%, "
        "machine opens 45% of leads, or scanner clicks 8% of leads",
        "mail_answer": "opened as EVENT 90%, clicked as EVENT 10%, unsubscribed as EVENT 0.5%, machine opens 45% of "
        "leads, or scanner clicks 8% of leads",
        "channel_row": "NAME 40%, and behind commas 60 EUR a lead, intent 0.3, or activity 1.2",
        "law_row": "VALUE: { … }, under 50: lognormal median 20 spread 1, VALUE: 30%, else: … or unknown: …",
        "place_row": "VALUE 2, or VALUE rest",
        "source_row": '"stages.NAME.visits": 0.2 to 0.4 per day, "our CRM 2025, n = 4,812"',
        "observed_part": "without consent 15%, blocked 20% of leads, lost 3%, filtered 90% of PERSONA, identified by EVENT, "
        "duplicated 1.5%, late 5% lognormal median 6 hours spread 1, clock off by 30 seconds, FIELD missing 5%, "
        "FIELD replaced by VALUE 5%, or FIELD known 3 days after arrival",
        **FOLLOW_UP_FORMS,
    },
)


def parse(source: Source) -> tree.Scenario:
    """The scenario a text says. Raises `RulesError` with every statement that could not be read."""
    scenario, problems = read(source)
    Findings(list(problems)).raise_errors()
    return scenario


def read(source: Source) -> tuple[tree.Scenario, list[Problem]]:
    """As much of a scenario as could be read, and the problems of the rest."""
    findings = Findings()
    reader = Reader(SCENARIO, grammar("scenario"), ScenarioNodes, source, findings)
    body = reader.text()
    whole = Span(source, 0, len(source.text))
    return tree.Scenario(
        body.items, body.closing, frozenset(reader.unread), tuple(reader.guessed), span=whole
    ), findings.problems
