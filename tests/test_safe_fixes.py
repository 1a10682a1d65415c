"""What is mended unseen says what was meant: no word of the language becomes a text, and nothing becomes a veto."""

from __future__ import annotations

import pytest

from leadrules.dsl.problem import Problem
from leadrules.dsl.source import Source
from leadrules.verify.review import find_problems
from tests.broken.judge import applied

GROUND = """lead { title text; size number; customer flag; ours one of "or", other }
event visit
event form { name text }
BLOCK
thresholds { hot when s > 20; cold otherwise }
"""


def _found(block: str) -> tuple[str, list[Problem]]:
    text = GROUND.replace("BLOCK", block)
    return text, list(find_problems(Source("rules.lead", text)))


def _criterion(line: str) -> str:
    return f"score s {{ criteria {{ base 30 when customer and size > 1; {line} }} }}"


@pytest.mark.parametrize(
    "block",
    [
        _criterion('a 5 when title mentions "chief", and "head"'),
        _criterion("a 5 when title contains or"),
        _criterion("a 5 when title contains visited"),
        _criterion("a 5 when title is otherwise"),
        _criterion('a by title { "x": 5; else: 0; missing: 1 }'),
        _criterion('a by title { "x": 5; others: 0 }'),
        _criterion("a vetoo when customer"),
        _criterion("a when customer"),
        _criterion("a 5.5.5 when customer"),
        _criterion("a 5 when any form where name is missing or name is rest"),
        "score s round between 0 and 10 { criteria { base 5 when customer } }",
        "score s capped { criteria { base 5 when customer } }",
        _criterion("a 5 each visit") + '\ntest "x" { form name contact; expect s = 0 }',
    ],
)
def test_what_may_say_something_else_is_left_to_the_author(block: str) -> None:
    problems = _found(block)[1]
    assert problems
    assert [problem.fix.text for problem in problems if problem.fix] == []


@pytest.mark.parametrize(
    ("line", "right"),
    [
        (
            _criterion('a 5 when title mentions any of "x", or "y"'),
            _criterion('a 5 when title mentions any of "x", "y"'),
        ),
        (_criterion('a 5 when title is one of "a", or "b"'), _criterion('a 5 when title is one of "a", "b"')),
        (_criterion("a 5 when title contains boss"), _criterion('a 5 when title contains "boss"')),
        (
            "score s rounded between 0 and 10 { criteria { base 5 when customer } }",
            "score s between 0 and 10 rounded { criteria { base 5 when customer } }",
        ),
    ],
)
def test_what_is_mended_unseen_says_the_same(line: str, right: str) -> None:
    text, problems = _found(line)
    assert applied(text, [problem.fix for problem in problems if problem.fix]) == GROUND.replace("BLOCK", right)
