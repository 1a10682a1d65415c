"""Texts as the manual reads them, written a second time: folding, words, tests of a text."""

from __future__ import annotations

import functools
import unicodedata

import re2

# Default_Ignorable_Code_Point, from Unicode's DerivedCoreProperties.txt: first and last of each stretch.
IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
# How the names of letters begin that are words by themselves: Thai, Lao, Khmer, Burmese, Han, kana.
ALONE = ("THAI ", "LAO ", "KHMER ", "MYANMAR ", "CJK ", "IDEOGRAPHIC ", "HIRAGANA", "KATAKANA")
ACUTE, DIAERESIS, DOT_ABOVE = "\u0301", "\u0308", "\u0307"


def fold(text: str) -> str:
    """The text without case and form: NFKC_Casefold, then i, ı and i̇ are one letter and the Greek tonos is dropped."""
    folded = unicodedata.normalize("NFC", "".join(_casefolded(character) for character in text))
    letters = unicodedata.normalize("NFD", folded).replace("ı", "i").replace("i" + DOT_ABOVE, "i")
    kept = [c for i, c in enumerate(letters) if not (c == ACUTE and _ends_in_greek(letters[:i]))]
    return unicodedata.normalize("NFC", "".join(kept))


@functools.cache
def _casefolded(character: str) -> str:
    """NFKC_Casefold of one character: case, form and what nobody sees are taken away until nothing changes."""
    text = character
    while True:
        visible = "".join(c for c in text if not any(low <= ord(c) <= high for low, high in IGNORABLE))
        simpler = unicodedata.normalize("NFKC", visible.casefold())
        if simpler == text:
            return text
        text = simpler


def _ends_in_greek(text: str) -> bool:
    letter = text.removesuffix(DIAERESIS)[-1:]
    return unicodedata.name(letter, "").startswith("GREEK SMALL LETTER") if letter else False


def words(text: str) -> list[str]:
    """The words of a text, folded: runs of letters, marks and digits; letters of some scripts are words alone."""
    found: list[str] = []
    last = "nothing"
    for character in fold(text):
        kind = unicodedata.category(character)[0]
        if kind not in "LMN":
            last = "nothing"
        elif kind == "M" and last != "nothing":
            found[-1] += character
        elif kind == "L" and unicodedata.name(character, "").startswith(ALONE):
            found.append(character)
            last = "letter"
        elif last == "run":
            found[-1] += character
        else:
            found.append(character)
            last = "run"
    return found


def mentions(text: str, phrase: str) -> bool:
    """Whether the words of the phrase stand in the text one after the other."""
    said, looked_for = words(text), words(phrase)
    return any(said[start : start + len(looked_for)] == looked_for for start in range(len(said)))


def matches(text: str, pattern: str) -> bool:
    """Whether the RE2 pattern is found anywhere in the text in NFKC, upper and lower case alike."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options).search(unicodedata.normalize("NFKC", text)) is not None


def tells(text: str, relation: str, pattern: str) -> bool:
    """Whether a text stands in a relation to a pattern."""
    match relation:
        case "exactly":
            return unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", pattern)
        case "starts with":
            return fold(text).startswith(fold(pattern))
        case "ends with":
            return fold(text).endswith(fold(pattern))
        case "contains":
            return fold(pattern) in fold(text)
        case "mentions":
            return mentions(text, pattern)
        case "matches":
            return matches(text, pattern)
        case _:
            raise ValueError(relation)
