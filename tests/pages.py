"""Pages of the documentation: their code blocks, and what is done with each.

```lead file=card.lead      a rule set, kept as a file for the commands below it; must have no mistake
```lead preamble            declarations that the fragments of the page build on
```lead criteria            a fragment: its lines stand in a score's criteria (or thresholds, actions, or at the margin)
```lead good criteria       a fragment, or a file, in which nothing is found, doubts included
```lead bad criteria        one in which something is found: code and words stand beside each line, and nothing else is found
```scenario ...             the same for markets
```scenario file=F more     blocks that come to a file from above; one with the same head takes the place of the one there
```csv file=leads.csv       a file for the commands below it
```toml                     settings, every one of which there is
```console                  commands behind `$`, each with all that it shows; `; echo $?` shows the exit code
```python                   runs, with what the blocks above it have left
```sh                       what a shell runs on a new machine: a set-up, then a command that the tests run
```yaml                     a CI file: every `run:` line is a command
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A code block: its language, the words behind that, its text, and where the text stands in the page."""

    language: str
    words: tuple[str, ...]
    text: str
    start: int
    line: int

    @property
    def frame(self) -> str:
        """Where a fragment stands."""
        return next((word for word in self.words if word not in ("good", "bad")), "head")

    @property
    def file(self) -> str | None:
        """The name it is kept under, where it names one."""
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)


def blocks(page: Path) -> Iterator[Block]:
    """The code blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start(3)) + 1
        yield Block(found[1], tuple(found[2].split()), found[3], found.start(3), line)


MARKET = """scenario page { horizon 90 days from 2026-01-05 }
event page_view { page one of start, product, price }
event webinar
persona everybody 100% { }
"""
OBSERVED = """lead { role one of head, buyer; domain text; customer flag; employees number }
event form
persona crawler 0% { }
everyone { role { head 100% }; domain { "a" 100% }; customer 1%; employees evenly 1 to 9 }
stage looking { lasts exactly 3 days; then won 50%, else lost }
"""
FRAMES = {
    "margin": "{preamble}{text}",
    "head": "{text}",
    "fields": "lead {{\n{text}}}\n",
    "criteria": "{preamble}score total {{ criteria {{\n{text}}} }}\n",
    "thresholds": "{preamble}score total {{ criteria {{ big 80 when customer }} }}\nthresholds {{\n{text}}}\n",
    "actions": "score total {{ criteria {{ big 80 when customer }} }}\nlead {{ customer flag }}\n"
    "thresholds {{ hot when total >= 60; warm when total >= 30; cold otherwise }}\n{text}",
    "observed": MARKET.replace("{", "{{").replace("}", "}}")
    + OBSERVED.replace("{", "{{").replace("}", "}}")
    + "observed {{\n{text}}}\n",
    "stage": MARKET.replace("{", "{{").replace("}", "}}") + "stage looking {{\n{text}}}\n",
    "people": "scenario page {{ horizon 90 days from 2026-01-05 }}\n{text}"
    "stage looking {{ lasts exactly 9 days; then won 10%, else lost }}\n",
    "stages": MARKET.replace("{", "{{").replace("}", "}}")
    + "lead {{ role one of head, buyer; student flag }}\n"
    + "everyone {{ role {{ head 30%; buyer 70% }}; student 9% }}\n{text}",
}


FOUND = re.compile(r"  # [EW]\d{3}: .*$", re.MULTILINE)


def unmarked(block: Block) -> Block:
    """A block without what stands beside its lines as found there."""
    return replace(block, text=FOUND.sub("", block.text))


def grown(text: str, more: str) -> str:
    """A file with further blocks; one with the same head (`stage aware`, `intent`) takes the place of the one there."""
    parts = {_head(part): part for part in [*_at_the_margin(text), *_at_the_margin(more)]}
    return "".join(parts.values())


def _at_the_margin(text: str) -> list[str]:
    return [part for part in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE) if part.strip()]


def _head(part: str) -> str:
    return " ".join(re.findall(r"\w+", part.split("{")[0])[:2])


def framed(block: Block, preamble: str) -> str:
    """A fragment as a file that has everything around it but, perhaps, a score."""
    return FRAMES[block.frame].format(preamble=preamble, text=block.text)
