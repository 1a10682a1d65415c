"""What `leadrules compare` found in the form that was asked for: text, JSON, Markdown, or one that programs read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadrules.cli.forms import READ_BY_PROGRAMS, findings_in
from leadrules.cli.terminal import terminal_width
from leadrules.dsl.source import Source
from leadrules.files.relative import relative
from leadrules.files.sources import read_rules
from leadrules.judging.comparison import Comparison
from leadrules.report.comparison import comparison_as_json, draw_comparison
from leadrules.report.comparison_markdown import comparison_as_markdown
from leadrules.report.finding import Finding, Place
from leadrules.verify.breaking import Breaking
from leadrules.verify.compare_worlds import ComparedWorlds
from leadrules.verify.gates import Gated

TITLE = "leadrules compare"


def comparison_in(form: str, found: Comparison, gated: Gated) -> str:
    """What changes in a market, or on a log; what is found stands in the file of the new rules."""
    if form in READ_BY_PROGRAMS:
        from leadrules.report.find_changes import comparison_found  # a start does not pay for forms nobody asks for

        return _read(form, comparison_found(found, gated, Place(relative(found.new))), found.new)
    match form:
        case "json":
            return comparison_as_json(found)
        case "markdown":
            return comparison_as_markdown(found)
    return draw_comparison(found, terminal_width())


def ladder_in(form: str, found: Breaking, paths: tuple[str, str], given: Sequence[Source]) -> str:
    """How far a change goes; the version is what most of it has to do with."""
    from leadrules.report.breaking import breaking_as_json, breaking_as_markdown, draw_breaking

    if form in READ_BY_PROGRAMS:
        from leadrules.report.find_changes import breaking_found, place_of_version

        at = place_of_version(read_rules(paths[1], given)[0], paths[1], relative)
        return _read(form, breaking_found(found, paths, at, relative), paths[1])
    match form:
        case "json":
            return breaking_as_json(found, *paths)
        case "markdown":
            return breaking_as_markdown(found)
    return draw_breaking(found, *paths)


def worlds_in(form: str, found: ComparedWorlds) -> str:
    """What changes in each of many worlds."""
    from leadrules.report.compared_worlds import (
        compared_worlds_as_json,
        compared_worlds_as_markdown,
        draw_compared_worlds,
    )

    if form in READ_BY_PROGRAMS:
        from leadrules.report.find_changes import worlds_found

        return _read(form, worlds_found(found, Place(relative(found.new))), found.new)
    match form:
        case "json":
            return compared_worlds_as_json(found)
        case "markdown":
            return compared_worlds_as_markdown(found)
    return draw_compared_worlds(found, terminal_width())


def _read(form: str, findings: Iterable[Finding], path: str) -> str:
    return findings_in(form, list(findings), [path], TITLE)
