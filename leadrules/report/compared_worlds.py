"""Two rule sets in many worlds, in words: by how much one ranks better in each, and what an assumption decides."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

import msgspec

from leadrules.dsl.quantity import show_count
from leadrules.judging.comparison import Compared
from leadrules.report.figures import change, interval_of_change, shown
from leadrules.report.grid import Grid, draw_grid
from leadrules.report.markdown import escaped, markdown_grid
from leadrules.report.rounded import as_json
from leadrules.report.worlds import VERDICTS, conclusion_lines
from leadrules.verify.compare_worlds import RANKING, TOP, ComparedWorlds, WorldGap
from leadrules.verify.worlds import CHANCE

CAVEAT = (
    "A world takes the rules of whose words it is made for right, or for wrong in one way: so each is made of the old "
    "rules and of the new ones. They tell what happens if assumptions hold, not which of them does."
)
PAIRED = (
    "Same leads, same draws: differences are new less old, with paired 95 % intervals. * leaves out 0, taken alone."
)


def draw_compared_worlds(found: ComparedWorlds, width: int = 100) -> str:
    """The worlds as text for the terminal."""
    told = [*spread_lines(found), "", CAVEAT, PAIRED]
    lines = [line for text in told for line in (wrap(text, width) or [""])]
    tables = [draw_grid(grid, width) for grid in grids(found)]
    conclusions = [VERDICTS, *conclusion_lines(found.conclusions, width)]
    last = list(world_lines(found))
    return "\n".join([title(found), "", *lines, "", "\n\n".join(tables), "", *conclusions, "", *last])


def compared_worlds_as_markdown(found: ComparedWorlds) -> str:
    """The worlds as Markdown."""
    told = "\n\n".join(map(escaped, (*spread_lines(found), CAVEAT, PAIRED)))
    tables = "\n\n".join(map(markdown_grid, grids(found)))
    conclusions = "\n".join(f"- {escaped(line.strip())}" for line in conclusion_lines(found.conclusions, 10_000))
    last = "\n".join(f"- {escaped(line.strip())}" for line in world_lines(found))
    return f"# {escaped(title(found))}\n\n{told}\n\n{tables}\n\n{VERDICTS}\n\n{conclusions}\n\n{last}"


def compared_worlds_as_json(found: ComparedWorlds) -> str:
    """The worlds as one JSON object, with `format_version`; figures to nine digits behind the point."""
    plain = msgspec.to_builtins(found)
    assert isinstance(plain, dict)
    for told, conclusion in zip(plain["conclusions"], found.conclusions, strict=True):
        told["flips"] = conclusion.flips
    return as_json(plain)


def title(found: ComparedWorlds) -> str:
    """What is compared, and where."""
    worlds, leads = show_count(len(found.worlds), "world"), show_count(found.leads, "lead")
    return f"{found.old} against {found.new} in {worlds}, {leads} each, seed {found.seed}"


def spread_lines(found: ComparedWorlds) -> Iterator[str]:
    """How far the difference in ranking depends on the world."""
    if found.lowest is None or found.highest is None:
        yield "Nothing can be said of the ranking: too few leads won, or all did. Try a larger --population."
        return
    yield (
        f"ROC AUC by P(won) changes by {found.lowest:+.4f} to {found.highest:+.4f} (without `{CHANCE}`, in which no rules can "
        f"rank); the least in {found.worst}."
    )
    flips = show_count(len(found.flips), "conclusion")
    yield (
        f"{flips} flipped: true in one world and false in another."
        if found.flips
        else "No conclusion flips from true to false."
    )


def grids(found: ComparedWorlds) -> Iterator[Grid]:
    """Each world's figures of ranking, old and new."""
    names = [figure.name for figure in found.worlds[0].figures] if found.worlds else []
    for name in [RANKING, *(name for name in names if name == TOP)]:
        rows = [row for world in found.worlds for row in _rows(world, name)]
        about = next((f.title for world in found.worlds for f in world.figures if f.name == name), name)
        yield Grid((f"{about}: world", "old", "new", "difference", "95 % interval"), rows, (1, 2, 3))


def _rows(world: WorldGap, name: str) -> Iterator[tuple[str, ...]]:
    for figure in world.figures:
        if figure.name == name:
            yield (world.label, *_told(figure))


def _told(figure: Compared) -> tuple[str, ...]:
    d, mark = figure.difference, " *" if figure.decided else ""
    old, new = (shown(estimate, figure.kind) for estimate in (figure.old, figure.new))
    return old, new, change(d, figure.kind) + mark, interval_of_change(d, figure.kind)


def world_lines(found: ComparedWorlds) -> Iterator[str]:
    """What each world is, and which were left out."""
    titles = {world.name: world.title for world in found.worlds}
    yield "worlds"
    yield from (f"  {name}: {text[:1].lower()}{text[1:]}" for name, text in titles.items())
    yield from (f"  {world.name} was left out: {world.why}" for world in found.skipped)
