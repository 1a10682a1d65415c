"""A rule file and tables to what does not fit between them, for `leadrules check`."""

from __future__ import annotations

from collections import Counter, defaultdict

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.options import Data
from leadrules.cli.terminal import say, say_intakes
from leadrules.dsl.source import Source
from leadrules.engine.as_of import instants
from leadrules.engine.compile import compile_model
from leadrules.files.sources import read_model
from leadrules.report.survey import draw_survey, survey_as_json
from leadrules.verify.survey import survey


def check_data(name: str, data: Data, as_of: str | None, given: tuple[Source, ...], as_json: bool) -> str:
    """What does not fit between a rule file and the tables, as text or JSON."""
    model = read_model(name, given)
    plan, instant = compile_model(model), as_of_or_now(as_of, model.timezone)
    read = data.read(model)
    say_intakes(read.intakes)
    outside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for found, count in (pair for intake in read.intakes for pair in intake.outside.items()):
        outside[found.field][found.value] += count
    say(f"held against the rules as of {instant.show(model.timezone)}")
    surveyed = survey(plan, read.leads, instants(instant, plan, read.leads), outside)
    return survey_as_json(surveyed) if as_json else draw_survey(surveyed)
