"""Numbers, dates, names and phrases as they are written elsewhere, to how they are written here.

Nothing here decides anything: a rewriting is only proposed where the statement can be read with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from leadrules.dsl.moment import day_of, until_midnight

Rewriting = Callable[["re.Match[str]"], str]


def _iso(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in match.groups())
    return day_of(year, month, day) or match[0]


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    written = f"{hour % 12 + 12 * (half == 'pm') if half and hour <= 12 else hour:02}:{minute:02}"
    return match[0] if until_midnight(written) is None else written


def _grouped(digits: str) -> str:
    return f"{int(digits):_}"


def _times(match: re.Match[str]) -> str:
    """A product whose sign was left out, of a name that the file has elsewhere."""
    known = len(re.findall(rf"(?<![\w.]){match[2]}(?!\w)", match.string)) > 1
    return f"{match[1]} * {match[2]}" if known else match[0]


def _named_month(match: re.Match[str]) -> str:
    day, name, year = (match[1], match[2], match[3]) if match[1].isdigit() else (match[2], match[1], match[3])
    month = MONTHS.get(name.casefold()[:3], 0)
    return day_of(int(year), month, int(day)) or match[0]


def _counted(match: re.Match[str]) -> str:
    sign = {"at least": ">=", "at most": "<=", "more than": ">", "exactly": "=", "no more than": "<="}.get(
        match[1], "<"
    )
    return f"(count of {match[3]}{match[4]}) {sign} {match[2]}"


def _upwards(match: re.Match[str]) -> str:
    beside = match.string[max(match.start() - 200, 0) : match.start()]
    beyond = re.search(rf"\bto {match[1]}\b", beside) or match[0].startswith(("more", "greater"))
    return f"{int(match[1].replace('_', '')) + 1} and over" if beyond else f"{match[1]} and over"


def _negated(match: re.Match[str]) -> str:
    whole = {"match": "matches"}.get(match[2], f"{match[2]}s")
    return f"not {match[1]} {whole} {match[3]}"


def _short_year(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in match.groups())
    return day_of(2000 + year, month, day) or match[0]


def _in_last(match: re.Match[str]) -> str:
    """A moment or an event of the last days, by what the file declares under the name."""
    name, number, unit = match.groups()
    if re.search(rf"\b{name} (?:time|date)\b", match.string):
        days = int(number) * DAYS.get(unit.removesuffix("s"), 0)
        return f"days since {name} < {days}" if days else match[0]
    return f"any {name} in last {number} {unit}" if _is_event(match.string, name) else match[0]


def _is_event(text: str, name: str) -> bool:
    return bool(re.search(rf"\bevent {re.escape(name)}\b", text))


def _happened(match: re.Match[str]) -> str:
    return f"{match[1] or 'any '}{match[2]}" if _is_event(match.string, match[2]) else match[0]


def _begins(match: re.Match[str]) -> str:
    event = _is_event(match.string, match[1].split()[0])
    return match[0] if event or match[1].endswith(" begins") else f"each time {match[1]} begins"


DAYS = {"day": 1, "week": 7}
MONTHS = {
    **{
        name: at
        for at, name in enumerate(
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
        )
    },
    "mär": 3,
    "mai": 5,
    "okt": 10,
    "dez": 12,
    "fév": 2,
    "avr": 4,
    "jui": 7,
    "aoû": 8,
    "déc": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
}
UNIT = r"(?:second|minute|hour|day|week)s?"
VALUE = r"(?:\w+|\"[^\"]*\")"
NUMBER = r"(?<![\w.])"
WHOLE = r"\d{1,15}"  # with more digits nobody means it
# Several words that say one thing together, and each something else: tried before the words alone.
PHRASES: Sequence[tuple[re.Pattern[str], Rewriting]] = (
    (re.compile(r"\btier (?!is\b|at\b|not\b|has\b)([^\W\d]\w*)\b"), lambda m: f"tier is {m[1]}"),
    (re.compile(r"\bnot (entered|left)\b"), lambda m: f"never {m[1]}"),
    (
        re.compile(rf"\bexpect ([^,;{{}}\n]+?),? (?:at|after|in) \+?(\d+ {UNIT})(?= ?(?:[;}}]|$))"),
        lambda m: f"at +{m[2]} expect {m[1]}",
    ),
    (re.compile(r"\b(any |no )?([^\W\d]\w*) (?:has )?(?:happened|occurred)\b"), _happened),
    (re.compile(rf"\b([^\W\d]\w*) (?:in|within|during) (?:the )?last ({WHOLE}) ({UNIT})\b"), _in_last),
    (
        re.compile(r"\b(when|where|until|and|or) ([^\W\d][\w.]*) from (\d[\d_.]*) to (\d[\d_.]*)"),
        lambda m: f"{m[1]} ({m[2]} >= {m[3]} and {m[2]} <= {m[4]})",
    ),
    (re.compile(r"\beach time (?=\S)([^,;{}\n]+?)(?= ?(?:[,;}]|$))"), _begins),
    (re.compile(r"\bcondition ([^\W\d]\w*) (?:when|if|where)\b"), lambda m: f"condition {m[1]}:"),
)
REWRITINGS: Sequence[tuple[re.Pattern[str], Rewriting]] = (
    (re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b"), _iso),
    (re.compile(r"\b(\d{4})/(\d{2})/(\d{2})\b"), lambda m: day_of(*map(int, m.groups())) or m[0]),
    (re.compile(r"\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)"), lambda m: f"{m[1]} {m[2]}"),
    (re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{2})\b(?!\d)"), _short_year),
    (re.compile(r"\b(1[3-9]|2\d|3[01])/(\d{1,2})/(\d{4})\b"), _iso),
    (re.compile(r"\b(\d{1,2})(?:\.|st|nd|rd|th)? ([^\W\d]{3,})\.?,? (\d{4})\b"), _named_month),
    (re.compile(r"\b([^\W\d]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b"), _named_month),
    (re.compile(r"\b(\d{1,2})(?:[.:h](\d{2}))? ?(?:Uhr|uhr|h)()\b"), _clock),
    (re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))? ?([ap]m)\b", re.IGNORECASE), _clock),
    (re.compile(r"(?<=at )(\d{1,2})[.h](\d{2})()\b"), _clock),
    (re.compile(r"(?<=\d{4}-\d\d-\d\d )(\d{1,2})[.h](\d{2})()\b"), _clock),
    (re.compile(rf"(?<=at )(\d+ {UNIT})\b"), lambda m: f"+{m[1]}"),
    (re.compile(rf"(?<![\w+-])(\d+ {UNIT}) (?:later|after)\b"), lambda m: f"+{m[1]}"),
    (re.compile(r"\b(\d+) ?x\b"), lambda m: f"{m[1]} times"),
    (re.compile(r"(?<=at )(\d{1,2})(?::(\d{2}))? ?([ap]m)?\b", re.IGNORECASE), _clock),
    (re.compile(NUMBER + r"(\d{1,3}(?:[.,']\d{3}){2,4})\b"), lambda m: _grouped(re.sub(r"\D", "", m[1]))),
    (re.compile(NUMBER + r"(\d{1,3}[,' ]\d{3})\b"), lambda m: _grouped(re.sub(r"\D", "", m[1]))),
    (re.compile(NUMBER + r"(\d+),(\d+)"), lambda m: f"{m[1]}.{m[2]}"),
    (re.compile(NUMBER + rf"({WHOLE})[kK]\b"), lambda m: _grouped(m[1] + "000")),
    (re.compile(NUMBER + rf"({WHOLE}) ?[mM](?:io)?\b"), lambda m: _grouped(m[1] + "000000")),
    (re.compile(r"\b([A-Z]{3}) (\d[\d_]*(?:\.\d+)?)"), lambda m: f"{m[2]} {m[1]}"),
    (re.compile(NUMBER + r"\.(\d+)"), lambda m: f"0.{m[1]}"),
    (re.compile(r"%(\d+(?:\.\d+)?)"), lambda m: f"{m[1]}%"),
    (re.compile(NUMBER + r"0\.(\d\d)\b(?! ?%)"), lambda m: f"{int(m[1])}%"),
    (re.compile(NUMBER + rf"({WHOLE}) months?\b"), lambda m: f"{30 * int(m[1])} days"),
    (re.compile(NUMBER + rf"({WHOLE}) years?\b"), lambda m: f"{365 * int(m[1])} days"),
    (re.compile(NUMBER + r"(\d+) ?(?:d|D)\b"), lambda m: f"{m[1]} days"),
    (re.compile(NUMBER + r"(\d+) ?(?:h|H)\b"), lambda m: f"{m[1]} hours"),
    (re.compile(NUMBER + r"(\d+) ?(?:w|W)\b"), lambda m: f"{m[1]} weeks"),
    (re.compile(NUMBER + r"(\d+) ?min\b"), lambda m: f"{m[1]} minutes"),
    (re.compile(NUMBER + r"(\d+) ?s\b"), lambda m: f"{m[1]} seconds"),
    (re.compile(NUMBER + r"(\d[\d_]*)(?! ?[\w.%])"), lambda m: f"{m[1]} days"),
    (re.compile(NUMBER + r"(\d[\d_]*)(?= (?:from|spread|shape|after)\b)"), lambda m: f"{m[1]} days"),
    (re.compile(r"\b(eur|usd|gbp|chf|pln|sek|nok|dkk|czk|jpy)\b"), lambda m: m[1].upper()),
    (re.compile(r" ?/ ?(day|week|hour|month)s?\b"), lambda m: f" per {m[1]}"),
    (
        re.compile(r"\b(?:at most|max|maximum|up to) (\d+) ?/ ?(day|week|month)\b"),
        lambda m: f"at most {m[1]} per calendar {m[2]}",
    ),
    (re.compile(r"\b(?:from )?(\S+) ?(?:to|-|–|\.\.) ?(\S+)(?= \{)"), lambda m: f"between {m[1]} and {m[2]}"),
    (re.compile(r"\bfrom (\S+(?: \w+)?) to (\S+(?: \w+)?)$"), lambda m: f"between {m[1]} and {m[2]}"),
    (re.compile(r"\bbetween (\d[\d_.]*) and (\d[\d_.]*)(?=,|:)"), lambda m: f"{m[1]} to {m[2]}"),
    (re.compile(r" ?\((?:max\.?|maximum|up to|not more than) (\d+)\)"), lambda m: f", at most {m[1]}"),
    (re.compile(r" ?\(((?:at most|once|worth|no decay|unless|after a gap)\b[^()]*)\)"), lambda m: f", {m[1]}"),
    (re.compile(rf"(?<=\bis ){VALUE}(?:, {VALUE})+(?=$|,| and\b| or\b)"), lambda m: f"one of {m[0]}"),
    (re.compile(r"\bminus (\d[\d_.]*)"), lambda m: f"-{m[1]}"),
    (re.compile(r"\b(\w+) in \(([^()]*)\)"), lambda m: f"{m[1]} is one of {m[2]}"),
    (re.compile(r"\b(\w+) not in \(([^()]*)\)"), lambda m: f"{m[1]} is not one of {m[2]}"),
    (re.compile(r"\bof \(([^()]*)\)"), lambda m: f"of {m[1]}"),
    (re.compile(r"\bcount ?\((\w+)\)", re.IGNORECASE), lambda m: f"count of {m[1]}"),
    (re.compile(r"\b(any of|one of|missing) ?\(([^()]*)\)"), lambda m: f"{m[1]} {m[2]}"),
    (re.compile(r"\b(\w+) ?\(([^()]*)\)"), lambda m: f"{m[1]} {m[2].replace(',', '')}"),
    (re.compile(r"\b([\w.]+) (?:does not|not|doesn't|do not) (contain|mention|match)(?:s|es)? (\"[^\"]*\")"), _negated),
    (
        re.compile(
            r"\b(at least|at most|more than|no more than|fewer than|less than|exactly) (\d+) (?:times )?([^\W\d]\w*)"
            r"((?: where [\w.]+ \w+ [^,\s]+)?(?: in last \d+ \w+)?)(?=$|,| and | or )"
        ),
        _counted,
    ),
    (re.compile(r"\b([\w.]+) should (?:be|equal)(?: equal to)? (\S+)"), lambda m: f"expect {m[1]} = {m[2]}"),
    (re.compile(r"\bSUM ?\(([^()]*)\)", re.IGNORECASE), lambda m: re.sub(r"\s*,\s*", " + ", m[1])),
    (re.compile(r"\.startswith ?\((\"[^\"]*\")\)"), lambda m: f" starts with {m[1]}"),
    (re.compile(r"\.endswith ?\((\"[^\"]*\")\)"), lambda m: f" ends with {m[1]}"),
    (re.compile(r"\brounded between (\S+) and (\S+)"), lambda m: f"between {m[1]} and {m[2]} rounded"),
    (re.compile(r"\b([\w.]+) between (\S+) and (\S+)"), lambda m: f"({m[1]} >= {m[2]} and {m[1]} <= {m[3]})"),
    (re.compile(r"(\S+) (<=?) (\w+) (<=?) (\S+)"), lambda m: f"{m[1]} {m[2]} {m[3]} and {m[3]} {m[4]} {m[5]}"),
    (re.compile(r"\"([^\W\d]\w*)\" ?: ?\"(\w+)\",?$"), lambda m: f"{m[1]} {m[2]}"),
    (re.compile(r"\"([^\W\d]\w*)\"(?: ?:)?"), lambda m: m[1]),
    (re.compile(r"\b(worth at most [^,]+ points)(?=,|$)"), lambda m: f"{m[1]} in all"),
    (re.compile(r"(?<=one of )(\w+(?: ?[/;|] ?\w+)+)"), lambda m: re.sub(r" ?[/;|] ?", ", ", m[1])),
    (re.compile(r"(?<=of )(\"[^\"]*\"(?: ?[/;|] ?\"[^\"]*\")+)"), lambda m: re.sub(r"\" ?[/;|] ?\"", '", "', m[1])),
    (re.compile(r"\bv(\d+)\b"), lambda m: m[1]),
    (re.compile(r"\bafter (\d+ \w+)"), lambda m: f"+{m[1]}"),
    (re.compile(r"\bfrom (\d[\d_]* to)\b"), lambda m: m[1]),
    (re.compile(r">= ?(\d[\d_]*)(?=:)"), lambda m: f"{m[1]} and over"),
    (re.compile(r"\b(?:more than|over|above|greater than|at least|from|>) ?(\d[\d_]{0,14})(?=:)"), _upwards),
    (re.compile(rf"(?<![<>=])<= ?({WHOLE})(?=:)"), lambda m: f"under {int(m[1]) + 1}"),
    (re.compile(r"\bif ([^{}]+) then ([\w.-]+)"), lambda m: f"rule {m[2]} when {m[1]}"),
)
GUESSES: Sequence[tuple[re.Pattern[str], Rewriting]] = (
    (re.compile(NUMBER + r"(\d[\d_]*(?:\.\d+)?%?) ?([^\W\d]\w*)(?=$| [-+*/]|,? else\b)"), _times),
    (re.compile(r"(?<![\w.])([^\W\d]\w*) and (\d[\d_.]* ?\*)"), lambda m: f"{m[1]} + {m[2]}"),
    (re.compile(r"(?<= )(?!\d\d?\.\d\d?\.(?:\d\d){1,2}\b)([./]?[\w./@-]*[\w])(?=[,\s;]|$)"), lambda m: f'"{m[1]}"'),
    (re.compile(r"(?<= )([^\W\d][^\"{}]*\w)(?= \{)"), lambda m: f'"{m[1]}"'),
    (re.compile(r"\b(text|number|flag|time|date) (\w+)"), lambda m: f"{m[2]} {m[1]}"),
)
# Of statements as a whole.
WHOLES: Sequence[tuple[re.Pattern[str], Rewriting]] = (
    (re.compile(rf"(\d+ {UNIT}\b.*)"), lambda m: f"+{m[1]}"),
    (re.compile(rf"(?:after|at|in) \+?(\d+ {UNIT}),? (expect .*)"), lambda m: f"at +{m[1]} {m[2]}"),
    (re.compile(rf"(\+\d+ {UNIT}) (\d+ times) (.*)"), lambda m: f"{m[2]} {m[1]} {m[3]}"),
    (re.compile(r"(?:else|default|otherwise):? (\w+)"), lambda m: f"{m[1]} otherwise"),
    (re.compile(r"(?:if |when )?([^:{}]+?) ?(?:->|=>|then|:) ?(\w+)"), lambda m: f"{m[2]} when {m[1]}"),
    (
        re.compile(r"(\w+) (?:if |when )([^:{}]+?) ?(?:->|=>|then|:) ?([+-]?[\w.]+)"),
        lambda m: f"{m[1]} {m[3]} when {m[2]}",
    ),
    (
        re.compile(r"(?:add|give|subtract|assign) ([+-]?[\d.]+)(?: points?)? (?:when|if|for) (.+)"),
        lambda m: f"rule {m[1]} when {m[2]}",
    ),
)
