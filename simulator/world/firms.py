"""Firms that stand in the masters and are seldom or never used: what every ERP is full of.

A firm is drawn with its parts, so that every spelling of it can be derived; near misses are other firms whose
names differ from it by one character, an ordinal, a campus, a trade or a city. They grow with the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulator.identifiers import make_uscc
from simulator.world.vocabulary import (
    CITIES,
    COUNTRIES,
    FIRST_WORDS,
    HOSPITALS,
    SIGNS,
    SOUNDS,
    STREETS,
    TRADES,
)

_NEAR_MISS = 0.25  # share of firms that have a near miss
_ABROAD, _HOSPITALS = 0.12, 0.5
_SIGNS = tuple(SIGNS)


@dataclass(frozen=True)
class Firm:
    """One legal person and the parts of its registered name."""

    key: str
    kind: str  # company, hospital, abroad
    country: str
    city: int  # place in CITIES; -1 abroad
    town: str
    core: str
    trade: int  # place in TRADES, or in HOSPITALS
    form: str
    marker: str  # 第一, 东院区, 集团
    uscc: str
    address: str
    branch_of: str = ""


def draw_firms(rng: np.random.Generator, number: int, role: str, taken: set[str]) -> list[Firm]:
    """Firms and their near misses, about `number` and a quarter more; no two of one name, none taken."""
    firms: list[Firm] = []
    for n in range(number):
        kind = _kind(rng, role)
        drawn = [_abroad(rng, f"{role}:{n}") if kind == "abroad" else _home(rng, kind)]
        if kind != "abroad" and rng.random() < _NEAR_MISS:
            drawn.append(_near_miss(rng, drawn[0]))
        # A register gives a name once; the form tells no two firms apart.
        for firm in drawn:
            if (name := registered(firm).replace("股份", "")) not in taken:
                taken.add(name)
                firms.append(firm)
    return firms


def registered(firm: Firm) -> str:
    """The name as registered."""
    if firm.kind == "abroad":
        return f"{firm.core} {TRADES[firm.trade][1]} {firm.form}"
    if firm.kind == "hospital":
        campus = "东院区" if firm.branch_of else ""
        return f"{firm.town}市{firm.core}{firm.marker}{HOSPITALS[firm.trade][0]}{campus}"
    branch = f"{firm.branch_of}分公司" if firm.branch_of else ""
    return f"{firm.town}{firm.core}{firm.marker}{TRADES[firm.trade][0]}{firm.form}{branch}"


def _kind(rng: np.random.Generator, role: str) -> str:
    if rng.random() < _ABROAD:
        return "abroad"
    return "hospital" if role == "customer" and rng.random() < _HOSPITALS else "company"


def _home(rng: np.random.Generator, kind: str) -> Firm:
    city = int(rng.integers(len(CITIES)))
    core = "".join(_sign(rng) for _ in range(3 if rng.random() < 0.15 else 2))
    is_hospital = kind == "hospital"
    is_private = rng.random() < 0.3
    trade = int(rng.integers(len(HOSPITALS if is_hospital else TRADES)))
    marker = _ordinal(rng) if is_hospital and not is_private and rng.random() < 0.5 else ""
    form = "" if is_hospital else ("股份有限公司" if rng.random() < 0.08 else "有限公司")
    code = _code(rng, city)
    return Firm(
        key=f"uscc:{code}",
        kind=kind,
        country="CN",
        city=city,
        town=CITIES[city].zh,
        core="" if is_hospital and not is_private else core,
        trade=trade,
        form=form,
        marker=marker,
        uscc=code,
        address=draw_address(rng),
    )


def _abroad(rng: np.random.Generator, key: str) -> Firm:
    land = COUNTRIES[int(rng.integers(len(COUNTRIES)))]
    first = (
        FIRST_WORDS[int(rng.integers(len(FIRST_WORDS)))]
        + FIRST_WORDS[int(rng.integers(len(FIRST_WORDS)))].lower()
    )
    return Firm(
        key=f"abroad:{key}",
        kind="abroad",
        country=land.code,
        city=-1,
        town=land.towns[int(rng.integers(len(land.towns)))],
        core=first,
        trade=int(rng.integers(len(TRADES))),
        form=land.forms[int(rng.integers(len(land.forms)))],
        marker="",
        uscc="",
        address="",
    )


def _near_miss(rng: np.random.Generator, firm: Firm) -> Firm:
    """Another legal person that looks like this one."""
    code = _code(rng, firm.city)
    other = replace(firm, key=f"uscc:{code}", uscc=code, address=draw_address(rng))
    kind = rng.random()
    if firm.kind == "hospital" and not firm.core:
        return _near_hospital(rng, other, kind)
    if kind < 0.4:
        return replace(other, core=firm.core[0] + _sign(rng, firm.core[1]) + firm.core[2:])
    if kind < 0.5:
        return replace(other, core=_same_sound(firm.core))
    if kind < 0.7:
        step = int(rng.integers(1, len(HOSPITALS if firm.kind == "hospital" else TRADES)))
        return replace(
            other, trade=(firm.trade + step) % len(HOSPITALS if firm.kind == "hospital" else TRADES)
        )
    if kind < 0.85:
        city = (firm.city + int(rng.integers(1, len(CITIES)))) % len(CITIES)
        return replace(other, city=city, town=CITIES[city].zh)
    # The group and its subsidiary; a branch has a code of its own, too.
    marker = "集团" if firm.kind == "company" and kind < 0.93 else ""
    return replace(other, marker=marker, branch_of="" if marker else CITIES[(firm.city + 5) % len(CITIES)].zh)


def _near_hospital(rng: np.random.Generator, other: Firm, kind: float) -> Firm:
    if kind < 0.6:
        return replace(other, marker=_ordinal(rng, other.marker))
    city = (other.city + int(rng.integers(1, len(CITIES)))) % len(CITIES)
    return replace(other, city=city, town=CITIES[city].zh)


def _ordinal(rng: np.random.Generator, taken: str = "") -> str:
    choices = [f"第{n}" for n in "一二三四五六七八" if f"第{n}" != taken]
    return choices[int(rng.integers(len(choices)))]


def _sign(rng: np.random.Generator, taken: str = "") -> str:
    sign = taken
    while sign == taken:
        sign = _SIGNS[int(rng.integers(len(_SIGNS)))]
    return sign


def _same_sound(core: str) -> str:
    """The name with a sign that sounds the same; with another one where the table has none."""
    for place, sign in enumerate(core):
        if sign in SOUNDS:
            return core[:place] + SOUNDS[sign] + core[place + 1 :]
    return core[0] + ("明" if core[1] != "明" else "辉") + core[2:]


def _code(rng: np.random.Generator, city: int) -> str:
    return make_uscc(rng, CITIES[city].region, digits_only=rng.random() < 0.33)


def draw_address(rng: np.random.Generator) -> str:
    """Parks hold many firms at one number."""
    street = STREETS[int(rng.integers(len(STREETS)))]
    return f"{street}{int(rng.integers(1, 20 if '园' in street else 400))}号"
