"""Words that say something in the language, or sound as if they did: in quotes they would be mere texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leadrules.dsl.spelling import distance

# What people write for the rows of a table that are for all others, or for nothing known.
RESTS = {
    "else": ("otherwise", "others", "default", "rest", "all", "any", "everything"),
    "unknown": ("missing", "null", "none", "empty", "blank", "na", "nil"),
}
OF_NOTHING = frozenset(["n", "nan", "undefined", "nothing"])
SHORTEST = 4


def has_word(text: str) -> bool:
    """Whether one of the words of a text is a word of the language, or said in place of one."""
    from leadrules.dsl.expression.parse import grammar
    from leadrules.dsl.expression.slips import SAID

    rests = {word for words in RESTS.values() for word in words}
    keywords = grammar("rules").keywords()
    said = {word for phrase in SAID for word in phrase.split()}
    known = keywords | said | rests | OF_NOTHING
    return any(word in known or _near(word, keywords) for word in re.findall(r"[\w-]+", text.casefold()))


def _near(word: str, keywords: Iterable[str]) -> bool:
    """Whether a word is spelt nearly like one of the language, or is the beginning of one: `round` for `rounded`."""
    longer = [keyword for keyword in keywords if min(len(word), len(keyword)) >= SHORTEST]
    return any(
        keyword.startswith(word) or word.startswith(keyword) or distance(word, keyword, 1) <= 1 for keyword in longer
    )
