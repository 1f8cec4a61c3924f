"""UDI register: device identifiers per packaging level, with the GS1 demonstration prefix 952."""

from __future__ import annotations

from simulator.identifiers import gtin14
from simulator.world.build import World
from simulator.writers.landing import Landing
from simulator.writers.workbook import write_workbook

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


def _rows(world: World) -> tuple[list[tuple[str, ...]], list[tuple[str, str, int]]]:
    codes: list[tuple[str, ...]] = []
    packages: list[tuple[str, str, int]] = []
    for n, item in enumerate(world.cat.items):
        if item.kind != "finished":
            continue
        licence = f"国械注准2023{3 if item.risk_class == 'III' else 2}{n:05d}"
        common = (item.plant, item.code, item.name_zh, licence, item.risk_class, "2024-06-01", "有效")
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
