"""Contracts whose records lie in a database: every word reaches the code, every slip is refused."""

from pathlib import Path

import pytest

from quality_rules.contract import Contract, ContractError, load_contracts

PLACE = (
    "{server: u8, type: postgresql, customProperties: [{property: connection, value: u8},"
    " {property: table, value: public.rdrecord}, {property: incremental, value: {mode: snapshot}}]}"
)
WATERMARK = "{mode: watermark, watermark: [made, approved], overlap: P3D}"
MARK = """
      - {name: is_deleted, physicalName: _deleted, businessName: 已删除 | Deleted,
         description: "已删除 | Deleted",
         logicalType: boolean, physicalType: BOOLEAN, required: false, classification: internal,
         customProperties: [{property: tombstone, value: true}, {property: trueValues, value: ["true"]}]}"""
GOOD = f"""
apiVersion: v3.1.0
kind: DataContract
id: u8__rdrecord
version: 1.0.0
status: active
domain: production
tenant: plant
team: {{name: erp, members: [{{username: steward, role: owner}}]}}
slaProperties: [{{property: retention, value: 15, unit: y}}]
servers:
  - {PLACE}
schema:
  - name: u8__rdrecord
    logicalType: object
    businessName: 出入库单 | Receipts
    description: "出入库单 | Receipts"
    dataGranularityDescription: one receipt
    properties:
      - {{name: receipt_no, physicalName: ccode, businessName: 单号 | Number, description: "单号 | Number",
         logicalType: string, physicalType: TEXT, primaryKey: true, primaryKeyPosition: 1, required: true,
         classification: internal}}{MARK}
"""


def _read(folder: Path, text: str) -> Contract:
    file = folder / "u8" / "rdrecord.odcs.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load_contracts(folder)["u8__rdrecord"]


def test_reads_every_word_about_a_database(tmp_path: Path) -> None:
    """Prevents a term that is written in a contract but never reaches the extraction."""
    contract = _read(tmp_path, GOOD)
    assert contract.database
    assert (contract.database.connection, contract.database.mode) == ("u8", "snapshot")
    assert contract.database.query == 'SELECT * FROM "public"."rdrecord"'
    assert (contract.format, contract.path, contract.tombstone) == (
        "parquet",
        "u8/rdrecord@*.parquet",
        "_deleted",
    )
    marked = _read(tmp_path, GOOD.replace("{mode: snapshot}", WATERMARK).replace(MARK, "")).database
    assert marked and (marked.watermark, marked.overlap) == (("made", "approved"), "P3D")


def test_reads_a_query_beside_the_contract(tmp_path: Path) -> None:
    """Prevents a query that is named but not used, and one that lies elsewhere."""
    text = GOOD.replace("{property: table, value: public.rdrecord}", "{property: query, value: rdrecord.sql}")
    with pytest.raises(ContractError, match=r"rdrecord\.sql: no such"):
        _read(tmp_path, text)
    (tmp_path / "u8" / "rdrecord.sql").write_text("SELECT ccode FROM rd;\n", encoding="utf-8")
    database = _read(tmp_path, text).database
    assert database and database.query == "SELECT ccode FROM rd"


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("value: u8}", 'value: "postgresql://a@b/c"}', "must be a name"),
        ("public.rdrecord", "rdrecord", "schema.table"),
        ("mode: snapshot", "mode: sometimes", "incremental mode"),
        ("mode: snapshot", "mode: watermark", "watermark must list"),
        ("mode: snapshot", "mode: snapshot, overlap: P3D", "knows no"),
        ("mode: snapshot", "mode: full", "tombstone column belongs to snapshots"),
        ("{mode: snapshot}", WATERMARK.replace("P3D", "3 days"), "overlap"),
        (MARK, "", "tombstone column belongs to snapshots"),
        ("type: postgresql,", "type: postgresql, path: x,", "a database has no"),
        ("type: postgresql", "type: oracle", "local or postgresql"),
        ("type: postgresql", 'type: local, path: "x/*.csv"', "belongs to a server of type postgresql"),
        ("physicalType: BOOLEAN", "physicalType: TEXT", "is not BOOLEAN"),
        ("tombstone, value: true", "tombstone, value: ja", "tombstone: true"),
    ],
)
def test_refuses_what_contradicts_itself(tmp_path: Path, good: str, bad: str, message: str) -> None:
    """Prevents a slip from becoming an extraction that misses rows."""
    assert good in GOOD
    with pytest.raises(ContractError, match=message):
        _read(tmp_path, GOOD.replace(good, bad, 1))
