"""Plant A (SAP): implants with serial numbers, catheters and syringes. Invented products."""

# ruff: noqa: E501  (tables: one entry per line)
from __future__ import annotations

from functools import partial

from simulator.world.catalogue import Item

_raw = partial(Item, plant="A", kind="raw")
_pack = partial(Item, plant="A", kind="packaging", uom="pcs")
_semi = partial(Item, plant="A", kind="semifinished")
_done = partial(Item, plant="A", kind="finished", uom="pcs", is_sterile=True)
_LABELS = (("A.label", 2000), ("A.ifu", 1000))


def _materials() -> list[Item]:
    return [
        _raw(key="A.ti", name_zh="钛合金棒材", name_en="Ti-6Al-4V bar", spec="TC4 Φ25", uom="kg", pack_uom="KAR", pack_qty=25),
        _raw(key="A.cocr", name_zh="钴铬钼棒材", name_en="CoCrMo bar", spec="F1537 Φ40", uom="kg", pack_uom="KAR", pack_qty=20),
        _raw(key="A.ss", name_zh="不锈钢丝", name_en="Stainless steel wire", spec="304V 0.12mm", uom="m", pack_uom="ROL", pack_qty=500),
        _raw(key="A.pebax", name_zh="嵌段聚醚酰胺树脂", name_en="PEBA resin", spec="7033", uom="kg", pack_uom="KAR", pack_qty=20),
        _raw(key="A.nylon", name_zh="尼龙12树脂", name_en="Nylon 12 resin", spec="L25", uom="kg", pack_uom="KAR", pack_qty=20),
        _raw(key="A.baso4", name_zh="医用硫酸钡", name_en="Barium sulphate", spec="医用级", uom="kg", pack_uom="KAR", pack_qty=10),
        _raw(key="A.pc", name_zh="聚碳酸酯树脂", name_en="PC resin", spec="2458", uom="kg", pack_uom="KAR", pack_qty=25),
        _raw(key="A.pp", name_zh="医用聚丙烯树脂", name_en="Medical PP resin", spec="M450E", uom="kg", pack_uom="KAR", pack_qty=25),
        _raw(key="A.gasket", name_zh="橡胶活塞", name_en="Rubber plunger stopper", spec="异戊二烯", uom="pcs", pack_uom="KAR", pack_qty=2000),
        _raw(key="A.needle", name_zh="注射针管", name_en="Needle cannula", spec="0.5×20RW", uom="pcs", pack_uom="KAR", pack_qty=2500),
        _raw(key="A.coating", name_zh="亲水涂层液", name_en="Hydrophilic coating", spec="PVP-2", uom="l", pack_uom="KAR", pack_qty=5),
        _raw(key="A.silicone", name_zh="医用硅油", name_en="Medical silicone oil", spec="360", uom="l", pack_uom="KAR", pack_qty=5),
        _raw(key="A.marker", name_zh="铂铱显影环", name_en="PtIr marker band", spec="Φ1.1", uom="pcs", pack_uom="KAR", pack_qty=500),
        _pack(key="A.pouch", name_zh="特卫强灭菌袋", name_en="Tyvek pouch", spec="120×300", pack_uom="KAR", pack_qty=1000),
        _pack(key="A.blister", name_zh="吸塑盒", name_en="Blister tray", spec="PETG", pack_uom="KAR", pack_qty=100),
        _pack(key="A.film", name_zh="吸塑包装膜", name_en="Blister film", spec="PA/PE", pack_uom="KAR", pack_qty=4000),
        _pack(key="A.box", name_zh="纸盒", name_en="Carton", spec="白卡", is_batch=False, pack_uom="KAR", pack_qty=200),
        _pack(key="A.label", name_zh="产品标签", name_en="Product label", spec="铜版纸", is_batch=False, pack_uom="ROL", pack_qty=1000),
        _pack(key="A.ifu", name_zh="说明书", name_en="Instructions for use", spec="A3", is_batch=False, pack_uom="KAR", pack_qty=500),
    ]  # fmt: skip


def _implant(
    stem: str, zh: str, en: str, size: str, metal: str, grams: int, lot: int, *, serial: bool
) -> list[Item]:
    """Four own levels: forged blank, machined part, cleaned part, sterile pack; joints are coated by a vendor."""
    key = f"A.{stem}.{size}"
    forged = _semi(key=f"{key}.f", name_zh=f"{zh}锻件", name_en=f"{en} forging", spec=size, uom="pcs",
                   route=("forge",), components=((metal, grams),))  # fmt: skip
    machined = _semi(key=f"{key}.m", name_zh=f"{zh}机加件", name_en=f"{en} machined", spec=size, uom="pcs",
                     route=("cnc", "polish"), components=((forged.key, 1000),))  # fmt: skip
    coated = _semi(key=f"{key}.k", name_zh=f"{zh}涂层件", name_en=f"{en} HA-coated", spec=size, uom="pcs", pack_uom="ST",
                   components=((machined.key, 1000),))  # fmt: skip
    cleaned = _semi(key=f"{key}.c", name_zh=f"{zh}清洗件", name_en=f"{en} cleaned", spec=size, uom="pcs",
                    route=("wash",), components=(((coated if serial else machined).key, 1000),))  # fmt: skip
    done = _done(key=key, name_zh=zh, name_en=en, spec=size, lot_size=lot, route=("pack",), is_serial=serial,
                 shelf_days=1825, risk_class="III", pack_uom="KAR", pack_qty=1 if serial else 10,
                 components=((cleaned.key, 1000), ("A.pouch", 2000), ("A.blister", 1000), ("A.box", 1000), *_LABELS))  # fmt: skip
    return [forged, machined, *([coated] if serial else []), cleaned, done]


def _tubes() -> list[Item]:
    return [
        _semi(key="A.cmp1", name_zh="显影混料", name_en="Radiopaque compound", spec="PEBA+BaSO4", uom="kg", route=("mix",),
              components=(("A.pebax", 700), ("A.baso4", 300))),
        _semi(key="A.tube1", name_zh="外管挤出件", name_en="Outer tube, extruded", spec="Φ1.3", uom="m", route=("extrude",),
              components=(("A.cmp1", 8),)),
        _semi(key="A.tube2", name_zh="球囊管坯", name_en="Balloon tubing", spec="Φ0.9", uom="m", route=("extrude",),
              components=(("A.nylon", 5),)),
        _semi(key="A.hub", name_zh="导管座", name_en="Catheter hub", spec="Luer", uom="pcs", route=("mould",), components=(("A.pc", 6),)),
        _semi(key="A.shaft", name_zh="编织管身", name_en="Braided shaft", spec="1.4m", uom="pcs", route=("braid", "coat"),
              components=(("A.tube1", 1400), ("A.ss", 4000), ("A.coating", 2))),
    ]  # fmt: skip


def _catheters() -> list[Item]:
    items = []
    for size in ("2.0×15", "2.5×15", "2.5×20", "3.0×15", "3.5×20"):
        key = f"A.ptca.{size}"
        items += [
            _semi(key=f"{key}.b", name_zh="球囊", name_en="Balloon", spec=size, uom="pcs", route=("blow",), components=(("A.tube2", 60),)),
            _semi(key=f"{key}.a", name_zh="球囊导管组件", name_en="Balloon catheter assembly", spec=size, uom="pcs", route=("assemble", "leak"),
                  components=((f"{key}.b", 1000), ("A.shaft", 1000), ("A.hub", 1000), ("A.marker", 2000))),
            _done(key=key, name_zh="球囊扩张导管", name_en="PTCA balloon dilatation catheter", spec=size, lot_size=300, route=("pack",),
                  shelf_days=730, risk_class="III", pack_uom="KAR", pack_qty=10,
                  components=((f"{key}.a", 1000), ("A.pouch", 1000), ("A.box", 1000), *_LABELS)),
        ]  # fmt: skip
    for size in ("4F", "5F", "6F"):
        key = f"A.angio.{size}"
        items += [
            _semi(key=f"{key}.a", name_zh="造影导管组件", name_en="Angiographic catheter assembly", spec=size, uom="pcs",
                  route=("assemble", "leak"), components=(("A.shaft", 1000), ("A.hub", 1000))),
            _done(key=key, name_zh="造影导管", name_en="Angiographic catheter", spec=size, lot_size=400, route=("pack",),
                  shelf_days=1095, risk_class="III", pack_uom="KAR", pack_qty=10,
                  components=((f"{key}.a", 1000), ("A.pouch", 1000), ("A.box", 1000), *_LABELS)),
        ]  # fmt: skip
    return items


def _syringes() -> list[Item]:
    items = [
        _semi(key="A.plunger", name_zh="芯杆", name_en="Plunger rod", spec="通用", uom="pcs", route=("mould",), components=(("A.pp", 2),)),
    ]  # fmt: skip
    for size, grams in (("1mL", 1), ("2.5mL", 2), ("5mL", 3), ("10mL", 5), ("20mL", 8)):
        key = f"A.syr.{size}"
        items += [
            _semi(key=f"{key}.b", name_zh="注射器外套", name_en="Syringe barrel", spec=size, uom="pcs", route=("mould", "print"),
                  components=(("A.pp", grams),)),
            _semi(key=f"{key}.a", name_zh="注射器组装件", name_en="Syringe assembly", spec=size, uom="pcs", route=("assemble", "leak"),
                  components=((f"{key}.b", 1000), ("A.plunger", 1000), ("A.gasket", 1000), ("A.needle", 1000), ("A.silicone", 1))),
            _done(key=key, name_zh="一次性使用无菌注射器", name_en="Sterile syringe for single use", spec=size, lot_size=8000, route=("pack",),
                  risk_class="III", pack_uom="KAR", pack_qty=100,
                  components=((f"{key}.a", 1000), ("A.film", 1000), ("A.box", 10), ("A.label", 10))),
        ]  # fmt: skip
    return items


def plant_a_items() -> list[Item]:
    """Every material of plant A."""
    items = _materials()
    for size in ("8#", "9#", "10#", "11#", "12#", "13#"):
        items += _implant("stem", "髋关节股骨柄", "Hip stem", size, "A.ti", 320, 40, serial=True)
    for size in ("48", "50", "52"):
        items += _implant("cup", "髋臼杯", "Acetabular cup", size, "A.cocr", 250, 40, serial=True)
    for size in ("6孔", "8孔", "10孔"):
        items += _implant("plate", "锁定接骨板", "Locking bone plate", size, "A.ti", 60, 150, serial=False)
    for size in ("6.0×40", "6.5×45"):
        items += _implant("screw", "椎弓根螺钉", "Pedicle screw", size, "A.ti", 25, 400, serial=False)
    return items + _tubes() + _catheters() + _syringes()
