"""Texts that are alike to a reader and not to a machine, grouped by what they are alike in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Texts that data may hold and rules may name, what rules may look for in them, and RE2 patterns."""

    texts: tuple[str, ...]
    patterns: tuple[str, ...]
    regexes: tuple[str, ...]


TOPICS = (
    Topic(
        ("CEO", "ceo & founder", "ＣＥＯ", "c\u200beo", "Chief  Executive-Officer", "oceo"),
        ("ceo", "chief executive", "c", "officer", "ﬃcer"),
        ("ceo|chief", r"\bceo\b", "^.$"),
    ),
    Topic(
        ("/pricing/team", "/Pricing", "/pricing", "x.edu/pricing"),
        ("/pricing", "pricing", "team", ".edu"),
        ("^/pricing", "pricing/?$", "p{2}"),
    ),
    Topic(
        ("İSTANBUL", "ıstanbul", "istanbul office", "ISTANBUL"),
        ("istanbul", "i", "ISTANBUL", "ı"),
        ("istan", "^İ"),
    ),
    Topic(("ΑΘΉΝΑ", "αθηνα", "Αθήνα 12", "σοφός", "ΣΟΦΟΣ"), ("ά", "αθήνα", "σοφος", "12"), ("αθ.να", "ς$")),
    Topic(
        ("Straße 7", "STRASSE 7", "strasse", "Cafe\u0301", "Café", "café", "CAFE"), ("ss", "É", "cafe", "7"), ("é", "ß")
    ),
    Topic(
        ("東京都庁", "東京", "東京 12階", "京都", "กรุงเทพมหานคร", "เทพ", "ที่นี่", "カタカナ", "ｶﾀｶﾅ"),
        ("京", "都庁", "เทพ", "ท", "カタ", "12"),
        ("東.都", "[0-9]+", "カ"),
    ),
)


def joined(topics: list[Topic]) -> Topic:
    """Several topics as one."""
    return Topic(
        tuple(text for topic in topics for text in topic.texts),
        tuple(pattern for topic in topics for pattern in (*topic.patterns, *topic.texts)),
        tuple(regex for topic in topics for regex in topic.regexes),
    )
