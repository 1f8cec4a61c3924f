"""What a recall reaches and who holds it: literal rows, and an independent account of random worlds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.browser import scratch_release
from traceability.recall.narrow import read_narrowing
from traceability.recall.records import LotBalance, Scope
from traceability.recall.refused import Ambiguous, NothingFound, RecallRefused, Unreadable
from traceability.recall.scope import scope_of
from traceability.recall.subject import Selection, Subject, SubjectKind, read_subjects, select

SET_LOT = "A:10000123:B26010501"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The scratch release in memory, so that a test may add rows."""
    with scratch_release.in_memory() as connection:
        yield connection


@pytest.fixture(scope="module")
def bare() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table of a release, without rows."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        scratch_release.create_tables(connection)
        yield connection


def add(con: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    scratch_release.insert(con, table, [values])


def named(con: duckdb.DuckDBPyConnection, kind: SubjectKind, text: str, **options: bool) -> Selection:
    return select(con, [Subject(kind, text)], **options)


def recalled(con: duckdb.DuckDBPyConnection, kind: SubjectKind, text: str, *narrowings: str) -> Scope:
    return scope_of(con, named(con, kind, text), narrowings=[read_narrowing(n) for n in narrowings])


def test_a_supplier_lot_reaches_every_customer_below_it(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a consignee behind a relabel, a rework or a second step from being missed."""
    scope = recalled(con, "supplier_lot", "S-77")
    assert {lot.lot_no: lot.depth for lot in scope.lots} == {
        "R2501": 0,
        "S2601": 1,
        "B26010501": 2,
        "B26010502": 2,
        "B26010501-EN": 3,
        "B26010502R": 3,
    }
    sent = {(d.delivery_no, d.consignee_id, d.qty, d.serial_count) for d in scope.deliveries}
    assert sent == {
        ("80000011", "sap_a:200001", Decimal(400), 3),
        ("80000012", "sap_a:200002", Decimal(200), 0),
        ("80000013", "sap_a:200001", Decimal(450), 0),
    }
    assert [c.customer_name for c in scope.consignees] == ["江城市第一人民医院", "Nordhaven Klinik GmbH"]
    assert {unit.serial_no for unit in scope.units} == {"SN000001", "SN000002", "SN000003"}
    codes = {(gap.code, gap.lot_id) for gap in scope.gaps}
    assert ("RECALL-SERIAL-COUNT", SET_LOT) in codes
    assert ("DQ-MOV-002", None) in codes


def test_a_bound_that_leaves_lots_out_is_not_shown(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents "0 units at most" on the first page of a recall that reaches five finished lots."""
    scope = recalled(con, "supplier_lot", "S-77")
    assert scope.bound is None
    told = {gap.code: gap.count for gap in scope.gaps}
    assert told["RECALL-BOUND-MISSING"] == 4


@pytest.mark.parametrize(
    ("kind", "text", "error", "told"),
    [
        ("lot", "B26010599", NothingFound, "B26010501"),
        ("supplier_lot", "S-78", NothingFound, "A:30000001:R2501"),
        ("serial", "SN000009", NothingFound, SET_LOT),
        ("udi", "(01)09521234543213(10)B26010503", NothingFound, "B26010501"),
        ("udi", "(01)09521234543213", Ambiguous, "neither lot nor serial"),
        ("udi", "(01)09521234543214(10)B26010501", Unreadable, "position 18"),
        ("udi", "(01)09521234543213(10)", Unreadable, "position"),
        ("udi", "hello", Unreadable, "cannot be read"),
        ("lot", "   ", NothingFound, "knows no lot"),
    ],
)
def test_what_cannot_be_recalled_is_told_with_what_may_be_meant(
    con: duckdb.DuckDBPyConnection,
    kind: SubjectKind,
    text: str,
    error: type[RecallRefused],
    told: str,
) -> None:
    """Prevents an empty scope that looks like good news."""
    with pytest.raises(error) as raised:
        named(con, kind, text)
    assert told in str(raised.value)
    assert " | " in str(raised.value)


def test_a_bad_scan_is_explained_in_each_language_alone(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a page that cuts the message at the bar from telling half of each language."""
    with pytest.raises(Unreadable) as raised:
        named(con, "udi", "(01)0952123454321X(10)B26010501")
    zh, bar, en = str(raised.value).partition(" | ")
    assert bar and "位置 18" in zh and "position" not in zh
    assert "position 18" in en and " | " not in en and en.isascii()


def test_a_number_of_two_products_is_not_chosen_for_the_person(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents the wrong plant's lot from being recalled because it came first."""
    add(
        con,
        "core.lot",
        lot_id="B:P9:B26010501",
        site_code="B",
        product_code="P9",
        product_id="u8_b:P9",
        lot_no="B26010501",
        lot_kind_code="produced",
    )
    with pytest.raises(Ambiguous) as raised:
        named(con, "lot", "B26010501")
    assert {lot.lot_id for lot in raised.value.candidates} == {SET_LOT, "B:P9:B26010501"}
    assert named(con, "lot", SET_LOT).lot_ids == (SET_LOT,)
    assert named(con, "lot", "B26010501", every=True).lot_ids == (SET_LOT, "B:P9:B26010501")


def test_a_lot_is_found_as_another_system_writes_it(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a recall refused, or made of nothing, because MES writes the lot with a part behind it."""
    assert named(con, "lot", "b26010501-1").lot_ids == (SET_LOT,)
    key = {"source_system": "mes_a", "site_code": "A", "lot_text": "b26010501-1", "match_rule_code": "suffix"}
    add(con, "core.lot_crosswalk", **key, product_code="P9", lot_id="A:10000123:B26010502")
    with pytest.raises(Ambiguous) as raised:
        named(con, "lot", "b26010501-1")
    assert {lot.lot_id for lot in raised.value.candidates} == {SET_LOT, "A:10000123:B26010502"}


def test_a_suppliers_number_that_is_also_our_own(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a supplier's lot from being unknown because a lot of ours has the same number."""
    con.execute("UPDATE core.lot SET supplier_lot_no = 'R2501' WHERE lot_id = 'A:30000001:R2501'")
    assert named(con, "supplier_lot", "R2501").lot_ids == ("A:30000001:R2501",)


@pytest.mark.parametrize(
    ("kind", "text", "lots"),
    [
        ("order", "1000020", (SET_LOT,)),
        ("order", "A:1000021", ("A:10000123:B26010502",)),
        ("sterilisation", "eo-2601", (SET_LOT,)),
        ("equipment", "EQ-SEAL-02=2026-01-05", (SET_LOT,)),
        ("equipment", "eq-seal-02=2026-01-01..2026-01-31", (SET_LOT,)),
    ],
)
def test_lots_are_named_by_what_they_went_through(
    con: duckdb.DuckDBPyConnection, kind: SubjectKind, text: str, lots: tuple[str, ...]
) -> None:
    """Prevents a suspected order, run or machine from having to be turned into lots by hand."""
    assert named(con, kind, text).lot_ids == lots


@pytest.mark.parametrize("text", ["A:10000123:GHOST1", "ghost1"])
def test_a_lot_without_a_record_that_was_shipped_is_not_simply_unknown(
    con: duckdb.DuckDBPyConnection, text: str
) -> None:
    """Prevents goods at a customer from being forgotten because nobody kept a record of their lot."""
    add(
        con,
        "core.shipment",
        lot_id="A:10000123:GHOST1",
        lot_no="GHOST1",
        delivery_no="80000777",
        customer_code="200017",
    )
    with pytest.raises(NothingFound, match="80000777 to customer 200017"):
        named(con, "lot", text)


@pytest.mark.parametrize("days", ["", "=", "=yesterday", "=2026-01-09..x"])
def test_a_machine_needs_its_days(con: duckdb.DuckDBPyConnection, days: str) -> None:
    """Prevents everything a machine ever made from being recalled for want of a date."""
    with pytest.raises(Unreadable, match="needs its days"):
        named(con, "equipment", f"EQ-SEAL-02{days}")
    with pytest.raises(NothingFound):
        named(con, "equipment", "EQ-SEAL-02=2026-01-06")


def test_a_serial_of_two_products_wants_its_label(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents the device of another product from being taken back."""
    add(con, "core.serial", serial_no="SN000001", product_id="sap_a:20000045", lot_id="A:20000045:S2601")
    with pytest.raises(Ambiguous, match="scan its UDI"):
        named(con, "serial", "SN000001")
    chosen = named(con, "udi", "(01)09521234543213(10)B26010501(21)SN000001")
    assert [(device.lot_id, device.serial_no) for device in chosen.devices] == [(SET_LOT, "SN000001")]


def test_one_device_does_not_recall_its_lot(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents 400 units from being taken back for one, and the one from being lost among them."""
    scope = recalled(con, "serial", "sn000002")
    assert [unit.serial_no for unit in scope.units] == ["SN000002"]
    assert [(d.delivery_no, d.qty, d.held_qty) for d in scope.deliveries] == [("80000011", 1, 1)]
    assert [(b.made_qty, b.shipped_qty, b.unknown_qty) for b in scope.balances] == [(1, 1, 0)]
    assert scope.stock == ()
    both = select(con, [Subject("serial", "SN000002"), Subject("lot", SET_LOT)])
    assert {d.qty for d in scope_of(con, both).deliveries} == {Decimal(400), Decimal(200)}


def test_a_label_nobody_registered_recalls_its_lot(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a device without a serial record from being no device at all."""
    chosen = named(con, "udi", "(01)09521234543213(10)B26010501(21)SN999999")
    assert chosen.lot_ids == (SET_LOT,)


def test_the_greater_of_document_and_goods_issue_counts(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a doubt from making a recall smaller, and a doubt from staying untold."""
    add(
        con,
        "core.movement",
        movement_id="sap_a:90",
        movement_class_code="shipment",
        site_code="A",
        lot_id=SET_LOT,
        delivery_no="80000011",
        customer_code="200001",
        source_system="sap_a",
        base_qty=-430,
        posting_date="2026-01-12",
    )
    add(
        con,
        "core.movement",
        movement_id="sap_a:91",
        movement_class_code="customer_return",
        site_code="A",
        lot_id=SET_LOT,
        delivery_no="80000011",
        customer_code="200001",
        source_system="sap_a",
        base_qty=5,
        posting_date="2026-01-20",
    )
    scope = recalled(con, "lot", SET_LOT)
    first = next(d for d in scope.deliveries if d.delivery_no == "80000011")
    assert (first.document_qty, first.issued_qty, first.qty, first.held_qty) == (400, 430, 430, 425)
    told = next(g for g in scope.gaps if g.code == "RECALL-DELIVERY-DIFFERS" and "80000011" in g.message_en)
    assert told.qty == 30


def test_narrowing_keeps_what_nothing_proves_innocent(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a lot without records from being spared, and what came of a bad lot from being cut off."""
    scope = recalled(con, "supplier_lot", "S-77", "equipment=EQ-SEAL-02")
    assert SET_LOT in scope.lots_by_id
    assert f"{SET_LOT}-EN" in scope.lots_by_id
    assert {(e.lot_id, e.reason_code) for e in scope.excluded} == {("A:30000001:R2501", "not_processed")}
    undecided = {gap.lot_id for gap in scope.gaps if gap.code == "RECALL-NARROW-UNDECIDED"}
    assert "A:10000123:B26010502" in undecided
    elsewhere = recalled(con, "lot", SET_LOT, "equipment=EQ-OTHER")
    assert SET_LOT not in elsewhere.lots_by_id


def test_narrowing_by_run_and_by_days(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents another sterilisation run or another week from staying in, and a sibling from falling out."""
    run = recalled(con, "supplier_lot", "S-77", "sterilisation=EO-2601")
    reasons = {e.lot_id: e.reason_code for e in run.excluded}
    assert reasons == {"A:30000001:R2501": "not_processed", "A:20000045:S2601": "not_processed"}
    days = recalled(con, "supplier_lot", "S-77", "date=2025-12-01..2025-12-31")
    assert "A:30000001:R2501" in days.lots_by_id
    later = recalled(con, "lot", SET_LOT, "date=2027-01-01..2027-01-31")
    assert SET_LOT not in later.lots_by_id
    with pytest.raises(RecallRefused, match="holds no day"):
        read_narrowing("date=2026-02-30")
    with pytest.raises(RecallRefused, match="narrows nothing"):
        read_narrowing("colour=red")


def test_known_by_leaves_out_what_came_later(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents today's postings from answering what was known on an earlier day."""
    con.execute("UPDATE mart.file SET loaded_at = TIMESTAMPTZ '2026-02-01 00:00:00+00'")
    for sha, day in (("aa", "2026-02-01"), ("bb", "2026-02-10")):
        add(
            con,
            "mart.file",
            load_id=sha,
            source_table="sap_a__lips",
            file_sha256=sha * 32,
            status="loaded",
            loaded_at=f"{day} 00:00:00+00",
        )
    con.execute(
        "UPDATE core.shipment SET _source_table = 'sap_a__lips', "
        "_file_sha256 = CASE delivery_no WHEN '80000011' THEN repeat('aa', 32) ELSE repeat('bb', 32) END"
    )
    chosen = named(con, "supplier_lot", "S-77")
    every = {"80000011", "80000012", "80000013"}
    for day, expected in ((1, set()), (3, {"80000011"}), (11, every)):
        scope = scope_of(con, chosen, known_by=datetime(2026, 2, day, tzinfo=UTC) - timedelta(hours=1))
        assert {d.delivery_no for d in scope.deliveries if d.document_qty is not None} == expected


@pytest.mark.parametrize("seed", range(25))
def test_balances_equal_an_account_kept_by_hand(seed: int, bare: duckdb.DuckDBPyConnection) -> None:
    """Prevents a class, a sign or a reversal from ending in the wrong column, or a posting in two."""
    chance = random.Random(seed)
    lots = [f"A:P{n}:L{n}" for n in range(5)]
    ours: dict[str, dict[str, Decimal]] = {lot: defaultdict(Decimal) for lot in lots}
    bare.execute("DELETE FROM core.movement; DELETE FROM core.stock")
    for n in range(60):
        add(bare, "core.movement", **_posting(chance, lots, ours, n))
    for lot in lots:
        qty = Decimal(chance.randint(0, 50))
        ours[lot]["stock_qty"] = qty
        stock = {"lot_id": lot, "site_code": "A", "quality_qty": 0, "blocked_qty": 0}
        add(bare, "core.stock", **stock, stock_qty=qty, snapshot_date="2026-02-28")
        add(bare, "core.stock", **stock, stock_qty=999, snapshot_date="2026-01-31")
    scope = scope_of(bare, Selection((), tuple(lots)))
    assert {b.lot_id for b in scope.balances} == set(lots)
    for balance in scope.balances:
        _assert_same(balance, ours[balance.lot_id])


_OUT = {
    "consumption": "consumed_qty",
    "scrap": "scrapped_qty",
    "sample": "sampled_qty",
    "shipment": "shipped_qty",
    "return_to_supplier": "sent_back_qty",
    "rework_in": "consumed_qty",
}
_IN = {
    "production": "made_qty",
    "byproduct": "made_qty",
    "receipt": "received_qty",
    "rework_out": "made_qty",
    "customer_return": "returned_qty",
}


def _posting(
    chance: random.Random, lots: list[str], ours: dict[str, dict[str, Decimal]], n: int
) -> dict[str, Any]:
    """One posting, and what it does to the account: the kind of thing it says, not how SQL reads it."""
    lot, qty = chance.choice(lots), Decimal(chance.randint(1, 9000)) / 1000
    kind = chance.choice([*_OUT, *_IN, "relabel", "count", "transfer"])
    is_reversal = chance.random() < 0.2 and kind not in ("count", "transfer")
    row = {"movement_id": f"M{n}", "lot_id": lot, "posting_date": "2026-02-01", "is_reversal": is_reversal}
    sign = -1 if is_reversal else 1
    if kind in _OUT:
        ours[lot][_OUT[kind]] += sign * qty
        signed = -sign * qty
    elif kind in _IN:
        ours[lot][_IN[kind]] += sign * qty
        signed = sign * qty
    elif kind == "relabel":
        other = chance.choice([one for one in lots if one != lot])
        ours[lot]["consumed_qty"] += sign * qty
        ours[other]["made_qty"] += sign * qty
        return {**row, "movement_class_code": kind, "base_qty": -sign * qty, "to_lot_id": other}
    elif kind == "count":
        signed = qty * chance.choice([-1, 1])
        ours[lot]["counted_qty"] += signed
    else:
        signed = Decimal(0)
    return {**row, "movement_class_code": kind, "base_qty": signed}


def _assert_same(balance: LotBalance, account: dict[str, Decimal]) -> None:
    names = ("made", "received", "counted", "consumed", "shipped", "returned", "scrapped", "sampled")
    for name in (*names, "sent_back", "stock"):
        assert getattr(balance, f"{name}_qty") == account[f"{name}_qty"], name
    come = account["made_qty"] + account["received_qty"] + account["counted_qty"] + account["returned_qty"]
    gone = sum(
        (account[f"{n}_qty"] for n in ("consumed", "shipped", "scrapped", "sampled", "sent_back", "stock")),
        Decimal(0),
    )
    assert balance.unknown_qty == come - gone


def test_a_file_of_subjects_is_read_or_refused_by_line(tmp_path: Path) -> None:
    """Prevents a line of a long list from being skipped without a word."""
    good = tmp_path / "good.csv"
    good.write_text("kind,text\nlot,B1\nudi,(01)09521234543213(10)B1\n", encoding="utf-8-sig")
    assert read_subjects(good) == (Subject("lot", "B1"), Subject("udi", "(01)09521234543213(10)B1"))
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,text\nlot,B1\nbatch,B2\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="bad.csv:3"):
        read_subjects(bad)
    bad.write_text("lot\nB1\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="kind,text"):
        read_subjects(bad)
