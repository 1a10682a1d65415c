"""What does not fit between a rule set and data, in words and as data."""

from __future__ import annotations

import json

from msgspec import to_builtins

from leadrules.dsl.quantity import show_count
from leadrules.report.scores import describe_lacking
from leadrules.verify.survey import Survey

FORMAT_VERSION = 1


def draw_survey(survey: Survey) -> str:
    """The account as text: a paragraph for each kind of finding, and one sentence where there is none."""
    parts = [
        ("fields that leads lack", describe_lacking(survey.lacking)),
        (
            "values that their field cannot have",
            [
                f'{found.field}: "{found.value}" {show_count(found.count, "time")}'
                + (f" (was {found.nearest} meant?)" if found.nearest else "")
                for found in survey.outside
            ],
        ),
        ("declared, and never seen", list(survey.unseen)),
        ("criteria that fired for no lead", list(survey.unfired)),
    ]
    said = ["\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in parts if lines]
    return "\n\n".join(said) or f"nothing is missing for {show_count(survey.leads, 'lead')}"


def survey_as_json(survey: Survey) -> str:
    """The account as one JSON object; points without limit are null."""
    told = {"format_version": FORMAT_VERSION, **to_builtins(survey)}
    for field in told["lacking"]:
        field["points"] = field["points"] if field["points"] != float("inf") else None
    return json.dumps(told, ensure_ascii=False, indent=2)
