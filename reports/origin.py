"""What a report was made from and by which definitions, enough to make it again: `report.json` in a bundle.

release + form + values → Origin → report.json; and back, for a replay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from lakehouse.releases import Approval
from reports.form import Asked, Form, Selected
from reports.frame import ReportManifest, canonical_json, manifest_of
from reports.language import Locale

FILE = "report.json"


@dataclass(frozen=True)
class Definitions:
    """Digests of what gave the report's numbers their meaning.

    Attributes:
        models_sha256: Of the fingerprints of all models, which `release/manifest.json` lists; None without.
        kpi_definitions_sha256: Of the KPI handbook in the release; None when it has none.
        tables_sha256: Of the regulations, code lists and deadlines in force on `rules_on`, by name.
    """

    models_sha256: str | None
    model_count: int
    kpi_definitions_sha256: str | None
    rules_on: date
    tables_sha256: Mapping[str, str]


@dataclass(frozen=True)
class Origin:
    """Everything a report depends on besides the program.

    Attributes:
        under: The day that was asked for; None where the rules' own day holds.
        signers: Who signed the release, as its record says.
        people: Says DEMO when the signers are nobody.
    """

    manifest: ReportManifest
    subject: str
    parameters: Mapping[str, str | tuple[str, ...]]
    under: date | None
    locales: tuple[Locale, ...]
    zone: str
    definitions: Definitions
    signers: tuple[Approval, ...]
    people: str


def origin_of(form: Form[Any], asked: Asked, selected: Selected[Any], signers: Sequence[Approval]) -> Origin:
    """Return the origin of a report."""
    models = asked.release.manifest.get("models", {})
    definitions = Definitions(
        hashlib.sha256(canonical_json(models)).hexdigest() if models else None,
        len(models),
        _kpi_digest(asked.con),
        selected.rules_on,
        {table.name: table.digest(selected.rules_on) for table in form.tables},
    )
    return Origin(
        manifest_of(asked.release, report_code=form.code, report_version=form.version),
        selected.subject,
        asked.values.by_name,
        asked.under,
        asked.locales,
        selected.zone,
        definitions,
        tuple(signers),
        str(asked.release.manifest.get("people", "")),
    )


def _kpi_digest(con: duckdb.DuckDBPyConnection) -> str | None:
    cursor = con.cursor()
    try:
        rows = cursor.execute("SELECT CAST(d AS VARCHAR) FROM mart.kpi_definition AS d ORDER BY 1").fetchall()
    except duckdb.CatalogException:
        return None
    return hashlib.sha256(canonical_json([row[0] for row in rows])).hexdigest()
