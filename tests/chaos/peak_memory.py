"""Peak memory of this process alone: the kernel's ru_maxrss of a child begins with its parent's."""

import re
from pathlib import Path


def peak_mib() -> int:
    """The most this process ever held resident since it was executed, MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found, "no VmHWM in /proc/self/status"
    return int(found[1]) >> 10
