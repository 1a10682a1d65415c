"""How much memory scoring takes above the leads it scores: run as a process of its own, prints MiB. Linux only."""

from __future__ import annotations

import ctypes
import gc
import re
import subprocess
import sys
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # proc(5): sets the high-water mark to what is resident now


def peak_above_data(*after: str) -> float | None:
    """MiB, from a new process; None where the system does not tell. `events`: of scoring after every event."""
    if not CLEAR.exists():
        return None
    command = [sys.executable, "-m", "benchmarks.card20_memory", *after]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _measure(after_events: bool) -> float:
    from benchmarks.card20_data import draw_data
    from benchmarks.card20_ours import first_hot, read_plan, resident, score_leads

    plan, leads = read_plan(), resident(draw_data())
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # else memory freed by the loading would hide what scoring takes
    before = _mebibytes("VmRSS")
    CLEAR.write_text(RESET_PEAK)
    answers = first_hot(plan, leads) if after_events else score_leads(plan, leads)
    assert len(answers) == len(leads)
    return _mebibytes("VmHWM") - before


def _mebibytes(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found, f"the system does not tell {name}"
    return int(found[1]) / 1024


if __name__ == "__main__":
    print(_measure(after_events="events" in sys.argv))
