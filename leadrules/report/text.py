"""Results as plain text: problems drawn in their source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from unicodedata import category

from leadrules.dsl.problem import Fix, Label, Problem
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source, Span

Style = Callable[[str, str], str]
JOINERS = "\u200c\u200d"  # some scripts cannot be written without them


def unstyled(text: str, _style: str) -> str:
    """Text without colour."""
    return text


def visible(text: str) -> str:
    """A text in which every sign shows, in as many columns: a file must not command a terminal, nor turn a line round."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    """The picture of a control character; a stand-in for what only changes how others are shown."""
    if sign in "\n\t" or category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or sign in JOINERS:
        return sign
    return chr(0x2400 + ord(sign)) if sign < " " else "\u2421" if sign == "\x7f" else "\ufffd"


def draw_problem(problem: Problem, style: Style = unstyled) -> str:
    """One problem: what is wrong, where, what was expected, and a way out.

    `style(text, name)` colours a piece of text; names are "error", "warning", "help", "frame" and "strong".
    """
    source = problem.span.source
    line, column = source.position(problem.span.start)
    width = len(str(max(line, *(label.span.source.position(label.span.start)[0] for label in problem.labels), line)))
    head = (
        f"{style(f'{problem.severity}[{problem.code}]', problem.severity)}: {style(visible(problem.message), 'strong')}"
    )
    place = f"{' ' * width}{style('-->', 'frame')} {visible(source.name)}:{line}:{column}"
    parts = [head, place, *excerpts(problem, width, style)]
    if problem.expected:
        parts.append(note("expected", problem.expected, width, style))
    if problem.hint:
        parts.append(note("help", problem.hint, width, style))
    if problem.fix:
        parts += _draw_fix(problem.fix, width, style)
    return "\n".join(parts)


def note(kind: str, text: str, width: int, style: Style) -> str:
    """One line below an excerpt: `= help: ...`."""
    return f"{' ' * width} {style('=', 'frame')} {style(kind, 'help')}: {visible(text)}"


def excerpts(problem: Problem, width: int, style: Style) -> list[str]:
    """The lines a problem and its labels stand in, in the order of the text."""
    marks = [(Label(problem.span, ""), "^"), *((label, "-") for label in problem.labels)]
    marks.sort(key=lambda mark: (mark[0].span.source.name != problem.span.source.name, mark[0].span.start))
    lines = [f"{' ' * width} {style('|', 'frame')}"]
    before: tuple[Source, int] | None = None
    for label, sign in marks:
        source, number = label.span.source, label.span.source.position(label.span.start)[0]
        if before and before[0] is not source:
            lines.append(f"{' ' * width}{style('-->', 'frame')} {visible(source.name)}:{number}")
        elif before and number > before[1] + 1:
            lines.append(style("...", "frame"))
        if before != (source, number):
            lines.append(f"{style(f'{number:>{width}} |', 'frame')} {_clean(source.line(number))}".rstrip())
        before = (source, number)
        colour = problem.severity if sign == "^" else "help"
        lines.append(f"{' ' * width} {style('|', 'frame')} {style(_underline(label, sign), colour)}".rstrip())
    return lines


def _clean(line: str) -> str:
    return visible(line.replace("\t", " "))


def _underline(label: Label, sign: str) -> str:
    """Signs below the characters of a span, as far as its first line reaches, and the words of its label."""
    number, column = label.span.source.position(label.span.start)
    length = min(label.span.end - label.span.start, len(label.span.source.line(number)) - column + 1)
    return f"{' ' * (column - 1)}{sign * max(1, length)} {visible(label.text)}".rstrip()


def _draw_fix(fix: Fix, width: int, style: Style) -> list[str]:
    """The line before and after a fix, like a diff; a line of which nothing is left is not drawn."""
    number, column = fix.span.source.position(fix.span.start)
    line = fix.span.source.line(number)
    fixed = line[: column - 1] + fix.text + line[column - 1 + fix.span.end - fix.span.start :]
    frame = f"{' ' * width} {style('|', 'frame')}"
    margin = len(line) - len(line.lstrip())
    removed = style(f"- {_clean(line.strip())}", "error")
    added = [style(f"+ {_clean(new[margin:].rstrip())}", "added") for new in fixed.split("\n") if new.strip()]
    return [frame, f"{frame} {removed}", *(f"{frame} {new}" for new in added)]


def draw_problems(problems: Iterable[Problem], style: Style = unstyled) -> str:
    """Several problems, an empty line between them."""
    return "\n\n".join(draw_problem(problem, style) for problem in problems)


def count_problems(problems: Sequence[Problem], files: int) -> str:
    """`2 errors, 1 warning, 1 note in 3 files`."""
    counts = Counter(problem.severity for problem in problems)
    found = [show_count(counts[noun], noun) for noun in ("error", "warning", "note") if counts[noun]]
    return f"{', '.join(found) or 'no problems'} in {show_count(files, 'file')}"


def place_of(span: Span) -> str:
    """`file:line:column` of a span."""
    line, column = span.source.position(span.start)
    return f"{span.source.name}:{line}:{column}"
