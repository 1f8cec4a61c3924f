"""The release that the pages read: resolved on every run, opened once per role, answers kept per file.

record of releases → the role's file → OpenRelease → rows of a query file. A page never sees the working
warehouse, nor what its reader may not see: that is not in the file it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import streamlit as st

from dashboards.reader import Reader
from lakehouse.access import Role, load_policy
from lakehouse.access.role_release import RoleFacts, RoleRelease
from lakehouse.releases import Notice, Release, current, notices
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.role_reading import readable
from pipelines.role_files import attachments_for_role
from traceability.query import fetch

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class OpenRelease:
    """A release as its reader may see it, a read-only connection to it, and who reads.

    ``key`` tells answers of different files apart; ``notices`` say what to know first; ``facts`` say what is
    masked or missing, None when the reader sees everything.
    """

    release: Release
    con: duckdb.DuckDBPyConnection
    key: str
    reader: Reader
    notices: tuple[Notice, ...] = ()
    facts: RoleFacts | None = None


def open_current(settings: Settings, reader: Reader) -> OpenRelease | None:
    """Return the current release, opened for a reader; None before the first one.

    Raises:
        NoRelease: it was made before permissions, and the reader may not see everything.
        NoRole: the reader has no role.
    """
    release = current(settings)
    if release is None:
        return None
    file, policy = str(release.warehouse_path), load_policy().sha256
    read = _read_as(settings, file, policy, release, reader.roles, reader.sites)
    key = str(read.release.warehouse_path)
    told = tuple(notices(settings, release))
    return OpenRelease(read.release, _connection(settings, key), key, reader, told, read.facts)


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


@st.cache_resource(max_entries=24, show_spinner=False)
def _read_as(
    _settings: Settings,
    release_file: str,
    policy_sha256: str,
    _release: Release,
    roles: tuple[Role, ...],
    sites: tuple[str, ...],
) -> RoleRelease:
    return readable(_settings, _release, roles, attachments_for_role(_release), sites=sites)


@st.cache_resource(max_entries=12, show_spinner=False)
def _connection(_settings: Settings, key: str) -> duckdb.DuckDBPyConnection:
    return connect(Path(key), read_only=True, settings=_settings)


@st.cache_resource(max_entries=300, show_spinner=False)
def _remembered(key: str, what: str, _load: Callable[[], Any]) -> Any:
    # Answers are frozen dataclasses and bytes: sharing them between sessions is safe and saves copying.
    return _load()
