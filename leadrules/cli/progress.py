"""A bar on the error stream for what takes long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """What is told how far something is."""

    def __call__(self, done: int, of: int = ..., /) -> None:
        """So many are done, of so many if that is not what it was."""


@contextmanager
def progress_bar(total: int, what: str = "simulating leads") -> Iterator[Progress]:
    """A function that is told how many are done, and shows it where the error stream is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _all=total: None
        return
    from rich.console import Console  # here alone: a run without a terminal does not pay for it
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, of=total: bar.update(task, completed=done, total=of)
