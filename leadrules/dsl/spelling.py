"""The candidate a misspelt word was probably meant to be, or none."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate, compared without case, `_` and `-`; None where all are too far to be meant.

    A third of the word's letters may differ, at most four. Of two equally close candidates the
    first in the alphabet is taken, so that a message never depends on the order of declarations.
    """
    plain = _plain(word)
    limit = min(4, (len(plain) + 1) // 3) if len(plain) > 2 else 0
    ranked = sorted((distance(plain, _plain(c)), c) for c in candidates if abs(len(c) - len(word)) <= limit + 2)
    return ranked[0][1] if ranked and ranked[0][0] <= limit else None


def was_meant(meant: str | None, otherwise: str = "") -> str:
    """The hint for a word that is not known: what was meant, if anything is near; else something else to do."""
    return f"was `{meant}` meant?" if meant else otherwise


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
