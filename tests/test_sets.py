"""Sets from every kind of table: lists are their members, an empty one is known, a missing one is not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import leadrules

RULES = """
lead { likes set of text }
event form { tags set of one of x, y }
score s {
  criteria {
    crm 1 when likes has "CRM"
    none 10 when not (likes has any of "crm", "erp")
    both 100 each form where tags has all of x, y
  }
}
"""
LIKES = {"a": ["crm", "erp"], "b": [], "c": None, "d": [" Crm "]}
TAGS = [["x"], ["Y", "x", "z"], [], None]
POINTS = {"a": 1.0, "b": 110.0, "c": 0.0, "d": 1.0}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    leads = pd.DataFrame({"lead": list(LIKES), "likes": list(LIKES.values())})
    return leads, pd.DataFrame({"lead": list(LIKES), "type": "form", "time": "2026-01-01", "tags": TAGS})


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "parquet", "jsonl"])
def test_lists_are_their_members(kind: str, tmp_path: Path) -> None:
    rules, given = tmp_path / "sets.lead", []
    rules.write_text(RULES, encoding="utf-8")
    for name, frame in zip(("leads", "events"), tables(), strict=True):
        path = tmp_path / f"{name}.{kind}"
        polars = pl.from_pandas(frame)
        if kind == "parquet":
            polars.write_parquet(path)
        elif kind == "jsonl":
            polars.write_ndjson(path)
        given.append({"pandas": frame, "polars": polars, "arrow": polars.to_arrow()}.get(kind, path))
    scores = leadrules.load(rules).score(*given, at="2026-01-10").to_pandas()
    assert dict(zip(scores["lead"], scores["s"], strict=True)) == POINTS
