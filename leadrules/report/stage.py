"""A stage of a pipeline, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from leadrules.report.finding import Finding

Status = Literal["passed", "failed", "undecided", "skipped"]


class Stage(Struct, frozen=True, kw_only=True):
    """One stage: what it came to in a sentence, what it found, and more to be read, as text and as Markdown.

    "undecided": a sample does not tell. "skipped": there was nothing to do, or nothing that could be done.
    """

    name: str
    status: Status
    summary: str
    findings: tuple[Finding, ...] = ()
    text: str = ""
    markdown: str = ""


def together(stages: Sequence[Stage]) -> Status:
    """What stages come to: failed where one is, else undecided where one is."""
    found = {stage.status for stage in stages}
    return "failed" if "failed" in found else "undecided" if "undecided" in found else "passed"
