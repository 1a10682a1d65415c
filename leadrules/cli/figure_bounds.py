"""`auc=0.01`: the name of a figure and a number, as options have them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import click

from leadrules.dsl.spelling import nearest
from leadrules.report.gates import BIGGER

WRITTEN = re.compile(r"\s*(.+?)\s*=\s*([0-9.]+(?:e-?[0-9]+)?)\s*(%?)\s*")
Bound = tuple[str, float]


def read_bound(_context: click.Context, _option: click.Parameter, text: str | None) -> Bound | None:
    """A figure by name, and a number above 0 for it; with `%` a share. A name may be written with `_` for spaces."""
    return None if text is None else _bound(text)


def read_bounds(_context: click.Context, _option: click.Parameter, texts: Sequence[str]) -> tuple[Bound, ...]:
    """The same of an option that may be given several times."""
    return tuple(map(_bound, texts))


def _bound(text: str) -> Bound:
    found = WRITTEN.fullmatch(text)
    number = _number(found[2]) / (100 if found[3] else 1) if found else math.nan
    if not found or not number > 0 or math.isinf(number):
        raise click.BadParameter(f"`{text}` is not a figure and a number above 0, such as auc=0.01")
    return found[1], number


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return math.nan


def known_bound(bound: Bound, names: Sequence[str], option: str) -> Bound:
    """The same with the name as figures have it. Raises `click.BadParameter` where none is called so."""
    known = {_plain(name): name for name in names}
    name = _plain(bound[0])
    if name not in known:
        meant = nearest(name, known)
        rest = f"was `{known[meant]}` meant?" if meant else f"there are: {', '.join(names)}"
        raise click.BadParameter(f"no figure here is called `{bound[0]}`; {rest}", param_hint=option)
    return known[name], bound[1]


def precise_bound(bound: Bound, sizes: Mapping[str, str]) -> Bound:
    """The same for `--precision`. Raises `click.BadParameter` too where a figure is another one for another number of leads.

    `sizes`: how each figure hangs on their number, as in `Measure`.
    """
    name, half = known_bound(bound, tuple(sizes), "--precision")
    if sizes[name] != "any":
        message = (
            f"more leads do not make `{name}` more exact: {BIGGER[sizes[name]]}; ask for a share, or for expected_auc"
        )
        raise click.BadParameter(message, param_hint="--precision")
    return name, half


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())
