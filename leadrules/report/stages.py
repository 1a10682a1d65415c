"""The stages of a pipeline as one report: text for the log, Markdown for the pull request, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from leadrules.report.finding import Finding
from leadrules.report.findings_markdown import findings_table
from leadrules.report.grid import Grid
from leadrules.report.json_text import json_text
from leadrules.report.markdown import markdown_grid
from leadrules.report.stage import Stage, Status, together
from leadrules.report.text import Style, unstyled

MOST = 60_000  # characters: a comment on GitHub takes 65,536
MOST_TABLE = 15_000
COLOURS: dict[Status, str] = {"passed": "added", "failed": "error", "undecided": "warning", "skipped": "frame"}
SIGNS: dict[Status, str] = {"passed": "✅", "failed": "❌", "undecided": "❔", "skipped": "➖"}
CUT = "\n\n… the rest is left out: a comment takes no more. `leadrules ci` shows all of it."


def draw_stages(stages: Sequence[Stage], style: Style = unstyled) -> str:
    """What each stage found, then a line a stage."""
    return "\n\n".join([*_details(stages), summarise(stages, style)])


def _details(stages: Sequence[Stage]) -> Iterator[str]:
    for stage in stages:
        if stage.status == "skipped":
            continue
        yield from (finding.detail or place_and(finding) for finding in stage.findings)
        if stage.text:
            yield stage.text


def place_and(finding: Finding) -> str:
    """A finding in one line, and its hint in another."""
    place = finding.place
    head = f"{place.path}:{place.line}:{place.column}: {finding.level}[{finding.code}]: {finding.message}"
    return f"{head}\n  = help: {finding.hint}" if finding.hint else head


def summarise(stages: Sequence[Stage], style: Style = unstyled) -> str:
    """A line a stage."""
    return "\n".join(_lines(stages, style))


def _lines(stages: Sequence[Stage], style: Style) -> Iterator[str]:
    width = max(len(stage.name) for stage in stages)
    for stage in stages:
        status = stage.status if stage.status in ("passed", "skipped") else stage.status.upper()
        yield f"{stage.name:<{width}}  {style(f'{status:<9}', COLOURS[stage.status])}  {stage.summary}"


def stages_as_markdown(stages: Sequence[Stage]) -> str:
    """A table of the stages, then what each found. What does not fit into a comment is cut at the end, and said."""
    status = together(stages)
    rows = [(stage.name, f"{SIGNS[stage.status]} {stage.status}", stage.summary) for stage in stages]
    parts = [f"## {SIGNS[status]} leadrules: {status}", markdown_grid(Grid(("stage", "result", "what"), rows, ()))]
    parts += [part for stage in stages if (part := _section(stage))]
    text = "\n\n".join(parts)
    return text if len(text) <= MOST else _cut(parts)


def _section(stage: Stage) -> str:
    if stage.status == "skipped" or not (stage.findings or stage.markdown):
        return ""
    table = [findings_table(stage.findings, MOST_TABLE)] if stage.findings else []
    return "\n\n".join([f"### {stage.name}", *table, *filter(None, [stage.markdown])])


def _cut(parts: Sequence[str]) -> str:
    """The parts as far as they fit, whole lines alone; a fence or a fold that is left open is closed."""
    kept = "\n\n".join(parts)[:MOST].rpartition("\n")[0]
    if sum(line.startswith("```") for line in kept.split("\n")) % 2:
        kept += "\n```"
    if kept.count("<details>") > kept.count("</details>"):
        kept += "\n\n</details>"
    return kept + CUT


def stages_as_json(stages: Sequence[Stage]) -> str:
    """One object, with `format_version`."""
    told = {"format_version": 1, "status": together(stages), "stages": [_told(stage) for stage in stages]}
    return json_text(told)


def _told(stage: Stage) -> dict[str, Any]:
    findings = [msgspec.to_builtins(finding) for finding in stage.findings]
    return {"name": stage.name, "status": stage.status, "summary": stage.summary, "findings": findings}
