"""Names of parties taken apart: what tells firms apart, and what is only written differently."""

import polars as pl
import pytest

from master_data.identity.names import parse_names
from master_data.identity.places import read_places

# written name -> core, trade, marker, place_en
NAMES = [
    ("苏州恒润高分子材料有限公司", "恒润", "material+polymer", None, "suzhou"),
    ("恒润高分子材料（苏州）有限公司", "恒润", "material+polymer", None, "suzhou"),
    ("恒润高分子材料(江苏苏州)有限责任公司", "恒润", "material+polymer", None, "suzhou"),
    ("蘇州恆潤高分子材料有限公司", "恒润", "material+polymer", None, "suzhou"),
    ("江苏省苏州市恒润高分子材料股份有限公司等", "恒润", "material+polymer", None, "suzhou"),
    ("苏州 恒润\u3000高分子材料\u200b有限公司", "恒润", "material+polymer", None, "suzhou"),
    ("恒润", "恒润", None, None, None),
    ("恒润集团有限公司上海分公司", "恒润", None, "上海分公司+集团", None),
    ("恒润（集团）有限公司", "恒润", None, "集团", None),
    ("苏州市第一人民医院", "人民", "hospital", "第一", "suzhou"),
    ("苏州市第1人民医院（本部）", "人民", "hospital", "第一", "suzhou"),
    ("苏州市第二人民医院", "人民", "hospital", "第二", "suzhou"),
    ("北京协和医院东院区", "协和", "hospital", "东院区", "beijing"),
    ("上海浦东新区人民医院", "人民", "hospital", "浦东新区", "shanghai"),
    ("苏州医疗器械厂", "医疗", "device+medical", None, "suzhou"),
    ("Suzhou Hengrun Polymer Materials Co., Ltd.", "hengrun", "material+polymer", None, "suzhou"),
    ("ＳＵＺＨＯＵ　Ｈｅｎｇｒｕｎ", "hengrun", None, None, "suzhou"),
    ("Suzhou First People's Hospital", "peoples", "hospital", "第一", "suzhou"),
    ("Emerald Polymers GmbH & Co. KG", "emerald", "polymer", None, None),
    ("Fukagawa Kasei K.K.", "fukagawa", "chemical", None, None),
    ("Köln Röhren AG", "kolnrohren", None, None, None),
]


@pytest.mark.parametrize(("written", "core", "trade", "marker", "place"), NAMES)
def test_a_name_is_taken_apart(
    written: str, core: str, trade: str | None, marker: str | None, place: str | None
) -> None:
    """Prevents spellings of one firm from looking like two, and an ordinal or a campus from being lost."""
    parts = parse_names(pl.Series([written]))
    assert parts.select("core", "trade_key", "marker", "place_en").row(0) == (core, trade, marker, place)


def test_chinese_and_latin_names_meet_in_pinyin() -> None:
    """Prevents the English name of a Chinese firm from never being compared with the firm."""
    names = pl.Series(["厦门长青科技有限公司", "Xiamen Changqing Technology Co Ltd"])
    assert parse_names(names)["core_latin"].to_list() == ["changqing", "changqing"]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        (None, "empty"),
        ("", "empty"),
        (" \u3000\u200b", "empty"),
        ("\x00\x07", "empty"),
        ("--- / ---", "no_letters"),
        ("恒润\x00有限公司", "controls"),
        ("恒润-Hengrun ООО Ромашка شركة", "ok"),
        ("有限公司", "ok"),
        ("第一", "ok"),
    ],
)
def test_bad_names_get_a_verdict(name: str | None, verdict: str) -> None:
    """Prevents one hostile name from costing the whole column."""
    assert parse_names(pl.Series([name], dtype=pl.String))["name_verdict_code"].to_list() == [verdict]


def test_long_names_get_a_verdict() -> None:
    """Prevents a document pasted into a name field from being compared, or from costing seconds."""
    names = pl.Series(["a" * 200, "a" * 201, "x" * 10_000_000, "医" * 4_000_000])
    assert parse_names(names)["name_verdict_code"].to_list() == ["ok", "too_long", "too_long", "too_long"]


def test_places_are_read_from_addresses() -> None:
    """Prevents plant B, which keeps no city, from having no place."""
    places = read_places(pl.Series(["江苏省苏州市工业园区星湖街8号", "苏州", "köln", None, ""]))
    assert places["place_en"].to_list() == ["suzhou", "suzhou", "koln", None, None]
    assert places["rest"].to_list() == ["工业园区星湖街8号", None, None, None, None]
