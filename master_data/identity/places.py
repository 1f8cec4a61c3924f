"""Where a party sits: the city (or province) that a text begins with, Chinese or Latin."""

from __future__ import annotations

from functools import cache

import polars as pl

from master_data.identity.lexicon import lexicon, one_of


def read_places(folded: pl.Series) -> pl.DataFrame:
    """Read the place at the head of folded texts: `place` in Chinese, `place_en`, `rest` behind it.

    A text in Latin letters is a city's name as a whole; it has no rest.
    """
    words, head = lexicon(), _head()
    text = pl.col("text")
    found = (
        folded.alias("text")
        .to_frame()
        .select(
            place=pl.coalesce(text.str.extract(head, 2), text.str.extract(head, 1)),
            latin=text.str.normalize("NFKD").str.replace_all(r"[^\p{L}\p{N}]", ""),
            rest=text.str.replace(head, "").str.replace_all(r"[^\p{L}\p{N}]", ""),
        )
    )
    known = {**words.provinces, **words.cities}
    is_latin = ~pl.col("latin").str.contains(r"\p{Han}") & (pl.col("latin") != "")
    return found.select(
        "place",
        place_en=pl.when(is_latin)
        .then("latin")
        .otherwise(pl.col("place").replace_strict(known, default=None)),
        rest=pl.when(~is_latin & (pl.col("rest") != "")).then("rest"),
    )


@cache
def _head() -> str:
    words = lexicon()
    province = rf"({one_of(words.provinces)})(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)?"
    city = rf"({one_of(words.cities)})(?:市|地区|自治州)?"
    return rf"^(?:中国)?(?:{province})?(?:{city})?"
