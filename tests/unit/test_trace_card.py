"""find, traces and lot card on a small published release with known answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from lakehouse.releases import open_release
from reports.language import load
from tests.browser import scratch_release
from traceability.lot_card import lot_cards
from traceability.trace import backward, find, forward, lot_card, near

SET_LOT = "A:10000123:B26010501"
DI = "09521234543213"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the scratch release."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    with open_release(scratch_release.settings_for(folder), None) as con:
        yield con


@pytest.mark.parametrize(
    ("text", "kind", "lots"),
    [
        ("B26010501", "lot_no", [SET_LOT]),
        (" ｂ26010501 ", "lot_no", [SET_LOT]),
        (SET_LOT, "lot_id", [SET_LOT]),
        ("SN000002", "serial", [SET_LOT]),
        ("1000021", "order", ["A:10000123:B26010502"]),
        ("0001000021", "order", ["A:10000123:B26010502"]),
        ("B26010501-1", "spelling", [SET_LOT]),
        ("B2601", None, []),
        ("s-77", "supplier_lot", ["A:30000001:R2501"]),
        (f"(01){DI}(17)290104(10)B26010501", "udi", [SET_LOT]),
        (f"]d201{DI}10B26010501\x1d21SN000001", "udi", [SET_LOT]),
        (f"01{DI}10B26010501\x1d21NOT-LISTED", "udi", [SET_LOT]),
        ("(01)19521234543210(10)B26010501", "udi", [SET_LOT]),
        (f"https://id.gs1.org/01/{DI}/10/B26010501", "udi", [SET_LOT]),
        (f"(01){DI}(10)NOPE", None, []),
        ("(01)09521234543214(10)B26010501", None, []),
        ("NOPE", None, []),
        ("  ", None, []),
    ],
)
def test_find_reads_what_people_enter(
    release: duckdb.DuckDBPyConnection, text: str, kind: str | None, lots: list[str]
) -> None:
    """Prevents a lot from being unfindable by one of the numbers that stand on its papers or label."""
    matches = find(release, text)
    assert [match.lot.lot_id for match in matches] == lots
    assert {match.kind for match in matches} == ({kind} if kind else set())


def test_find_lists_every_lot_of_a_bare_product_code(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents one arbitrary lot from being shown when the code names a product only."""
    assert len(find(release, DI)) == 4


def test_near_offers_the_lot_meant(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents a typing slip from ending in a dead end."""
    assert near(release, "B26010510")[0].lot_no in ("B26010501", "B26010502")
    assert near(release, f"(01){DI}(10)B2601050I")[0].lot_id == SET_LOT
    assert near(release, "completely else") == ()


def test_backward_ends_at_receipts_and_names_what_is_missing(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents a trace that hides an origin it does not know, or counts returned goods."""
    trace = backward(release, "A:10000123:B26010501-EN")
    assert [(n.lot.lot_no, n.depth) for n in trace.nodes if n.is_leaf] == [
        ("N2501", 2),
        ("N2599", 2),
        ("P2501", 2),
        ("R2501", 3),
    ]
    resin = next(receipt for receipt in trace.receipts if receipt.lot_id.endswith("R2501"))
    assert (resin.qty, resin.supplier_name, resin.supplier_lot_no) == (
        Decimal(480),
        "华南高分子材料有限公司",
        "S-77",
    )
    assert [(gap.rule_id, gap.lot_id, gap.order_id) for gap in trace.gaps] == [
        ("TRACE-NO-RECEIPT", "A:30000002:N2599", None),
        ("DQ-GEN-001", "A:30000002:N2599", "A:1000020"),
        ("DQ-GEN-002", "A:40000001:P2501", "A:1000020"),
        ("DQ-MOV-002", None, "A:1000020"),
    ]


def test_forward_reaches_every_customer_through_rework_and_relabel(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """Prevents a recall that misses relabelled goods or runs in circles of rework."""
    trace = forward(release, "A:30000001:R2501")
    assert len(trace.nodes) == 6
    assert [(s.delivery_no, s.customer_name, s.qty) for s in trace.shipments] == [
        ("80000011", "江城市第一人民医院", Decimal(400)),
        ("80000012", "Nordhaven Klinik GmbH", Decimal(200)),
        ("80000013", "江城市第一人民医院", Decimal(450)),
    ]


def test_card_tells_the_state_of_equipment_on_the_day(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents today's calibration from covering for work done out of calibration."""
    states = [operation.calibration_code for operation in lot_card(release, SET_LOT).operations]
    assert states == ["valid", "unknown", "overdue", "unknown"]


def test_days_and_times_are_those_on_the_clock_of_the_plant() -> None:
    """Prevents a plant overseas from being judged by the calendar of the head office."""
    lot = {"lot_id": "C:1:L", "site_code": "C", "product_code": "1", "lot_no": "L", "product_id": "p:1"}
    at = "2026-01-05 04:30:00+00"  # the fourth of January in Los Angeles
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        scratch_release.create_tables(con)
        scratch_release.insert(con, "core.site", [{"site_code": "C", "zone_name": "America/Los_Angeles"}])
        scratch_release.insert(con, "core.lot", [{**lot, "is_in_master": True}])
        scratch_release.insert(
            con, "core.product", [{"product_id": "p:1", "product_code": "1", "site_code": "C"}]
        )
        scratch_release.insert(
            con, "core.ncr", [{"ncr_no": "N1", "site_code": "C", "lot_id": "C:1:L", "opened_at": at}]
        )
        event = {"event_id": "E1", "site_code": "C", "lot_id": "C:1:L", "equipment_id": "M", "started_at": at}
        scratch_release.insert(con, "core.operation_event", [event])
        day = {"site_code": "C", "equipment_id": "M", "used_date": "2026-01-04", "calibration_code": "failed"}
        scratch_release.insert(con, "core.equipment_day", [day])
        card = lot_card(con, "C:1:L")
    assert [event.opened_date for event in card.quality_events] == [date(2026, 1, 4)]
    assert [operation.calibration_code for operation in card.operations] == ["failed"]
    said = load("reports", "en").in_zone(card.header.zone_name).time(card.operations[0].started_at)
    assert said == "4 Jan 2026, 20:30"


def test_verdict_of_a_bought_lot_is_its_incoming_inspection(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents goods on the shelf from being called released, or accepted ones undecided."""
    assert lot_card(release, SET_LOT).verdict_code == "released"
    assert lot_card(release, "A:30000002:N2501").verdict_code == "concession"
    assert lot_card(release, "A:30000001:R2501").verdict_code == "undecided"


def test_card_holds_decision_balance_and_addresses(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents a card whose statements cannot be walked back to file and row."""
    card = lot_card(release, SET_LOT)
    assert card.release is not None
    assert (card.release.decision_code, card.release.decided_by) == ("accepted", "qa-zhang")
    assert card.balance is not None
    assert card.balance.completeness == Decimal("0.99")
    assert card.header.primary_di == DI
    assert [(s.source_system, s.lot_text, s.match_rule_code, s.part_no) for s in card.spellings] == [
        ("mes_a", "b26010501-1", "suffix", "1"),
        ("sap_a", "B26010501", "exact", None),
    ]
    assert [event.event_no for event in card.quality_events] == ["NCR-26-004"]
    tables = {row.source_table for row in card.source_rows}
    assert {"sap_a__mch1", "sap_a__mseg", "sap_a__qals", "mes_a__operation_event", "qms__ncr"} <= tables
    drip = lot_card(release, "A:20000045:S2601")
    assert [(finding.rule_id, finding.before) for finding in drip.findings] == [("RP-TXT-003", " S2601")]


def test_many_cards_are_those_of_each_lot(release: duckdb.DuckDBPyConnection) -> None:
    """Prevents a card in a batch that holds rows of its neighbour."""
    lots = [row[0] for row in release.execute("SELECT lot_id FROM core.lot ORDER BY lot_id").fetchall()]
    together = lot_cards(release, [*lots, "A:1:NOBODY"])
    assert together == {lot_id: lot_card(release, lot_id) for lot_id in lots}
    assert len(lots) > 5 and any(card.findings for card in together.values())
