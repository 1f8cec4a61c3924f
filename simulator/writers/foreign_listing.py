"""Listings abroad: what FDA and EUDAMED ask beyond the declaration at home, for the devices of plant A.

finished items of plant A → one workbook (US listing, US codes, EU listing). Most listings are complete; some
lack what their register demands: truth/foreign_listing.parquet.
"""

# ruff: noqa: E501  (tables: one entry per line)
from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from simulator.identifiers import gmn_check_pair
from simulator.world.build import World
from simulator.world.catalogue import Item
from simulator.writers.landing import Landing
from simulator.writers.udi import primary_code
from simulator.writers.workbook import Cell, write_workbook

_KEY = "最小销售单元产品标识"
_MAKER = "Suzhou Yuanlan Medical Devices Co., Ltd."
# Family → FDA product code and its name, GMDN code and term, EU class, EMDN leaf, Basic UDI-DI model.
_FAMILIES: Mapping[str, tuple[str, str, str, str, str, str, str]] = {
    "A.stem": ("LPH", "PROSTHESIS, HIP, SEMI-CONSTRAINED", "33581", "Femoral stem", "III", "P09080301", "STEM"),
    "A.cup": ("LPH", "PROSTHESIS, HIP, SEMI-CONSTRAINED", "43178", "Acetabular shell", "III", "P09080401", "CUP"),
    "A.plate": ("HRS", "PLATE, FIXATION, BONE", "46646", "Orthopaedic bone plate", "IIB", "P09120601", "PLATE"),
    "A.screw": ("NKB", "ORTHOSIS, SPINAL PEDICLE", "61325", "Pedicle screw", "IIB", "P090701", "SCREW"),
    "A.ptca": ("LOX", "CATHETERS, PTCA", "17184", "PTCA balloon catheter", "III", "C010401", "PTCA"),
    "A.angio": ("DQO", "CATHETER, INTRAVASCULAR", "10688", "Angiographic catheter", "III", "C010201", "ANGIO"),
    "A.syr": ("FMF", "SYRINGE, PISTON", "47017", "General-purpose syringe", "IIA", "A02010201", "SYR"),
}  # fmt: skip
_US = (
    _KEY, "DUNS编号", "标签人英文名称", "英文商品名", "版本或型号", "英文描述", "记录状态", "美国发布日期", "豁免本体标识",
    "豁免上市前申报", "含人体细胞组织", "组合产品", "标签含捐献识别号", "标示含天然乳胶", "标示不含天然乳胶", "处方使用", "非处方",
)  # fmt: skip
_CODE = (_KEY, "代码类别", "代码", "名称", "补充号")
_EU = (
    _KEY, "基本UDI-DI", "基本UDI-DI发码机构", "法规", "制造商SRN", "欧盟授权代表SRN", "欧盟风险等级", "器械型号", "器械名称",
    "有源", "输注或移除药物", "可植入", "具有测量功能", "可重复使用手术器械", "含动物组织", "含人体组织", "含人血制品物质",
    "含药物物质", "IIb植入豁免", "伴随诊断", "仪器", "试剂盒", "含微生物来源物质", "近患检测", "专业检测", "试剂", "自测", "新器械",
    "EMDN代码", "商品名英文", "欧盟状态", "含乳胶", "再处理一次性器械", "公告机构编号", "证书类型", "证书编号", "证书有效期至",
    "首次投放国家", "销售国家", "投放日期", "网址",
)  # fmt: skip
_YES = {True: "是", False: "否"}
_US_GAPS = {3: "product_codes", 5: "labeler_duns_number"}
_EU_GAPS = {2: "ARActorCode", 6: "MDNCodes"}


def write_listings(world: World, out: Landing) -> None:
    """One workbook on the first day."""
    items = list(_listed(world))
    codes = [code for number, item in items for code in _codes(number, item)]
    path = out.path("udi", "foreign_listing", int(world.days.month_starts()[0]), "xlsx")
    us = [_us(number, item) for number, item in items]
    eu = [_eu(number, item) for number, item in items]
    write_workbook(path, {"美国": (_US, us), "美国代码": (_CODE, codes), "欧盟": (_EU, eu)})
    out.files.add(path)
    for table, rows in (("us_listing", us), ("us_code", codes), ("eu_listing", eu)):
        out.rows[f"udi/{table}"] += len(rows)


def listing_gaps(world: World) -> pl.DataFrame:
    """Truth: primary_di, register_code (us, eu) and the field that the listing lacks, NULL when complete."""
    rows = [
        (primary_code(number), register, gaps.get(number % 8))
        for number, _ in _listed(world)
        for register, gaps in (("us", _US_GAPS), ("eu", _EU_GAPS))
    ]
    return pl.DataFrame(rows, schema=["primary_di", "register_code", "lacking_field"], orient="row")


def _listed(world: World) -> Iterator[tuple[int, Item]]:
    for number, item in enumerate(world.cat.items):
        if item.kind == "finished" and item.plant == "A":
            yield number, item


def _family(item: Item) -> tuple[str, str, str, str, str, str, str]:
    return next(facts for stem, facts in _FAMILIES.items() if item.key.startswith(stem))


def _us(number: int, item: Item) -> tuple[Cell, ...]:
    model = item.spec.replace("孔", " holes")
    duns = "54413208" if _US_GAPS.get(number % 8) == "labeler_duns_number" else "544132087"
    return (
        primary_code(number), duns, _MAKER, f"Yuanlan {item.name_en}", model, f"{item.name_en}, {model}",
        "Published", "2024-09-02", _YES[not item.is_serial], "否", "否", "否", "否", "否", "是", "是", "否",
    )  # fmt: skip


def _codes(number: int, item: Item) -> Iterator[tuple[Cell, ...]]:
    code, name, gmdn, term, *_ = _family(item)
    if _US_GAPS.get(number % 8) != "product_codes":
        yield primary_code(number), "FDA产品代码", code, name, ""
    yield primary_code(number), "GMDN", gmdn, term, ""
    yield primary_code(number), "上市前申报", f"K23{number:04d}", "510(k)", "000"


def _eu(number: int, item: Item) -> tuple[Cell, ...]:
    *_, risk, emdn, model = _family(item)
    gap, body = _EU_GAPS.get(number % 8), f"9521234{model}"
    is_implant = model in ("STEM", "CUP", "PLATE", "SCREW")
    flags = (False, model == "SYR", is_implant, False, False, False, False, False, False)
    exempt = _YES[False] if risk == "IIB" and is_implant else ""
    return (
        primary_code(number), body + gmn_check_pair(body), "GS1", "MDR", "CN-MF-000000001",
        "" if gap == "ARActorCode" else "DE-AR-000000001", f"CLASS_{risk}", model, item.name_en,
        *(_YES[flag] for flag in flags), exempt, *[""] * 9,
        "" if gap == "MDNCodes" else emdn, f"Yuanlan {item.name_en}", "ON_THE_MARKET", "否", "否", "2797",
        "MDR_QUALITY_MANAGEMENT_SYSTEM", "MDR 7000001", "2029-05-26", "DE", "DE FR IT", "2024-10-01",
        "https://www.example.com",
    )  # fmt: skip
