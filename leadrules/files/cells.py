"""Cells to values: for each type of field, the SQL that reads a column, and what it turns into."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field, Type
from leadrules.dsl.members import BETWEEN
from leadrules.dsl.quantity import AMBIGUOUS, MICROSECONDS, THOUSANDTHS
from leadrules.dsl.source import Source, Span
from leadrules.engine.zone import EARLIEST, LATEST

NUMERIC = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
)
NOWHERE = Span(Source("table", ""), 0, 0)
YES = ("yes", "true", "y", "t", "1", "on")
NO = ("no", "false", "n", "f", "0", "off")
WRITTEN = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:(?:T| +)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|z| ?UTC| ?GMT|[+-]\d{2}(?::?\d{2})?)?)?"
HAS_ZONE = r"\d:\d\d.*(?:Z|z|[+-]\d\d(?::?\d\d)?|UTC|GMT)$"


class Cells(Struct, frozen=True):
    """How a field is read from a table.

    All but `field`, `column` and `expected` is SQL: `text`, NULL where the cell is missing; `value`, NULL where it
    has none; `aside`, the currency of amounts that are missing and counted rather than bad, NULL for others; `local`, true for times of local
    clocks; `where`, true for the rows that have such a cell at all.
    """

    field: Field
    column: str
    text: str
    value: str
    aside: str = "NULL::VARCHAR"
    local: str = "false"
    where: str = "true"
    expected: str = ""
    required: bool = False

    @property
    def bad(self) -> str:
        """SQL that is true where a cell holds something that cannot be read, or nothing where something must be."""
        unread = f"{self.text} IS NOT NULL AND {self.value} IS NULL AND {self.aside} IS NULL"
        missing = f"{self.text} IS NULL" if self.required else "false"
        return f"({self.where} AND (({unread}) OR {missing}))"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def text_of(column: str, type: str, missing: tuple[str, ...] = ()) -> str:
    """SQL for the trimmed text of a column; NULL where it is empty or says that it is missing.

    Whole numbers have no `.0`, whatever their type: data frames turn whole numbers into others where one is missing.
    """
    name = quoted(column)
    text = f"nullif(trim(CAST({name} AS VARCHAR)), '')"
    if type in ("DOUBLE", "FLOAT"):
        text = f"(CASE WHEN {name} = floor({name}) AND abs({name}) < 9e15 THEN {name}::BIGINT::VARCHAR ELSE {text} END)"
    if not missing:
        return text
    marks = ", ".join(literal(mark.strip().lower()) for mark in missing)
    return f"(CASE WHEN lower({text}) IN ({marks}) THEN NULL ELSE {text} END)"


def id_of(column: str, type: str) -> str:
    """SQL for an id: its text, a whole number without the `.0` that a table of numbers may give it."""
    return f"regexp_replace({text_of(column, type)}, '^(-?[0-9]+)[.]0+$', '\\1')"


def cells(field: Field, column: str, type: str) -> Cells:
    """How to read a field from a column of some SQL type. What says that it is missing is missing in any type."""
    found = _cells(field, column, type, text_of(column, type, field.missing))
    if not field.missing:
        return found
    return replace(found, value=f"(CASE WHEN {found.text} IS NOT NULL THEN {found.value} END)")


def _cells(field: Field, column: str, type: str, text: str) -> Cells:
    match field.type.name:
        case "set of":
            return Cells(field, column, text, members(field, column, text, type))
        case "text" | "one of":
            return Cells(field, column, text, text)
        case "number":
            return Cells(field, column, text, number(column, text, type), expected="number")
        case "whole number":
            value = number(column, text, type)
            whole = f"(CASE WHEN {value} = floor({value}) THEN {value} END)"
            return Cells(field, column, text, whole, expected="whole number")
        case "flag":
            return Cells(field, column, text, flag(text), expected="yes or no")
        case "time" | "date":
            expected = "date or time, such as 2026-01-31 or 2026-01-31 09:00"
            return Cells(field, column, text, moment(column, text, type), local=is_local(text, type), expected=expected)
        case "duration":
            return Cells(field, column, text, duration(field, column, text, type), expected=_duration(field))
        case "money":
            return _money(field, column, text, type)


def members(field: Field, column: str, text: str, type: str) -> str:
    """SQL for a set as one text: of a list its members, of a text that is an array in JSON those, else its parts."""
    if type.endswith("[]"):
        return (
            f"CASE WHEN {quoted(column)} IS NOT NULL THEN {_joined(f'CAST({quoted(column)} AS VARCHAR[])', field)} END"
        )
    array = f"TRY_CAST(CASE WHEN {text} LIKE '[%]' THEN TRY_CAST({text} AS JSON) END AS VARCHAR[])"
    parts = f"string_split({text}, {literal(field.separator)})"
    return f"CASE WHEN {text} IS NOT NULL THEN {_joined(f'coalesce({array}, {parts})', field)} END"


def _joined(members: str, field: Field) -> str:
    """SQL for the text of a set (see `leadrules.dsl.members`). What says that it is missing is no member."""
    marks = ", ".join(literal(mark.strip().lower()) for mark in ("", *field.missing))
    kept = f"[trim(m) FOR m IN {members} IF lower(trim(m)) NOT IN ({marks})]"
    return f"array_to_string(list_sort(list_distinct({kept})), {literal(BETWEEN)})"


def is_numeric(type: str) -> bool:
    """Whether a SQL type is one of numbers."""
    return type.startswith("DECIMAL") or type in NUMERIC


def number(column: str, text: str, type: str) -> str:
    """SQL for a finite number."""
    value = f"CAST({quoted(column)} AS DOUBLE)" if is_numeric(type) else f"TRY_CAST({text} AS DOUBLE)"
    return f"(CASE WHEN isfinite({value}) THEN {value} END)"


def flag(text: str) -> str:
    """SQL for a flag: 2 yes, 0 no."""
    yes, no = (", ".join(map(literal, words)) for words in (YES, NO))
    return f"(CASE WHEN lower({text}) IN ({yes}) THEN 2 WHEN lower({text}) IN ({no}) THEN 0 END)"


def moment(column: str, text: str, type: str) -> str:
    """SQL for microseconds: since 1970 UTC where an offset is known, else on local clocks (see `is_local`)."""
    if type.startswith("TIMESTAMP"):
        value = f"epoch_us(TRY_CAST({quoted(column)} AS {'TIMESTAMPTZ' if _has_zone(type) else 'TIMESTAMP'}))"
    else:
        with_zone, local = (f"epoch_us({_as(text, kind)})" for kind in ("TIMESTAMPTZ", "TIMESTAMP"))
        value = f"(CASE WHEN {is_local(text, type)} THEN {local} ELSE {with_zone} END)"
    return f"(CASE WHEN {value} BETWEEN {EARLIEST} AND {LATEST} THEN {value} END)"


def _as(text: str, kind: str) -> str:
    """A text as a time, where it is written as one to the last sign: the database reads what it can and drops the rest."""
    return f"(CASE WHEN regexp_full_match({text}, {literal(WRITTEN)}) THEN TRY_CAST({text} AS {kind}) END)"


def _has_zone(type: str) -> bool:
    return "ZONE" in type or "TZ" in type


def is_local(text: str, type: str) -> str:
    """SQL that is true where a time names no offset and is one of local clocks."""
    if type.startswith("TIMESTAMP"):
        return "false" if _has_zone(type) else "true"
    return f"(NOT regexp_matches({text}, {literal(HAS_ZONE)}))"


def duration(field: Field, column: str, text: str, type: str) -> str:
    """SQL for a duration in microseconds."""
    if type == "INTERVAL":
        return f"(epoch({quoted(column)}) * 1e6)"
    if field.unit:
        return f"({number(column, text, type)} * {MICROSECONDS[field.unit]:.0f}::DOUBLE)"
    pattern = literal(r"^(-?[0-9]+(?:\.[0-9]+)?)\s*(second|minute|hour|day|week)s?$")
    units = " ".join(f"WHEN {literal(unit)} THEN {size:.0f}::DOUBLE" for unit, size in MICROSECONDS.items())
    amount = f"TRY_CAST(regexp_extract(lower({text}), {pattern}, 1) AS DOUBLE)"
    return f"({amount} * (CASE regexp_extract(lower({text}), {pattern}, 2) {units} END))"


def _duration(field: Field) -> str:
    return f"number of {field.unit}s" if field.unit else "duration, such as 30 days"


def _money(field: Field, column: str, text: str, type: str) -> Cells:
    """An amount, with or without its currency. Another currency is missing and counted; nothing is converted.

    An amount beside its currency is written by people: `1.000 EUR` may be a thousand, and so cannot be read.
    """
    currency = field.type.detail
    expected = f"amount of {currency}, such as 1000 {currency} or 1.50 {currency}, with no sign between thousands"
    plain = number(column, text, type)
    if is_numeric(type):
        return Cells(field, column, text, plain, expected=expected)
    pattern = literal(r"^([A-Z]{3})?\s*(-?[0-9]+(?:\.[0-9]+)?)\s*([A-Z]{3})?$")
    before, amount, after = (f"regexp_extract({text}, {pattern}, {group})" for group in (1, 2, 3))
    said = f"({before} || {after})"  # two currencies are none that is known
    value = number(column, amount, type)
    clear = "true" if currency in THOUSANDTHS else f"NOT regexp_full_match({amount}, {literal(AMBIGUOUS)})"
    own = f"coalesce({plain}, CASE WHEN {said} = {literal(currency)} AND {clear} THEN {value} END)"
    other = f"(CASE WHEN {value} IS NOT NULL AND length({said}) = 3 AND {said} <> {literal(currency)} THEN {said} END)"
    return Cells(field, column, text, own, aside=other, expected=expected)


def required(name: str, type: Type, column: str, sql_type: str, what: str) -> Cells:
    """A column that every row of a table must fill."""
    field = Field(name, type, column, span=NOWHERE)
    return replace(cells(field, column, sql_type), required=True, expected=what)


def optional(name: str, type: Type, column: str, sql_type: str) -> Cells:
    """A column that a table may have and no rule asks for by name."""
    return cells(Field(name, type, column, span=NOWHERE), column, sql_type)
