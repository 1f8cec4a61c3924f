"""Releases: immutable, numbered copies of what the gates let through, switched at once.

build.duckdb -> a clean copy under a name never used before -> manifest.json -> candidate -> gates
-> signatures where the rule of its kind asks for them -> released. What happened stands in record.jsonl,
a line a step; which release readers get follows from it. The working warehouse is read by nobody.
"""

from lakehouse.releases.book import Book, Tenure
from lakehouse.releases.copying import Attachment, ReleaseDraft, ReleasedTable
from lakehouse.releases.deciding import decide, pins, rehearse, require_whole, retire
from lakehouse.releases.entry import Approval, Entry, Glass, why_kept
from lakehouse.releases.log import read_book, read_log
from lakehouse.releases.notices import Notice, notices
from lakehouse.releases.release import NoRelease, Release, ReleaseBlocked, ReleaseDamaged, verify
from lakehouse.releases.rules import Rule, UnknownKind, load_rules, rule_for
from lakehouse.releases.shelf import (
    current,
    find_as_of,
    find_candidate,
    find_release,
    list_releases,
    open_release,
    publish,
)
from lakehouse.releases.steps import Action, IllegalStep, Record, State, Step

__all__ = [
    "Action",
    "Approval",
    "Attachment",
    "Book",
    "Entry",
    "Glass",
    "IllegalStep",
    "NoRelease",
    "Notice",
    "Record",
    "Release",
    "ReleaseBlocked",
    "ReleaseDamaged",
    "ReleaseDraft",
    "ReleasedTable",
    "Rule",
    "State",
    "Step",
    "Tenure",
    "UnknownKind",
    "current",
    "decide",
    "find_as_of",
    "find_candidate",
    "find_release",
    "list_releases",
    "load_rules",
    "notices",
    "open_release",
    "pins",
    "publish",
    "read_book",
    "read_log",
    "rehearse",
    "require_whole",
    "retire",
    "rule_for",
    "verify",
    "why_kept",
]
