"""Every key figure and every genealogy edge against the simulator's own answers, on extracts without defects.

simulated extracts -> ingest -> build -> mart and core  ==  truth parquet files, row by row, digit by digit
"""

from pathlib import Path

import duckdb
import pytest

from traceability.ignorance import ReleaseBooks, upper_bound

PRODUCT = "site_code, split_part(product_id, ':', 2) AS product_code"
# Truth file -> the same columns from the warehouse, in the codes of the plants.
ANSWERS = {
    "kpi_batch_pass_rate": f"""
        SELECT {PRODUCT}, month, released_lots, concession_lots, rejected_lots, decided_lots, pass_rate
        FROM mart.batch_pass_rate""",
    "kpi_first_pass_yield": f"""
        SELECT {PRODUCT}, operation_code, month, good_qty, entered_qty, fpy FROM mart.first_pass_yield""",
    "kpi_rolled_yield": f"SELECT {PRODUCT}, month, operation_count, rty FROM mart.rolled_yield",
    "kpi_oee": "SELECT * FROM mart.oee",
    "kpi_capa_closure": "SELECT * FROM mart.capa_closure",
    "kpi_capa_cycle_time": "SELECT * FROM mart.capa_cycle_time",
    "kpi_complaint_rate": f"""
        SELECT {PRODUCT}, month, complaint_count, units_sold_12m, cpm FROM mart.complaint_rate""",
    "kpi_release_cycle_time": f"""
        SELECT {PRODUCT}, month, released_lots, median_hours, p90_hours FROM mart.release_cycle_time""",
    "kpi_supplier_performance": """
        SELECT performance.* EXCLUDE (supplier_id), supplier_code AS supplier_codes
        FROM mart.supplier_performance AS performance
        JOIN core.supplier_crosswalk AS crosswalk USING (site_code, supplier_id)
        SEMI JOIN core.purchase_order_line AS traded
            ON traded.site_code = crosswalk.site_code AND traded.supplier_code = crosswalk.supplier_code""",
    "kpi_genealogy_coverage": f"""
        SELECT {PRODUCT}, month, finished_lots, covered_lots, coverage FROM mart.genealogy_coverage""",
    "kpi_lot_trace_completeness": f"""
        SELECT {PRODUCT}, split_part(lot_id, ':', 3) AS lot_no, month, produced_qty, shipped_qty,
            consumed_qty, scrapped_qty, sampled_qty, stock_qty, accounted_qty, completeness
        FROM mart.lot_trace_completeness""",
    "genealogy": """
        SELECT site_code, edge_type_code, qty, split_part(order_id, ':', 2) AS order_no,
            split_part(from_lot_id, ':', 2) AS from_product_code,
            split_part(from_lot_id, ':', 3) AS from_lot_no,
            split_part(to_lot_id, ':', 2) AS to_product_code, split_part(to_lot_id, ':', 3) AS to_lot_no
        FROM core.genealogy_edge""",
    "lot_spelling": """
        SELECT source_system, site_code, product_code, lot_text, lot_no FROM core.lot_crosswalk
        WHERE source_system IN ('mes_a', 'mes_b', 'qms')""",
    "calibration_state": """
        SELECT event.site_code, event.event_id, day.calibration_code
        FROM core.operation_event AS event
        LEFT JOIN core.equipment_day AS day ON day.site_code = event.site_code
            AND day.equipment_id = event.equipment_id
            AND day.used_date = CAST(event.started_at AT TIME ZONE 'Asia/Shanghai' AS DATE)""",
    "product": """
        SELECT site_code, product_code, golden_product_id AS true_product_key FROM core.product_crosswalk
        WHERE site_code <> 'G'""",
    "packing": """
        SELECT carton.site_code, split_part(packed.from_node_id, ':', 2) AS product_code,
            split_part(packed.from_node_id, ':', 3) AS lot_no, split_part(packed.to_node_id, ':', 2) AS sscc,
            split_part(carton.to_node_id, ':', 2) AS pallet_sscc,
            split_part(pallet.to_node_id, ':', 3) AS delivery_no, packed.qty
        FROM core.trace_edge AS packed
        JOIN core.trace_edge AS carton
            ON carton.edge_type_code = 'PACK' AND carton.from_node_id = packed.to_node_id
        JOIN core.trace_edge AS pallet
            ON pallet.edge_type_code = 'SHIP' AND pallet.from_node_id = carton.to_node_id
        WHERE packed.edge_type_code = 'PACK' AND packed.from_kind_code = 'lot'""",
    "udi_publication": """
        SELECT declared.primary_di, CASE
            WHEN published.record_id IS NULL THEN 'unpublished'
            WHEN declared.description_name <> published.description_name THEN 'changed'
            ELSE 'published' END AS state_code
        FROM core.udi_record AS declared
        LEFT JOIN core.udi_record AS published
            ON published.primary_di = declared.primary_di AND published.register_code = 'published'
        WHERE declared.register_code = 'declared'""",
    "duplicates": """
        SELECT role_code AS entity, site_code, party_code AS code,
            CASE uscc_role_code WHEN 'own' THEN 'uscc:' || uscc ELSE record_id END AS true_entity_key
        FROM core.party""",
}
# Truth columns that no mart answers; suppliers are compared by their codes, their keys as duplicates.
NOT_ASKED = {"kpi_lot_trace_completeness": {"origin_code"}, "kpi_supplier_performance": {"true_supplier_key"}}
# KPI -> truth file, numerator, denominator: the plant's month is the sum of its parts.
TOTALS = {
    "batch_pass_rate": ("kpi_batch_pass_rate", "released_lots", "decided_lots"),
    "first_pass_yield": ("kpi_first_pass_yield", "good_qty", "entered_qty"),
    "supplier_acceptance_rate": ("kpi_supplier_performance", "accepted_lots", "inspected_lots"),
    "supplier_ppm": ("kpi_supplier_performance", "defective_qty", "received_qty"),
    "supplier_return_rate": ("kpi_supplier_performance", "returned_qty", "received_qty"),
    "supplier_otd_rate": ("kpi_supplier_performance", "lines_on_time", "lines_due"),
    "capa_on_time_rate": ("kpi_capa_closure", "closed_on_time_count", "due_count"),
    "capa_original_on_time_rate": ("kpi_capa_closure", "original_on_time_count", "original_due_count"),
    "complaint_cpm": ("kpi_complaint_rate", "complaint_count", "units_sold_12m"),
    "trace_completeness": ("kpi_lot_trace_completeness", "accounted_qty", "produced_qty"),
    "genealogy_coverage": ("kpi_genealogy_coverage", "covered_lots", "finished_lots"),
}
# What even clean extracts give reason to say: restated rows, SAP's trailing minus, partners known twice,
# namesakes with codes of their own, pairs no steward has worked, lots as operators type them, machines
# calibrated late or found out of tolerance.
EXPECTED_FINDINGS = {
    *(
        "DQ-KEY-001",
        "RP-NUM-001",
        "DQ-CUS-002",
        "DQ-SUP-002",
        "DQ-IDT-001",
        "DQ-IDT-004",
        "DQ-GEN-002",
        "DQ-LOT-002",
    ),
    *("RP-LOT-001", "RP-LOT-002", "DQ-EQP-001", "DQ-EQP-002"),
}


def parquet(truth: Path, name: str) -> str:
    """A truth file as a relation."""
    return f"read_parquet('{truth / name}.parquet')"


def columns(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """Column names of a query."""
    return {row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall()}


def difference(connection: duckdb.DuckDBPyConnection, ours: str, truth: str) -> str:
    """Rows that only one side has, readable; empty when both are the same multiset."""
    wanted = ", ".join(sorted(columns(connection, ours)))
    sides = {"warehouse": f"SELECT {wanted} FROM ({ours})", "truth": f"SELECT {wanted} FROM ({truth})"}
    text = ""
    for name, other in (("warehouse", "truth"), ("truth", "warehouse")):
        rows = connection.sql(f"({sides[name]}) EXCEPT ALL ({sides[other]}) ORDER BY ALL")
        if count := len(rows):
            text += f"\n{count} rows only in {name}:\n{rows.limit(8)}"
    return text


@pytest.mark.parametrize("name", ANSWERS)
def test_equals_truth(name: str, clean: duckdb.DuckDBPyConnection, clean_truth: Path) -> None:
    """Prevents any key figure or edge from being off by one lot, one day, one reversal or one rounding."""
    truth = f"SELECT * FROM {parquet(clean_truth, name)}"
    if name == "duplicates":
        # What a record proves by itself; whom only its name makes known is told by tests of matching.
        truth = f"SELECT entity, site_code, code, exact_entity_key AS true_entity_key FROM ({truth})"
    assert clean.sql(f"SELECT count(*) FROM ({truth})").fetchall()[0][0] > 0
    asked = columns(clean, truth) - NOT_ASKED.get(name, set())
    assert columns(clean, ANSWERS[name]) == asked
    assert difference(clean, ANSWERS[name], truth) == ""


@pytest.mark.parametrize("role", ["supplier", "customer"])
def test_golden_parties_are_true_ones(role: str, clean: duckdb.DuckDBPyConnection, clean_truth: Path) -> None:
    """Prevents two companies under one id, records of one code under two, and names that join nothing."""
    record = f"""
        SELECT golden_id, true_entity_key, exact_entity_key
        FROM {parquet(clean_truth, "duplicates")} AS truth
        JOIN core.party AS party ON party.role_code = truth.entity
            AND party.site_code = truth.site_code AND party.party_code = truth.code
        JOIN core.party_golden AS golden USING (role_code, record_id)
        WHERE entity = '{role}'"""

    def shared(key: str, by: str) -> int:
        """How many values of a key lie in more than one group."""
        query = f"SELECT {by} FROM ({record}) GROUP BY {by} HAVING count(DISTINCT {key}) > 1"
        return len(clean.sql(query))

    def count(what: str) -> int:
        return int(clean.sql(f"SELECT count({what}) FROM ({record})").fetchall()[0][0])

    assert count("*") > 50
    assert shared("true_entity_key", by="golden_id") == 0
    assert shared("golden_id", by="exact_entity_key") == 0
    companies, parties = count("DISTINCT true_entity_key"), count("DISTINCT golden_id")
    assert companies <= parties < count("DISTINCT exact_entity_key")


@pytest.mark.parametrize("kpi_code", TOTALS)
def test_plant_month_is_the_sum_of_its_parts(
    kpi_code: str, clean: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a dashboard figure that averages rates or drops a product, a supplier or a month."""
    name, numerator, denominator = TOTALS[kpi_code]
    truth = f"""SELECT site_code, month, sum({numerator})::DECIMAL(28,6) AS numerator,
        sum({denominator})::DECIMAL(28,6) AS denominator
        FROM {parquet(clean_truth, name)} GROUP BY ALL"""
    ours = f"""SELECT site_code, month, numerator, denominator
        FROM mart.kpi_monthly WHERE kpi_code = '{kpi_code}'"""
    assert clean.sql(f"SELECT count(*) FROM ({ours})").fetchall()[0][0] > 0
    assert difference(clean, ours, truth) == ""


@pytest.mark.parametrize(
    "kpi_code", [code for code in TOTALS if "supplier" not in code and "capa" not in code]
)
def test_a_product_is_its_share_of_the_plant(
    kpi_code: str, clean: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a breakdown that files a product's figures under another, or counts an operation twice."""
    name, numerator, denominator = TOTALS[kpi_code]
    truth = f"""SELECT site_code, product_code, month, sum({numerator})::DECIMAL(28,6) AS numerator,
        sum({denominator})::DECIMAL(28,6) AS denominator
        FROM {parquet(clean_truth, name)} GROUP BY ALL"""
    ours = f"""SELECT {PRODUCT}, month, sum(numerator)::DECIMAL(28,6) AS numerator,
        sum(denominator)::DECIMAL(28,6) AS denominator
        FROM mart.kpi_part WHERE kpi_code = '{kpi_code}' GROUP BY ALL"""
    assert clean.sql(f"SELECT count(DISTINCT product_code) FROM ({ours})").fetchall()[0][0] > 1
    assert difference(clean, ours, truth) == ""


def test_a_work_unit_is_its_share_of_the_plant(clean: duckdb.DuckDBPyConnection, clean_truth: Path) -> None:
    """Prevents shifts filed under another machine or month."""
    truth = f"""SELECT site_code, equipment_id, date_trunc('month', shift_date)::DATE AS month,
        sum(production_s)::DECIMAL(28,6) AS numerator, sum(planned_busy_s)::DECIMAL(28,6) AS denominator
        FROM {parquet(clean_truth, "kpi_oee")} GROUP BY ALL"""
    ours = """SELECT site_code, equipment_id, month, numerator, denominator
        FROM mart.kpi_part WHERE kpi_code = 'oee_availability'"""
    assert clean.sql(f"SELECT count(DISTINCT equipment_id) FROM ({ours})").fetchall()[0][0] > 1
    assert difference(clean, ours, truth) == ""


def test_clean_extracts_raise_no_alarm(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents rules that cry wolf: on good data only restatements, notation and candidates are said."""
    unexpected = clean.execute(
        """
        SELECT rule_id, action, source_table, column_name, count(*), min(before)
        FROM mart.finding WHERE NOT list_contains(?, rule_id) GROUP BY ALL ORDER BY ALL
        """,
        [sorted(EXPECTED_FINDINGS)],
    ).fetchall()
    assert unexpected == []


def test_systems_agree_on_what_is_the_same(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a difference between systems that is none, and a field that is compared nowhere."""
    fields = clean.sql(
        "SELECT topic_code, field_code, consistency_index, compared_count FROM mart.consistency"
    )
    said = {(topic, field): (index, count) for topic, field, index, count in fields.fetchall()}
    assert len(said) == 16
    assert {name for name, (index, count) in said.items() if index != 1 or not count} == set()
    assert clean.sql("SELECT count(*) FROM mart.consistency_difference").fetchall() == [(0,)]


def test_clean_extracts_leave_no_gap(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a genealogy that declares ignorance where everything is known, and a bound above the truth."""
    assert clean.sql("SELECT * FROM mart.trace_gap").fetchall() == []
    assert clean.sql("SELECT * FROM mart.trace_open_end").fetchall() == []
    assert clean.sql("SELECT lot_id FROM mart.lot_extent WHERE NOT is_closed").fetchall() == []
    books = ReleaseBooks(clean)
    lots = clean.sql("SELECT lot_id FROM core.lot WHERE lot_kind_code = 'purchased' ORDER BY ALL").fetchall()
    bounds = [upper_bound(books, lot) for lot in lots]
    assert len(bounds) > 50 and sum(bound.known_qty > 0 for bound in bounds) > 30
    assert all(bound.is_exact for bound in bounds)


def test_nothing_is_lost(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a reader, a typing rule or an entity from dropping rows without a word."""
    stages = clean.sql(
        "SELECT stage_code, sum(rows_in) > 0 AND bool_and(is_balanced) FROM mart.conservation GROUP BY ALL"
    ).fetchall()
    assert {stage for stage, _ in stages} == {"landing", "raw", "stg", "core"}
    assert all(is_balanced for _, is_balanced in stages)
    assert clean.sql("SELECT count(*), bool_and(is_balanced) FROM mart.file").fetchall()[0][1] is True


def test_as_of_is_the_last_day_posted(clean: duckdb.DuckDBPyConnection, clean_truth: Path) -> None:
    """Prevents a clock, or one posting in the future, from deciding what is due."""
    summary = (clean_truth / "summary.json").read_text(encoding="utf-8")
    assert f'"as_of_date": "{clean.sql("SELECT as_of_date FROM mart.as_of").fetchall()[0][0]}"' in summary
