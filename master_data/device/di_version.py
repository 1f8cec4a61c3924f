"""Versions and life of a device identifier's record, as NMPA and GUDID publish them.

versions → the newest of each record, and findings about what the versions say together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from master_data.device.packaging import DiIssue
from master_data.udi.issue import error, warn


@dataclass(frozen=True)
class DiVersion:
    """One published version of an identifier's record.

    Attributes:
        record_key: the register's own key of the record (NMPA deviceRecordKey).
        version, correction: numbers of the version and of its corrections; a change of product raises the
            first, a correction of the entry the second.
        published_date: from when the identifier may be on products; ended_date: last day of distribution.
    """

    di: str
    record_key: str
    version: int
    correction: int
    versioned_at: datetime
    corrected_at: datetime | None
    published_date: date | None
    ended_date: date | None = None

    @property
    def rank(self) -> tuple[int, int, datetime, datetime]:
        """What is newer ranks higher: version, correction, and their times."""
        return self.version, self.correction, self.versioned_at, self.corrected_at or self.versioned_at


def newest(versions: Iterable[DiVersion]) -> Mapping[str, DiVersion]:
    """Return the newest version of each record, whatever the order in which files brought them."""
    found: dict[str, DiVersion] = {}
    for version in versions:
        held = found.get(version.record_key)
        if held is None or version.rank > held.rank:
            found[version.record_key] = version
    return found


def life_issues(versions: Sequence[DiVersion]) -> tuple[DiIssue, ...]:
    """Return findings: one identifier in two records, versions against time, an end before the start."""
    return (*_shared_identifiers(versions), *_against_time(versions), *_ends(versions))


def _shared_identifiers(versions: Sequence[DiVersion]) -> list[DiIssue]:
    records: defaultdict[str, set[str]] = defaultdict(set)
    for version in versions:
        records[version.di].add(version.record_key)
    return [
        DiIssue(di, error("DI_TWO_RECORDS", None, f"{di} stands in the records {', '.join(sorted(keys))}"))
        for di, keys in records.items()
        if len(keys) > 1
    ]


def _against_time(versions: Sequence[DiVersion]) -> list[DiIssue]:
    by_record: defaultdict[str, list[DiVersion]] = defaultdict(list)
    for version in versions:
        by_record[version.record_key].append(version)
    found = []
    for held in by_record.values():
        ordered = sorted(held, key=lambda version: version.rank)
        for older, newer in zip(ordered, ordered[1:], strict=False):
            if newer.versioned_at < older.versioned_at:
                message = f"version {newer.version} is dated before version {older.version}"
                found.append(DiIssue(newer.di, warn("DI_VERSION_TIME", None, message)))
            if newer.di != older.di:
                message = (
                    f"version {newer.version} changes {older.di} to {newer.di}: a new DI is a new record"
                )
                found.append(DiIssue(newer.di, error("DI_CHANGED", None, message)))
    return found


def _ends(versions: Sequence[DiVersion]) -> list[DiIssue]:
    return [
        DiIssue(version.di, error("DI_ENDS_BEFORE_START", None, f"ends {version.ended_date}"))
        for version in versions
        if version.published_date and version.ended_date and version.ended_date < version.published_date
    ]
