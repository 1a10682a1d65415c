"""How the oracle reads texts, against pairs and words chosen by hand."""

from __future__ import annotations

import pytest

from tests.oracle_text import fold, tells, words


@pytest.mark.parametrize(
    "group",
    [
        ["İSTANBUL", "istanbul", "ISTANBUL", "ıstanbul", "i\u0307stanbul"],
        ["ΑΘΉΝΑ", "ΑΘΗΝΑ", "αθήνα", "αθηνα"],
        ["ΣΟΦΌΣ", "σοφος", "σοφόσ"],
        ["ΐ", "ϊ", "Ϊ"],
        ["Straße", "STRASSE", "ﬆrasse"],
        ["Cafe\u0301", "café", "CAFÉ"],
        ["ＣＥＯ", "ceo", "C\u200bE\u00adO"],
    ],
)
def test_texts_that_are_the_same(group: list[str]) -> None:
    assert len({fold(text) for text in group}) == 1


@pytest.mark.parametrize(("left", "right"), [("café", "cafe"), ("é", "e"), ("ὰ", "ά"), ("ü", "u"), ("ö", "oe")])
def test_texts_that_differ(left: str, right: str) -> None:
    assert fold(left) != fold(right)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chief Executive-Officer, 2nd", ["chief", "executive", "officer", "2nd"]),
        ("東京都 Ltd", ["東", "京", "都", "ltd"]),
        ("カタ2x", ["カ", "タ", "2x"]),
        ("ที่1", ["ท\u0e35\u0e48", "1"]),
        ("한국어", ["한국어"]),
        ("naïve_x", ["naïve", "x"]),
        ("--", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "relation", "pattern", "expected"),
    [
        ("Head of Sales", "mentions", "head", True),
        ("Header of Sales", "mentions", "head", False),
        ("Head, of sales", "mentions", "head of", True),
        ("head of", "mentions", "head of sales", False),
        ("東京都庁", "mentions", "京都", True),
        ("กรุงเทพ", "mentions", "เทพ", True),
        ("Café", "contains", "CAFÉ", True),
        ("Café", "contains", "cafe", False),
        ("/Pricing/team", "starts with", "/pricing", True),
        ("X.EDU", "ends with", ".edu", True),
        ("Cafe\u0301", "exactly", "Café", True),
        ("café", "exactly", "Café", False),
        ("ﬁnance", "exactly", "finance", False),
        ("ﬁnance", "matches", "^FIN", True),
        ("İstanbul", "matches", "istanbul", False),
        ("Straße", "matches", "strasse", False),
    ],
)
def test_relations(text: str, relation: str, pattern: str, expected: bool) -> None:
    assert tells(text, relation, pattern) is expected
