"""UDI declarations to the NMPA database, and what the database publishes of them.

finished items → workbook of declarations (a sheet per list) and a public release file. Most records are
published as declared; some are not yet, and some were changed since: truth/udi_publication.parquet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import polars as pl

from simulator.identifiers import make_uscc
from simulator.world.build import World
from simulator.world.catalogue import Item
from simulator.writers.landing import Landing
from simulator.writers.udi import classification, licence_no, package_code, primary_code, unit_code
from simulator.writers.workbook import Cell, write_workbook

_REGISTRANTS = {"A": ("苏州远澜医疗器械有限公司", "320500"), "B": ("常州衡泽生物医药有限公司", "320400")}
_PUBLISHED = "2024-06-01"
_PACKAGE = (
    "最小销售单元产品标识",
    "包装产品标识",
    "产品包装级别",
    "包装内含小一级产品标识数量",
    "包装内含小一级包装产品标识",
)
_STORAGE = ("最小销售单元产品标识", "储存或操作条件", "最低值", "最高值", "计量单位")
_SIZE = ("最小销售单元产品标识", "临床使用尺寸类型", "尺寸值", "尺寸单位")


@dataclass(frozen=True)
class _Declaration:
    """One record: header of the workbook → value, XML tag → value, and the lists."""

    number: int
    values: Mapping[str, tuple[str, str]]  # XML tag → (header, value)
    packages: tuple[tuple[str, str, int, str], ...]
    storage: tuple[str, Cell, Cell, str]
    sizes: tuple[tuple[str, str, str], ...]

    @property
    def state(self) -> str:
        """published, changed (since its publication) or unpublished."""
        return "unpublished" if self.number % 11 == 3 else "changed" if self.number % 7 == 2 else "published"


def write_declarations(world: World, out: Landing) -> None:
    """All declarations on the first day, later the ones touched that month; one public release."""
    records = list(_declarations(world))
    header = tuple(name for name, _ in records[0].values.values())
    for month, day in enumerate(world.days.month_starts().tolist()):
        mine = [r for k, r in enumerate(records) if month == 0 or (k + month) % 12 == 0]
        path = out.path("udi", "udi_declaration", day, "xlsx")
        sheets = _sheets(header, mine)
        write_workbook(path, sheets)
        out.files.add(path)
        for table, (_, rows) in zip(_TABLES, sheets.values(), strict=True):
            out.rows[f"udi/{table}"] += len(rows)
    published = [record for record in records if record.state != "unpublished"]
    body = "".join(map(_device, published))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<udid version="1.0"><devices>\n{body}</devices></udid>\n'
    out.text(out.root / "nmpa" / "UDID_FULL_RELEASE_20250101.xml", text.encode())
    out.rows["nmpa/device"] += len(published)
    out.rows["nmpa/package"] += sum(len(record.packages) for record in published)
    out.rows["nmpa/storage"] += len(published)
    out.rows["nmpa/clinical"] += sum(len(record.sizes) for record in published)


_TABLES = ("declaration", "declared_package", "declared_storage", "declared_size")


def publication(world: World) -> pl.DataFrame:
    """Truth: primary_di and its state, published, changed or unpublished."""
    rows = [(primary_code(record.number), record.state) for record in _declarations(world)]
    return pl.DataFrame(rows, schema=["primary_di", "state_code"], orient="row")


def _declarations(world: World) -> Iterator[_Declaration]:
    codes = {plant: make_uscc(np.random.default_rng([7, n]), region, digits_only=False)
             for n, (plant, (_, region)) in enumerate(_REGISTRANTS.items())}  # fmt: skip
    for number, item in enumerate(world.cat.items):
        if item.kind == "finished":
            yield _declaration(number, item, codes[item.plant])


def _declaration(number: int, item: Item, uscc: str) -> _Declaration:
    is_kit, is_implant = (
        item.key.startswith("B.kit"),
        item.key.startswith(("A.stem", "A.cup", "A.plate", "A.screw")),
    )
    several = item.piece_name == "盒"
    yes = {True: "是", False: "否"}
    values = {
        "zxxsdycpbs": ("最小销售单元产品标识", primary_code(number)),
        "deviceRecordKey": ("标识数据库记录编号", f"R{number:07d}" if number % 11 != 3 else ""),
        "zxxsdyzsydydsl": ("最小销售单元中使用单元的数量", "1"),
        "sydycpbs": ("使用单元产品标识", unit_code(number) if several else ""),
        "cpbsbmtxmc": ("医疗器械唯一标识编码体系名称", "GS1"),
        "sfybtzjbs": ("是否有本体直接标识", yes[item.is_serial]),
        "btcpbsyzxxsdycpbssfyz": (
            "本体产品标识与最小销售单元产品标识是否一致",
            "是" if item.is_serial else "",
        ),
        "btcpbs": ("本体产品标识", primary_code(number) if item.is_serial else ""),
        "cpbsfbrq": ("产品标识发布日期", _PUBLISHED),
        "bszt": ("标识载体", "一维码,二维码"),
        "sfyzcbayz": ("是否与注册或备案产品标识一致", "是"),
        "zcbacpbs": ("注册或备案产品标识", ""),
        "cpmctymc": ("产品名称或通用名称", item.name_zh),
        "spmc": ("商品名称", ""),
        "ggxh": ("规格型号", item.spec),
        "sfwblztlcp": ("是否为包类或组套类产品", "否"),
        "cpms": ("产品描述", f"{item.name_zh}，规格 {item.spec}"),
        "cphhhbh": ("产品货号或编号", item.code),
        "qxlb": ("器械类别", "体外诊断试剂" if is_kit else "器械"),
        "flbm": ("分类编码", classification(item)),
        "yflbm": ("原分类编码", ""),
        "ylqxzcrbarmc": ("医疗器械注册人或备案人名称", _REGISTRANTS[item.plant][0]),
        "ylqxzcrbarywmc": ("注册人或备案人英文名称", ""),
        "tyshxydm": ("统一社会信用代码", uscc),
        "zczbhhzbapzbh": ("注册证编号或者备案凭证编号", licence_no(number, item)),
        "cplb": ("产品类别", "耗材"),
        "sfbjwycxsy": ("是否标记为一次性使用", yes[not is_kit]),
        "zdcfsycs": ("最大重复使用次数", "100" if is_kit else ""),
        "sfwwjbz": ("是否为无菌包装", yes[item.is_sterile]),
        "syqsfxyjxmj": ("使用前是否需要进行灭菌", "否"),
        "mjfs": ("灭菌方式", ""),
        "cgzmraqxgxx": (
            "磁共振安全相关信息",
            "条件安全" if is_implant else "说明书或标签上面不包括MR安全信息",
        ),
        "ybbm": ("医保耗材分类编码", "" if is_kit else f"C{number:019d}"),
        "scbssfbhph": ("生产标识是否包含批号", yes[item.is_batch]),
        "scbssfbhxlh": ("生产标识是否包含序列号", yes[item.is_serial]),
        "scbssfbhscrq": ("生产标识是否包含生产日期", "是"),
        "scbssfbhsxrq": ("生产标识是否包含失效日期", "是"),
        "tscchcztj": ("特殊储存或操作条件", ""),
        "tsccsm": ("特殊尺寸说明", ""),
        "qtxxdwzlj": ("其他信息的网址链接", ""),
        "tsrq": ("退市日期", ""),
    }
    packages = (
        ((package_code(number), "盒", item.pack_qty, primary_code(number)),
         (package_code(number, 2), "箱", 10, package_code(number)))
        if item.pack_qty > 1 else ()
    )  # fmt: skip
    storage = ("冷藏", 2, 8, "℃") if is_kit else ("常温", None, 30, "℃")
    return _Declaration(number, values, packages, storage, _sizes(item))


def _sizes(item: Item) -> tuple[tuple[str, str, str], ...]:
    """Sizes that matter in use, read off the specification."""
    if item.key.startswith("A.ptca"):
        diameter, length = item.spec.split("×")
        return ("球囊直径", diameter, "mm"), ("球囊长度", length, "mm")
    if item.key.startswith("A.angio"):
        return (("外径", item.spec.removesuffix("F"), "Fr"),)
    if item.key.startswith("A.syr"):
        return (("容量", item.spec.removesuffix("mL"), "mL"),)
    return ()


def _sheets(
    header: tuple[str, ...], records: list[_Declaration]
) -> dict[str, tuple[tuple[str, ...], list[tuple[Cell, ...]]]]:
    rows: list[tuple[Cell, ...]] = [tuple(value for _, value in r.values.values()) for r in records]
    dis = [primary_code(record.number) for record in records]
    pairs = list(zip(dis, records, strict=True))
    return {
        "申报": (header, rows),
        "申报包装": (_PACKAGE, [(di, *package) for di, r in pairs for package in r.packages]),
        "申报储存": (_STORAGE, [(di, *r.storage) for di, r in pairs]),
        "申报尺寸": (_SIZE, [(di, *size) for di, r in pairs for size in r.sizes]),
    }


def _device(record: _Declaration) -> str:
    """A device of the public file: codes of the carrier as numbers, the description as first published."""
    values = {tag: value for tag, (_, value) in record.values.items()} | {"bszt": "1,2"}
    if record.state == "changed":
        values["cpms"] = values["cpms"].partition("，")[0]
    flat = "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in values.items())
    packing = "".join(
        f"<packing><bzcpbs>{di}</bzcpbs><cpbzjb>{level}</cpbzjb><bznhxyjcpbssl>{qty}</bznhxyjcpbssl>"
        f"<bznhxyjbzcpbs>{inner}</bznhxyjbzcpbs></packing>"
        for di, level, qty, inner in record.packages
    )
    sizes = "".join(
        f"<clinical><lcsycclx>{kind}</lcsycclx><ccz>{value}</ccz><ccdw>{unit}</ccdw></clinical>"
        for kind, value, unit in record.sizes
    )
    name, low, high, unit = record.storage
    low_text = "" if low is None else low
    stored = f"<cchcztj>{name}</cchcztj><zdz>{low_text}</zdz><zgz>{high}</zgz><jldw>{unit}</jldw>"
    return (
        f"<device>{flat}<packingList>{packing}</packingList><storageList><storage>{stored}</storage></storageList>"
        f"<clinicalList>{sizes}</clinicalList><contactList/><versionNumber>1</versionNumber><versionTime>2024-06-02</versionTime>"
        "<versionStauts>新增</versionStauts></device>\n"
    )
