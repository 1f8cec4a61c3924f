"""How a figure is measured and written."""

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

Figure = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """What a child process took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def machine() -> str:
    """Cores, memory and Python, without a name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"
    )


def figure(name: str, value: float, unit: str, peer: str, ratio: float | None) -> Figure:
    """One line of output; `ratio` is ours divided by the peer's."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "ratio": None if ratio is None else round(ratio, 2),
    }


def cost_of(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Cost:
    """Runs a command to its end and measures wall time, processor time and peak resident memory.

    Raises:
        RuntimeError: The command failed; its messages are in the error.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{output}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Median of each figure over several runs."""
    return Cost(
        median(cost.seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        median(cost.peak_mb for cost in costs),
    )


def megabytes_below(folder: Path) -> float:
    """Size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
