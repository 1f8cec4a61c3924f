"""What names of firms are made of, as data: regions, legal forms, trades, generic words, pinyin.

regions.csv: provinces and their cities (names of GB/T 2260, and what ships by its own name below them).
legal_forms.csv, trade_words.csv: words of one meaning, Chinese and Latin; generic_words.csv: words that many
hospitals share and that tell nobody apart. pinyin.csv: the reading of every character of GB 2312, where a
character has several the one that names of firms use. They are files of ours, because a reading or a word
that changed with a library would change which records are one, and so their ids.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Words = Mapping[str, str]


@dataclass(frozen=True)
class Lexicon:
    """Words by what they mean; every mapping goes from the word as written to its code."""

    cities: Words  # 苏州 → suzhou
    provinces: Words  # 江苏 → jiangsu
    province_of: Words  # suzhou → jiangsu; first where two cities are spelt alike
    forms_zh: Words
    forms_latin: Words
    trades_zh: Words
    trades_latin: Words
    generic_zh: Words  # 人民 → renmin
    generic_latin: Words
    pinyin: Words


@cache
def lexicon() -> Lexicon:
    """Return the words of all five files."""
    regions, generic = _rows("regions.csv"), _rows("generic_words.csv")
    return Lexicon(
        cities=_frozen((row["city_zh"], row["city_en"]) for row in regions),
        provinces=_frozen((row["province_zh"], row["province_en"]) for row in regions),
        province_of=_frozen((row["city_en"], row["province_en"]) for row in reversed(regions)),
        forms_zh=_words("legal_forms.csv", "form_code", "zh", " "),
        forms_latin=_words("legal_forms.csv", "form_code", "latin", "|"),
        trades_zh=_words("trade_words.csv", "trade_code", "zh", " "),
        trades_latin=_words("trade_words.csv", "trade_code", "en", " "),
        generic_zh=_frozen((row["zh"], row["pinyin"]) for row in generic),
        generic_latin=_frozen((word, row["pinyin"]) for row in generic for word in row["en"].split()),
        pinyin=_frozen((sign, row["syllable"]) for row in _rows("pinyin.csv") for sign in row["characters"]),
    )


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longer ones first."""
    return "(?:" + "|".join(re.escape(word) for word in longest_first(words)) + ")"


def longest_first(words: Iterable[str]) -> list[str]:
    """Return the words so that none is found in place of a longer one."""
    return sorted(words, key=lambda word: (-len(word), word))


def _words(file: str, code: str, column: str, separator: str) -> Words:
    return _frozen((word, row[code]) for row in _rows(file) for word in row[column].split(separator) if word)


def _frozen(pairs: Iterable[tuple[str, str]]) -> Words:
    return MappingProxyType(dict(pairs))


@cache
def _rows(file: str) -> list[dict[str, str]]:
    text = files("master_data.identity").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
