"""The release that the pages read: resolved on every run, opened once per number, answers kept per number.

record of releases → OpenRelease → rows of a query file. A page never sees the working warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb
import streamlit as st

from dashboards.reader import Reader
from lakehouse.releases import Notice, Release, current, notices, open_release
from lakehouse.settings import Settings
from traceability.query import fetch

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class OpenRelease:
    """A release, a read-only connection to it, and who reads.

    ``key`` tells answers of different lakes apart; ``notices`` say what to know first.
    """

    release: Release
    con: duckdb.DuckDBPyConnection
    key: str
    reader: Reader
    notices: tuple[Notice, ...] = ()


def open_current(settings: Settings, reader: Reader) -> OpenRelease | None:
    """Return the current release, opened for a reader; None before the first one."""
    release = current(settings)
    if release is None:
        return None
    key = str(release.warehouse_path)
    told = tuple(notices(settings, release))
    return OpenRelease(release, _connection(settings, key, release.number), key, reader, told)


def ask(
    opened: OpenRelease, name: str, row_type: type[Row], parameters: Mapping[str, Any]
) -> tuple[Row, ...]:
    """Return the rows of dashboards/queries/<name>.sql; the answer is kept as long as the release is read."""

    def load() -> tuple[Row, ...]:
        return fetch(opened.con, name, row_type, parameters, package="dashboards")

    return remember(opened, f"{name} {sorted(parameters.items())}", load)


def remember(opened: OpenRelease, what: str, load: Callable[[], Answer]) -> Answer:
    """Return what a function gives, kept per release and name: a release never changes."""
    return _remembered(opened.key, what, load)  # type: ignore[no-any-return]


@st.cache_resource(max_entries=3, show_spinner=False)
def _connection(_settings: Settings, key: str, number: int) -> duckdb.DuckDBPyConnection:
    return open_release(_settings, number)


@st.cache_resource(max_entries=300, show_spinner=False)
def _remembered(key: str, what: str, _load: Callable[[], Any]) -> Any:
    # Answers are frozen dataclasses and bytes: sharing them between sessions is safe and saves copying.
    return _load()
