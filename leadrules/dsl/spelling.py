"""The candidate a misspelt word was probably meant to be, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable

PARTS = re.compile(r"[^\W_\d]?[^\W_A-Z]+|[A-Z]+(?![a-z])|[^\W_]")
LEAST = 4
SHORTEST = 3
MOST_KNOWN = 500


def distance(left: str, right: str, limit: int | None = None) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment).

    Where it is surely above `limit`, the count stops there: what comes out is above it, and may be too low.
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if limit is not None and min(*row, *before) > limit:
            return limit + 1
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate, compared without case, `_` and `-`; None where all are too far to be meant.

    A third of the word's letters may differ, at most four. Of two equally close candidates the
    first in the alphabet is taken, so that a message never depends on the order of declarations.
    """
    plain = _plain(word)
    limit = min(4, (len(plain) + 1) // 3) if len(plain) > 2 else 0
    letters = set(plain)
    spelt = ((_plain(c), c) for c in candidates if abs(len(c) - len(word)) <= limit + 2)
    ranked = sorted((distance(plain, p, limit), c) for p, c in spelt if len(letters.difference(p)) <= limit)
    return ranked[0][1] if ranked and ranked[0][0] <= limit else None


def akin(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that share a part or the beginning of one with a word (`pricing`, `price`), the likest first.

    Parts are what `_`, `-` and capitals set apart. Those of one of the two words have all to be like parts of the other:
    at least four letters agree, and half of those of the longer part.
    """
    own = _parts(word)
    starts = [part[:SHORTEST] for part in own if len(part) >= SHORTEST]
    near = [candidate for candidate in candidates if any(start in candidate.casefold() for start in starts)]
    alike = [(candidate, parts, _likeness(own, parts)) for candidate in near if (parts := _parts(candidate))]
    ranked = sorted((abs(len(own) - len(parts)), -likeness, name) for name, parts, likeness in alike if likeness)
    return tuple(name for *likeness, name in ranked if likeness == [*ranked[0][:2]])[:3]


def suggest(word: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """The hint for a word that is not known: the candidate it is near to, or those that are akin to it."""
    known = tuple(candidates)
    meant = nearest(word, known)
    return was_meant(meant) if meant else suggest_akin(word, known, otherwise)


def suggest_akin(word: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """The hint for a word that is near to no candidate."""
    known = tuple(candidates)
    alike = akin(word, known) if len(known) <= MOST_KNOWN else ()
    return f"was {' or '.join(f'`{candidate}`' for candidate in alike)} meant?" if alike else otherwise


def was_meant(meant: str | None, otherwise: str = "") -> str:
    """The hint for a word that is not known: what was meant, if anything is near; else something else to do."""
    return f"was `{meant}` meant?" if meant else otherwise


def _parts(word: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in PARTS.findall(word))


def _likeness(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How many letters the parts of one word have in common with those of another; 0 where one of them has too few."""
    few, many = sorted((left, right), key=len)
    shared = [max((_shared(a, b) for b in many), default=0) for a in few]
    return sum(shared) if shared and all(shared) else 0


def _shared(left: str, right: str) -> int:
    """How many letters two parts have in common at their start, one more where they are the same; 0 where too few."""
    alike = (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b)
    common = next(alike, min(len(left), len(right)))
    if left == right:
        return common + 1 if common >= SHORTEST else 0
    whole = common == min(len(left), len(right)) and common >= SHORTEST and max(len(left), len(right)) <= 2 * common + 1
    return common if whole or (common >= LEAST and 2 * common >= max(len(left), len(right))) else 0


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
