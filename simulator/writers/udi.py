"""UDI register: device identifiers per packaging level, with the GS1 demonstration prefix 952."""

from __future__ import annotations

from simulator.identifiers import gtin14
from simulator.world.build import World
from simulator.world.catalogue import Item
from simulator.writers.landing import Landing
from simulator.writers.workbook import write_workbook

# Classification by the catalogue of 2017 (IVD: sub-catalogue 6840), by the beginning of an item's key.
_FAMILIES: tuple[tuple[str, str], ...] = (
    ("A.stem", "13-04-01"),
    ("A.cup", "13-04-01"),
    ("A.plate", "13-01-01"),
    ("A.screw", "13-03-01"),
    ("A.ptca", "03-13-06"),
    ("A.angio", "03-13-01"),
    ("A.syr", "14-01-01"),
    ("B.tube", "22-11-01"),
    ("B.kit", "6840-001"),
    ("B.", "14-02-05"),
)
_DI = (
    "产品标识",
    "发码机构",
    "级别",
    "工厂",
    "产品编码",
    "产品名称",
    "注册证号",
    "管理类别",
    "发布日期",
    "状态",
)
_PACKAGE = ("包装产品标识", "内含产品标识", "内含数量")


def primary_code(item: int) -> str:
    """GTIN of the smallest sales unit."""
    return gtin14(0, item)


def unit_code(item: int) -> str:
    """GTIN of the unit of use (only devices that come several to a sales unit)."""
    return gtin14(9, item)


def package_code(item: int, level: int = 1) -> str:
    """GTIN of a package; level 2 is the shipping carton."""
    return gtin14(level, item)


def licence_no(number: int, item: Item) -> str:
    """Registration number: class III by the state, class II by the province; 40 for IVD."""
    category = "40" if item.key.startswith("B.kit") else classification(item)[:2]
    issuer, grade = ("国", 3) if item.risk_class == "III" else ("苏", 2)
    return f"{issuer}械注准2023{grade}{category}{number:04d}"


def classification(item: Item) -> str:
    """Classification code of a finished item: catalogue of 2017, for IVD the sub-catalogue 6840."""
    return next(code for stem, code in _FAMILIES if item.key.startswith(stem))


def _rows(world: World) -> tuple[list[tuple[str, ...]], list[tuple[str, str, int]]]:
    codes: list[tuple[str, ...]] = []
    packages: list[tuple[str, str, int]] = []
    for n, item in enumerate(world.cat.items):
        if item.kind != "finished":
            continue
        common = (
            item.plant, item.code, item.name_zh, licence_no(n, item), item.risk_class, "2024-06-01", "有效"
        )  # fmt: skip
        levels = [(primary_code(n), "最小销售单元")]
        if item.piece_name == "盒":
            levels.append((unit_code(n), "使用单元"))
            packages.append((primary_code(n), unit_code(n), 1))
        if item.pack_qty > 1:
            levels += [(package_code(n), "包装"), (package_code(n, 2), "包装")]
            packages += [
                (package_code(n), primary_code(n), item.pack_qty),
                (package_code(n, 2), package_code(n), 10),
            ]
        codes += [(code, "GS1", level, *common) for code, level in levels]
    return codes, packages


def write_udi(world: World, out: Landing) -> None:
    """All identifiers on the first day, later the ones touched that month."""
    codes, packages = _rows(world)
    for month, day in enumerate(world.days.month_starts().tolist()):
        mine = [r for k, r in enumerate(codes) if month == 0 or (k + month) % 17 == 0]
        inner = [r for k, r in enumerate(packages) if month == 0 or (k + month) % 17 == 0]
        path = out.path("udi", "udi_register", day, "xlsx")
        write_workbook(path, {"DI": (_DI, mine), "包装": (_PACKAGE, inner)})
        out.files.add(path)
        out.rows["udi/di"] += len(mine)
        out.rows["udi/package"] += len(inner)
