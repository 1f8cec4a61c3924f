"""The parts that a name is taken into; readers of Chinese and of Latin names fill the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

PARTS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "core": pl.String(),  # what is left: 恒润, emerald
        "core_latin": pl.String(),  # the core in Latin letters, run together: hengrun, emerald
        "is_generic": pl.Boolean(),  # the core is a word of a kind (人民, 医疗) and tells nobody apart
        "is_latin": pl.Boolean(),  # no Chinese character in the name
        "trade": pl.String(),  # the trade as written: 高分子材料; null in Latin letters
        "trade_key": pl.String(),  # codes of the trade words, sorted, joined by '+'
        "form_code": pl.String(),  # stock, limited, works, private
        "marker": pl.String(),  # ordinal, number, district, campus, branch, group: sorted, joined by '+'
        "place": pl.String(),  # city, or province where no city is named, as written in Chinese
        "place_en": pl.String(),  # the same in Latin letters
    }
)


def joined(lists: pl.Expr) -> pl.Expr:
    """Return the distinct words of a list, sorted, as one text; null where there is none."""
    text = lists.list.drop_nulls().list.unique().list.sort().list.join("+")
    return pl.when(text != "").then(text)
