"""How two records agree, field by field: a level per field, told from nothing but the two records.

Levels are the words of party_model.yaml; `none` means that a side says nothing.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from master_data import uscc
from master_data.identity.lexicon import lexicon

FIELDS = ("name", "trade", "form", "marker", "place", "code", "phone", "address")
# A typist's slip in a Latin name; in shorter words one letter more often makes another word.
_SHORTEST_TYPO = 6
# Addresses of one house of which one names the building or the floor as well, in percent.
_NEAR_ADDRESS = 80.0
# A spreadsheet keeps fifteen digits of a number and makes the rest zeros.
_SPREADSHEET_DIGITS = 15
_COMPARED = (
    "core", "core_latin", "is_generic", "is_latin", "trade", "trade_key", "form_code", "marker", "place",
    "place_en", "seat_en", "country", "own_uscc", "code", "organisation", "tax_code", "phone_key",
    "address_key",
)  # fmt: skip


def compare(prepared: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs (`left`, `right`) with the levels of FIELDS, and `rule_code` where they share a key.

    rule_code: uscc (one valid credit code of their own), tax_id (one tax id, or one organisation code in it),
    null (no exact key in common).
    """
    both = pairs
    for side in ("left", "right"):
        part = prepared.select(pl.col(name).alias(f"{side}_{name}") for name in _COMPARED)
        both = both.hstack(part[pairs[side]])
    both = both.with_columns(
        _distance(both, "code", _is_whole("left") & _is_whole("right")),
        _distance(both, "core", pl.col("left_is_latin") & pl.col("right_is_latin")),
        _likeness(both),
    )
    exact = _exact_key()
    return both.with_columns(rule_code=exact).select(
        "left", "right", "rule_code", name=_name(), trade=_trade(), form=_form(), marker=_marker(),
        place=_place(), code=_code(), phone=_phone(), address=_address(),
    )  # fmt: skip


def _exact_key() -> pl.Expr:
    is_one_tax_id = _same("organisation") | (_same("tax_code") & ~_is_abroad())
    return (
        pl.when(_same("own_uscc"))
        .then(pl.lit("uscc"))
        .when(is_one_tax_id & ~_both("own_uscc"))
        .then(pl.lit("tax_id"))
    )


def _name() -> pl.Expr:
    left, right = pl.col("left_core"), pl.col("right_core")
    is_one_script = pl.col("left_is_latin") == pl.col("right_is_latin")
    is_longer = left.str.starts_with(right) | right.str.starts_with(left)
    is_generic = pl.col("left_is_generic") | pl.col("right_is_generic")
    is_long = pl.min_horizontal(left.str.len_chars(), right.str.len_chars()) >= _SHORTEST_TYPO
    return _level(
        (_either_missing("core"), "none"),
        (_same("core") & is_generic, "generic"),
        (_same("core"), "same"),
        (_same("core_latin") & ~is_one_script & is_generic, "generic"),
        (_same("core_latin") & ~is_one_script, "spelt"),
        (_same("core_latin") & ~pl.col("left_is_latin"), "homophone"),
        (is_longer & is_one_script & ~is_generic, "longer"),
        ((pl.col("core_distance") == 1) & is_long, "slip"),
        otherwise="differ",
    )


def _trade() -> pl.Expr:
    shared = (
        pl.col("left_trade_key")
        .str.split("+")
        .list.set_intersection(pl.col("right_trade_key").str.split("+"))
    )
    return _level(
        (_either_missing("trade_key"), "none"),
        (_same("trade"), "same"),
        (_same("trade_key"), "kin"),
        (shared.list.len() > 0, "part"),
        otherwise="differ",
    )


def _form() -> pl.Expr:
    return _level((_either_missing("form_code"), "none"), (_same("form_code"), "same"), otherwise="differ")


def _marker() -> pl.Expr:
    left, right = pl.col("left_marker"), pl.col("right_marker")
    return _level(
        (left.is_null() & right.is_null(), "none"),
        (left.is_null() | right.is_null(), "one"),
        (_same("marker"), "same"),
        otherwise="differ",
    )


def _place() -> pl.Expr:
    provinces = dict(lexicon().province_of)
    left, right = (pl.col(f"{side}_place_en").replace(provinces) for side in ("left", "right"))
    is_other_sign = (pl.col("left_place") != pl.col("right_place")).fill_null(value=False)
    return _level(
        (_is_abroad(), "abroad"),
        (_either_missing("place_en"), "none"),
        (_same("place_en") & ~is_other_sign, "same"),
        (left == right, "province"),
        (_same("seat_en"), "moved"),
        otherwise="differ",
    )


def _code() -> pl.Expr:
    cut = _SPREADSHEET_DIGITS
    is_cut = pl.any_horizontal(
        pl.col(f"{side}_code").str.ends_with("0" * (uscc.LENGTH - cut)) for side in ("left", "right")
    )
    is_one_start = pl.col("left_code").str.slice(0, cut) == pl.col("right_code").str.slice(0, cut)
    is_slip = (pl.col("code_distance") <= 1) | (pl.col("code_distance").is_not_null() & is_cut & is_one_start)
    is_one_kind = pl.col("left_code").str.len_chars() == pl.col("right_code").str.len_chars()
    is_other = (_both("code") & is_one_kind) | _both("organisation") | _both("tax_code")
    return _level(
        (pl.col("rule_code").is_not_null(), "same"),
        (_both("own_uscc"), "two_valid"),
        (_same("code"), "same_text"),
        (is_slip, "slip"),
        (is_other, "differ"),
        otherwise="none",
    )


def _phone() -> pl.Expr:
    return _level((_either_missing("phone_key"), "none"), (_same("phone_key"), "same"), otherwise="differ")


def _address() -> pl.Expr:
    return _level(
        (_either_missing("address_key"), "none"),
        (_same("address_key"), "same"),
        (pl.col("likeness") >= _NEAR_ADDRESS, "near"),
        otherwise="differ",
    )


def _both(name: str) -> pl.Expr:
    return ~_either_missing(name)


def _either_missing(name: str) -> pl.Expr:
    return pl.col(f"left_{name}").is_null() | pl.col(f"right_{name}").is_null()


def _same(name: str) -> pl.Expr:
    """True when both say the same; false when a side says nothing."""
    return (pl.col(f"left_{name}") == pl.col(f"right_{name}")).fill_null(value=False)


def _is_abroad() -> pl.Expr:
    return (pl.col("left_country") != pl.col("right_country")).fill_null(value=False)


def _is_whole(side: str) -> pl.Expr:
    return pl.col(f"{side}_code").str.len_chars() == uscc.LENGTH


def _level(*choices: tuple[pl.Expr, str], otherwise: str) -> pl.Expr:
    """The first level whose condition holds."""
    return pl.coalesce(
        *(pl.when(condition).then(pl.lit(level)) for condition, level in choices), pl.lit(otherwise)
    )


def _distance(both: pl.DataFrame, name: str, where: pl.Expr) -> pl.Series:
    """Characters wrong, gone, too much or exchanged between two texts, 2 for more; null elsewhere."""
    chosen = _where(both, where & _both(name))
    texts = (both[f"{side}_{name}"].gather(chosen).to_list() for side in ("left", "right"))
    slips = process.cpdist(*texts, scorer=OSA.distance, score_cutoff=1, workers=-1)
    return _spread(chosen, pl.Series(slips, dtype=pl.Int64), len(both)).alias(f"{name}_distance")


def _likeness(both: pl.DataFrame) -> pl.Series:
    """How much of the shorter address stands in the longer one, in percent."""
    chosen = _where(both, _both("address_key") & ~_same("address_key"))
    texts = (both[f"{side}_address_key"].gather(chosen).to_list() for side in ("left", "right"))
    percent = process.cpdist(*texts, scorer=fuzz.partial_ratio, score_cutoff=_NEAR_ADDRESS, workers=-1)
    return _spread(chosen, pl.Series(percent, dtype=pl.Float64), len(both)).alias("likeness")


def _where(both: pl.DataFrame, condition: pl.Expr) -> pl.Series:
    return both.select(pl.arg_where(condition)).to_series()


def _spread(places: pl.Series, values: pl.Series, height: int) -> pl.Series:
    return pl.select(pl.repeat(None, height, dtype=values.dtype)).to_series().scatter(places, values)
