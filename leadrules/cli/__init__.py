"""The door for people. Every way out of here has a documented exit code, and none of them is a traceback."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

COMPLETING = "_LEADRULES_COMPLETE"  # set where a shell asks for words to complete


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # Trees of large files hold no circles: looking for some takes a quarter of a check.
    gc.set_threshold(100_000, 50, 50)
    if "--help" in arguments or (not arguments and COMPLETING not in os.environ):
        from rich_click.patch import patch  # help pages alone are drawn by rich-click: it costs every start 40 ms

        patch()
    from leadrules.cli.run import run

    if COMPLETING in os.environ:
        import_module("leadrules.cli.completion").speak_to_shells()
    sys.exit(run(arguments))
