"""Pages about codes, as they are shipped."""

from __future__ import annotations

import pkgutil

SILENCED = """## How to silence it

Behind the line, or on a line of its own above it, with a reason and perhaps a last day:

    # leadrules: ignore {code} until 2027-01-31, because REASON

`ignore-file` silences it in the whole file, `leadrules lint --ignore {code}` in one run, and `--baseline FILE` where it is known."""
NEVER = {
    "E": "A mistake cannot be silenced: the file says nothing until it is mended.",
    "W10": "It cannot be silenced: it is about comments that silence something.",
}


def read_page(code: str) -> str:
    """The page about a code, in Markdown, as it is shipped and with how to silence it. The code is one there is."""
    shipped = pkgutil.get_data("leadrules.codes", f"{code}.md")
    assert shipped is not None, f"no page is shipped for {code}"
    never = next((words for start, words in NEVER.items() if code.startswith(start)), None)
    silenced = f"## How to silence it\n\n{never}" if never else SILENCED.format(code=code)
    return f"{shipped.decode('utf-8').rstrip()}\n\n{silenced}"
