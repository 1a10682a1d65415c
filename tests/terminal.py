"""Commands as a person types them, run in this process."""

from __future__ import annotations

import io
import shlex
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

from leadrules.cli.run import run


class Shown(NamedTuple):
    """What a command leaves behind: its exit code and its two streams."""

    code: int
    output: str
    errors: str


class Stream(io.TextIOWrapper):
    """A stream that remembers what was written, texts and bytes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    def text(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


def typed(command: str | Sequence[str]) -> Shown:
    """Run `leadrules ...`. No exception may leave it: that would be a traceback."""
    words = shlex.split(command) if isinstance(command, str) else list(command)
    assert words[0] == "leadrules"
    output, errors = Stream(), Stream()
    with redirect_stdout(output), redirect_stderr(errors):
        code = run(words[1:])
    return Shown(code, output.text(), errors.text())
