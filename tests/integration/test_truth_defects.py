"""Every seeded defect must be found: on its file, row and column, by the rule and with the action expected.

defects.parquet (what was spoiled)  against  mart.finding (what was said)
What cannot be found is listed here with the reason, and nothing else may be missing.
"""

from pathlib import Path

import duckdb
import pytest

from lakehouse.content_hash import content_hash
from quality_rules.contract import load_contracts

# Class -> why no finding stands on its row; a class not named here must be found whole.
UNDETECTABLE = {
    "closed-before-opened": "a row that a later week corrects is merged (DQ-KEY-001) before core sees it",
}
# Other honest answers (rule, action): a document that is not well-formed has no records and is refused whole,
# an open quote shifts the field count, a contract need not take archives.
ALSO = {
    "broken-xml": ("DQ-FIL-002", "rejected"),
    "broken-quote": ("DQ-REC-001", "quarantined"),
    "truncated-gzip": ("DQ-FIL-001", "rejected"),
    # The inspection that released the lot may be among what was kept out.
    "shipped-before-release": ("DQ-SHP-003", "warned"),
}
# An entity made of two tables is found at the row of the other one: spoiled table -> (entity's table, key).
PARTNERS = {
    "sap_a__qave": ("sap_a__qals", "inspection_no"),
    "sap_a__likp": ("sap_a__lips", "delivery_no"),
}
HITS = """
CREATE TEMP TABLE said AS
SELECT finding.*, named.physical
FROM mart.finding AS finding
LEFT JOIN named ON named.source_table = finding.source_table
    AND list_contains(string_split(finding.column_name, ', '), named.house);
CREATE TEMP TABLE hit AS
SELECT DISTINCT seeded.defect_id
FROM seeded JOIN said ON said.file_name = seeded.file
    AND ((said.rule_id = seeded.expected_rule_id AND said.action = seeded.expected_action
            AND (seeded.row_no = 0 OR said.row_no = seeded.row_no)
            AND (said.layer_code <> 'stg' OR seeded."column" = '' OR said.physical = seeded."column"))
        OR (said.rule_id = also_rule AND said.action = also_action
            AND COALESCE(said.row_no, seeded.row_no) = seeded.row_no))
"""
PARTNER_HITS = """
INSERT INTO hit
SELECT seeded.defect_id
FROM seeded
JOIN stg.medlake__load AS load ON load.file_name = seeded.file AND load.source_table = '{spoiled}'
JOIN stg.{spoiled} AS spoiled ON spoiled._file_sha256 = load.file_sha256 AND spoiled._row = seeded.row_no
JOIN stg.{entity} AS entity ON entity.{key} = spoiled.{key}
JOIN mart.finding AS finding ON finding.rule_id IN (seeded.expected_rule_id, also_rule)
    AND finding.action = seeded.expected_action AND finding.source_table = '{entity}'
    AND finding.file_sha256 = entity._file_sha256 AND finding.row_no = entity._row
"""
TABLE = """
SELECT class_code, expected_rule_id AS rule, expected_action AS action, count(*) AS seeded,
    count(*) FILTER(WHERE defect_id IN (FROM hit)) AS found
FROM seeded WHERE expected_rule_id <> '' GROUP BY ALL ORDER BY ALL
"""


@pytest.fixture
def searched(defects: duckdb.DuckDBPyConnection, defect_truth: Path) -> duckdb.DuckDBPyConnection:
    """The lake with tables `seeded` (all defects) and `hit` (those found)."""
    names = [
        (c.id, column.name, column.physical_name) for c in load_contracts().values() for column in c.columns
    ]
    defects.execute("CREATE TEMP TABLE named(source_table TEXT, house TEXT, physical TEXT)")
    defects.executemany("INSERT INTO named VALUES (?, ?, ?)", names)
    defects.execute("CREATE TEMP TABLE also(class_code TEXT, also_rule TEXT, also_action TEXT)")
    defects.executemany("INSERT INTO also VALUES (?, ?, ?)", [(name, *said) for name, said in ALSO.items()])
    defects.execute(f"""CREATE TEMP TABLE seeded AS
        SELECT * FROM read_parquet('{defect_truth / "defects.parquet"}') LEFT JOIN also USING (class_code)""")
    defects.execute(HITS)
    for spoiled, (entity, key) in PARTNERS.items():
        defects.execute(PARTNER_HITS.format(spoiled=spoiled, entity=entity, key=key))
    return defects


def test_every_seeded_defect_is_found(searched: duckdb.DuckDBPyConnection) -> None:
    """Prevents a rule that is written down but sees nothing, and one that sees the wrong row."""
    lines = [f"{'class':32} {'rule':11} {'action':12} seeded found"]
    for name, rule, action, seeded, found in searched.execute(TABLE).fetchall():
        reason = "" if found == seeded else UNDETECTABLE.get(name, "MISSED")
        lines.append(f"{name:32} {rule:11} {action:12} {seeded:6} {found:5} {reason}")
    print("\n".join(lines))
    missed = searched.execute(
        """
        SELECT class_code, file, row_no, "column", expected_rule_id, expected_action
        FROM seeded WHERE expected_rule_id <> '' AND NOT defect_id IN (FROM hit)
            AND NOT list_contains(?, class_code) ORDER BY ALL
        """,
        [sorted(UNDETECTABLE)],
    ).fetchall()
    assert searched.execute("SELECT count(*) FROM hit").fetchall()[0][0] > 300
    assert missed == []


def test_superseded_rows_are_the_only_silent_quality_records(searched: duckdb.DuckDBPyConnection) -> None:
    """Prevents the excuse "a later week corrected it" from covering rows that no later week corrected."""
    silent = searched.execute(
        """
        SELECT seeded.file, seeded.row_no FROM seeded
        WHERE class_code = 'closed-before-opened' AND NOT defect_id IN (FROM hit)
            AND NOT EXISTS (FROM mart.finding AS finding WHERE finding.rule_id = 'DQ-KEY-001'
                AND finding.file_name = seeded.file AND finding.row_no = seeded.row_no)
        """
    ).fetchall()
    assert silent == []


def test_duplicate_files_are_loaded_once(searched: duckdb.DuckDBPyConnection) -> None:
    """Prevents the same bytes under another name from doubling stock and sales."""
    twice = searched.execute(
        "SELECT source_table, file_sha256 FROM stg.medlake__load GROUP BY ALL HAVING count(*) > 1"
    ).fetchall()
    assert twice == []


def test_unapproved_documents_stay_out_of_core(searched: duckdb.DuckDBPyConnection) -> None:
    """Prevents a draft voucher, which nobody approved, from moving stock."""
    drafts = searched.execute("SELECT count(*) FROM stg.u8_b__rdrecord WHERE approved_by IS NULL").fetchall()
    moved = searched.execute(
        """
        SELECT document_no FROM core.movement
        WHERE source_system = 'u8_b'
            AND document_no IN (SELECT voucher_no FROM stg.u8_b__rdrecord WHERE approved_by IS NULL)
        """
    ).fetchall()
    assert drafts[0][0] > 0 and moved == []


def test_an_agents_code_makes_no_two_suppliers_one(
    searched: duckdb.DuckDBPyConnection, defect_truth: Path
) -> None:
    """Prevents deliveries of a foreign maker from counting as its agent's, whose code its record holds."""
    codes = searched.execute(
        """
        SELECT vendor.supplier_code FROM seeded
        JOIN mart.file AS file ON file.file_name = seeded.file
        JOIN stg.sap_a__lfa1 AS vendor
            ON vendor._file_sha256 = file.file_sha256 AND vendor._row = seeded.row_no
        WHERE class_code = 'agent-uscc'
        """
    ).fetchall()
    wrong = searched.execute(
        f"""
        SELECT supplier_code, supplier_id, exact_entity_key
        FROM core.supplier_crosswalk
        JOIN read_parquet('{defect_truth / "duplicates.parquet"}') AS truth
            ON truth.entity = 'supplier' AND truth.site_code = 'A' AND truth.code = supplier_code
        WHERE source_system = 'sap_a' AND list_contains(?, supplier_code) AND supplier_id <> exact_entity_key
        """,
        [[code for (code,) in codes]],
    ).fetchall()
    assert len(codes) >= 3 and wrong == []


def test_no_spelling_is_joined_to_a_wrong_lot(defects: duckdb.DuckDBPyConnection, defect_truth: Path) -> None:
    """Prevents a guess: among defects a spelling may find no lot, never the lot of another one."""
    judged = defects.execute(
        f"""
        SELECT count(*), count(*) FILTER(WHERE said.lot_no <> truth.lot_no),
            count(*) FILTER(WHERE said.status_code = 'joined')
        FROM read_parquet('{defect_truth / "lot_spelling.parquet"}') AS truth
        JOIN core.lot_crosswalk AS said USING (source_system, site_code, product_code, lot_text)
        """
    ).fetchall()[0]
    assert judged[0] > 300 and judged[1] == 0 and judged[2] >= 0.98 * judged[0], judged


SAID_OTHERWISE = """
    SELECT seeded.defect_id, file.file_sha256, used.order_no, used.material_code
    FROM seeded
    JOIN mart.file AS file ON file.file_name = seeded.file
    JOIN stg.mes_a__consumption AS used
        ON used._file_sha256 = file.file_sha256 AND used._row = seeded.row_no
    WHERE class_code = 'mes-use-quantity'"""


def test_quantities_that_the_erp_denies_stand_among_the_differences(
    searched: duckdb.DuckDBPyConnection,
) -> None:
    """Prevents a shop floor that reports other quantities than are posted from passing for right."""
    seeded = searched.sql(SAID_OTHERWISE).fetchall()
    told = searched.execute(
        f"""
        SELECT count(*) FROM ({SAID_OTHERWISE}) AS seeded
        JOIN mart.consistency_difference AS told ON told.topic_code = 'component'
            AND told.field_code = 'quantity' AND told.first_value <> told.second_value
            AND told.key_text = 'A:' || seeded.order_no || '|' || seeded.material_code
        """
    ).fetchall()
    assert len(seeded) > 2 and told == [(len(seeded),)]


def test_nothing_is_lost_among_defects(defects: duckdb.DuckDBPyConnection) -> None:
    """Prevents a broken file or record from vanishing: it is quarantined or rejected with its reason."""
    unbalanced = defects.execute(
        """
        SELECT stage_code, name FROM mart.conservation WHERE NOT is_balanced
        UNION ALL SELECT source_table, file_name FROM mart.file WHERE NOT is_balanced
        """
    ).fetchall()
    assert unbalanced == []
    kept = defects.execute(
        "SELECT sum(rows_quarantined), sum(rows_rejected) FROM mart.conservation WHERE stage_code = 'landing'"
    ).fetchall()
    assert kept[0][0] > 0


def test_order_of_arrival_and_threads_change_nothing(
    defects: duckdb.DuckDBPyConnection, shuffled: duckdb.DuckDBPyConnection, defect_truth: Path
) -> None:
    """Prevents numbers that depend on which file came first, on the number of loads or of threads."""
    tables = _tables(defects)
    assert len(tables) > 40 and tables == _tables(shuffled)
    twice = _doubled(defects, defect_truth)
    differing = [name for name in tables if _content(defects, name, twice) != _content(shuffled, name, twice)]
    assert differing == []


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        SELECT table_schema || '.' || table_name FROM information_schema.tables
        WHERE table_schema IN ('core', 'mart') ORDER BY ALL
        """
    ).fetchall()
    return [row[0] for row in rows]


def _doubled(connection: duckdb.DuckDBPyConnection, truth: Path) -> list[str]:
    """Source tables of which the same file was delivered under two names, that is for two periods."""
    rows = connection.execute(
        f"""
        SELECT DISTINCT split_part(file, '/', 1) || '__' || split_part(file, '/', 2)
        FROM read_parquet('{truth / "defects.parquet"}') WHERE class_code = 'duplicate-file'
        """
    ).fetchall()
    return [row[0] for row in rows]


def _content(connection: duckdb.DuckDBPyConnection, table: str, doubled: list[str]) -> str:
    """Hash of a table; of two equal files the one that came first gives its name, which is no content."""
    named = "* EXCLUDE (file_name)" if table in {"mart.file", "mart.finding"} else "*"
    kept = f"WHERE NOT source_table IN {tuple(doubled)}" if table == "mart.arrival" else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW content AS SELECT {named} FROM {table} {kept}")
    return content_hash(connection, "content")
