"""A name in Latin letters taken apart: Suzhou Hengrun Polymer Materials Co., Ltd."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from master_data.identity.lexicon import Words, lexicon, one_of
from master_data.identity.name_parts import PARTS, joined

_REMARK = r"\((?:hq|head ?office|headquarters)\)"
_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d", "œ": "oe", "&": " "}
# What Chinese names say as 第一, 东区, 分公司, 集团.
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CAMPUSES = {"east": "东", "west": "西", "south": "南", "north": "北"}
_MARKERS = {
    **{word: f"第{sign}" for word, sign in zip(_ORDINALS, "一二三四五六七八九十", strict=True)},
    **{f"no {n}": f"第{sign}" for n, sign in enumerate("一二三四五六七八九十", start=1)},
    **{f"{word} campus": f"{sign}院区" for word, sign in _CAMPUSES.items()},
    "branch": "分公司",
    "group": "集团",
}
_COUNTRIES = ("china", "pr china", "prc", "p r china")


@dataclass(frozen=True)
class _Patterns:
    form: str
    city: str
    province: str
    filler: str
    trade: str
    marker: str


def parse(names: pl.DataFrame) -> pl.DataFrame:
    """Take apart the column `text`, folded, without Chinese characters; gives `row` and PARTS."""
    words, patterns = lexicon(), _patterns()
    step = names.select("row", text=_plain(pl.col("text")))
    # Two forms may follow each other: "... GmbH & Co. KG", "... Co. Ltd.".
    step = step.with_columns(form=pl.col("text").str.extract(patterns.form, 1))
    for _ in range(2):
        step = step.with_columns(text=pl.col("text").str.replace(patterns.form, ""))
    text = pl.col("text")
    step = step.with_columns(
        place_en=pl.coalesce(text.str.extract(patterns.city, 1), text.str.extract(patterns.province, 1)),
        marks=text.str.extract_all(patterns.marker).list.eval(_marker_code()),
        trades=text.str.extract_all(patterns.trade).list.eval(_code(words.trades_latin)),
        # Only the first city is a place: Anqing and Chaoyang are names of firms as well.
        rest=_without(
            text.str.replace(patterns.city, " "), (patterns.marker, patterns.province, patterns.filler)
        ),
    )
    core = _without(pl.col("rest"), (patterns.trade,))
    step = step.with_columns(trade_key=joined(pl.col("trades")))
    is_trade = (core == "") & pl.col("trade_key").is_not_null()
    step = step.with_columns(
        is_trade=is_trade,
        core=pl.when(is_trade)
        .then("trade_key")
        .otherwise(pl.coalesce(_filled(core), _filled(pl.col("rest")), "text")),
    )
    return _parts(step, words.generic_latin, words.forms_latin)


def _parts(step: pl.DataFrame, generic: Words, forms: Words) -> pl.DataFrame:
    core = pl.col("core")
    read = core.str.split(" ").list.eval(pl.element().replace(dict(generic))).list.join("")
    parts = step.select(
        "row",
        core=core.str.replace_all(" ", ""),
        core_latin=read,
        is_generic=core.is_in([*generic]) | pl.col("is_trade"),
        is_latin=pl.lit(True),
        trade=pl.lit(None, pl.String),
        trade_key="trade_key",
        form_code=pl.col("form").replace_strict(dict(forms), default=None),
        marker=joined(pl.col("marks")),
        place=pl.lit(None, pl.String),
        place_en="place_en",
    )
    return parts.select("row", *(pl.col(name).cast(kind) for name, kind in PARTS.items()))


def _plain(text: pl.Expr) -> pl.Expr:
    """Letters without accents, words set apart by one blank; "K.K." and "L.L.C." are one word."""
    bare = text.str.replace_all(_REMARK, "").str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    words = bare.str.replace_many(_LETTERS).str.replace_all(r"[.'’]", "")
    return words.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def _without(text: pl.Expr, patterns: tuple[str, ...]) -> pl.Expr:
    for pattern in patterns:
        text = text.str.replace_all(pattern, " ")
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _code(words: Words) -> pl.Expr:
    return pl.element().replace_strict(dict(words), default=None)


def _marker_code() -> pl.Expr:
    """A number stands for itself."""
    return pl.element().replace(_MARKERS)


@cache
def _patterns() -> _Patterns:
    words = lexicon()
    cities, provinces = set(words.cities.values()), set(words.provinces.values())
    return _Patterns(
        form=rf"\s({one_of(words.forms_latin)})$",
        city=rf"\b({one_of(cities)})\b",
        province=rf"\b({one_of(provinces)})\b",
        filler=rf"\b(?:{one_of(_COUNTRIES)}|city|province|and|of|the)\b",
        trade=rf"\b{one_of(words.trades_latin)}\b",
        marker=rf"\b(?:{one_of(_MARKERS)}|[0-9]+)\b",
    )
