"""Paths in rule files: below the folder of the file they stand in, written the same on every machine."""

from __future__ import annotations

import re
from typing import Literal

from leadrules.dsl.expression.tree import Text
from leadrules.dsl.problem import Findings

Ending = Literal[".lead", ".scenario"]
EXAMPLES: dict[Ending, str] = {".lead": "shared/fields.lead", ".scenario": "inbound.scenario"}


def check_path(path: Text, ending: Ending, findings: Findings) -> bool:
    """Whether a path leads to a file of that kind below the folder it is read from; a problem where not."""
    mistake = mistake_in(path.value, ending)
    if mistake:
        expected = f'a path below the folder of this file, such as "{EXAMPLES[ending]}"'
        findings.error("E574", path.span, mistake, expected=expected)
    return not mistake


def mistake_in(path: str, ending: Ending) -> str:
    """Why a path leads to no file of that kind below its folder; nothing where it does."""
    parts = path.split("/")
    if "\\" in path:
        return "a path has `/` between its parts, on every machine"
    if not parts[0] and len(parts) > 1 or re.match(r"[A-Za-z]:|~", path):
        return "this path begins outside the folder of this file"
    if ".." in parts:
        return "`..` leads out of the folder of this file"
    if not all(part.strip() and part != "." for part in parts):
        return "this is no path to a file"
    return "" if path.endswith(ending) else f"this path does not end in {ending}"


def joined(folder: str, path: str) -> str:
    """A path below `folder`, which is itself a path, or ""."""
    return f"{folder}/{path}" if folder else path


def folder_of(path: str) -> str:
    """The folder a file stands in: `shared` for `shared/fields.lead`, "" for `card.lead`."""
    return path.rpartition("/")[0]
