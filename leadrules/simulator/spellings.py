"""The texts a field can have where it is not always right: misspelt values, and what others are replaced by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadrules.dsl.fold import fold
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.columns import Dictionary


def spellings(scenario: ScenarioModel, right: Mapping[str, Dictionary]) -> dict[str, Dictionary]:
    """For each field with dirt in its texts the right values, then each of them misspelt, then what replaces others."""
    texts = {field.name for field in scenario.fields if field.type.name in ("one of", "text")}
    dirt = [one for one in (scenario.observed.dirt if scenario.observed else ()) if one.field in texts]
    found = {}
    for name in dict.fromkeys(one.field for one in dirt):
        values = right[name].values
        said = [str(one.value) for one in dirt if one.field == name and one.how == "replaced"]
        found[name] = Dictionary((*values, *misspelt(values), *said))
    return found


def misspelt(values: Iterable[str]) -> tuple[str, ...]:
    """Each value without the letter in its middle, or with a mark behind it where that is another value or none."""
    taken = {fold(value) for value in values}
    found = []
    for value in values:
        middle = len(value) // 2
        shorter = value[:middle] + value[middle + 1 :]
        wrong = shorter if shorter.strip() and fold(shorter) not in taken else f"{value}~"
        while fold(wrong) in taken:
            wrong += "~"
        found.append(wrong)
    return tuple(found)
