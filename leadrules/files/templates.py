"""The worlds and markets that come with the package: names to templates."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from leadrules.dsl.source import Source
from leadrules.dsl.spelling import nearest
from leadrules.files.failure import FileProblem

WORLDS = (
    "as_assumed",
    "null",
    "busy_not_buying",
    "fit_only",
    "intent_only",
    "mail_privacy",
    "bot_flood",
    "student_season",
    "dark_funnel",
    "late_sales",
    "drift",
)
PRESETS = ("plg", "sales_led", "enterprise")


def read_template(name: str) -> Source:
    """The template of a world, or of a market, by one of the names above."""
    place = resources.files("leadrules.worlds") / f"{name}.template"
    return Source(f"{name}.scenario", place.read_text(encoding="utf-8"))


def suite() -> tuple[Source, ...]:
    """The templates of the worlds that a rule set is tried in, in their order."""
    return tuple(read_template(name) for name in WORLDS)


def packaged(name: str) -> tuple[Source, ...]:
    """The template of a packaged market by its name; nothing where the name is that of a file.

    Raises `FileProblem` where it is neither, and looks like the name of one.
    """
    if Path(name).exists():
        return ()
    if name in PRESETS:
        return (read_template(name),)
    if meant := nearest(name, PRESETS):
        raise FileProblem(name, "no such file or directory", f"was the packaged market `{meant}` meant?")
    return ()
