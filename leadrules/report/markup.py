"""Markup whose texts are escaped by construction: a text becomes `Html` by a tag alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape

VOID = ("meta", "br")  # elements that have no end


class Html(str):
    """Markup. What is none is escaped where it gets into markup."""

    __slots__ = ()


def tag(name: str, *inside: str | None, **attributes: str | bool | None) -> Html:
    """An element with what is inside it, from left to right; None is left out.

    An underscore in the name of an attribute is a hyphen, one at its end stands for nothing: `class_`, `data_chart`.
    """
    said = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    end = "" if name in VOID else f"</{name}>"
    return Html(f"<{name}{said}>{together(*inside)}{end}")


def together(*parts: str | None) -> Html:
    """Parts one after another; texts are escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None))


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def json_script(name: str, data: Mapping[str, object]) -> Html:
    """Data for a script, under an id. No text in it can end the element, or begin a comment."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return tag("script", Html(text), type="application/json", id=name)


def script(text: str) -> Html:
    """A script of our own; the texts of others never get here."""
    return tag("script", Html(text))


def fingerprint(text: str) -> str:
    """How a content security policy names a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
