"""Plant B (U8): infusion sets, blood tubes and in-vitro diagnostic kits. Invented products."""

# ruff: noqa: E501  (tables: one entry per line)
from __future__ import annotations

from functools import partial

from simulator.world.catalogue import Item

_raw = partial(Item, plant="B", kind="raw")
_pack = partial(Item, plant="B", kind="packaging", uom="pcs")
_semi = partial(Item, plant="B", kind="semifinished")
_done = partial(Item, plant="B", kind="finished", uom="pcs")


def _materials() -> list[Item]:
    return [
        _raw(key="B.pvc", name_zh="医用聚氯乙烯粒料", name_en="Medical PVC compound", spec="非邻苯", uom="kg", pack_uom="袋", pack_qty=25),
        _raw(key="B.abs", name_zh="ABS树脂", name_en="ABS resin", spec="医用级", uom="kg", pack_uom="袋", pack_qty=25),
        _raw(key="B.pe", name_zh="聚乙烯树脂", name_en="PE resin", spec="LD100", uom="kg", pack_uom="袋", pack_qty=25),
        _raw(key="B.pet", name_zh="PET管坯", name_en="PET preform", spec="13×75", uom="pcs", pack_uom="箱", pack_qty=5000),
        _raw(key="B.filter", name_zh="药液过滤膜", name_en="Fluid filter membrane", spec="15μm", uom="pcs", pack_uom="箱", pack_qty=3000),
        _raw(key="B.needle", name_zh="静脉针", name_en="Venous needle", spec="0.7×25", uom="pcs", pack_uom="箱", pack_qty=2000),
        _raw(key="B.stopper", name_zh="丁基胶塞", name_en="Butyl stopper", spec="13mm", uom="pcs", pack_uom="箱", pack_qty=5000),
        _raw(key="B.edta", name_zh="乙二胺四乙酸二钾", name_en="K2EDTA", spec="AR", uom="kg", pack_uom="桶", pack_qty=1),
        _raw(key="B.clot", name_zh="促凝剂", name_en="Clot activator", spec="硅粉", uom="kg", pack_uom="桶", pack_qty=1),
        _raw(key="B.tris", name_zh="三羟甲基氨基甲烷", name_en="Tris buffer", spec="超纯", uom="kg", pack_uom="桶", pack_qty=5, shelf_days=730),
        _raw(key="B.nacl", name_zh="氯化钠", name_en="Sodium chloride", spec="分析纯", uom="kg", pack_uom="桶", pack_qty=5),
        _raw(key="B.bsa", name_zh="牛血清白蛋白", name_en="Bovine serum albumin", spec="V组分", uom="kg", pack_uom="瓶", pack_qty=1, shelf_days=730),
        _raw(key="B.ab", name_zh="单克隆抗体", name_en="Monoclonal antibody", spec="2mg/mL", uom="l", pack_uom="瓶", pack_qty=1, shelf_days=540),
        _raw(key="B.latex", name_zh="乳胶微球", name_en="Latex beads", spec="100nm", uom="l", pack_uom="瓶", pack_qty=1, shelf_days=730),
        _raw(key="B.bottle", name_zh="试剂瓶", name_en="Reagent bottle", spec="20mL", uom="pcs", pack_uom="箱", pack_qty=500),
        _raw(key="B.cap", name_zh="瓶盖", name_en="Bottle cap", spec="20-400", uom="pcs", pack_uom="箱", pack_qty=500),
        _pack(key="B.film", name_zh="透析纸包装膜", name_en="Medical paper film", spec="60g", pack_uom="卷", pack_qty=5000),
        _pack(key="B.kitbox", name_zh="试剂盒外盒", name_en="Kit box", spec="彩盒", is_batch=False, pack_uom="箱", pack_qty=200),
        _pack(key="B.label", name_zh="标签", name_en="Label", spec="合成纸", is_batch=False, pack_uom="卷", pack_qty=2000),
        _pack(key="B.ifu", name_zh="说明书", name_en="Instructions for use", spec="A4", is_batch=False, pack_uom="箱", pack_qty=1000),
    ]  # fmt: skip


def _infusion() -> list[Item]:
    items = [
        _semi(key="B.hose", name_zh="输液软管", name_en="Infusion tubing", spec="3.6×2.5", uom="m", route=("extrude",), components=(("B.pvc", 9),)),
        _semi(key="B.chamber", name_zh="滴斗", name_en="Drip chamber", spec="20滴", uom="pcs", route=("mould",), components=(("B.pvc", 3),)),
        _semi(key="B.clamp", name_zh="流量调节器", name_en="Roller clamp", spec="通用", uom="pcs", route=("mould",), components=(("B.abs", 4),)),
        _semi(key="B.spike", name_zh="瓶塞穿刺器", name_en="Closure-piercing device", spec="通用", uom="pcs", route=("mould",), components=(("B.abs", 3),)),
    ]  # fmt: skip
    kinds = (("iv", "一次性使用输液器", "Infusion set for single use", ("带针0.45", "带针0.55", "带针0.7", "精密0.7")),
             ("bt", "一次性使用输血器", "Transfusion set for single use", ("0.9", "1.2")))  # fmt: skip
    for stem, zh, en, sizes in kinds:
        for size in sizes:
            key = f"B.{stem}.{size}"
            items += [
                _semi(key=f"{key}.s", name_zh=f"{zh}主件", name_en=f"{en}, main part", spec=size, uom="pcs", route=("assemble",),
                      components=(("B.hose", 1500), ("B.chamber", 1000), ("B.clamp", 1000), ("B.spike", 1000), ("B.filter", 1000))),
                _semi(key=f"{key}.a", name_zh=f"{zh}组件", name_en=f"{en}, assembly", spec=size, uom="pcs", route=("bond", "leak"),
                      components=((f"{key}.s", 1000), ("B.needle", 1000))),
                _done(key=key, name_zh=zh, name_en=en, spec=size, lot_size=5000, route=("pack",), piece_name="支", is_sterile=True,
                      risk_class="III", pack_uom="箱", pack_qty=100, components=((f"{key}.a", 1000), ("B.film", 1000), ("B.label", 10))),
            ]  # fmt: skip
    return items


def _blood_tubes() -> list[Item]:
    items = []
    for size, additive, grams in (
        ("EDTA 2mL", "B.edta", 4),
        ("EDTA 5mL", "B.edta", 9),
        ("促凝 3mL", "B.clot", 6),
        ("促凝 5mL", "B.clot", 10),
    ):
        key = f"B.tube.{size}"
        items += [
            _semi(key=f"{key}.x", name_zh="添加剂溶液", name_en="Additive solution", spec=size, uom="l", route=("mix",), components=((additive, grams * 10),)),
            _semi(key=f"{key}.d", name_zh="喷液管", name_en="Dosed tube", spec=size, uom="pcs", route=("dose", "dry"),
                  components=(("B.pet", 1000), (f"{key}.x", 1))),
            _done(key=key, name_zh="一次性使用真空采血管", name_en="Vacuum blood collection tube", spec=size, lot_size=9000,
                  route=("vacuum", "pack"), piece_name="支", is_sterile=True, shelf_days=540, risk_class="II", pack_uom="盒", pack_qty=100,
                  components=((f"{key}.d", 1000), ("B.stopper", 1000), ("B.pe", 1), ("B.label", 1000))),
        ]  # fmt: skip
    return items


def _kits() -> list[Item]:
    items = [
        _semi(key="B.buffer", name_zh="缓冲液母液", name_en="Stock buffer", spec="10×", uom="l", route=("mix",),
              components=(("B.tris", 60), ("B.nacl", 85))),
    ]  # fmt: skip
    analytes = (("CRP", "C反应蛋白", "C-reactive protein"), ("HbA1c", "糖化血红蛋白", "Haemoglobin A1c"), ("PCT", "降钙素原", "Procalcitonin"),
                ("CysC", "胱抑素C", "Cystatin C"), ("FER", "铁蛋白", "Ferritin"), ("ASO", "抗链球菌溶血素O", "Antistreptolysin O"))  # fmt: skip
    for short, zh, en in analytes:
        key = f"B.kit.{short}"
        items += [
            _semi(key=f"{key}.r1", name_zh=f"{zh}R1半成品液", name_en=f"{en} R1 bulk", spec=short, uom="l", route=("mix",), shelf_days=400,
                  components=(("B.buffer", 100), ("B.bsa", 5))),
            _semi(key=f"{key}.r2", name_zh=f"{zh}R2半成品液", name_en=f"{en} R2 bulk", spec=short, uom="l", route=("mix",), shelf_days=400,
                  components=(("B.buffer", 80), ("B.ab", 10), ("B.latex", 40))),
            _semi(key=f"{key}.f1", name_zh=f"{zh}R1灌装瓶", name_en=f"{en} R1 vial", spec=short, uom="pcs", route=("fill", "cap"), shelf_days=400,
                  components=((f"{key}.r1", 20), ("B.bottle", 1000), ("B.cap", 1000))),
            _semi(key=f"{key}.f2", name_zh=f"{zh}R2灌装瓶", name_en=f"{en} R2 vial", spec=short, uom="pcs", route=("fill", "cap"), shelf_days=400,
                  components=((f"{key}.r2", 8), ("B.bottle", 1000), ("B.cap", 1000))),
            _done(key=key, name_zh=f"{zh}测定试剂盒（胶乳免疫比浊法）", name_en=f"{en} assay kit", spec="R1 20mL×2 R2 8mL×2", lot_size=400,
                  route=("pack",), piece_name="盒", shelf_days=365, risk_class="II", pack_uom="箱", pack_qty=20,
                  components=((f"{key}.f1", 2000), (f"{key}.f2", 2000), ("B.kitbox", 1000), ("B.ifu", 1000), ("B.label", 5000))),
        ]  # fmt: skip
    return items


def plant_b_items() -> list[Item]:
    """Every material of plant B."""
    return _materials() + _infusion() + _blood_tubes() + _kits()
