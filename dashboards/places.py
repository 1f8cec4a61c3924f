"""Where goods went, as a map without a network: provinces as tiles, other countries beside them.

parties with country, city and name → province or country of each → tiles with parties and quantities.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files

import polars as pl
import streamlit as st
from babel import Locale

from master_data.identity.lexicon import lexicon
from master_data.identity.places import read_places
from reports.language import Language

HOME = "CN"
DARKEST = 4


@dataclass(frozen=True)
class Sent:
    """Goods that one party got; the place is what masters say of it."""

    party_id: str
    party_name: str | None
    country_code: str | None
    city_name: str | None
    qty: Decimal | None
    uom_code: str | None


@dataclass(frozen=True)
class Tile:
    """What a province or country got. ``guessed_count`` parties are placed by their names only."""

    parties: tuple[str, ...]
    amounts: Mapping[str | None, Decimal]
    guessed_count: int


def draw(sent: Sequence[Sent], say: Language, words: Language) -> None:
    """Draw the map, and say how many parties nobody can place."""
    tiles = by_place(sent)
    grid = "".join(_tile(tiles.get(row["province"]), row, say, words) for row in _grid())
    abroad = [(code, tile) for code, tile in tiles.items() if code.isupper()]
    beside = "".join(_abroad(code, tile, say, words) for code, tile in sorted(abroad))
    unknown = tiles.get("")
    if unknown:
        names = _names(unknown)
        beside += _box("", say("places.unknown"), names, unknown, say, words, tone="nowhere")
    st.html(
        f'<div class="ml-map"><div class="ml-tiles">{grid}</div><div class="ml-abroad">{beside}</div></div>'
    )
    guessed = sum(tile.guessed_count for tile in tiles.values())
    st.caption(say("places.legend") + (f" {say('places.guessed', count=guessed)}" if guessed else ""))


def by_place(sent: Iterable[Sent]) -> dict[str, Tile]:
    """Return goods by province (lower case), by country (ISO code) or under '' where no place is known."""
    rows = list(sent)
    places = _places(rows)
    found: dict[str, list[tuple[Sent, bool]]] = defaultdict(list)
    for row, (place, is_guess) in zip(rows, places, strict=True):
        found[place].append((row, is_guess))
    return {place: _gathered(own) for place, own in found.items()}


def _places(rows: Sequence[Sent]) -> list[tuple[str, bool]]:
    """Province or country of each party, and whether only its name tells."""
    if not rows:
        return []
    cities = _provinces([row.city_name for row in rows])
    names = _provinces([row.party_name for row in rows])
    found = []
    for row, city, name in zip(rows, cities, names, strict=True):
        if row.country_code not in (None, HOME):
            found.append((row.country_code or "", False))
        else:
            found.append((city or name or "", not city and bool(name)))
    return found


def _provinces(texts: Sequence[str | None]) -> list[str | None]:
    read = read_places(pl.Series([(text or "").lower() for text in texts], dtype=pl.String))
    known, provinces = lexicon().province_of, set(lexicon().provinces.values())
    return [place if place in provinces else known.get(place or "") for place in read["place_en"]]


def _gathered(own: Sequence[tuple[Sent, bool]]) -> Tile:
    amounts: dict[str | None, Decimal] = defaultdict(Decimal)
    for row, _ in own:
        if row.qty is not None:
            amounts[row.uom_code] += row.qty
    parties = {row.party_id: row.party_name or row.party_id for row, _ in own}
    guessed = {row.party_id for row, is_guess in own if is_guess}
    return Tile(tuple(sorted(parties.values())), dict(amounts), len(guessed))


@cache
def _grid() -> tuple[Mapping[str, str], ...]:
    text = files("dashboards").joinpath("province_tiles.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _tile(tile: Tile | None, row: Mapping[str, str], say: Language, words: Language) -> str:
    name = row["name_zh"] if say.locale == "zh" else row["name_en"]
    place = f"grid-column:{row['column']};grid-row:{row['row']}"
    if tile is None:
        return f'<div class="ml-tile" style="{place}"><b>{escape(name)}</b></div>'
    tone = f"t{min(len(tile.parties), DARKEST)}"
    return _box(place, name, _names(tile), tile, say, words, tone=tone)


def _abroad(code: str, tile: Tile, say: Language, words: Language) -> str:
    territories = Locale.parse("zh_Hans_CN" if say.locale == "zh" else "en").territories
    tone = f"t{min(len(tile.parties), DARKEST)}"
    return _box("", territories.get(code, code), _names(tile), tile, say, words, tone=tone)


def _names(tile: Tile) -> str:
    return "\n".join(tile.parties)


def _box(place: str, name: str, names: str, tile: Tile, say: Language, words: Language, *, tone: str) -> str:
    amounts = "<br>".join(
        escape(f"{say.number(qty)} {words.code('uom', unit)}")
        for unit, qty in sorted(tile.amounts.items(), key=lambda pair: pair[0] or "")
    )
    count = say.number(len(tile.parties))
    parties = say("places.parties", count=count)
    title = escape(f"{name} · {parties}\n{names}", quote=True)
    return (
        f'<div class="ml-tile ml-{tone}" style="{place}" title="{title}">'
        f"<b>{escape(name)} <i>{count}</i></b><span>{amounts}</span></div>"
    )
