"""Text as it is compared: without case and form, cut into words where words are asked for."""

from __future__ import annotations

import re
import unicodedata

# Code points that no reader sees (Default_Ignorable_Code_Point of Unicode 15), which NFKC_Casefold drops.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
TONOS = re.compile("([\u0370-\u03ff]\u0308?)\u0301")
# Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """The text without case and form: NFKC_Casefold, then i, ı and i̇ are one letter and the Greek tonos is dropped."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFD", text).casefold()
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", unicodedata.normalize("NFKC", folded).casefold()))
    bare = TONOS.sub(r"\1", unicodedata.normalize("NFD", folded)).replace("ı", "i").replace("i\u0307", "i")
    return unicodedata.normalize("NFC", bare)


def plain(text: str) -> str:
    """The text as `matches` searches it: compatibility forms made one (NFKC), case kept."""
    return unicodedata.normalize("NFKC", text)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded.

    A word is a run of letters, marks and digits; in a script written without spaces each letter with its marks is one.
    """
    spaced: list[str] = []
    alone = False
    for character in fold(text):
        category = unicodedata.category(character)[0]
        if category in "LN":
            before, alone = alone, category == "L" and UNSPACED.match(character) is not None
            spaced.append(f" {character}" if before or alone else character)
        else:
            alone = alone and category == "M"
            spaced.append(character if category == "M" else " ")
    return tuple("".join(spaced).split())


def mentions(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of a phrase stand in a text one after the other."""
    return any(text[i : i + len(phrase)] == phrase for i in range(len(text) - len(phrase) + 1))
