"""Trees of several files to one tree: what is used is brought in, what is extended is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression.tree import Text
from leadrules.dsl.problem import Findings, Problem
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.change import change
from leadrules.dsl.rules.library import Library, Refusal
from leadrules.dsl.rules.parse import read
from leadrules.dsl.rules.paths import check_path, folder_of, joined, mistake_in
from leadrules.dsl.rules.tree_demands import Gate, Law
from leadrules.dsl.rules.tree_tests import Test
from leadrules.dsl.source import Source, Span

Items = tuple[tree.Declaration, ...]
WITHIN = re.compile(r"^(git:[^:]*:)?(.*[/\\])?", re.DOTALL)  # what stands before the name of a file


class Composed(Struct, frozen=True):
    """A rule set of several files as one. Where it is not `whole` a file is missing, and with it names nobody knows.

    `sources`: the texts it is made of, the first that of the file that was named.
    """

    ruleset: tree.Ruleset
    problems: list[Problem]
    whole: bool
    sources: tuple[Source, ...]


def read_whole(source: Source, library: Library) -> Composed:
    """The rule set of a text and all the files it is made of, with the problems of reading them."""
    ruleset, problems = read(source)
    composer = _Composer(library, Findings(problems))
    path = WITHIN.sub("", source.name)
    composer.brought.add(path)
    items = composer.expand(ruleset, (path,))
    unread, guessed = ruleset.unread | composer.unread, (*ruleset.guessed, *composer.guessed)
    whole = replace(ruleset, items=items, unread=unread, guessed=guessed)
    return Composed(whole, composer.findings.problems, composer.whole, (source, *composer.sources))


class _Composer(Struct):
    """What was brought in so far, each file once."""

    library: Library
    findings: Findings
    brought: set[str] = field(default_factory=set)
    unread: frozenset[str] = frozenset()
    guessed: tuple[Span, ...] = ()
    whole: bool = True
    sources: list[Source] = field(default_factory=list)

    def expand(self, ruleset: tree.Ruleset, chain: tuple[str, ...]) -> Items:
        """The statements of a file with those of all others it is made of; `chain` leads to it from the first one."""
        bases = [item for item in ruleset.items if isinstance(item, tree.Extends)]
        for extra in bases[1:]:
            self.findings.error(
                "E502", extra.span, "a second `extends`", hint="a rule set extends one other; `use` the rest"
            )
        base = self.extended(bases[0], chain) if bases else ()
        own: list[tree.Declaration] = []
        for item in ruleset.items:
            match item:
                case tree.Use(path):
                    own += [brought for brought in self.bring(path, chain) or () if not isinstance(brought, Law | Gate)]
                case tree.Extends():
                    pass
                case _:
                    own.append(item)
        return _under_one_head(base, own)

    def extended(self, item: tree.Extends, chain: tuple[str, ...]) -> Items:
        """The rule set that is extended, with the changes made."""
        base = self.bring(item.path, chain)
        if base is None or not item.body:
            return base or ()
        return change(base, item.body.items, self.findings)

    def bring(self, path: Text, chain: tuple[str, ...]) -> Items | None:
        """The statements of another file but its tests; none where they were brought in before, None where it cannot be read."""
        target = joined(folder_of(chain[-1]), path.value)
        if check_path(path, ".lead", self.findings) and not self.is_circle(path, target, chain):
            if target in self.brought:
                return ()
            found = self.library.find(target)
            if isinstance(found, Source):
                self.brought.add(target)
                self.sources.append(found)
                ruleset, problems = read(found)
                self.findings.problems += problems
                self.unread |= ruleset.unread
                self.guessed += ruleset.guessed
                items = self.expand(_from_first(ruleset, folder_of(target)), (*chain, target))
                return tuple(item for item in items if not isinstance(item, Test))
            self.report(path, found)
        self.whole = False
        return None

    def is_circle(self, path: Text, target: str, chain: tuple[str, ...]) -> bool:
        if target in chain:
            steps = " → ".join([*chain[chain.index(target) :], target])
            self.findings.error("E573", path.span, f"`{target}` is made of itself: {steps}", hint="break the circle")
        return target in chain

    def report(self, path: Text, refusal: Refusal) -> None:
        self.findings.error("E572", path.span, f'"{path.value}" cannot be read: {refusal.reason}', hint=refusal.hint)


def _from_first(ruleset: tree.Ruleset, folder: str) -> tree.Ruleset:
    """The statements of a file in `folder`, the markets of its gates named from the folder of the first file."""

    def moved(item: tree.Declaration) -> tree.Declaration:
        if not isinstance(item, Gate) or mistake_in(item.path.value, ".scenario"):
            return item
        return replace(item, path=replace(item.path, value=joined(folder, item.path.value)))

    return replace(ruleset, items=tuple(map(moved, ruleset.items)))


def _under_one_head(base: Items, own: Sequence[tree.Declaration]) -> Items:
    """All statements, the settings of a rule set before those of the one that it extends."""
    heads = [item for item in own if isinstance(item, tree.Header)]
    older = [item for item in base if isinstance(item, tree.Header)]
    if not heads or not older:
        return (*base, *own)
    said = {type(setting) for setting in heads[0].body.items}
    kept = tuple(setting for setting in older[0].body.items if type(setting) not in said)
    head = replace(heads[0], body=replace(heads[0].body, items=(*kept, *heads[0].body.items)))
    return (head, *(item for item in (*base, *own) if item is not older[0] and item is not heads[0]))
