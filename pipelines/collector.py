"""How often Python looks for garbage while a refresh runs: seldom.

SQLMesh keeps millions of small objects for as long as the process lives. At Python's own thresholds the
collector walks them again and again and finds next to nothing, for a third of the time (docs/figures.md).
"""

import gc

# New objects until a look at the young ones; looks until one at the middle-aged, and until one at all.
SELDOM = (100_000, 50, 100)


def collect_seldom() -> None:
    """Sets the thresholds of this process; called once by whatever runs the main job."""
    gc.set_threshold(*SELDOM)
