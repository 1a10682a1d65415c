"""Rule and scenario files: path to source."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import check as rules_check
from leadrules.dsl.rules import parse as rules_parse
from leadrules.dsl.rules.compose import Composed, read_whole
from leadrules.dsl.rules.library import Library, Refusal
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.tree import Given, Ruleset
from leadrules.dsl.source import Source
from leadrules.dsl.spelling import nearest, was_meant
from leadrules.files.failure import FileProblem
from leadrules.files.revisions import LARGEST, LEADS_OUT, is_revision, read_revision

FilePath = str | PathLike[str]


def same_file(one: FilePath, other: FilePath) -> bool:
    """Whether two paths lead to one file that is there."""
    return Path(one).exists() and Path(other).exists() and Path(one).samefile(other)


def same_place(one: FilePath, other: FilePath) -> bool:
    """Whether two paths lead to one place, whether there is a file or not."""
    return Path(one).resolve() == Path(other).resolve()


def read_source(path: FilePath) -> Source:
    """The text of a rule or scenario file, or of one in a revision: `git:REF:PATH`.

    Raises `FileProblem` where there is none that can be read.
    """
    return read_revision(str(path))[0] if is_revision(str(path)) else _read(path)


def _read(path: FilePath) -> Source:
    try:
        size = Path(path).stat().st_size
        if size > LARGEST:
            raise FileProblem(str(path), f"{size:,} bytes are too many for a rule file", "data goes in with --leads")
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        hint = "save the file as UTF-8"
        raise FileProblem(str(path), f"byte {mistake.start} is no UTF-8 text", hint) from None
    except OSError as mistake:
        raise FileProblem(str(path), (mistake.strerror or str(mistake)).lower()) from None
    return Source(str(path), text.replace("\r\n", "\n").replace("\r", "\n"))


def read_language(path: FilePath) -> Source:
    """The text of a rule file (.lead) or a market (.scenario). Raises `FileProblem` where it is neither, or unreadable."""
    if not str(path).endswith((".lead", ".scenario")):
        raise FileProblem(str(path), "neither a rule file (.lead) nor a market (.scenario)")
    return read_source(path)


def write_source(source: Source, folder: FilePath) -> None:
    """Write a text under its name into a folder, which is made where there is none. Raises `FileProblem`."""
    place = Path(folder) / source.name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.write(source.text)
    except FileExistsError:
        raise FileProblem(str(place), "is there already", "name another folder, or move it away") from None
    except OSError as mistake:
        raise FileProblem(str(place), (mistake.strerror or str(mistake)).lower()) from None


def spare_sources(path: FilePath) -> None:
    """Refuse a place for results that has the name of rules, a market or settings. Raises `FileProblem`."""
    if str(path).endswith((".lead", ".scenario", ".toml")):
        raise FileProblem(
            str(path), "is no place for results: rules, markets and settings have such names", "name another file"
        )


def write_text(text: str, path: FilePath) -> None:
    """Write a text of results to a file, over what was there. Raises `FileProblem`."""
    spare_sources(path)
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")  # names may be no UTF-8
    except OSError as mistake:
        raise FileProblem(str(path), (mistake.strerror or str(mistake)).lower()) from None


class Folder:
    """The files below the folder of the one that was named: what a rule set may be made of. Links do not lead out."""

    def __init__(self, named: FilePath) -> None:
        self.top = Path(named).parent

    def find(self, path: str) -> Source | Refusal:
        """The text of the file at `path`, which has no `..` in it, below the folder."""
        place = self.top / path
        if not place.is_file():
            others = (other.name for other in place.parent.glob(f"*{place.suffix}"))
            return Refusal("there is no such file", was_meant(nearest(place.name, others)))
        if not place.resolve().is_relative_to(self.top.resolve()):
            return LEADS_OUT
        try:
            return read_source(place)
        except FileProblem as mistake:
            return Refusal(mistake.message, mistake.hint)


def library_of(path: FilePath) -> Library:
    """The files that the rule set of a file may be made of: of the same folder, or of the same revision."""
    return read_revision(str(path))[1] if is_revision(str(path)) else Folder(path)


def read_model(path: FilePath, given: Sequence[Source] = ()) -> Model:
    """The rule set of a file, its params with the values `given`: a text each, such as `quiet=45days`.

    Raises `FileProblem` where the file cannot be read, `RulesError` where it, or a value, is wrong.
    """
    return rules_check.check(*read_rules(path, given))


def read_rules(path: FilePath, given: Sequence[Source] = ()) -> tuple[Ruleset, Sequence[Given]]:
    """The rules of a file as they are written, with all they are made of, and the values `given` to params.

    Raises `FileProblem` where the file cannot be read, `RulesError` where it, or a value, is no text of the language.
    """
    composed, values = _composed(path, given)
    return composed.ruleset, values


def read_sources(path: FilePath, given: Sequence[Source] = ()) -> tuple[Model, tuple[Source, ...]]:
    """The rule set of a file as `read_model` gives it, and the texts it is made of, that of the file first."""
    composed, values = _composed(path, given)
    return rules_check.check(composed.ruleset, values), composed.sources


def _composed(path: FilePath, given: Sequence[Source]) -> tuple[Composed, Sequence[Given]]:
    if str(path).endswith(".scenario"):
        raise FileProblem(str(path), "is a market, where rules (.lead) are wanted")
    values, unread = rules_parse.read_given(given)
    composed = read_whole(read_source(path), library_of(path))
    Findings(unread + composed.problems).raise_errors()
    return composed, values
