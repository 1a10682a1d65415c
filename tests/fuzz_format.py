"""The formatter under fire: `python -m tests.fuzz_format --cases 50000 --seed 1`.

Texts of the examples and tests are damaged, spaced anew, and given comments wherever one may stand. Nothing may crash
or hang; nothing that is formatted may lose a comment, change its tree, or be formatted otherwise the second time; and
where only spaces were changed, the formatted text is the one it was before.
"""

from __future__ import annotations

import argparse
import functools
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from leadrules.dsl.expression.format import REFUSED
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.layout import Word
from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules import format as of_rules
from leadrules.dsl.rules import parse as rules
from leadrules.dsl.scenario import format as of_scenarios
from leadrules.dsl.scenario import parse as scenarios
from leadrules.dsl.source import Source
from tests.chunks import chunks

HERE = Path(__file__).parent
FOLDERS = (HERE.parent / "examples", HERE / "format", HERE / "language", HERE / "semantics", HERE / "scoring")
SECONDS = 5.0
LONGEST = 800
BYTES = [*"{}()\"#;,:.+-*/=<>%\\_ \t\n\r\0'", "\n\n", "  ", "é", "“", "–", "\u2028", "\u00a0", "\x0c", "\x85", "#x\n"]
WORDS = [
    "and",
    "or",
    "not",
    "when",
    "each",
    "where",
    "by",
    "is",
    "one",
    "of",
    "in",
    "last",
    "every",
    "otherwise",
    "between",
    "at",
    "most",
    "no",
    "any",
    "5",
    "%",
    "days",
    "lead",
    "score",
    "a",
]
GOES_ON_AFTER = frozenset(["COMMA", "COLON", "AND", "OR", "OPEN_BRACE", "SEMICOLON"])
GOES_ON_WITH = frozenset(["AND", "OR", "OPEN_BRACE", "CLOSE_BRACE", "SEMICOLON", "NEWLINE"])
KINDS = {"bytes": 66, "words": 4, "lines": 6, "spaces": 9, "comments": 15}


@dataclass(frozen=True)
class Seed:
    """A text that the language takes, or does not, and its language."""

    name: str
    text: str

    @property
    def language(self) -> str:
        return "scenario" if self.name.endswith(".scenario") else "rules"

    def with_text(self, text: str) -> Seed:
        return Seed(self.name, text)

    def format(self) -> str:
        door = of_scenarios if self.language == "scenario" else of_rules
        return door.format_source(Source(self.name, self.text))

    def tree(self) -> object:
        reader = scenarios if self.language == "scenario" else rules
        return reader.read(Source(self.name, self.text))[0]

    def words(self) -> Sequence[Word]:
        return grammar(self.language).words(Source(self.name, self.text))


@dataclass
class Report:
    """How many cases of each kind there were, how many of them were formatted, and what failed."""

    cases: Counter[str] = field(default_factory=Counter)
    formatted: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, Seed]] = field(default_factory=list)
    slowest: float = 0.0

    def __str__(self) -> str:
        rows = [
            f"{kind:<9} {self.cases[kind]:>7,} cases, {self.formatted[kind]:>7,} of them formatted" for kind in KINDS
        ]
        failed = Counter(what.partition(":")[0] for what, _ in self.failures)
        told = ", ".join(f"{count} {what}" for what, count in failed.items()) or "none"
        return "\n".join([*rows, f"slowest {self.slowest * 1000:.0f} ms; failures: {told}"])


class Hangs(BaseException):
    """A case takes longer than any text of its size may."""


def seeds() -> list[Seed]:
    """The texts of the project: whole files, and each of their statements that is long enough to be of interest."""
    found = [
        Seed(path.name, chunk.text.lstrip("\n"))
        for folder in FOLDERS
        for path in sorted([*folder.rglob("*.lead"), *folder.rglob("*.scenario")])
        for chunk in chunks(path)
    ]
    parts = [seed.with_text(part) for seed in found for part in _statements(seed.text)]
    return list(dict.fromkeys(seed for seed in found + parts if LONGEST > len(seed.text.strip()) > 0))


def _statements(text: str) -> Iterator[str]:
    """The statements at the margin, each with the comments above it."""
    part = ""
    for line in text.split("\n"):
        if line[:1].isalpha() and part.strip() and not part.rstrip().startswith("#"):
            yield part
            part = ""
        part += line + "\n"
    yield part


# What is done to a text


def mutate_bytes(seed: Seed, draw: random.Random) -> str:
    data = bytearray(seed.text.encode())
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) + 1)
        match draw.randrange(5):
            case 0:
                data[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                data[at:at] = draw.choice(BYTES).encode()
            case 2:
                del data[at : at + draw.randint(1, 8)]
            case 3:
                data[at : at + 1] = draw.choice(BYTES).encode()
            case _:
                data[at:at] = data[at : at + draw.randint(1, 30)]
    return data.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def mutate_words(seed: Seed, draw: random.Random) -> str:
    pieces = seed.text.split(" ")
    at = draw.randrange(len(pieces))
    pieces[at : at + draw.randrange(2)] = [draw.choice(WORDS)]
    return " ".join(pieces)


def mutate_lines(seed: Seed, draw: random.Random) -> str:
    lines = seed.text.split("\n")
    at, to = draw.randrange(len(lines)), draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case _:
            lines.insert(to, lines[at])
    return "\n".join(lines)


def space(seed: Seed, draw: random.Random) -> str:
    """Every space another one, more between words of which one is a sign, more blank lines where there is one."""
    text, end, depth = "", 0, 0
    for word in seed.words():
        start = word.start_pos or 0
        gap = seed.text[end:start]
        margin = text.endswith("\n") or not text
        if gap or (not margin and str(word.value) in "(){},;=" and draw.random() < 0.3):
            gap = draw.choice([" ", "  ", "\t", "     "])
        elif margin and depth and word.type != "NEWLINE" and draw.random() < 0.3:
            gap = "   "
        depth += (word.type == "OPEN_BRACE") - (word.type == "CLOSE_BRACE")
        text += gap + str(word.value)
        end = word.end_pos or 0
        if word.type == "NEWLINE" and text.endswith("\n\n") and draw.random() < 0.5:
            text += draw.choice(["\n", "  \n", "\n\t\n"])
    return text + seed.text[end:]


def comment(seed: Seed, draw: random.Random) -> str:
    """Comments wherever one may stand, with and without lines of their own and blank lines around them."""
    words, text, end, brackets = seed.words(), "", 0, 0
    share = draw.choice([0.03, 0.2, 1.0])
    for at, word in enumerate(words):
        text += seed.text[end : word.start_pos or 0] + str(word.value)
        end = word.end_pos or 0
        brackets += (word.type == "LPAR") - (word.type == "RPAR")
        following = words[at + 1].type if at + 1 < len(words) else "NEWLINE"
        may = brackets > 0 or word.type in GOES_ON_AFTER | {"NEWLINE"} or following in GOES_ON_WITH
        if word.type != "COMMENT" and following != "COMMENT" and may and draw.random() < share:
            before = draw.choice(["", "  ", "\n", "\n\n", " \n  "])
            after = "" if following == "NEWLINE" and draw.random() < 0.5 else draw.choice(["\n", "\n  ", "\n\n"])
            if not seed.text[end:]:
                after = ""
            inside = "  " * (following not in ("NEWLINE",) and not after.endswith(" ") and "{" in text)
            text += f'{before}# note "{at}" {{{after or chr(10)}{inside}'
    return text + seed.text[end:]


CHANGES: dict[str, Callable[[Seed, random.Random], str]] = {
    "bytes": mutate_bytes,
    "words": mutate_words,
    "lines": mutate_lines,
    "spaces": space,
    "comments": comment,
}


# What has to hold


def comments_in(text: str) -> Counter[str]:
    """All comments of a text, found letter by letter: `#` outside quotes, which end with their line."""
    found: Counter[str] = Counter()
    for line in text.split("\n"):
        quoted = escaped = False
        for at, sign in enumerate(line):
            if sign == "#" and not quoted:
                found[line[at:].rstrip()] += 1
                break
            quoted ^= sign == '"' and not escaped
            escaped = sign == "\\" and quoted and not escaped
    return found


def try_case(kind: str, original: Seed, changed: Seed) -> tuple[bool, str]:
    """Whether a text was formatted, and what is wrong with that: nothing, for every text there is."""
    try:
        text = changed.format()
    except RulesError as mistake:
        if any(problem.code == REFUSED for problem in mistake.problems):
            return False, "refused"
        return False, "" if kind in ("bytes", "words", "lines") else f"unreadable: {mistake}"
    except Exception as mistake:  # noqa: BLE001  whatever it is, it is what is looked for
        return False, f"crash: {type(mistake).__name__}: {mistake}"
    again = changed.with_text(text)
    if comments_in(text) != comments_in(changed.text):
        return True, "comment lost"
    if again.format() != text:
        return True, "unstable"
    if again.tree() != changed.tree() or (kind == "comments" and again.tree() != _tree(original)):
        return True, "other tree"
    return True, "spaces matter" if kind == "spaces" and text != _format(original) else ""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(cases: int, seed: int) -> Report:
    """So many cases, drawn with a seed. Texts that cannot be read are damaged further, not spaced or commented."""
    draw, report = random.Random(seed), Report()
    every = seeds()
    for _ in range(cases):
        kind = draw.choices([*KINDS], [*KINDS.values()])[0]
        original = draw.choice(every)
        while kind in ("spaces", "comments") and not _format(original):
            original = draw.choice(every)
        _one(kind, original, original.with_text(CHANGES[kind](original, draw)), report)
    return report


def _one(kind: str, original: Seed, changed: Seed, report: Report) -> None:
    began = time.perf_counter()
    try:
        with limited(SECONDS):
            formatted, failure = try_case(kind, original, changed)
    except Hangs:
        formatted, failure = False, "hang"
    report.slowest = max(report.slowest, time.perf_counter() - began)
    report.cases[kind] += 1
    report.formatted[kind] += formatted
    if failure:
        report.failures.append((f"{failure} [{kind}]", changed))


@functools.cache
def _format(seed: Seed) -> str | None:
    try:
        return seed.format()
    except RulesError:
        return None


@functools.cache
def _tree(seed: Seed) -> object:
    return seed.tree()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=50_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--show", type=int, default=5, help="failures to show")
    options = asked.parse_args()
    report = fuzz(options.cases, options.seed)
    for what, seed in report.failures[: options.show]:
        print(f"--- {what} ({seed.name})\n{seed.text}\n")
    print(f"seed {options.seed}\n{report}")
    sys.exit(bool(report.failures))


if __name__ == "__main__":
    main()
