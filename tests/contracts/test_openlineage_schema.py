"""Every kind of event against OpenLineage's own JSON schemas, core and facets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openlineage.client.event_v2 import RunEvent
from openlineage.client.serde import Serde
from referencing import Registry, Resource

from lineage import events
from lineage.facts import ColumnDrift, Field, LandingFile

SCHEMAS = Path(__file__).parents[3] / "shared" / "reference" / "openlineage"
CORE = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
AT = datetime(2025, 3, 1, 8, 30, 15, 250000, tzinfo=UTC)
REFRESH = "11111111-1111-4111-8111-111111111111"

pytestmark = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the OpenLineage schemas are not here")


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Lot:
    name: str = "core.lot"
    description: str = "One row per lot."
    columns: tuple[Column, ...] = (Column("lot_id", "TEXT", "Key"), Column("is_in_master", "BOOLEAN", ""))
    depends_on: tuple[str, ...] = ("stg.sap_a__mch1", "core.movement")
    column_lineage: Mapping[str, tuple[tuple[str, str], ...]] = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Result:
    rule_id: str
    table: str
    column: str
    severity: str
    passed: bool
    failed_rows: int
    dimension: str = "uniqueness"
    description_en: str = "One row per key"
    checked_rows: int = 40
    sample_keys: tuple[str, ...] = ()


LINEAGE = {"lot_id": (("stg.sap_a__mch1", "lot_no"), ("core.movement", "lot_id")), "is_in_master": ()}
RESULTS = [
    Result("CORE-KEY-001", "core.lot", "lot_id", "block", passed=True, failed_rows=0),
    Result("CORE-LOT-004", "core.lot", "", "warn", passed=False, failed_rows=2),
    Result("CORE-MOV-003", "core.movement", "lot_id", "block", passed=False, failed_rows=1),
]
FILE = LandingFile("sap_a/mch1/mch1_20250131.csv", "0f" * 32, rows=41, size_bytes=2048)
EVENTS: dict[str, RunEvent] = {
    "start": events.start(REFRESH, "load.sap_a__mch1", AT),
    "refresh": events.complete(REFRESH, "refresh", AT),
    "fail": events.failed(REFRESH, "model.core.lot", "Binder Error: no column", AT),
    "load": events.loaded(
        REFRESH,
        "sap_a__mch1",
        [FILE],
        [Field("CHARG", "TEXT", "批号 | Lot number")],
        version=4,
        rows=40,
        at=AT,
    ),
    "model": events.modelled(REFRESH, Lot(column_lineage=LINEAGE), rows=40, at=AT),
    "model without lineage": events.modelled(
        REFRESH, Lot(description="", column_lineage={}), rows=None, at=AT
    ),
    "gate": events.checked(REFRESH, "core", RESULTS, AT),
    "drift": events.drifted(
        REFRESH, "sap_a__mch1", [ColumnDrift(FILE.path, FILE.sha256, "new", "", "ZZ", "refuse", "多出")], AT
    ),
    "release": events.released(REFRESH, "000007", ["core.lot", "mart.oee"], size_bytes=4096, at=AT),
}


@cache
def schemas() -> tuple[Registry[Any], set[tuple[str, str]]]:
    """The registry of all schemas by id, and the facets: key in an event, and schema."""
    trees = [json.loads((SCHEMAS / "OpenLineage.json").read_text("utf-8"))]
    trees += [json.loads(file.read_text("utf-8")) for file in sorted((SCHEMAS / "facets").glob("*.json"))]
    registry: Registry[Any] = Registry().with_resources(
        [(tree["$id"], Resource.from_contents(tree)) for tree in trees]
    )
    facets = {(key, tree["$id"] + shape["$ref"]) for tree in trees[1:] for key, shape in _facet_keys(tree)}
    return registry, facets


def _facet_keys(tree: Mapping[str, Any]) -> list[tuple[str, Mapping[str, str]]]:
    return [(key, shape) for key, shape in tree.get("properties", {}).items() if "$ref" in shape]


def check(value: Any, ref: str) -> None:
    registry, _ = schemas()
    jsonschema.Draft202012Validator(
        {"$ref": ref}, registry=registry, format_checker=jsonschema.FormatChecker()
    ).validate(value)


def facets_of(event: Mapping[str, Any]) -> list[tuple[str, Any]]:
    holders = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    groups = [
        holder.get(kind, {}) for holder in holders for kind in ("facets", "inputFacets", "outputFacets")
    ]
    return [(key, facet) for group in groups for key, facet in group.items()]


@pytest.mark.parametrize("kind", EVENTS, ids=str)
def test_an_event_and_each_of_its_facets_is_valid(kind: str) -> None:
    """Prevents events that a backend refuses, or keeps without understanding them."""
    event = Serde.to_dict(EVENTS[kind])
    check(event, f"{CORE}#/$defs/RunEvent")
    _, known = schemas()
    facets = facets_of(event)
    assert facets, "an event of ours has at least its job type"
    for key, facet in facets:
        assert (key, facet["_schemaURL"]) in known
        check(facet, facet["_schemaURL"])


def test_the_check_itself_finds_a_broken_event() -> None:
    """Prevents a schema test that accepts anything."""
    event = Serde.to_dict(EVENTS["load"])
    event["run"]["runId"] = "not a uuid"
    with pytest.raises(jsonschema.ValidationError):
        check(event, f"{CORE}#/$defs/RunEvent")
    with pytest.raises(jsonschema.ValidationError):
        check(
            {"_producer": "urn:x", "_schemaURL": "urn:x"},
            event["inputs"][0]["facets"]["version"]["_schemaURL"],
        )


def test_column_lineage_leads_to_the_source_columns() -> None:
    """Prevents a column graph without edges, or with edges to nowhere."""
    (output,) = Serde.to_dict(EVENTS["model"])["outputs"]
    fields = output["facets"]["columnLineage"]["fields"]
    assert [(f["namespace"], f["name"], f["field"]) for f in fields["lot_id"]["inputFields"]] == [
        ("medlake://stg", "stg.sap_a__mch1", "lot_no"),
        ("medlake://core", "core.movement", "lot_id"),
    ]
    assert "is_in_master" not in fields


def test_a_gate_tells_each_table_its_own_assertions() -> None:
    """Prevents a failed rule from being shown at another table, or a warning as an error."""
    inputs = {read["name"]: read["inputFacets"] for read in Serde.to_dict(EVENTS["gate"])["inputs"]}
    lot = inputs["core.lot"]["dataQualityAssertions"]["assertions"]
    assert [(a["name"], a["success"], a["severity"], a["actual"]) for a in lot] == [
        ("CORE-KEY-001", True, "error", "0"),
        ("CORE-LOT-004", False, "warn", "2"),
    ]
    assert [a["name"] for a in inputs["core.movement"]["dataQualityAssertions"]["assertions"]] == [
        "CORE-MOV-003"
    ]
