"""Text to lark trees: one language's grammar, its words, and its statements one at a time.

The parse tables are compiled when leadrules is built, not at every start; `compile_tables` makes them, and they are
made anew where the installed lark is of another version than the one that wrote them.
"""

from __future__ import annotations

import functools
import io
import pickle
import pkgutil
from collections.abc import Mapping, Sequence

from lark import Lark, Token, Tree
from lark import __version__ as lark_version
from lark.exceptions import UnexpectedToken
from lark.lexer import LexerThread
from msgspec import Struct

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.layout import Block, Statement, Word
from leadrules.dsl.source import Source

STARTS: Mapping[str, tuple[str, ...]] = {
    "rules": (
        "declaration",
        "apart",
        "setting",
        "field",
        "properties",
        "mapping",
        "membership",
        "part",
        "criterion",
        "row",
        "item",
        "tier",
        "threshold",
        "age_row",
        "case",
        "band",
        "given",
        "step",
        "facts",
        "case_row",
        "demand",
        *("change", "changed_criterion", "changed_tier", "changed_item", "changed_declaration"),
        "grade_row",
        "action",
    ),
    "scenario": (
        *("declaration", "apart", "setting", "property", "properties", "trait", "value_share"),
        *("account_part", "intent_part", "activity_part", "stage_part", "mix_row", "row"),
        *("mail_part", "mail_answer"),
        *("channel_row", "law_row", "place_row", "source_row"),
        *("quantile_row", "part_row"),
        *("calendar_part", "hour_row", "zone_row", "knot", "pulse", "change_part"),
        "observed_part",
        *("value_part", "sales_part"),
    ),
}
CLAUSE_STARTS = frozenset(
    (
        ("at", "most"),
        ("worth", "at"),
        ("after", "a"),
        ("band", "by"),
        ("no", "decay"),
        ("not", "below"),
        ("for", "leads"),
        ("faster", "with"),
    )
    + (("gaps", "median"), ("for", "at"), ("contact", "within"))
)
LAWS = frozenset(["half-life", "linear", "expires", "s-curve", "by", "(", "-"])
RESERVED = frozenset(["when", "each", "where", "and", "or", "not", "is", "by", "between", "otherwise"])
TAKES_MUCH = frozenset(["item", "tier", "threshold", "facts", "case_row"])
OF_TESTS = frozenset(["step", "facts"])
COMPARING = frozenset(
    ["IS", "EQUAL", "COMPARISON", "BETWEEN", "STARTS", "ENDS", "CONTAINS", "MENTIONS", "MATCHES", "NOT", "ANY", "NO"]
)
OPTIONS = frozenset(["from", "missing", "blank", "known", "separated"])


def compile_tables(language: str) -> bytes:
    """The parse tables of `language` ("rules"), to be shipped beside its grammar."""
    file = io.BytesIO()
    _compile(language).save(file)
    file.seek(0)
    return pickle.dumps({"lark": lark_version, "tables": pickle.load(file)}, protocol=5)


def _compile(language: str) -> Lark:
    return Lark.open_from_package(
        "leadrules.grammars",
        f"{language}.lark",
        start=list(STARTS[language]),
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=True,
    )


@functools.cache
def grammar(language: str) -> Grammar:
    """The grammar of `language`, ready to read."""
    shipped = pkgutil.get_data("leadrules.grammars", f"{language}.tables")
    stored = pickle.loads(shipped) if shipped else {}
    ready = stored.get("lark") == lark_version
    return Grammar(Lark.load(stored["tables"]) if ready else _compile(language))


class Grammar(Struct, frozen=True):
    """One language: its words and its statements."""

    lark: Lark

    def words(self, source: Source) -> Sequence[Word]:
        """All words of a text, comments and line ends among them; what is no word has the type STRAY."""
        lexer = self.lark.parser.lexer  # `Lark.lex` builds one anew for each text
        return list(LexerThread.from_text(lexer, source.text).lex(None))

    def keywords(self) -> frozenset[str]:
        """The words that the language itself has, such as `when` and `half-life`."""
        fixed = (t.pattern.value for t in self.lark.terminals if t.pattern.type == "str")
        return frozenset(word for word in fixed if word[0].isalpha())

    def read(self, statement: Statement, start: str) -> Tree[Token]:
        """One statement as a lark tree. A name may be spelt like a keyword where only a name can stand.

        Raises `Unexpected` at the first word that does not fit.
        """
        parser = self.lark.parse_interactive(start=start)
        word = last = Token("NAME", "", 0, end_pos=0)
        try:
            for at in range(len(statement.parts)):
                word = self._token(statement.parts, at, start, parser.choices())
                parser.feed_token(word)
                last = word
            word = Token.new_borrow_pos("$END", "", last)
            tree: Tree[Token] = parser.feed_eof(last)
        except UnexpectedToken:
            raise Unexpected(word, last, self._phrases(parser.accepts())) from None
        return tree

    def takes(self, statement: Statement, at_margin: bool) -> bool:
        """Whether a statement can be read in some block; inside others not in those that take nearly everything."""
        for start in (start for start in self.lark.options.start if at_margin or start not in TAKES_MUCH):
            try:
                self.read(statement, start)
            except Unexpected:
                continue
            return True
        return False

    def _token(self, parts: Sequence[Word | Block], at: int, start: str, choices: Mapping[str, object]) -> Token:
        part = parts[at]
        if isinstance(part, Block):
            return Token("BLOCK", "{", part.span.start, end_pos=part.span.end)
        assert isinstance(part, Token)
        if part.type == "COMMA" and (
            _parts_step(parts, at) if start in OF_TESTS else _starts_clause(parts[at + 1 : at + 4], start)
        ):
            return part.update(type="_CLAUSE_COMMA")
        keyword = part.type not in choices and part.value[0].isalpha() and part.value not in RESERVED
        return part.update(type="NAME") if keyword and "NAME" in choices else part

    def _phrases(self, accepted: set[str]) -> Mapping[str, str]:
        patterns = {t.name: t.pattern for t in self.lark.terminals}
        plain = {name: patterns[name] for name in accepted if name in patterns}
        known = {str(name): p.value if p.type == "str" else "" for name, p in plain.items()}
        return {name: known.get(name, "") for name in sorted(accepted)}


def _parts_step(parts: Sequence[Word | Block], at: int) -> bool:
    """Whether a comma in a test parts what is expected, or what is known, and not the values of `is one of a, b`.

    It does unless a list is open before it and no comparison follows it.
    """
    types = ["" if isinstance(part, Block) else part.type for part in parts]
    opened = max((i for i in range(1, at) if types[i - 1] in ("ONE", "ANY") and types[i] == "OF"), default=-1)
    commas = [i for i in range(opened + 1, len(types)) if types[i] == "COMMA"]
    ends = [*commas, len(types)]
    compared = [any(t in COMPARING for t in types[i:j]) for i, j in zip(commas, ends[1:], strict=True)]
    return opened < 0 or any(found for i, found in zip(commas, compared, strict=True) if i <= at)


def _starts_clause(parts: Sequence[Word | Block], start: str) -> bool:
    """Whether a clause or a further property begins behind a comma, and not one more value of a list."""
    words = [str(p.value) for p in parts if not isinstance(p, Block)] + ["", "", ""]
    if start in ("properties", "membership"):
        return words[1].isidentifier() and words[1] not in OPTIONS
    if start in ("trait", "law_row"):
        return words[0] == "unknown"
    if words[0] == "decay":
        return words[1] in LAWS or words[1][:1].isdigit() or words[2] in ("points", "of")
    if start == "stage_part" and (words[0], words[1]) == ("at", "least"):
        return True
    return words[0] in ("once", "unless", "gap", "until") or (words[0], words[1]) in CLAUSE_STARTS
