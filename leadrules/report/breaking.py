"""How far a change of rules goes, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Span
from leadrules.report.rounded import as_json
from leadrules.report.text import place_of
from leadrules.verify.breaking import RUNGS, Breaking, Rung
from leadrules.verify.tell_apart import Change

MEANINGS: dict[Rung, str] = {
    "same": "nothing changes by meaning",
    "text": "only words, tests and demands change",
    "points": "scores change, or what is set off",
    "tier": "some lead is in another tier or grade",
    "reads": "a name is gone that data or readers of results have",
}
LONGEST = 80  # characters of a change that is shown as it was written
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def draw_breaking(found: Breaking, old: str, new: str) -> str:
    """The rung, every change, a lead that shows it, and what the version lacks."""
    return "\n".join(_lines(found, old, new))


def breaking_as_json(found: Breaking, old: str, new: str) -> str:
    """The same as one JSON object."""
    return as_json(
        {
            "format_version": 1,
            "old": old,
            "new": new,
            "rung": found.rung,
            "ladder": RUNGS,
            "changes": [_change_told(change) for change in found.changes],
            "shift": found.shift,
            "tried": found.tried,
            "seed": found.seed,
            "versions": found.versions,
            "version_lacks": found.version_lacks,
        }
    )


def breaking_as_markdown(found: Breaking) -> str:
    """The same as Markdown, without a heading."""
    parts = [f"**{found.rung}**: {MEANINGS[found.rung]}."]
    if found.changes:
        parts.append(
            "\n".join(
                ["```diff", *(f"{SIGNS[c.kind]} {_change(c)}".replace("~", "!", 1) for c in found.changes), "```"]
            )
        )
    if found.shift:
        said = f"A lead that shows it: `{found.shift.before}` before, `{found.shift.after}` after."
        parts.append(f"{said}\n\n```\n{found.shift.test}\n```")
    elif found.tried:
        parts.append(_unshown(found))
    if found.version_lacks:
        parts.append(f"⚠ {found.version_lacks}.")
    return "\n\n".join(parts)


def _lines(found: Breaking, old: str, new: str) -> Iterator[str]:
    ladder = " < ".join(rung.upper() if rung == found.rung else rung for rung in RUNGS)
    yield f"{old} to {new}: {found.rung}, {MEANINGS[found.rung]}"
    yield f"  ({ladder})"
    yield from (f"  {SIGNS[change.kind]} {_change(change)}" for change in found.changes)
    if found.shift:
        yield ""
        yield f"A lead that shows it: {found.shift.before} before, {found.shift.after} after."
        yield from (f"  {line}" for line in found.shift.test.split("\n"))
    elif found.tried:
        yield ""
        yield _unshown(found)
    if found.version_lacks:
        yield ""
        yield f"version: {found.version_lacks}"


def _unshown(found: Breaking) -> str:
    return f"None of {show_count(found.tried, 'lead')} that were made up (seed {found.seed}) stands otherwise, which proves nothing."


def _change(change: Change) -> str:
    """A change in one line: where it is, what it is, and how it was written before and after."""
    place = change.new or change.old
    where = f" ({place_of(place)})" if place else ""
    return what_changes(change, where)


def what_changes(change: Change, where: str = "") -> str:
    """A change in one line: what it is, `where`, and how it was written before and after, where that is short."""
    name = f" `{change.name}`" if change.name else ""
    written = [_written(span) for span in (change.old, change.new) if span]
    same = len(written) > 1 and written[0] == written[1]
    fits = change.effect and not change.gone and not same and all(len(text) <= LONGEST for text in written)
    return f"{change.what}{name} {change.words}{where}" + (f": {' → '.join(written)}" if written and fits else "")


def _written(span: Span) -> str:
    return " ".join(span.text.split())


def _change_told(change: Change) -> dict[str, object]:
    places = {side: place_of(span) if span else None for side, span in (("old", change.old), ("new", change.new))}
    return {
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "effect": change.effect,
        "gone": change.gone,
        "words": change.words,
        **places,
    }
