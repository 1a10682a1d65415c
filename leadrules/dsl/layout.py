"""Words to statements: where a statement ends, what stands inside braces, and which comment belongs to what.

A line ends a statement, and so does `;`. A statement goes on over the line's end inside brackets, after a comma, a
colon, `and` and `or`, and where the next line begins with `and`, `or` or `{`.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct, field

from leadrules.dsl.problem import Findings, Fix
from leadrules.dsl.source import Source, Span

GOES_ON_AFTER = frozenset(["COMMA", "COLON", "AND", "OR"])
GOES_ON_WITH = frozenset(("AND", "OR", "OPEN_BRACE"))
DEEPEST = 40


@runtime_checkable
class Word(Protocol):
    """A token of a grammar: its terminal, its text, its place."""

    type: str
    value: Any
    start_pos: int | None
    end_pos: int | None


class Inside(Struct, frozen=True):
    """A comment between the lines of a statement: how many of its words stand before it, and whether it has its own line."""

    behind: int
    text: str
    alone: bool


class Notes(Struct, frozen=True):
    """What stands around a statement for people: comment lines before it ("" is a blank line), one behind it.

    No blank line stands before the first statement of a block, nor behind its last.
    `inside` are those between its lines. For them alone `words` holds the words of the statement, `{}` for a block.
    """

    before: tuple[str, ...] = ()
    after: str = ""
    inside: tuple[Inside, ...] = ()
    words: tuple[str, ...] = ()


class Block(Struct, frozen=True):
    """Statements between braces. `opening` is the comment behind `{`, `closing` the lines before `}`."""

    statements: tuple[Statement, ...]
    span: Span
    opening: str = ""
    closing: tuple[str, ...] = ()


class Statement(Struct, frozen=True):
    """The words and blocks of one statement. `broken`: a problem was noted, nothing more is to be read in it."""

    parts: tuple[Word | Block, ...]
    span: Span
    notes: Notes
    broken: bool = False

    @property
    def head(self) -> str:
        """The first word, which tells the kind of most statements."""
        first = self.parts[0]
        return "" if isinstance(first, Block) else str(first.value)


def arrange(source: Source, words: Sequence[Word], heads: Container[str], findings: Findings) -> Block:
    """The whole text as one block. A line that starts at the margin with one of `heads` closes what is still open."""
    if _too_deep(source, words, findings):
        whole = Span(source, 0, len(source.text))
        return Block((Statement(tuple(words), whole, Notes(), broken=True),), whole)
    return _Layout(source, words, heads, findings).block(None)


def place(source: Source, word: Word | Block) -> Span:
    """Where a word or a block stands."""
    return word.span if isinstance(word, Block) else Span(source, word.start_pos or 0, word.end_pos or 0)


def _words(parts: Sequence[Word | Block]) -> tuple[str, ...]:
    return tuple("{}" if isinstance(part, Block) else str(part.value) for part in parts)


def moved(word: Word, span: Span) -> Word:
    """A word as one that stands elsewhere: it was read from a text that takes the place of another."""
    there: Word = type(word)(word.type, word.value, start_pos=span.start, end_pos=span.end)  # type: ignore[call-arg]
    return there


def _too_deep(source: Source, words: Sequence[Word], findings: Findings) -> bool:
    depth = 0
    for word in words:
        depth += (word.type in ("LPAR", "OPEN_BRACE")) - (word.type in ("RPAR", "CLOSE_BRACE"))
        if depth > DEEPEST:
            message = f"brackets nested more than {DEEPEST} deep"
            findings.error("E106", place(source, word), message, hint="name the inner parts with `condition`")
            return True
    return False


class _Layout(Struct):
    source: Source
    words: Sequence[Word]
    heads: Container[str]
    findings: Findings
    at: int = 0
    waiting: list[str] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    @property
    def type(self) -> str:
        return self.words[self.at].type if self.at < len(self.words) else "END"

    def place(self, at: int) -> Span:
        return place(self.source, self.words[at])

    def block(self, opened: int | None) -> Block:
        opening = self.comment_here() if opened is not None else ""
        self.waiting = []
        statements = list[Statement]()
        needless = 0 if opened is None else self.opened_again()
        begun = len(self.pairs)
        while not self.closed(opened, begun):
            if self.type in ("NEWLINE", "SEMICOLON"):
                self.skip_line_end(bool(statements or opening))
            elif self.type == "COMMENT":
                self.keep_comment()
            else:
                statements.append(self.statement())
        while needless and self.type == "CLOSE_BRACE":
            self.at, needless = self.at + 1, needless - 1
        if self.waiting and not self.waiting[-1]:
            self.waiting.pop()
        closing, self.waiting = tuple(self.waiting), []
        start = 0 if opened is None else self.place(opened).start
        end = self.place(self.at - 1).end if self.at else 0
        return Block(tuple(statements), Span(self.source, start, end), opening, closing)

    def opened_again(self) -> int:
        """Pass braces directly behind another, as no statement begins with one: how many closing ones go with them."""
        first = self.at
        while self.type == "OPEN_BRACE":
            self.at += 1
        if self.at == first:
            return 0
        types = [word.type for word in self.words]
        closed = types.count("OPEN_BRACE") <= types.count("CLOSE_BRACE")
        span = self.place(first).to(self.place(self.at - 1))
        hint = "one `{` opens a block, and one `}` closes it"
        fix = None if closed else Fix(span, "")
        self.findings.error("E110", span, f"`{span.text}` does not fit here", hint=hint, fix=fix)
        return self.at - first if closed else 0

    def closed(self, opened: int | None, begun: int) -> bool:
        """Whether a block ends here; `begun` is how many were closed before it was opened."""
        while self.type == "CLOSE_BRACE":
            self.at += 1
            if opened is not None:
                self.pairs.append((opened, self.at - 1))
                return True
            hint = "one `}` too many here, or one `{` too few above"
            self.findings.error("E104", self.place(self.at - 1), "`}` closes nothing", hint=hint)
        if opened is None:
            return self.type == "END"
        if self.type == "END" or self.starts_anew(self.at):
            lost = self.robbed(opened, begun)
            self.findings.error("E103", self.place(lost), "`{` is never closed", expected="`}` below it")
            return True
        return False

    def robbed(self, opened: int, begun: int) -> int:
        """The brace whose own closing one is lost: the first inside that was closed by one further to the left."""
        for inner, closing in self.pairs[begun:]:
            start, alone = self.margin(closing)
            if alone and start < self.margin(inner)[0]:
                self.pairs.remove((inner, closing))
                return inner
        return opened

    def margin(self, at: int) -> tuple[int, bool]:
        """How far the line of a word is set in, and whether the word is its first."""
        start = self.place(at).start
        line = self.source.text[self.source.text.rfind("\n", 0, start) + 1 : start]
        return len(line) - len(line.lstrip()), not line.strip()

    def starts_anew(self, at: int) -> bool:
        start = self.place(at).start
        return (start == 0 or self.source.text[start - 1] == "\n") and self.words[at].value in self.heads

    def skip_line_end(self, begun: bool) -> None:
        """Pass a line end or a `;`. A blank line is kept, once, unless the block has not `begun`."""
        before = self.words[self.at - 1].type if self.at else "NEWLINE"
        blank = self.type == before == "NEWLINE"
        if blank and (self.waiting[-1] if self.waiting else begun):
            self.waiting.append("")
        self.at += 1

    def keep_comment(self) -> None:
        self.waiting.append(self.words[self.at].value.rstrip())
        self.at += 1

    def comment_here(self) -> str:
        if self.type != "COMMENT":
            return ""
        self.at += 1
        return str(self.words[self.at - 1].value.rstrip())

    def comment_behind(self) -> str:
        """The comment on the line a statement ends on, be there a `;` between them or not."""
        at = self.at
        while at < len(self.words) and self.words[at].type == "SEMICOLON":
            at += 1
        if at < len(self.words) and self.words[at].type == "COMMENT":
            self.at = at
        return self.comment_here()

    def statement(self) -> Statement:
        before, self.waiting = self.waiting, []
        first, parts, inside = self.at, list[Word | Block](), list[Inside]()
        broken = self.fill(parts, inside)
        after = self.comment_behind()
        span = place(self.source, parts[0]).to(place(self.source, parts[-1])) if parts else self.place(first)
        notes = Notes(tuple(before), after, tuple(inside), _words(parts) if inside else ())
        return Statement(tuple(parts), span, notes, broken)

    def fill(self, parts: list[Word | Block], inside: list[Inside]) -> bool:
        """Take the parts of one statement, and the comments between its lines; True where it is broken."""
        brackets: list[int] = []
        broken = False
        while not self.ends(parts, brackets):
            if self.type == "NEWLINE":
                self.at += 1
            elif self.type == "COMMENT":
                alone = self.words[self.at - 1].type == "NEWLINE"
                inside.append(Inside(len(parts), self.comment_here(), alone))
            elif self.type == "OPEN_BRACE":
                self.at += 1
                parts.append(self.block(self.at - 1))
            else:
                broken |= self.take(parts, brackets)
        return self.close(brackets, parts) or broken

    def take(self, parts: list[Word | Block], brackets: list[int]) -> bool:
        word = self.words[self.at]
        if word.type == "LPAR":
            brackets.append(self.at)
        elif word.type == "RPAR" and brackets:
            brackets.pop()
        parts.append(word)
        self.at += 1
        return word.type in ("STRAY", "OPEN_TEXT")

    def ends(self, parts: list[Word | Block], brackets: list[int]) -> bool:
        if self.type in ("END", "SEMICOLON", "CLOSE_BRACE") or (parts and self.starts_anew(self.at)):
            return True
        if self.type not in ("NEWLINE", "COMMENT"):
            return False
        return not brackets and not self.goes_on(parts)

    def goes_on(self, parts: list[Word | Block]) -> bool:
        at = self.at
        while at < len(self.words) and self.words[at].type in ("NEWLINE", "COMMENT"):
            at += 1
        if at == len(self.words) or self.starts_anew(at):
            return False
        last = parts[-1]
        return (not isinstance(last, Block) and last.type in GOES_ON_AFTER) or self.words[at].type in GOES_ON_WITH

    def close(self, brackets: list[int], parts: list[Word | Block]) -> bool:
        """Report a bracket that stays open, and give back the lines after it to be read as statements."""
        if not brackets:
            return False
        opened = brackets[0]
        self.findings.error("E105", self.place(opened), "`(` is never closed", expected="`)` behind it")
        line_end = next((i for i in range(opened, self.at) if self.words[i].type == "NEWLINE"), self.at)
        if line_end < self.at:
            limit = self.place(line_end).start
            parts[:] = [part for part in parts if place(self.source, part).start < limit]
            self.at = line_end
        return True
