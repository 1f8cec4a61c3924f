"""Words, numbers and dates in the reader's language.

<package>/locale/<locale>/*.po (gettext, a catalogue a page or form; babel reads them) → Language. A word that
the catalogues lack is an error, not a fallback.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

from babel.dates import format_date, format_datetime, get_timezone
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
HOME_ZONE = "Asia/Shanghai"  # of the company: times that belong to no plant
NOTHING = "–"
_BABEL = MappingProxyType({"zh": "zh_Hans_CN", "en": "en"})


@dataclass(frozen=True)
class Language:
    """A catalogue, the number and date formats of its locale, and the zone in which times are told."""

    locale: Locale
    words: Mapping[str, str]
    zone: str = HOME_ZONE

    def __call__(self, key: str, **values: object) -> str:
        """Return a phrase with its values filled in.

        Raises:
            KeyError: the catalogue lacks the key.
        """
        return self.words[key].format(**values)

    def in_zone(self, zone: str | None) -> Language:
        """Return the same language telling times on the clock of a plant; of an unknown plant in UTC."""
        return replace(self, zone=zone or "UTC")

    def code(self, group: str, code: str | None) -> str:
        """Return the word for a code of a closed set, the code itself when it is not one of ours."""
        return NOTHING if code is None else self.words.get(f"{group}.{code}", code)

    def either(self, text: str) -> str:
        """Return this language's half of `中文 | English`, the whole text where it has no halves."""
        zh, bar, en = text.partition(" | ")
        return (zh if self.locale == "zh" else en) if bar else text

    def number(self, value: Decimal | int | None) -> str:
        """Return a number with the locale's separators, without trailing zeros."""
        return NOTHING if value is None else format_decimal(value, format="#,##0.######", locale=self._babel)

    def tenths(self, value: Decimal) -> str:
        """Return a number with exactly one decimal."""
        return format_decimal(value, format="#,##0.0", locale=self._babel)

    def percent(self, value: Decimal | None) -> str:
        """Return a ratio as a percentage with one decimal."""
        return NOTHING if value is None else format_percent(value, format="#,##0.0%", locale=self._babel)

    def day(self, value: date | None) -> str:
        """Return a calendar day."""
        return NOTHING if value is None else format_date(value, format="medium", locale=self._babel)

    def month(self, value: date) -> str:
        """Return a month."""
        pattern = "y年M月" if self.locale == "zh" else "MMM y"
        return format_date(value, format=pattern, locale=self._babel)

    def time(self, value: datetime | None) -> str:
        """Return a moment on the clock of the zone."""
        if value is None:
            return NOTHING
        zone = get_timezone(self.zone)
        pattern = "y-MM-dd HH:mm" if self.locale == "zh" else "d MMM y, HH:mm"
        return format_datetime(value, format=pattern, tzinfo=zone, locale=self._babel)

    @property
    def _babel(self) -> str:
        return _BABEL[self.locale]


class CatalogueInvalid(ValueError):
    """Two catalogues of a package say different things under one key, or a key has no words."""


@cache
def load(package: str, locale: Locale) -> Language:
    """Return the language of a package's catalogues.

    Raises:
        CatalogueInvalid: a key stands in two catalogues, or without words.
    """
    words: dict[str, str] = {}
    for file in sorted(files(package).joinpath("locale", locale).iterdir(), key=lambda entry: entry.name):
        for message in read_po(io.BytesIO(file.read_bytes()), locale=_BABEL[locale]):
            key, text = str(message.id), str(message.string or "")
            if not key:
                continue  # the header of the catalogue
            if key in words or not text:
                raise CatalogueInvalid(
                    f"{package}/locale/{locale}/{file.name}: {key} is said twice or not at all"
                )
            words[key] = text
    return Language(locale, MappingProxyType(words))
