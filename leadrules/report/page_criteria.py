"""What each criterion is worth, and how kinds of leads fare, on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.judging.comparison import Comparison
from leadrules.judging.criteria import Criteria
from leadrules.judging.segments import Segment
from leadrules.report.bands import segments_grid, segments_notes
from leadrules.report.criteria import criteria_grid, criteria_notes
from leadrules.report.markup import Html, tag
from leadrules.report.page_parts import prose, section, table


def criteria_section(comparison: Comparison) -> Html | None:
    """The criteria of the new rules, and folded up those of the old ones; None where neither has any."""
    parts: list[Html] = []
    if comparison.new_criteria:
        parts += _criteria("Under the new rules", comparison.new_criteria)
    if comparison.old_criteria:
        old = list(_criteria("", comparison.old_criteria))
        parts.append(tag("details", tag("summary", "Under the old rules"), *old))
    return section("criteria", "What each criterion is worth", *parts) if parts else None


def _criteria(title: str, criteria: Criteria) -> Iterator[Html]:
    """Notes about what is wrong come before the table, what its columns mean after it."""
    means, *found = criteria_notes(criteria)
    columns, *found = found
    if title:
        yield tag("h3", title)
    yield tag("ul", *(tag("li", prose(note.strip())) for note in found), class_="findings")
    yield table(criteria_grid(criteria), sorts=True)
    yield tag("p", prose(f"{means} {columns}"), class_="note")


def segments_section(segments: Sequence[Segment]) -> Html | None:
    """How the new rules treat leads of different kinds; None where they have no tiers."""
    if not segments:
        return None
    means, *found = segments_notes(segments)
    told = tag("ul", *(tag("li", prose(note)) for note in found), class_="findings") if found else None
    note = tag("p", prose(f"Under the new rules. {means}"), class_="note")
    return section("kinds", "Kinds of leads", told, table(segments_grid(segments), sorts=True), note)
