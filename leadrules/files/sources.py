"""Rule and scenario files: path to source."""

from __future__ import annotations

from pathlib import Path

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.files.failure import FileProblem

LARGEST = 20_000_000


def read_source(path: str) -> Source:
    """The text of a rule or scenario file. Raises `FileProblem` where there is none that can be read."""
    try:
        size = Path(path).stat().st_size
        if size > LARGEST:
            raise FileProblem(path, f"{size:,} bytes are too many for a rule file", "data goes in with --leads")
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        hint = "save the file as UTF-8"
        raise FileProblem(path, f"byte {mistake.start} is no UTF-8 text", hint) from None
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None
    return Source(path, text.replace("\r\n", "\n").replace("\r", "\n"))


def read_model(path: str) -> Model:
    """The rule set of a file. Raises `FileProblem` where it cannot be read, `RulesError` where it is wrong."""
    return check(parse(read_source(path)))
