"""The two streams: data on the one, everything said about it on the other; colour only where a person looks."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import TextIO

import click

from leadrules.files.intake import Intake
from leadrules.report.text import Style, unstyled

COLOURS = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "cyan", "bold": True},
    "help": {"fg": "cyan"},
    "added": {"fg": "green"},
    "frame": {"fg": "blue"},
    "strong": {"bold": True},
}


def drop_output() -> None:
    """Let what is still unwritten go nowhere: the output cannot be written, and Python would try again at the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:  # not a stream of the system, as in tests
        return


def show_every_name() -> None:
    """Let letters that the output has none for be written as JSON's escapes: names of files may be of any bytes."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        codecs.register_error("leadrules", _escaped)
        sys.stdout.reconfigure(errors="leadrules")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Letters that cannot be written, as JSON tells of them: Python's own `backslashreplace` says `\\xe9`."""
    import json  # a tenth of what it takes to start, and rarely asked for

    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def say(text: str) -> None:
    """Write a line about the data, on the error stream."""
    click.echo(text, err=True)


def say_intakes(intakes: Iterable[Intake]) -> None:
    """Write the account of every table that was read."""
    for line in (line for intake in intakes for line in intake.lines()):
        say(line)


def style_output() -> Style:
    """Colour for the output stream, if it shows any."""
    return _style(sys.stdout)


def style_errors() -> Style:
    """Colour for the error stream, if it shows any."""
    return _style(sys.stderr)


def terminal_width() -> int:
    """How many characters a line of output has: the terminal's, else 100."""
    return shutil.get_terminal_size((100, 24)).columns


def _style(stream: TextIO) -> Style:
    if not stream.isatty() or "NO_COLOR" in os.environ:
        return unstyled
    return lambda text, name: click.style(text, **COLOURS.get(name, {}))  # type: ignore[arg-type]
