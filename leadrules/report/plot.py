"""Numbers over time as a plot of characters."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"


def draw_plot(values: Sequence[float], low_label: str, high_label: str, height: int = 6) -> list[str]:
    """Columns as high as their values, from the lowest value (or 0) to the highest, with labels under both ends."""
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low or 1.0
    eighths = [round((value - low) / span * height * 8) for value in values]
    labels = {0: f"{high:g}", height - 1: f"{low:g}"}
    margin = max(map(len, labels.values()))
    lines = []
    for row in range(height):
        floor = (height - 1 - row) * 8
        drawn = "".join(BLOCKS[min(8, max(0, eighth - floor))] for eighth in eighths)
        lines.append(f"{labels.get(row, ''):>{margin}} ┤{drawn}".rstrip())
    room = len(values) - len(low_label) - len(high_label)
    lines.append(f"{'':>{margin}}  {low_label}{' ' * max(1, room)}{high_label}")
    return lines
