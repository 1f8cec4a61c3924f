"""Releases: immutable, numbered copies of what the gates let through, switched at once.

build.duckdb -> a clean copy under a name never used before -> manifest.json -> CURRENT names it.
Readers open a release read-only; the working warehouse is never read by anyone.
"""

from lakehouse.releases.copying import ReleaseDraft, ReleasedTable
from lakehouse.releases.release import NoRelease, Release, ReleaseDamaged, verify
from lakehouse.releases.shelf import current, find_release, list_releases, open_release, point_to, publish

__all__ = [
    "NoRelease",
    "Release",
    "ReleaseDamaged",
    "ReleaseDraft",
    "ReleasedTable",
    "current",
    "find_release",
    "list_releases",
    "open_release",
    "point_to",
    "publish",
    "verify",
]
