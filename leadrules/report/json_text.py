"""Data to the text of one JSON object that any stream can hold."""

from __future__ import annotations

import json
from typing import Any


def json_text(told: Any) -> str:
    """The text, indented. Bytes of a file's name that are no UTF-8 are written as JSON's own escapes (`\\udcff`)."""
    return json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode("utf-8")
