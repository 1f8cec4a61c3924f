"""Suppliers and customers: true entities first, then the records each plant keeps about them.

An entity known to both plants has two codes and two spellings: a true duplicate for master data matching.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.identifiers import make_uscc

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


@dataclass(frozen=True)
class Parties:
    """`suppliers` and `customers`: one row per entity and plant; `entity` is the true company."""

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
            rows.append({**entity, "name": name, "plant": "B", "code": f"{code_b}{n + 1:04d}"})
    system = pl.when(pl.col("plant") == "A").then(pl.lit("sap_a:")).otherwise(pl.lit("u8_b:"))
    known = pl.when(pl.col("entity") != "").then("entity").otherwise(system + pl.col("code"))
    return (
        pl.DataFrame(rows).with_row_index("party").with_columns(pl.col("party").cast(pl.Int64), entity=known)
    )


def build_parties(seed: int, scale: float) -> Parties:
    """Supplier and customer master of both plants."""
    rng = np.random.default_rng([seed, 11])
    customers = int(np.clip(80 * scale**0.5, 30, 1500))
    return Parties(
        suppliers=_records(_supplier_entities(rng), 100001, "GYS"),
        customers=_records(_customer_entities(rng, customers), 200001, "KH"),
    )


def approved_suppliers(parties: Parties, plants: list[str], seed: int) -> np.ndarray:
    """Two approved supplier rows for each item, by the plant of the item."""
    rng = np.random.default_rng([seed, 12])
    by_plant = {p: parties.suppliers.filter(pl.col("plant") == p)["party"].to_numpy() for p in "AB"}
    return np.array([rng.choice(by_plant[p], 2, replace=False) for p in plants], dtype=np.int64)
