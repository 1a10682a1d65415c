"""Blocks of statements to bodies of nodes. A statement that cannot be read costs one problem and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lark import Token, Tree
from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression.braces import Braces, with_brace
from leadrules.dsl.expression.check_scope import ANY
from leadrules.dsl.expression.comments import comment_meant, may_be_value, report_comment
from leadrules.dsl.expression.language import Language
from leadrules.dsl.expression.parse import Grammar
from leadrules.dsl.expression.parse_nodes import LARGEST, ExpressionNodes
from leadrules.dsl.expression.parse_wording import Unexpected, mendable, one_of, unexpected
from leadrules.dsl.expression.tree import Body, Item
from leadrules.dsl.expression.unread import declared_in
from leadrules.dsl.layout import Block, Statement, Word, arrange, place
from leadrules.dsl.problem import Findings, Fix, Problem
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import suggest

LONGEST_CHAIN = 100
MOST_REPAIRS = 50
OVER_LINES = re.compile(r"^[^{\n]*:[ \t]*\n(?!\s*\S+ (?:mentions|is)\b)")
BELONGS = (("criterion", "criteria { … }"), ("part", "score NAME { … }"))
SOMETHING = ("",)
LISTING = frozenset(["declaration", "field", "properties", "criterion", "threshold"])
WITH_COMMAS = frozenset(["declaration", "trait", "step", "facts", "case_row", "properties"])
LEADING_COMMA = re.compile(r"(?:,\s*)?")
CHAINED = frozenset(["PLUS", "MINUS", "STAR", "SLASH", "NOT"])


class Reader(Struct):
    """Reads one text. `unread` collects the names that unread statements may declare, and "" if any was not read as it stands.

    `guessed` collects the statements that were read as they were probably meant.
    """

    language: Language
    grammar: Grammar
    nodes: Callable[[Reader, Statement], BlockNodes]
    source: Source
    findings: Findings
    unread: set[str] = field(default_factory=set)
    guessed: list[Span] = field(default_factory=list)
    repairs: int = 0
    dangling: bool = False
    braces: Braces = field(default_factory=Braces)

    def text(self, start: str = "declaration") -> Body[Any]:
        """The whole text, each statement of it read with the rule `start`."""
        words = self.mended(self.grammar.words(self.source))
        self.report_large(words)
        whole = arrange(self.source, words, self.language.heads.keys(), self.findings)
        self.braces.count(self.findings.problems)
        body = self.body(whole, start)
        self.braces.forgive(self.findings.problems)
        return body

    def report_large(self, words: Sequence[Word]) -> None:
        for word in words:
            if word.type == "NUMBER" and float(word.value) >= LARGEST:
                span = place(self.source, word)
                self.findings.error("E402", span, "this number is too large", expected="15 digits at most")

    def mended(self, words: Sequence[Word]) -> Sequence[Word]:
        """The words with what was meant in place of characters that are no signs of the language."""
        if not any(word.type in ("STRAY", "OPEN_TEXT") for word in words):
            return words
        from leadrules.dsl.expression.parse_strays import mend

        return mend(self.source, words, self.grammar.words, self.findings)

    def body(self, block: Block, start: str) -> Body[Any]:
        """The statements of a block, each read with the rule `start`."""
        with self.braces.inside(block):
            items = tuple(node for s in block.statements for node in self.statement(s, start))
        return Body(items, block.opening, block.closing, span=block.span)

    def statement(self, statement: Statement, start: str) -> Iterator[Item]:
        """The node of a statement; nothing where it could not be read."""
        if start == "declaration":
            if self.dangles(statement):
                self.unread.update(declared_in(statement, start))
                return
            statement = self.headed(statement)
        if not may_be_value(statement, start) and report_comment(statement, start, self.findings):
            return
        if statement.broken:
            self.close(statement, start)
        elif self.known(statement, start) and self.short_enough(statement):
            try:
                item: Item = build(self.read(statement, start), self.nodes(self, statement))
                yield replace(item, notes=statement.notes)
                return
            except Unexpected as found:
                if report_comment(statement, start, self.findings):
                    return
                pieces = self.parted(statement, start, found)
                if pieces:
                    for piece in pieces:
                        yield build(self.read(piece, start), self.nodes(self, piece))
                    return
                repaired = self.repaired(statement, start, found)
                if repaired:
                    yield replace(build(self.read(repaired, start), self.nodes(self, repaired)), notes=statement.notes)
                    return
                self.report(statement, start, found)
        self.unread.update(SOMETHING, declared_in(statement, start))
        self.salvage(statement, start)

    def close(self, statement: Statement, start: str) -> None:
        """Tell where a bracket that is never closed probably should be."""
        problems = self.findings.problems
        inside = [i for i, p in enumerate(problems) if p.code == "E105" and self._has(statement, p.span)]
        if len(inside) != 1 or self.repairs == MOST_REPAIRS:
            return
        if self.braces.unbalanced and self.braced(statement, start):
            problems[inside[0]] = replace(problems[inside[0]], hint="write `{` in place of `(`")
            self.braces.lost = self.dangling = True
            self.braces.note(statement.span)
            return
        from leadrules.dsl.expression.parted import closing

        self.repairs += 1
        opened = problems[inside[0]]
        hint = closing(statement, opened.span, self.grammar.words, lambda changed: self.read(changed, start))
        problems[inside[0]] = replace(opened, hint=hint)

    def braced(self, statement: Statement, start: str) -> bool:
        """Whether a statement would open a block where its last word, a round bracket, is."""
        last = statement.parts[-1]
        if isinstance(last, Block) or last.type != "LPAR":
            return False
        try:
            self.read(replace(statement, parts=statement.parts[:-1]), start)
        except Unexpected as found:
            return self.braces.lacks(statement, found)
        return False

    def _has(self, statement: Statement, span: Span) -> bool:
        return statement.span.start <= span.start < statement.span.end

    def parted(self, statement: Statement, start: str, found: Unexpected) -> tuple[Statement, ...]:
        """The statements that commas part where semicolons should, once reported; none where that is not so."""
        comma = found.word.type in ("COMMA", "_CLAUSE_COMMA")
        if not comma or start in WITH_COMMAS or self.repairs == MOST_REPAIRS:
            return ()
        from leadrules.dsl.expression.parted import by_commas, with_semicolons

        self.repairs += 1
        pieces = by_commas(statement, lambda changed: self.read(changed, start))
        if pieces:
            drawn = unexpected(self.source, statement, found, self.form(statement, start))
            hint = "write `;` in place of `,`: what stands on one line is parted by semicolons"
            self.findings.problems.append(replace(drawn, hint=hint, fix=with_semicolons(pieces)))
        return pieces

    def repaired(self, statement: Statement, start: str, found: Unexpected) -> Statement | None:
        """The statement as it was probably meant, its slips reported; None where nobody could tell."""
        if self.braces.astray or self.repairs == MOST_REPAIRS or not mendable(found, statement):
            return None
        if self.is_marked(statement) or OVER_LINES.search(statement.span.text):
            return None
        from leadrules.dsl.expression.repair import repair

        self.repairs += 1
        repaired = repair(statement, found, self.grammar.words, lambda changed: self.read(changed, start))
        if repaired is None:
            return None
        for unfit, change in repaired.repairs:
            drawn = unexpected(self.source, statement, unfit, self.form(statement, start))
            fix = Fix(change.span, change.text) if change.sure else None
            self.findings.problems.append(replace(drawn, hint=change.hint, fix=fix))
        self.guess(statement)
        return repaired.statement

    def read(self, statement: Statement, start: str) -> Tree[Token]:
        """A statement as a lark tree. Raises `Unexpected` for the word that fits the rule which goes furthest."""
        furthest: Unexpected | None = None
        for rule in (start, *self.language.either.get(start, ())):
            try:
                return self.grammar.read(statement, rule)
            except Unexpected as found:
                furthest = found if furthest is None or found.reach > furthest.reach else furthest
        assert furthest
        raise furthest

    def dangles(self, statement: Statement) -> bool:
        """Whether an indented line at the margin belongs to the statement above it, which could not be read."""
        start = statement.span.start
        indented = self.source.text[self.source.text.rfind("\n", 0, start) + 1 : start].isspace()
        self.dangling &= indented
        return self.dangling and statement.head not in self.language.heads

    def report(self, statement: Statement, start: str, found: Unexpected) -> None:
        """Note that a statement cannot be read, once: not where signs that are none were found in it."""
        if self.is_marked(statement):
            return
        if start in LISTING and self.is_listed(statement):
            self.report_listed(statement)
            return
        problem = unexpected(self.source, statement, found, self.form(statement, start))
        elsewhere = self.belongs(statement, start)
        problem = replace(problem, hint=elsewhere, fix=None) if elsewhere else problem
        lacks = self.braces.lacks(statement, found)
        self.misfit(statement, start, with_brace(problem, found) if lacks else problem)
        if lacks:
            self.braces.note(statement.span)
        if start == "declaration" and len(statement.parts) > 1 and found.word is statement.parts[1]:
            self.unread.add(ANY)

    def is_listed(self, statement: Statement) -> bool:
        """Whether a value stands where a statement should, because `;` and not `,` stands before it."""
        before = self.source.text[: statement.span.start].rstrip(" ")
        return len(statement.parts) == 1 and before.endswith(";") and not isinstance(statement.parts[0], Block)

    def report_listed(self, statement: Statement) -> None:
        line = self.source.text.rfind("\n", 0, statement.span.start) + 1
        if not any(p.code == "E110" and p.span.start >= line for p in self.findings.problems):
            message = f"`{statement.span.text}` is no statement"
            hint = "write `,` in place of `;`: values of a list are parted by commas, statements by semicolons"
            self.findings.error("E110", statement.span, message, hint=hint)

    def is_marked(self, statement: Statement) -> bool:
        start = self.source.text.rfind("\n", 0, statement.span.start) + 1
        return any(
            problem.code in ("E101", "E102") and start <= problem.span.start < statement.span.end
            for problem in self.findings.problems
        )

    def belongs(self, statement: Statement, start: str) -> str:
        """The hint for a statement that is right, and stands outside of its braces."""
        for rule, where in BELONGS:
            if rule in self.grammar.lark.options.start and start in ("declaration", "part") and start != rule:
                try:
                    self.read(statement, rule)
                except Unexpected:
                    continue
                return f"it belongs into `{where}`"
        return ""

    def misfit(self, statement: Statement, start: str, problem: Problem) -> None:
        """Report a statement that cannot be read.

        Where braces are missing, lines that are right stand in the wrong block: of those the first of each block is
        enough. They are the lines that another block would take.
        """
        if not (self.braces.displacing and self.grammar.takes(statement, at_margin=start == "declaration")):
            self.findings.problems.append(problem)
        self.braces.lost = True
        self.dangling = start == "declaration"

    def headed(self, statement: Statement) -> Statement:
        """A statement at the margin with the first word it was meant to have, where it can be read with that one."""
        heads = self.language.heads
        if statement.broken or statement.head in heads or self.braces.astray:
            return statement
        from leadrules.dsl.expression.repair import with_head

        meant = with_head(statement, heads, self.grammar.words)
        if meant is None or not self.readable(meant.statement):
            return statement
        span, word = meant.repair.span, meant.repair.text
        if self.is_continued(statement, meant.statement):
            self.report_continued(statement)
            return meant.statement
        message = f"`{span.text or statement.head}` begins no statement"
        expected = one_of([f"`{head}`" for head in heads])
        fix = Fix(span, word) if meant.repair.sure else None
        self.findings.error("E113", span, message, expected=expected, hint=meant.repair.hint, fix=fix)
        self.guess(meant.statement)
        return meant.statement

    def is_continued(self, statement: Statement, meant: Statement) -> bool:
        """Whether a statement is more of the list before it, because `;` and not `,` stands between them."""
        before = self.source.text[: statement.span.start].rstrip(" ")
        line = before[before.rfind("\n") + 1 :]
        return before.endswith(";") and line.split(" ")[0] == meant.head

    def report_continued(self, statement: Statement) -> None:
        sign = self.source.text.rfind(";", 0, statement.span.start)
        span = Span(self.source, sign, sign + 1)
        message = f"`{statement.head}` begins no statement"
        hint = f"write `, {statement.head}` in place of `; {statement.head}`: values of a list are parted by commas"
        self.findings.error("E113", span, message, hint=hint, fix=Fix(span, ","))
        self.guess(statement)

    def guess(self, statement: Statement) -> None:
        """Remember that a statement is read as something else than what stands there."""
        self.unread.update(SOMETHING)
        self.guessed.append(statement.span)

    def readable(self, statement: Statement) -> bool:
        try:
            self.read(statement, "declaration")
        except Unexpected:
            return False
        return True

    def known(self, statement: Statement, start: str) -> bool:
        """Whether a statement at the margin begins with a word that begins one; a problem where not."""
        head, heads = statement.head, self.language.heads
        if start != "declaration" or head in heads:
            return True
        span = place(self.source, statement.parts[0])
        if self.is_listed(statement):
            self.report_listed(statement)
            return False
        hint = comment_meant(span) or self.belongs(statement, start) or suggest(head, heads)
        expected = one_of([f"`{word}`" for word in heads])
        message = f"`{span.text}` begins no statement"
        self.misfit(
            statement,
            start,
            Problem(code="E113", severity="error", span=span, message=message, expected=expected, hint=hint),
        )
        return False

    def short_enough(self, statement: Statement) -> bool:
        chained = [p for p in statement.parts if not isinstance(p, Block) and p.type in CHAINED]
        if len(chained) <= LONGEST_CHAIN:
            return True
        message = f"more than {LONGEST_CHAIN} operators in one statement"
        hint = "name the parts with `condition` or as scores of their own"
        self.findings.error("E106", place(self.source, chained[LONGEST_CHAIN]), message, hint=hint)
        return False

    def form(self, statement: Statement, start: str) -> str:
        forms = self.language.forms
        if start == "declaration":
            return self.language.heads.get(statement.head, "")
        return forms.get(f"{start} {statement.head}") or forms[start]

    def salvage(self, statement: Statement, start: str) -> None:
        """Read what stands in the braces of a broken statement all the same, for the problems in it."""
        for at, part in enumerate(statement.parts):
            inside = start if len(statement.parts) == 1 else self.inside(statement, at, start)
            if isinstance(part, Block) and inside and not self.is_unfit(part):
                self.body(part, inside)

    def is_unfit(self, block: Block) -> bool:
        """Whether braces themselves were reported, so that nobody knows what stands in them."""
        last = self.findings.problems[-1] if self.findings.problems else None
        return last is not None and last.code == "E110" and last.span.start == block.span.start

    def inside(self, statement: Statement, at: int, start: str) -> str | None:
        """The rule for the statements of a block that is part `at` of a statement, by the three words before it."""
        before = [str(p.value) for p in statement.parts[max(at - 3, 0) : at] if not isinstance(p, Block)]
        known = self.language.inside
        own = before[-1] if len(before) > 1 and before[-1] in known else ""
        keys = (f"{start} {statement.head}", " ".join(before), own, statement.head, start)
        return next((known[key] for key in keys if key in known), None)


class BlockNodes(ExpressionNodes):
    """The nodes of one statement that may hold blocks of others."""

    def __init__(self, reader: Reader, statement: Statement) -> None:
        super().__init__(reader.source)
        self.reader = reader
        self.blocks = {part.span.start: part for part in statement.parts if isinstance(part, Block)}

    def body(self, braces: Word, start: str) -> Body[Any]:
        """What stands between these braces, each statement read with the rule `start`."""
        return self.reader.body(self.blocks[braces.start_pos or 0], start)


def build(tree: Tree[Token] | Token | None, nodes: ExpressionNodes) -> Any:
    """The node of a lark tree: the method of `nodes` that is named like its rule, on the nodes of its children."""
    if tree is None:
        return None
    if isinstance(tree, Token):
        return nodes.token(tree)
    children = [build(child, nodes) for child in tree.children]
    start = tree.meta.start_pos + len(LEADING_COMMA.match(nodes.source.text, tree.meta.start_pos)[0])  # type: ignore[index]
    return getattr(nodes, tree.data.rpartition("__")[2])(Span(nodes.source, start, tree.meta.end_pos), *children)
