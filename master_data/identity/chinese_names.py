"""A Chinese name taken apart: 江苏苏州 恒润 高分子材料 有限公司 上海分公司."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from master_data.identity.lexicon import Words, lexicon, longest_first, one_of
from master_data.identity.name_parts import PARTS, joined

# The head office and remarks of clerks name no other firm.
_REMARK = r"\((?:本部|总部|总公司|停用|冻结|作废|勿用|[原曾][^()]*)\)|等$"
# What follows a legal form or a hospital's kind names a part of it.
_OF_COMPANY = r"(有限公司|有限责任公司)(\p{Han}{1,10})$"
_OF_HOSPITAL = r"(医院|卫生院|保健院)(\p{Han}{1,8})$"
_DISTRICT = r"^(\p{Han}{1,3}(?:新区|[区县旗]))\p{Han}{2}"
_NUMERALS = dict(zip((f"第{n}" for n in "123456789"), (f"第{n}" for n in "一二三四五六七八九"), strict=True))
_MARKERS = {"ordinal": r"(第[一二三四五六七八九十百零]+)", "number": r"([0-9]+)", "group": r"(集团)"}


@dataclass(frozen=True)
class _Patterns:
    place_in_brackets: str
    head: str
    branch: str
    form: str
    trades: str


def parse(names: pl.DataFrame) -> pl.DataFrame:
    """Take apart the column `text`, folded, with a Chinese character each; gives `row` and PARTS."""
    words, patterns = lexicon(), _patterns()
    step = _without_brackets(names, patterns)
    step = _taken(step, patterns.head, ["province", "city"])
    step = _taken(step, _DISTRICT, ["district"], leave_behind=2)
    step = _taken(_part_taken(step, _OF_COMPANY, "branch"), patterns.branch, ["place_branch"])
    step = _part_taken(_taken(step, patterns.form, ["form"]), _OF_HOSPITAL, "campus")
    for name, pattern in _MARKERS.items():
        step = _taken(step, pattern, [name])
    step = step.with_columns(core=pl.col("text").str.replace(rf"^(.{{2,}}?){patterns.trades}+$", "${1}"))
    marks = pl.concat_list("district", "branch", "place_branch", "campus", *_MARKERS)
    place = pl.coalesce("city", "city_in_brackets", "province")
    core = pl.col("core")
    is_trade = core.is_in([*words.trades_zh])
    trade, trade_key = pl.col("text").str.strip_prefix(core), joined(_codes(pl.col("text"), words.trades_zh))
    parts = step.select(
        "row",
        core=core,
        core_latin=pl.when(is_trade)
        .then(trade_key)
        .otherwise(core.str.replace_many(_readings(step["core"]))),
        is_generic=core.is_in([*words.generic_zh]) | is_trade,
        is_latin=pl.lit(False),
        trade=pl.when(trade != "").then(trade),
        trade_key=trade_key,
        form_code=pl.col("form").replace_strict(words.forms_zh, default=None),
        marker=joined(marks),
        place=place,
        place_en=place.replace_strict({**words.provinces, **words.cities}, default=None),
    )
    return parts.select("row", *(pl.col(name).cast(kind) for name, kind in PARTS.items()))


def _without_brackets(names: pl.DataFrame, patterns: _Patterns) -> pl.DataFrame:
    """A place in brackets is told; what else stands in brackets belongs to the name."""
    text = pl.col("text").str.replace_all(r"[\[【{〔《「『<]", "(").str.replace_all(r"[\]】}〕》」』>]", ")")
    step = names.with_columns(text=text.str.replace_all(_REMARK, ""))
    return step.with_columns(
        city_in_brackets=pl.col("text").str.extract(patterns.place_in_brackets, 1),
        text=pl.col("text")
        .str.replace_all(patterns.place_in_brackets, "")
        .str.replace_all(r"[^\p{L}\p{N}]", "")
        .str.replace_many(_NUMERALS),
    )


def _part_taken(step: pl.DataFrame, pattern: str, into: str) -> pl.DataFrame:
    """Move the second thing that a pattern finds into a column; the first stays."""
    text = pl.col("text")
    return step.with_columns(text.str.extract(pattern, 2).alias(into), text=text.str.replace(pattern, "${1}"))


def _taken(step: pl.DataFrame, pattern: str, into: list[str], leave_behind: int = 0) -> pl.DataFrame:
    """Move what a pattern finds into columns, unless nothing is left; `leave_behind` only looks ahead."""
    text = pl.col("text")
    found = [text.str.extract(pattern, n + 1).alias(name) for n, name in enumerate(into)]
    rest = text.str.replace(pattern, "")
    if leave_behind:
        rest = text.str.slice(pl.coalesce(text.str.extract(pattern, 1), pl.lit("")).str.len_chars())
    step = step.with_columns(*found, rest=rest)
    is_whole = pl.col("rest") == ""
    kept = [pl.when(~is_whole).then(pl.col(name)).alias(name) for name in into]
    return step.with_columns(*kept, text=pl.when(is_whole).then(text).otherwise("rest")).drop("rest")


def _readings(cores: pl.Series) -> Words:
    """The readings of the characters that occur: a search for all that there are takes long to make."""
    pinyin = lexicon().pinyin
    return {sign: pinyin[sign] for sign in sorted(pinyin.keys() & set(cores.str.join("").item()))}


def _codes(text: pl.Expr, words: Words) -> pl.Expr:
    found = text.str.extract_many(longest_first(words), leftmost=True)
    return found.list.eval(pl.element().replace_strict(dict(words), default=None))


@cache
def _patterns() -> _Patterns:
    words = lexicon()
    province = rf"({one_of(words.provinces)})(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)?"
    city = rf"({one_of(words.cities)})(?:市|地区|自治州)?"
    place = one_of([*words.cities, *words.provinces])
    return _Patterns(
        place_in_brackets=rf"\((?:{one_of(words.provinces)}省?)?({place})[省市]?\)",
        head=rf"^(?:{province})?(?:{city})?",
        branch=rf"((?:{place}[市省]?)?(?:分公司|分厂|分店|办事处|营业部|门市部))$",
        form=rf"({one_of(words.forms_zh)})$",
        trades=one_of(words.trades_zh),
    )
