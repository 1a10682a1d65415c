"""Pages about codes: their examples, and what is found in them.

```lead bad            the file card.lead (or card.scenario), in which the code of the page is found and no other
```lead good           the same, in which nothing is found
... file=base.lead     a file beside both
... set=quiet=45days   a value from outside for one of its params
... laws=300           so many leads are tried against each of its laws
... market=m.scenario  it is held against this market, which is a file beside it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from leadrules.dsl.problem import Problem, RulesError, in_order
from leadrules.dsl.source import Source
from leadrules.files.markets import read_market
from leadrules.files.sources import Folder, read_model
from leadrules.verify.law_problems import law_problems
from leadrules.verify.laws import judge_laws
from leadrules.verify.match import match
from leadrules.verify.review import review
from tests.pages import Block, blocks

FOLDER = Path(__file__).parent.parent / "leadrules" / "codes"
TODAY = date(2026, 11, 1)


def examples(code: str) -> tuple[Block, Block, list[Block]]:
    """The bad and the good example of a page, and the files beside them."""
    found = list(blocks(FOLDER / f"{code}.md"))
    bad, good = (next(block for block in found if word in block.words) for word in ("bad", "good"))
    return bad, good, [block for block in found if block.file]


def option(block: Block, name: str) -> str:
    """What the head of a block says of something; nothing where it says none."""
    return next((word.removeprefix(f"{name}=") for word in block.words if word.startswith(f"{name}=")), "")


def found_in(block: Block, beside: Sequence[Block], folder: Path) -> tuple[Problem, ...]:
    """Everything that is found in an example, which is kept in a folder."""
    name = f"card.{block.language}"
    for other in beside:
        assert other.file
        (folder / other.file).write_text(other.text, encoding="utf-8")
    path = folder / name
    path.write_text(block.text, encoding="utf-8")
    given = [Source("--set", option(block, "set"))] if option(block, "set") else []
    found: Iterable[Problem] = review(Source(str(path), block.text), given, Folder(path), TODAY).problems
    if option(block, "laws"):
        found = [*found, *law_problems(judge_laws(read_model(path), int(option(block, "laws"))))]
    if option(block, "market"):
        found = [*found, *_matched(path, folder / option(block, "market"))]
    return in_order(found)


def _matched(rules: Path, market: Path) -> Iterable[Problem]:
    try:
        return match(read_model(rules), read_market(market))
    except RulesError as mistake:
        return mistake.problems


def said(code: str) -> tuple[str, str]:
    """What a page says of its code, and why that matters."""
    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    return text.split("\n\n", 1)[1].split("\n## ")[0].strip(), text.split("## Why\n")[1].strip()
