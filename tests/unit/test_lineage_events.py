"""Names and events of lineage, without a backend."""

import json
from datetime import UTC, datetime

import pytest
from openlineage.client.serde import Serde

from lineage import events
from lineage.facts import ColumnDrift, Field, LandingFile
from lineage.naming import landing_file, release, table

AT = datetime(2025, 3, 1, 8, 30, tzinfo=UTC)
REFRESH = "11111111-1111-4111-8111-111111111111"


def test_names_follow_the_layers_and_name_no_machine() -> None:
    """Prevents one table under two names, and lineage that breaks when the lake is moved."""
    assert table("core.lot") == ("medlake://core", "core.lot")
    assert table("raw.sap_a__mseg") == ("medlake://raw", "raw.sap_a__mseg")
    assert landing_file("sap_a/mseg/mseg_20250101.csv").namespace == "medlake://landing"
    assert release() == ("medlake://release", "release.warehouse")


@pytest.mark.parametrize("name", ["lot", "tmp.lot", "core."])
def test_a_table_outside_the_layers_has_no_name(name: str) -> None:
    """Prevents a scratch table from entering the lineage as if it were a product."""
    with pytest.raises(ValueError, match="is not <layer>"):
        table(name)


def test_start_and_end_of_a_step_are_one_run_below_its_refresh() -> None:
    """Prevents a backend from showing steps that never end, or steps without their refresh."""
    begun = events.start(REFRESH, "load.sap_a__mseg", AT)
    ended = events.loaded(REFRESH, "sap_a__mseg", [], [], version=3, rows=0, at=AT)
    assert begun.run.runId == ended.run.runId != REFRESH
    assert begun.job.name == ended.job.name == "load.sap_a__mseg"
    parent = Serde.to_dict(ended)["run"]["facets"]["parent"]
    assert (parent["run"]["runId"], parent["job"]["name"]) == (REFRESH, "refresh")
    assert events.start(REFRESH, "refresh", AT).run.runId == REFRESH


def test_the_same_step_gives_the_same_bytes() -> None:
    """Prevents a second sending from looking like a second run."""
    first, second = (Serde.to_json(events.start(REFRESH, "model.core.lot", AT)) for _ in range(2))
    assert first == second
    assert json.loads(first)["eventTime"] == "2025-03-01T08:30:00+00:00"


def test_a_load_names_each_file_by_its_content() -> None:
    """Prevents lineage that cannot tell a corrected file from the one it replaced."""
    file = LandingFile("sap_a/mseg/mseg_20250101.csv", "ab" * 32, rows=7, size_bytes=512)
    event = events.loaded(
        REFRESH, "sap_a__mseg", [file], [Field("MBLNR", "TEXT", "Document")], version=12, rows=6, at=AT
    )
    told = Serde.to_dict(event)
    (read,), (written,) = told["inputs"], told["outputs"]
    assert read["facets"]["version"]["datasetVersion"] == f"sha256:{'ab' * 32}"
    assert read["inputFacets"]["inputStatistics"]["rowCount"] == 7
    assert written["facets"]["version"]["datasetVersion"] == "12"
    assert written["outputFacets"]["outputStatistics"]["rowCount"] == 6
    assert written["facets"]["schema"]["fields"][0]["name"] == "MBLNR"


def test_drift_stands_with_its_file_and_what_the_contract_decided() -> None:
    """Prevents a renamed column that only a log knows of, and an accepted new one that alarms somebody."""
    path, sha = "sap_a/mseg/mseg_20250101.csv", "ab" * 32
    renamed = ColumnDrift(path, sha, "renamed", "MENGE", "MENGE_1", "refuse", "疑似改名 | renamed?")
    new = ColumnDrift(path, sha, "new", "", "ZZ", "accept-new-column", "多出 | unknown")
    other = ColumnDrift(
        "sap_a/mseg/mseg_20250102.csv", "cd" * 32, "new", "", "ZZ", "quarantine", "多出 | unknown"
    )
    told = Serde.to_dict(events.drifted(REFRESH, "sap_a__mseg", [renamed, new, other], AT))
    first, second = told["inputs"]
    assert (first["name"], second["facets"]["version"]["datasetVersion"]) == (path, f"sha256:{'cd' * 32}")
    said = first["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert [(one["assertion"], one["column"], one["success"], one["severity"]) for one in said] == [
        ("schema.renamed", "MENGE", False, "error"),
        ("schema.new", "ZZ", True, "warn"),
    ]
    assert second["inputFacets"]["dataQualityAssertions"]["assertions"][0]["success"] is False
    assert told["job"]["name"] == "drift.sap_a__mseg"
