# ruff: noqa: E501  (headers as the sources write them)
"""The clean extracts: same bytes, agreed headers, stock that balances, time in order, truth that agrees."""

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from simulator import simulate
from simulator.identifiers import gtin_check_digit

HEADERS = {
    "sap_a/mara": "MATNR,MTART,MEINS,XCHPF,EAN11,MHDHB,SERNP,NORMT,ERSDA",
    "sap_a/makt": "MATNR,SPRAS,MAKTX",
    "sap_a/marm": "MATNR,MEINH,UMREZ,UMREN,EAN11",
    "sap_a/lfa1": "LIFNR,NAME1,LAND1,ORT01,STCD5,SPERR",
    "sap_a/kna1": "KUNNR,NAME1,LAND1,ORT01,STCD5",
    "sap_a/mch1": "MATNR,CHARG,HSDAT,VFDAT,LICHA,LIFNR,ERSDA",
    "sap_a/stpo": "MATNR,WERKS,IDNRK,MENGE,MEINS,DATUV",
    "sap_a/tcurr": "FCURR,TCURR,GDATU,UKURS",
    "sap_a/mseg": "MBLNR,MJAHR,ZEILE,BWART,SHKZG,MATNR,WERKS,LGORT,CHARG,SOBKZ,MENGE,MEINS,ERFMG,ERFME,AUFNR,EBELN,EBELP,LIFNR,"
    "KUNNR,VBELN_IM,UMMAT,UMCHA,SMBLN,SJAHR,SMBLP,XAUTO,BUDAT,CPUDT,CPUTM,USNAM",
    "sap_a/aufk": "AUFNR,AUART,WERKS,ERDAT",
    "sap_a/afpo": "AUFNR,POSNR,MATNR,CHARG,PSMNG,WEMNG,MEINS,GSTRI,GLTRI",
    "sap_a/ekko": "EBELN,BSART,LIFNR,BEDAT,WAERS",
    "sap_a/ekpo": "EBELN,EBELP,MATNR,WERKS,MENGE,MEINS,NETPR,EINDT,PSTYP",
    "sap_a/likp": "VBELN,KUNNR,WADAT_IST",
    "sap_a/vekp": "VENUM,EXIDV,VPOBJKEY,ERDAT",
    "sap_a/vepo": "VENUM,VEPOS,VELIN,UNVEL,VBELN,POSNR,MATNR,CHARG,VEMNG,VEMEH",
    "sap_a/lips": "VBELN,POSNR,MATNR,CHARG,LFIMG,MEINS,WERKS",
    "sap_a/objk": "SERNR,MATNR,CHARG,AUFNR,VBELN",
    "sap_a/mchb": "MATNR,WERKS,LGORT,CHARG,CLABS,CINSM,CSPEM,STICHTAG",
    "sap_a/mslb": "MATNR,WERKS,CHARG,SOBKZ,LIFNR,LBLAB,STICHTAG",
    "sap_a/qals": "PRUEFLOS,ART,WERK,MATNR,CHARG,LIFNR,EBELN,EBELP,AUFNR,LOSMENGE,MENGENEINH,GESSTICHPR,ENSTEHDAT",
    "sap_a/qave": "PRUEFLOS,VBEWERTUNG,VCODE,VDATUM,VEZEIT,VNAME,LMENGE01,LMENGE04,DEFEKT",
    "sap_a/qamr": "PRUEFLOS,MERKNR,KURZTEXT,MITTELWERT,MASSEINHSW,TOLERANZUN,TOLERANZOB,MBEWERTG",
    "u8_b/inventory": "cInvCode,cInvName,cInvStd,cInvCCode,cComUnitCode,bInvBatch,bSerial,iMassDate,dSDate",
    "u8_b/computationunit": "cInvCode,cComunitCode,iChangRate",
    "u8_b/vendor": "cVenCode,cVenName,cVenAbbName,cVenRegCode,cVenAddress,bFreeze",
    "u8_b/customer": "cCusCode,cCusName,cCusAbbName,cCusRegCode,cCusAddress",
    "u8_b/bom": "cPsCode,cInvCode,BaseQtyN,cUnit,EffBegDate",
    "u8_b/batchproperty": "cInvCode,cBatch,dMadeDate,dVDate,cVenCode,cVenBatch",
    "u8_b/po_pomain": "POID,cPOID,dPODate,cVenCode,cexch_name,cVerifier",
    "u8_b/po_podetails": "ID,POID,cInvCode,iQuantity,cUnit,iUnitPrice,dArriveDate",
    "u8_b/rdrecord": "ID,cVouchType,cCode,dDate,cVenCode,cCusCode,cWhCode,cRdName,cHandler,dnmaketime,dnverifytime",
    "u8_b/rdrecords": "AutoID,ID,cInvCode,cBatch,iQuantity,cUnit,iPOsID,iMPoIds,iDLsID",
    "u8_b/assemvouch": "ID,cAVCode,cVouchType,dAVDate,cHandler,dnmaketime",
    "u8_b/assemvouchs": "AutoID,ID,iGroupNO,bAVType,cInvCode,cAVBatch,iAVQuantity,cUnit",
    "u8_b/mom_orderdetail": "MoDId,MoCode,MoClass,InvCode,Qty,MoLotCode,Status,StartDate,DueDate",
    "u8_b/mom_moallocate": "AllocateId,MoDId,InvCode,Qty",
    "u8_b/qmcheckvoucher": "ID,cCheckCode,cVouchType,cInvCode,cBatch,cVenCode,iPOsID,MoDId,fQuantity,fSampleQty,fRegQuantity,"
    "fDisQuantity,fConQuantity,cResult,dDate,dVerifyTime,cVerifier",
    "u8_b/qmcheckvouchers": "AutoID,ID,cItemName,cValue,cUnit,fLower,fUpper,cResult",
    "u8_b/dispatchlist": "cDLCode,iDLsID,dDate,cCusCode,cInvCode,cBatch,iQuantity,cUnit",
    "u8_b/currentstock": "cInvCode,cBatch,cWhCode,iQuantity,dSnapshot",
}
MACHINE_STATE = "equipment_id,state,started_at,ended_at"
SHIFT = "equipment_id,shift_code,shift_date,started_at,ended_at,planned_busy_min"
MEASUREMENT = "event_id,order_no,material_code,lot_no,serial_no,operation_code,characteristic,value,unit,lsl,usl,equipment_id,measured_at"
STERILISATION = "sterilisation_lot_no,equipment_id,material_code,lot_no,qty,started_at,ended_at"
JSON_KEYS = {
    "mes_a/operation_event": "event_id,order_no,operation_code,operation_name,equipment_id,operator_id,material_code,lot_no,"
    "started_at,ended_at,input_qty,good_qty,scrap_qty,rework_qty,pass_no,planned_unit_time_s",
    "mes_a/consumption": "event_id,order_no,operation_code,material_code,lot_no,to_material_code,to_lot_no,qty,uom,used_at,backflush",
    **{f"{p}/machine_state": MACHINE_STATE for p in ("mes_a", "mes_b")},
    **{f"{p}/shift": SHIFT for p in ("mes_a", "mes_b")},
    **{f"{p}/measurement": MEASUREMENT for p in ("mes_a", "mes_b")},
    **{f"{p}/sterilisation": STERILISATION for p in ("mes_a", "mes_b")},
}
SHEETS = {
    ("qms/qms_register", "NCR"): "编号,工厂,开启时间,产品编码,批号,数量,严重度,处置,关闭时间",
    ("qms/qms_register", "偏差"): "编号,工厂,开启时间,严重度,工单号,关闭时间",
    (
        "qms/qms_register",
        "CAPA",
    ): "编号,工厂,开启日期,原定完成日期,批准完成日期,关闭日期,根本原因,有效性验证到期,有效性结果",
    ("qms/qms_register", "投诉"): "编号,工厂,接收日期,产品编码,UDI,批号,是否可报告,关闭日期",
    ("qms/qms_register", "变更"): "编号,工厂,开启日期,主题,批准日期,生效日期",
    (
        "qms/equipment_register",
        "设备",
    ): "设备编号,工厂,设备名称,英文名称,类型,校准日期,校准到期,校准结果,证书编号",
    (
        "udi/udi_register",
        "DI",
    ): "产品标识,发码机构,级别,工厂,产品编码,产品名称,注册证号,管理类别,发布日期,状态",
    ("udi/udi_register", "包装"): "包装产品标识,内含产品标识,内含数量",
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    simulate(folder / "landing", folder / "truth", seed=7, scale=0.03, defects=False)
    return folder


def rows(clean: Path, table: str) -> Iterator[dict[str, str]]:
    """Records of all files of a CSV table, read with the standard library only."""
    for path in sorted((clean / "landing" / table).glob("*.csv")):
        text = path.read_bytes().decode("utf-8-sig" if table.startswith("sap") else "gb18030")
        yield from csv.DictReader(io.StringIO(text, newline=""))


def lines(clean: Path, table: str) -> Iterator[dict[str, object]]:
    for path in sorted((clean / "landing" / table).glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def sap_number(text: str) -> Decimal:
    return -Decimal(text[:-1]) if text.endswith("-") else Decimal(text)


def digest(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_same_seed_and_scale_give_the_same_bytes(tmp_path: Path) -> None:
    """Prevents a clock, a set order or an unseeded draw from slipping into any file, workbooks included."""
    for name in ("one", "two"):
        simulate(
            tmp_path / name / "landing", tmp_path / name / "truth", seed=3, scale=0.02, defects=True, days=200
        )
    first = digest(tmp_path / "one")
    assert first == digest(tmp_path / "two")
    assert len(first) > 250
    simulate(
        tmp_path / "other" / "landing",
        tmp_path / "other" / "truth",
        seed=4,
        scale=0.02,
        defects=True,
        days=200,
    )
    assert first != digest(tmp_path / "other")


@pytest.mark.parametrize("table", HEADERS)
def test_csv_header(clean: Path, table: str) -> None:
    """Prevents a renamed or moved column: the contracts name every one."""
    paths = sorted((clean / "landing" / table).glob("*.csv"))
    assert paths
    encoding = "utf-8-sig" if table.startswith("sap") else "gb18030"
    assert {p.read_bytes().decode(encoding).splitlines()[0] for p in paths} == {HEADERS[table]}
    assert next(rows(clean, table))


@pytest.mark.parametrize("table", JSON_KEYS)
def test_json_keys(clean: Path, table: str) -> None:
    """Prevents a missing or extra key in the shop-floor records."""
    assert {",".join(record) for record in lines(clean, table)} == {JSON_KEYS[table]}


@pytest.mark.parametrize(("table", "sheet"), SHEETS)
def test_sheet_header(clean: Path, table: str, sheet: str) -> None:
    """Prevents a sheet without its header or without any row in the whole year."""
    paths = sorted((clean / "landing" / table).glob("*.xlsx"))
    sheets = [CalamineWorkbook.from_path(str(p)).get_sheet_by_name(sheet).to_python() for p in paths]
    assert {",".join(map(str, s[0])) for s in sheets} == {SHEETS[table, sheet]}
    assert sum(len(s) - 1 for s in sheets) > 0


def test_b2mml_documents_are_whole(clean: Path) -> None:
    """Prevents documents that lost their end or their namespace when parts were appended."""
    paths = sorted((clean / "landing/mes_b/operations_performance").glob("*.xml"))
    roots = [etree.parse(str(p)).getroot() for p in paths]
    assert {r.tag for r in roots} == {"{http://www.mesa.org/xml/B2MML}OperationsPerformance"}
    names = {"n": "http://www.mesa.org/xml/B2MML"}
    segments = [s for r in roots for s in r.findall("n:OperationsResponse/n:SegmentResponse", names)]
    assert len(segments) > 20
    uses = {
        "".join(m.itertext("{*}MaterialUse")) for s in segments for m in s.findall("n:MaterialActual", names)
    }
    assert uses == {"Produced", "Consumed"}


def test_plant_a_stock_is_in_minus_out_every_day(clean: Path) -> None:
    """Prevents material from nowhere: postings added up by hand equal the snapshot, and no day ends below zero."""
    daily: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for r in rows(clean, "sap_a/mseg"):
        qty = sap_number(r["MENGE"]) * (1 if r["SHKZG"] == "S" else -1)
        daily[r["MATNR"], r["CHARG"]][r["BUDAT"]] += qty
        if r["UMCHA"]:
            daily[r["UMMAT"], r["UMCHA"]][r["BUDAT"]] -= qty
    for days in daily.values():
        level = Decimal(0)
        for day in sorted(days):
            level += days[day]
            assert level >= 0
    balance = {k: sum(v.values()) for k, v in daily.items() if k[1] and sum(v.values())}
    last = max(r["STICHTAG"] for r in rows(clean, "sap_a/mchb"))
    held = [r for r in rows(clean, "sap_a/mchb") if r["STICHTAG"] == last]
    stock = {
        (r["MATNR"], r["CHARG"]): sum(map(sap_number, (r["CLABS"], r["CINSM"], r["CSPEM"]))) for r in held
    }
    assert stock == balance
    assert len(stock) > 30


def test_plant_b_stock_is_in_minus_out(clean: Path) -> None:
    """Prevents drafts or red documents from moving stock the wrong way."""
    heads = {r["ID"]: r for r in rows(clean, "u8_b/rdrecord")}
    factor = {
        (r["cInvCode"], r["cComunitCode"]): int(r["iChangRate"]) for r in rows(clean, "u8_b/computationunit")
    }
    balance: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for r in rows(clean, "u8_b/rdrecords"):
        head = heads[r["ID"]]
        if head["cHandler"]:
            sign = -1 if head["cVouchType"] in ("11", "32", "09") else 1
            balance[r["cInvCode"], r["cBatch"]] += (
                sign * Decimal(r["iQuantity"]) * factor[r["cInvCode"], r["cUnit"]]
            )
    for r in rows(clean, "u8_b/assemvouchs"):
        sign = -1 if r["bAVType"] == "转换前" else 1
        balance[r["cInvCode"], r["cAVBatch"]] += sign * Decimal(r["iAVQuantity"])
    last = max(r["dSnapshot"] for r in rows(clean, "u8_b/currentstock"))
    held = [r for r in rows(clean, "u8_b/currentstock") if r["dSnapshot"] == last]
    assert {(r["cInvCode"], r["cBatch"]): Decimal(r["iQuantity"]) for r in held} == {
        k: v for k, v in balance.items() if v
    }
    assert any(not h["cHandler"] for h in heads.values())


def test_time_is_in_order_in_plant_a(clean: Path) -> None:
    """Prevents findings on clean data: used before received, shipped before released, expired before made."""
    released: dict[str, str] = {}
    lots = {r["PRUEFLOS"]: r for r in rows(clean, "sap_a/qals")}
    for r in rows(clean, "sap_a/qave"):
        assert r["VDATUM"] >= lots[r["PRUEFLOS"]]["ENSTEHDAT"]
        if r["VCODE"] != "R":
            released[lots[r["PRUEFLOS"]]["CHARG"]] = r["VDATUM"] + r["VEZEIT"]
    shipped = [r for r in rows(clean, "sap_a/mseg") if r["BWART"] == "601"]
    assert shipped
    assert all(released[r["CHARG"]] < r["CPUDT"] + r["CPUTM"] for r in shipped)
    assert all(r["HSDAT"] <= r["VFDAT"] for r in rows(clean, "sap_a/mch1"))
    first = {}
    for r in rows(clean, "sap_a/mseg"):
        first.setdefault(r["CHARG"], r["BWART"])
        if r["UMCHA"]:
            first.setdefault(r["UMCHA"], "309")
    assert set(first.values()) <= {"101", "309"}


def test_running_time_covers_planned_time(clean: Path) -> None:
    """Prevents an effectiveness above one, and operations that cross a shift or overlap on a machine."""
    events: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for e in lines(clean, "mes_a/operation_event"):
        start, end = datetime.fromisoformat(str(e["started_at"])), datetime.fromisoformat(str(e["ended_at"]))
        done = Decimal(str(e["good_qty"])) + Decimal(str(e["scrap_qty"])) + Decimal(str(e["rework_qty"]))
        assert Decimal(str(e["planned_unit_time_s"])) * done <= Decimal((end - start) / timedelta(seconds=1))
        assert start.hour // 8 == end.hour // 8
        assert done == Decimal(str(e["input_qty"]))
        events[str(e["equipment_id"])].append((start, end))
    for spans in events.values():
        ordered = sorted(spans)
        assert all(a[1] <= b[0] for a, b in zip(ordered, ordered[1:], strict=False))


def test_consumption_is_proportional_to_the_bom(clean: Path) -> None:
    """Prevents invented quantities: what an order nets out of stock is its planned quantity times the BOM."""
    bom: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for r in rows(clean, "sap_a/stpo"):
        bom[r["MATNR"]][r["IDNRK"]] = sap_number(r["MENGE"])
    used: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for r in rows(clean, "sap_a/mseg"):
        if r["BWART"] in ("261", "262"):
            used[r["AUFNR"]][r["MATNR"]] += sap_number(r["MENGE"]) * (1 if r["SHKZG"] == "H" else -1)
    kinds = {r["AUFNR"]: r["AUART"] for r in rows(clean, "sap_a/aufk")}
    orders = {r["AUFNR"]: r for r in rows(clean, "sap_a/afpo") if kinds[r["AUFNR"]] == "PP01"}
    assert len(orders) > 30
    for number, order in orders.items():
        assert used[number] == {k: v * sap_number(order["PSMNG"]) for k, v in bom[order["MATNR"]].items()}


def test_truth_genealogy_equals_the_postings(clean: Path) -> None:
    """Prevents a truth that follows the plan instead of what was posted, reversals included."""
    net: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    made: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for r in rows(clean, "sap_a/mseg"):
        key = (r["AUFNR"].lstrip("0"), r["MATNR"].lstrip("0"), r["CHARG"].lstrip("0"))
        if r["BWART"] in ("261", "262"):
            net[key] += sap_number(r["MENGE"]) * (1 if r["SHKZG"] == "H" else -1)
        if r["BWART"] == "101" and r["AUFNR"]:
            made[key[0]].add(key[1:])
    expected = {(o, m, lot, *to, q) for (o, m, lot), q in net.items() if q > 0 and lot for to in made[o]}
    truth = pl.read_parquet(clean / "truth/genealogy.parquet").filter(
        pl.col("site_code") == "A", pl.col("edge_type_code").is_in(["CONSUME", "REWORK"])
    )
    columns = ["order_no", "from_product_code", "from_lot_no", "to_product_code", "to_lot_no", "qty"]
    assert set(truth.select(columns).rows()) == expected
    assert truth.height == len(expected) > 50


def test_what_vendors_used_is_what_came_back(clean: Path) -> None:
    """Prevents a vendor's lot without the lot we provided, and parts that get lost or grow while away."""
    level: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    at_end: dict[str, dict[tuple[str, str], Decimal]] = {}
    documents: dict[str, list[dict[str, str]]] = defaultdict(list)
    ends = sorted({r["STICHTAG"] for r in rows(clean, "sap_a/mchb")})
    postings = sorted(rows(clean, "sap_a/mseg"), key=lambda r: (r["CPUDT"], r["CPUTM"], r["BWART"]))
    for r in postings:
        while ends and r["BUDAT"] > ends[0]:
            at_end[ends.pop(0)] = {k: v for k, v in level.items() if v}
        documents[r["MBLNR"]].append(r)
        if r["SOBKZ"] == "O":
            level[r["LIFNR"], r["CHARG"]] += sap_number(r["MENGE"]) * (1 if r["SHKZG"] == "S" else -1)
            assert level[r["LIFNR"], r["CHARG"]] >= 0 and r["LGORT"] == ""
    at_end |= {end: {k: v for k, v in level.items() if v} for end in ends}
    held: dict[str, dict[tuple[str, str], Decimal]] = {end: {} for end in at_end}
    for r in rows(clean, "sap_a/mslb"):
        held[r["STICHTAG"]][r["LIFNR"], r["CHARG"]] = sap_number(r["LBLAB"])
    assert held == at_end
    lines = {(r["EBELN"], r["EBELP"]) for r in rows(clean, "sap_a/ekpo") if r["PSTYP"] == "3"}
    net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for document in documents.values():
        came = [r for r in document if r["BWART"] in ("101", "102") and (r["EBELN"], r["EBELP"]) in lines]
        used = [r for r in document if r["BWART"] in ("543", "544")]
        assert sum(sap_number(r["MENGE"]) for r in came) == sum(sap_number(r["MENGE"]) for r in used)
        for r in used:
            sign = 1 if r["BWART"] == "543" else -1
            net[r["CHARG"], came[0]["CHARG"].lstrip("0")] += sign * sap_number(r["MENGE"])
    truth = pl.read_parquet(clean / "truth/genealogy.parquet").filter(
        pl.col("edge_type_code") == "SUBCONTRACT"
    )
    assert sorted(truth.select("from_lot_no", "to_lot_no", "qty").rows()) == sorted(
        (*k, v) for k, v in net.items()
    )
    assert truth.height > 10 and truth["order_no"].null_count() == truth.height


def test_every_produced_lot_is_accounted_for(clean: Path) -> None:
    """Prevents a truth that contradicts itself: in the clean world nothing gets lost."""
    lots = pl.read_parquet(clean / "truth/kpi_lot_trace_completeness.parquet")
    assert lots.height > 50
    assert lots["completeness"].unique().to_list() == [Decimal("1.000000000")]
    coverage = pl.read_parquet(clean / "truth/kpi_genealogy_coverage.parquet")
    assert coverage["finished_lots"].sum() == coverage["covered_lots"].sum() > 10


def test_machines_are_as_busy_as_real_ones(clean: Path) -> None:
    """Prevents a demo nobody in a plant believes: idle machines, or machines busier than their day."""
    oee = pl.read_parquet(clean / "truth/kpi_oee.parquet")
    assert oee.filter(pl.col("planned_busy_s") == 0)["availability"].null_count() > 0
    worked = oee.filter(pl.col("planned_busy_s") > 0).with_columns(pl.col("oee").cast(pl.Float64))
    assert worked.select((pl.col("availability", "effectiveness") <= 1).all()).row(0) == (True, True)
    plants = worked.group_by("site_code").agg(mean=pl.col("oee").mean(), spread=pl.col("oee").std())
    assert plants.height == 2
    assert plants["mean"].is_between(0.55, 0.8).all()
    assert plants["spread"].min() > 0.02  # type: ignore[operator]


def test_a_company_known_to_both_plants_has_one_key(clean: Path) -> None:
    """Prevents duplicates without an answer, or an answer without duplicates."""
    partners = pl.read_parquet(clean / "truth/duplicates.parquet")
    both = partners.group_by("entity", "true_entity_key").agg(
        pl.col("site_code").n_unique(), names=pl.col("code").n_unique()
    )
    assert both.filter(pl.col("site_code") == 2).height > 10
    # Partners that trade are written in two ways; unused ones, whose numbers begin at 1000001, in any.
    trading = [r for r in rows(clean, "sap_a/lfa1") if int(r["LIFNR"]) < 1000001]
    names = {r["STCD5"]: r["NAME1"] for r in trading if r["STCD5"]}
    other = {r["cVenRegCode"]: r["cVenName"] for r in rows(clean, "u8_b/vendor") if r["cVenRegCode"]}
    shared = names.keys() & other.keys()
    assert shared
    assert all(names[k] != other[k] for k in shared)


def test_every_handling_unit_has_a_right_sscc_and_a_delivery(clean: Path) -> None:
    """Prevents pallets nobody shipped, and codes that a reader would rightly refuse."""
    units = list(rows(clean, "sap_a/vekp"))
    codes = [row["EXIDV"] for row in units]
    assert all(len(code) == 18 and gtin_check_digit(code[:-1]) == code[-1] for code in codes)
    assert len(set(codes)) == len({row["VENUM"] for row in units}) == len(codes) > 20
    assert {row["VPOBJKEY"] for row in units} == {row["VBELN"] for row in rows(clean, "sap_a/likp")}


def test_cartons_hold_what_was_delivered_and_lie_on_one_pallet(clean: Path) -> None:
    """Prevents goods that were packed and not sent, sent and not packed, and cartons on no pallet or on two."""
    items = list(rows(clean, "sap_a/vepo"))
    units = {row["VENUM"] for row in rows(clean, "sap_a/vekp")}
    filled = [row for row in items if row["VELIN"] == "1"]
    nested = [row["UNVEL"] for row in items if row["VELIN"] == "3"]
    cartons = {row["VENUM"] for row in filled}
    assert len(nested) == len(set(nested)) and set(nested) == cartons
    assert units == cartons | {row["VENUM"] for row in items if row["VELIN"] == "3"}
    sent = Counter[tuple[str, ...]]()
    for row in rows(clean, "sap_a/mseg"):
        if row["BWART"] in ("601", "602"):
            sign = 1 if row["BWART"] == "601" else -1
            sent[row["VBELN_IM"], row["MATNR"], row["CHARG"]] += sign * round(float(row["MENGE"]) * 1000)
    packed = Counter[tuple[str, ...]]()
    for row in filled:
        packed[row["VBELN"], row["MATNR"], row["CHARG"]] += round(float(row["VEMNG"]) * 1000)
    assert packed == sent


def test_refuses_a_folder_with_files(tmp_path: Path) -> None:
    """Prevents a second run from mixing its files with those of the first."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "old.csv").write_text("x")
    with pytest.raises(ValueError, match="not empty"):
        simulate(tmp_path / "landing", tmp_path / "truth", seed=1, scale=0.02, defects=False)
