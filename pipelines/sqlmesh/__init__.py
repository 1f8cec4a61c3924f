"""SQLMesh in one process: it forks loaders by default, and a fork of a threaded process (Dagster) hangs."""

import os

# Read by SQLMesh once, when it is imported; every module here that imports it comes after this line.
os.environ["MAX_FORK_WORKERS"] = "1"
