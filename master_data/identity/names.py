"""A party's name taken apart: who it is, what it trades in, where, which branch, which legal form.

text → one script and one width (NFKC, OpenCC) → place, legal form, markers, trade taken away → core (字号).
The core tells firms apart; everything else only confirms it or speaks against it.
"""

from __future__ import annotations

from functools import cache

import opencc
import polars as pl

from master_data.identity import chinese_names, latin_names
from master_data.identity.name_parts import PARTS

# SAP keeps 4 x 35 characters for a name, U8 98; what is longer than this is a document, not a name.
LONGEST_NAME = 200


def parse_names(names: pl.Series) -> pl.DataFrame:
    """Take names apart, row by row in the same order.

    Returns columns:
        name_verdict_code: ok, empty, too_long, controls (read without them), no_letters.
        form_code, place, place_en, trade_key, marker, core, core_latin, is_generic, is_latin: see name_parts.
    """
    held = names.cast(pl.String).alias("name").to_frame().with_row_index("row")
    told = held.with_columns(name_verdict_code=_verdict(pl.col("name")))
    readable = told.filter(pl.col("name_verdict_code").is_in(["ok", "controls"]))
    text = readable.select("row", text=_one_script(readable["name"]))
    has_han = pl.col("text").str.contains(r"\p{Han}")
    parsed = pl.concat([chinese_names.parse(text.filter(has_han)), latin_names.parse(text.filter(~has_han))])
    return (
        told.select("row", "name_verdict_code")
        .join(parsed, on="row", how="left", maintain_order="left")
        .select("name_verdict_code", *PARTS)
    )


def fold(texts: pl.Series) -> pl.Series:
    """Return texts in one width, simplified characters, lower case, without what nobody sees."""
    kept = pl.when(texts.str.len_chars() <= LONGEST_NAME).then(texts)
    return _one_script(pl.select(kept).to_series())


def _verdict(name: pl.Expr) -> pl.Expr:
    bare = name.str.replace_all(r"[\p{C}\s]", "")
    return (
        pl.when(name.is_null())
        .then(pl.lit("empty"))
        .when(name.str.len_bytes() > 4 * LONGEST_NAME)
        .then(pl.lit("too_long"))
        .when(name.str.len_chars() > LONGEST_NAME)
        .then(pl.lit("too_long"))
        .when(bare == "")
        .then(pl.lit("empty"))
        .when(~bare.str.contains(r"[\p{L}\p{N}]"))
        .then(pl.lit("no_letters"))
        .when(name.str.contains(r"\p{Cc}"))
        .then(pl.lit("controls"))
        .otherwise(pl.lit("ok"))
    )


def _one_script(texts: pl.Series) -> pl.Series:
    """Simplified in one call for the whole column: a line per text, for none holds a line end any more."""
    plain = texts.str.normalize("NFKC").str.replace_all(r"\p{C}", "").str.replace_all(r"[\s\p{Z}]+", " ")
    joined = "\n".join(plain.fill_null("").to_list())
    simple = pl.Series(_simplifier().convert(joined).split("\n")) if len(plain) else plain
    return pl.select(
        pl.when(plain.is_not_null()).then(simple.str.to_lowercase().str.strip_chars())
    ).to_series()


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
