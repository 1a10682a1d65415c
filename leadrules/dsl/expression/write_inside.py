"""Comments that stood between the lines of a statement to places in its written text, whose words may be others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate, takewhile

from msgspec.structs import replace

from leadrules.dsl.expression.write_lines import Unit, may_end, units_of
from leadrules.dsl.layout import Notes


def anchor(text: str, notes: Notes) -> Notes:
    """The notes of a written statement, the comments inside told by how many units of the text stand before them.

    A comment goes behind the word it stood behind, or the next one that a line may end at; where none follows, it goes
    behind the statement, or above it where there is a comment already, or a block between.
    """
    if not notes.inside:
        return notes
    units = list(units_of(text))
    ends = _ends(units, notes)
    inside = [replace(comment, behind=end) for comment, end in zip(notes.inside, ends, strict=True) if end]
    homeless = [comment.text for comment, end in zip(notes.inside, ends, strict=True) if not end]
    *above, last = homeless or [""]
    if last and (notes.after or "\n" in text):
        above, last = [*above, last], ""
    return Notes((*notes.before, *above), last or notes.after, tuple(inside))


def _ends(units: Sequence[Unit], notes: Notes) -> list[int | None]:
    """For each comment how many units stand before it, or None where no line may end behind it."""
    pieces = [[unit.word for unit in units_of(word)] for word in notes.words]
    behind = list(accumulate(map(len, pieces)))
    at = _found_again([word for piece in pieces for word in piece], [unit.word for unit in units])
    legal = [end for end in range(1, len(units)) if may_end(units[end - 1], units[end])]
    found = (bisect_left(legal, at[behind[comment.behind - 1] - 1]) for comment in notes.inside)
    return [legal[place] if place < len(legal) else None for place in found]


def _found_again(words: Sequence[str], others: Sequence[str]) -> list[int]:
    """For each word how many of the others stand before the end of the last one, up to it, that is among them too."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(words, others, strict=False)))
    at = [*range(1, same + 1), *[0] * (len(words) - same)]
    for i, j, size in SequenceMatcher(None, words[same:], others[same:], autojunk=False).get_matching_blocks():
        at[same + i : same + i + size] = range(same + j + 1, same + j + size + 1)
    return list(accumulate(at, max))
