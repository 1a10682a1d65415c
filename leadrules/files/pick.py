"""One lead out of a table, at the instant that was asked for."""

from __future__ import annotations

import re

import numpy as np
from msgspec import Struct

from leadrules.dsl.quantity import show_count
from leadrules.dsl.spelling import nearest
from leadrules.engine.as_of import AsOf, instants
from leadrules.engine.columns import NEVER
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.files.failure import FileProblem

WHOLE = re.compile(r"^(-?\d+)\.0+$")


class Picked(Struct, frozen=True):
    """The position of a lead among the leads, and its instant in microseconds UTC."""

    position: int
    at: int


def pick(plan: Plan, leads: Leads, id: str, as_of: AsOf) -> Picked:
    """The lead of that id. Raises `FileProblem` where there is none, or where its instant cannot be known."""
    id = WHOLE.sub(r"\1", id)
    found = np.flatnonzero(leads.ids.astype(str) == id)
    if not len(found):
        meant = nearest(id, map(str, leads.ids[:100_000]))
        raise FileProblem(
            f"lead {id}", f"not among the {show_count(len(leads), 'lead')}", f"was {meant} meant?" if meant else ""
        )
    at = int(instants(as_of, plan, leads)[found[0]])
    if at == NEVER:
        raise FileProblem(f"lead {id}", "it is not known when it arrived", "ask for an instant instead")
    merged = leads.merged
    if merged is not None and merged.at[found[0]] <= at:
        into = leads.ids[merged.into[found[0]]]
        raise FileProblem(f"lead {id}", f"was merged into lead {into} by then", f"ask for lead {into}")
    return Picked(int(found[0]), at)
