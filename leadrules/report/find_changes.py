"""Changes of rules, and bounds that are not kept, to findings."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.rules.tree import Header, Ruleset, Version
from leadrules.judging.comparison import Comparison
from leadrules.report.breaking import MEANINGS, draw_breaking, what_changes
from leadrules.report.compared_worlds import draw_compared_worlds, spread_lines
from leadrules.report.compared_worlds import title as title_of_worlds
from leadrules.report.comparison import draw_comparison, title
from leadrules.report.find import Named, as_named, fingerprint_of, place_of_span
from leadrules.report.finding import Finding, Place
from leadrules.report.gates import line
from leadrules.report.text import place_of
from leadrules.report.verdict import verdict
from leadrules.verify.breaking import Breaking
from leadrules.verify.compare_worlds import ComparedWorlds
from leadrules.verify.conclusions import Conclusion
from leadrules.verify.gates import Decision, Gated
from leadrules.verify.tell_apart import Change


def place_of_version(ruleset: Ruleset, path: str, named: Named = as_named) -> Place:
    """Where rules say their version, else where they begin to say what they are, else the first line of `path`."""
    headers = [item for item in ruleset.items if isinstance(item, Header)]
    versions = [item for header in headers for item in header.body.items if isinstance(item, Version)]
    if versions:
        return place_of_span(versions[0].span, named)
    return place_of_span(headers[0].name.span, named) if headers else Place(named(path))


def version_found(found: Breaking, at: Place) -> Iterator[Finding]:
    """What the version of rules does not say, where there is something."""
    if found.version_lacks:
        yield Finding(
            code="version",
            level="error",
            place=at,
            message=f"{found.version_lacks} ({found.rung}: {MEANINGS[found.rung]})",
            hint="raise the version of the rule set",
            fingerprint=fingerprint_of("version"),
        )


def breaking_found(found: Breaking, paths: tuple[str, str], at: Place, named: Named = as_named) -> Iterator[Finding]:
    """What the version at `at` lacks, how far the change goes, and each change that has an effect.

    What is gone stands where the version does, since it has no other place in the new rules.
    """
    yield from version_found(found, at)
    if found.rung != "same":
        shift = found.shift
        yield Finding(
            code="change",
            level="note",
            place=at,
            message=f"{found.rung}: {MEANINGS[found.rung]}",
            hint=f"a lead that shows it: {shift.before} before, {shift.after} after" if shift else "",
            detail=draw_breaking(found, *paths),
            fingerprint=fingerprint_of("rung"),
        )
    for change in found.changes:
        if change.effect:
            yield _changed(change, bool(found.version_lacks), at, named)


def _changed(change: Change, unsaid: bool, at: Place, named: Named) -> Finding:
    """A change of the rules; it is a doubt where something is gone and the version does not say so."""
    was = f" (was {place_of(change.old)})" if change.old and not change.new else ""
    return Finding(
        code="gone" if change.gone else "change",
        level="warning" if change.gone and unsaid else "note",
        place=place_of_span(change.new, named) if change.new else at,
        message=f"{what_changes(change)}{was}",
        fingerprint=fingerprint_of("change", change.kind, change.what, change.name),
    )


def comparison_found(comparison: Comparison, gated: Gated, at: Place) -> Iterator[Finding]:
    """The bounds that are not kept, and the verdict."""
    yield from bounds_found(gated, at)
    yield Finding(
        code="comparison",
        level="note",
        place=at,
        message=f"{title(comparison)}: {' '.join(verdict(comparison))}",
        detail=draw_comparison(comparison),
        fingerprint=fingerprint_of("comparison", comparison.source),
    )


def bounds_found(gated: Gated, at: Place) -> Iterator[Finding]:
    """The conditions on a change that are broken, or that the sample leaves open."""
    for decision in gated.decisions:
        if decision.status != "kept":
            yield bound_found(decision, at, "change", decision.bound.words)


def bound_found(decision: Decision, at: Place, *name: str) -> Finding:
    """A bound that is broken or left open; its fingerprint is made of `name`."""
    return Finding(
        code="gate",
        level="error" if decision.status == "broken" else "warning",
        place=at,
        message=" ".join(line(decision).split()),
        fingerprint=fingerprint_of(*name),
    )


def worlds_found(found: ComparedWorlds, at: Place) -> Iterator[Finding]:
    """How far the difference depends on the world, and each conclusion that an assumption decides."""
    yield Finding(
        code="comparison",
        level="note",
        place=at,
        message=f"{title_of_worlds(found)}: {' '.join(spread_lines(found))}",
        detail=draw_compared_worlds(found),
        fingerprint=fingerprint_of("comparison", "worlds"),
    )
    yield from (_flipped(conclusion, at) for conclusion in found.conclusions if conclusion.flips)


def _flipped(conclusion: Conclusion, at: Place) -> Finding:
    holds, fails = ", ".join(conclusion.holds), ", ".join(conclusion.fails)
    return Finding(
        code="flip",
        level="note",
        place=at,
        message=f"{conclusion.text}: holds in {holds}; fails in {fails}",
        fingerprint=fingerprint_of("flip", conclusion.text),
    )
