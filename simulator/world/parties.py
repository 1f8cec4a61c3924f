"""Suppliers and customers: true entities first, then the records each plant keeps about them.

An entity known to both plants has two codes and two spellings: a true duplicate for master data matching.
Partners that trade stand first; behind them those that no document names, in every spelling clerks know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.identifiers import make_uscc
from simulator.world.firms import Firm, draw_address, draw_firms
from simulator.world.spellings import has_code, moved, spell, write_address

_CITIES = (
    ("苏州", "320500"),
    ("上海", "310000"),
    ("深圳", "440300"),
    ("常州", "320400"),
    ("威海", "371000"),
    ("天津", "120000"),
    ("杭州", "330100"),
    ("武汉", "420100"),
    ("成都", "510100"),
    ("长沙", "430100"),
    ("青岛", "370200"),
    ("厦门", "350200"),
)
_STEMS = (
    "恒润",
    "博泰",
    "锦华",
    "瑞康",
    "盛源",
    "宏图",
    "嘉禾",
    "联创",
    "优立",
    "海纳",
    "天成",
    "明德",
    "正和",
    "普惠",
    "安捷",
    "金科",
    "华腾",
    "永新",
    "立方",
    "启辰",
    "百川",
    "卓越",
    "德馨",
    "光大",
    "同创",
    "远景",
    "润泽",
    "长青",
    "新程",
    "泰和",
    "东方",
    "科达",
)
_TRADES = ("高分子材料", "医用包装", "金属制品", "精密机械", "生物试剂", "橡塑科技", "印刷包装", "化工")
_FOREIGN = (
    ("Emerald Polymers GmbH", "DE", "Köln", "EUR"),
    ("Northlake Alloys, Inc.", "US", "Akron", "USD"),
    ("Fukagawa Kasei K.K.", "JP", "Osaka", "JPY"),
    ("Bellmont Bioreagents Ltd.", "GB", "Leeds", "USD"),
    ("Arvika Coatings AB", "SE", "Arvika", "EUR"),
    ("Cedar Ridge Films, LLC", "US", "Dayton", "USD"),
)
_HOSPITALS = (
    "第一人民医院",
    "中心医院",
    "中医医院",
    "妇幼保健院",
    "第二附属医院",
    "骨科医院",
    "心血管病医院",
)


# Firms of scale 1 that stand in the masters unused; a small world still has some.
_IDLE_SUPPLIERS, _IDLE_CUSTOMERS, _FEWEST_IDLE = 60, 90, 12
# Codes of unused records begin here: SAP's supplier and customer, U8's.
_IDLE_A, _IDLE_B = {"supplier": 1000001, "customer": 5000001}, 20001
# Where a firm is kept: in plant A, in B, in both; and how often a clerk entered it once more.
_PLANTS, _PLANT_SHARES = (("A",), ("B",), ("A", "B")), (0.3, 0.2, 0.5)
_TWICE = 0.15


@dataclass(frozen=True)
class Parties:
    """`suppliers` and `customers`: a row per record a plant keeps.

    entity: the true company. exact_entity: what a record alone proves, its credit code or else its number.
    is_active: documents name it.
    """

    suppliers: pl.DataFrame
    customers: pl.DataFrame


def _entity(rng: np.random.Generator, number: int, city: tuple[str, str], name: str) -> dict[str, str]:
    uscc = make_uscc(rng, city[1], digits_only=number % 3 == 0)
    return {
        "entity": f"uscc:{uscc}",
        "name": name,
        "uscc": uscc,
        "country": "CN",
        "city": city[0],
        "currency": "CNY",
    }


def _supplier_entities(rng: np.random.Generator) -> list[dict[str, str]]:
    entities = []
    for n in range(42):
        city, stem, trade = _CITIES[n % 12], _STEMS[n % 32], _TRADES[(n + n // 32) % 8]
        entities.append(_entity(rng, n, city, f"{city[0]}{stem}{trade}有限公司"))
    for name, country, town, currency in _FOREIGN:
        entities.append(
            {
                "entity": "",
                "name": name,
                "uscc": "",
                "country": country,
                "city": town,
                "currency": currency,
            }
        )
    return entities


def _customer_entities(rng: np.random.Generator, count: int) -> list[dict[str, str]]:
    entities = []
    for n in range(count):
        city, stem = _CITIES[n % 12], _STEMS[(n * 7 + n // 12) % 32]
        district = f"{_STEMS[(n // 84) % 32]}区" if n >= 84 else ""
        hospital = f"{city[0]}市{district}{_HOSPITALS[(n // 12) % 7]}"
        seller = f"{city[0]}{stem}医疗器械{'' if n < 384 else n}有限公司"
        entities.append(_entity(rng, n, city, hospital if n % 2 else seller))
    return entities


def _other_spelling(name: str, city: str, number: int) -> str:
    """How the other plant writes the same company."""
    if name.isascii():
        return name.upper()
    if not name.endswith("有限公司"):
        return f"{name}（本部）"
    core = name.removeprefix(city).removesuffix("有限公司")
    return (
        f"{core}（{city}）有限公司",
        f"{name.removesuffix('有限公司')}有限责任公司",
        f"{city}市{core}有限公司",
    )[number % 3]


def _records(entities: list[dict[str, str]], code_a: int, code_b: str) -> pl.DataFrame:
    """Two of five entities deal with both plants, the rest alternate; without USCC the code is the key."""
    rows = []
    for n, entity in enumerate(entities):
        both = n % 5 < 2 and entity["country"] == "CN"
        if both or n % 2 == 0:
            rows.append({**entity, "plant": "A", "code": str(code_a + n)})
        if both or n % 2 == 1:
            name = _other_spelling(entity["name"], entity["city"], n) if both else entity["name"]
            # One of five that both plants know has no credit code in plant B.
            code = "" if both and n % 25 == 0 else entity["uscc"]
            rows.append({**entity, "name": name, "uscc": code, "plant": "B", "code": f"{code_b}{n + 1:04d}"})
    return pl.DataFrame(rows)


def _numbered(rng: np.random.Generator, active: pl.DataFrame, idle: pl.DataFrame) -> pl.DataFrame:
    """Row numbers, true and provable keys; nobody but the firm abroad itself is known by its number."""
    active = active.with_columns(address=_typed_addresses(rng, active["city"]), is_active=pl.lit(value=True))
    rows = pl.concat([active, idle], how="diagonal").with_row_index("party")
    system = pl.when(pl.col("plant") == "A").then(pl.lit("sap_a:")).otherwise(pl.lit("u8_b:"))
    own = system + pl.col("code")
    return rows.with_columns(
        pl.col("party").cast(pl.Int64),
        entity=pl.when(pl.col("entity") != "").then("entity").otherwise(own),
        exact_entity=pl.when(pl.col("uscc") != "").then("uscc:" + pl.col("uscc")).otherwise(own),
    )


def _typed_addresses(rng: np.random.Generator, cities: pl.Series) -> pl.Series:
    """Addresses may hold commas and line breaks, as typed."""
    typed = [
        f"{city}市{'高新区,科技路8号' + chr(10) + '2号楼' if n % 9 == 0 else draw_address(rng)}"
        for n, city in enumerate(cities)
    ]
    return pl.Series(typed, dtype=pl.String)


def _idle(
    rng: np.random.Generator, number: int, role: str, code_b: str, active: pl.DataFrame
) -> pl.DataFrame:
    """Records of firms that trade with nobody here; a firm may stand in a plant twice."""
    rows: list[dict[str, object]] = []
    numbers = {"A": _IDLE_A[role], "B": _IDLE_B}
    for firm in draw_firms(rng, number, role, set(active["name"])):
        plants = _PLANTS[int(rng.choice(3, p=_PLANT_SHARES))]
        for plant in (*plants, *(p for p in plants if rng.random() < _TWICE)):
            code = str(numbers[plant]) if plant == "A" else f"{code_b}{numbers[plant]:04d}"
            numbers[plant] += 1
            rows.append({**_record(rng, firm), "plant": plant, "code": code})
    texts = ("entity", "name", "uscc", "country", "city", "currency", "address", "plant", "code")
    return pl.DataFrame(rows, schema={**dict.fromkeys(texts, pl.String), "is_active": pl.Boolean})


def _record(rng: np.random.Generator, firm: Firm) -> dict[str, object]:
    seat = moved(rng, firm)
    return {
        "entity": firm.key,
        "name": spell(rng, firm),
        "uscc": firm.uscc if has_code(rng) else "",
        "country": firm.country,
        "city": seat.town,
        "currency": "CNY" if firm.country == "CN" else "USD",
        "address": write_address(rng, seat),
        "is_active": False,
    }


def _many(of_scale_one: int, scale: float) -> int:
    return max(_FEWEST_IDLE, round(of_scale_one * scale))


def build_parties(seed: int, scale: float) -> Parties:
    """Supplier and customer master of both plants."""
    rng = np.random.default_rng([seed, 11])
    customers = int(np.clip(80 * scale**0.5, 30, 1500))
    suppliers = _records(_supplier_entities(rng), 100001, "GYS")
    buyers = _records(_customer_entities(rng, customers), 200001, "KH")
    idle = np.random.default_rng([seed, 13])
    unused_suppliers = _idle(idle, _many(_IDLE_SUPPLIERS, scale), "supplier", "GYS", suppliers)
    unused_buyers = _idle(idle, _many(_IDLE_CUSTOMERS, scale), "customer", "KH", buyers)
    return Parties(
        suppliers=_numbered(rng, suppliers, unused_suppliers),
        customers=_numbered(rng, buyers, unused_buyers),
    )


def approved_suppliers(parties: Parties, plants: list[str], seed: int) -> np.ndarray:
    """Two approved supplier rows for each item, by the plant of the item."""
    rng = np.random.default_rng([seed, 12])
    active = parties.suppliers.filter("is_active")
    by_plant = {p: active.filter(pl.col("plant") == p)["party"].to_numpy() for p in "AB"}
    return np.array([rng.choice(by_plant[p], 2, replace=False) for p in plants], dtype=np.int64)
