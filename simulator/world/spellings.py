"""How clerks write one firm: every record of it is another draw. The registered name is drawn most often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import opencc

from simulator.world.firms import Firm, draw_address, registered
from simulator.world.vocabulary import CITIES, HOSPITALS, SIGNS, SOUNDS, TRADES

_NO_CODE = 0.25  # share of records whose credit code nobody entered
_MOVED, _MOVED_AWAY = 0.10, 0.02  # share of records with an address of before; of these in another city


def spell(rng: np.random.Generator, firm: Firm) -> str:
    """One way to write the name."""
    ways = {"company": _COMPANY, "hospital": _HOSPITAL, "abroad": _ABROAD}[firm.kind]
    shares = np.array([share for share, _ in ways])
    way = ways[int(rng.choice(len(ways), p=shares / shares.sum()))][1]
    return way(rng, firm)


def has_code(rng: np.random.Generator) -> bool:
    """Whether the clerk entered the credit code."""
    return bool(rng.random() >= _NO_CODE)


def moved(rng: np.random.Generator, firm: Firm) -> Firm:
    """The firm where a clerk last saw it: some have moved since, a few to another city; the name stays."""
    fate = rng.random()
    if firm.country != "CN" or fate > _MOVED:
        return firm
    city = int(rng.integers(len(CITIES))) if fate < _MOVED_AWAY else firm.city
    return replace(firm, town=CITIES[city].zh, address=draw_address(rng))


def write_address(rng: np.random.Generator, firm: Firm) -> str:
    """One way to write where it is."""
    if firm.country != "CN":
        return firm.town
    province = next(city.province for city in CITIES if city.zh == firm.town)
    heads = (f"{firm.town}市", f"{firm.town}市", firm.town, f"{province}省{firm.town}市", "")
    tails = ("", "", "", f"{int(rng.integers(1, 12))}号楼", f"{int(rng.integers(1, 9))}层")
    return f"{heads[int(rng.integers(len(heads)))]}{firm.address}{tails[int(rng.integers(len(tails)))]}"


def _whole(_rng: np.random.Generator, firm: Firm) -> str:
    return registered(firm)


def _form(_rng: np.random.Generator, firm: Firm) -> str:
    return registered(firm).replace("股份有限公司", "股份公司").replace("有限公司", "有限责任公司")


def _city_in_brackets(rng: np.random.Generator, firm: Firm) -> str:
    brackets = ("（", "）") if rng.random() < 0.6 else ("(", ")")
    rest = registered(firm).removeprefix(firm.town)
    head = firm.core + ("集团" if firm.marker == "集团" else "")
    if rng.random() < 0.5:
        return f"{head}{brackets[0]}{firm.town}{brackets[1]}{rest.removeprefix(head)}"
    return rest.replace(firm.form, f"{brackets[0]}{firm.town}{brackets[1]}{firm.form}")


def _city(rng: np.random.Generator, firm: Firm) -> str:
    """With the province, with 市, or without any place."""
    rest = registered(firm).removeprefix(firm.town).removeprefix("市")
    province = CITIES[firm.city].province
    if province == firm.town:
        province = ""
    heads = (f"{firm.town}市", f"{province and province + '省'}{firm.town}市", f"{province}{firm.town}")
    return f"{heads[int(rng.integers(len(heads)))]}{rest}"


def _traditional(_rng: np.random.Generator, firm: Firm) -> str:
    text: str = _to_traditional().convert(registered(firm))
    return text


def _wide(rng: np.random.Generator, firm: Firm) -> str:
    name = registered(firm)
    place = int(rng.integers(2, len(name)))
    return f"{name[:place]}{' ' if rng.random() < 0.5 else chr(0x3000)}{name[place:]}"


def _short(rng: np.random.Generator, firm: Firm) -> str:
    town = firm.town if rng.random() < 0.6 else ""
    tail = firm.branch_of and f"{firm.branch_of}分公司"
    return f"{town}{firm.core}{firm.marker}{TRADES[firm.trade][2] if rng.random() < 0.75 else ''}{tail}"


def _english(rng: np.random.Generator, firm: Firm) -> str:
    city = CITIES[firm.city].en
    core = "".join(SIGNS.get(sign, "") for sign in firm.core).capitalize()
    form = ("Co., Ltd.", "Co.,Ltd", "CO., LTD.")[int(rng.integers(3))]
    group = " Group" if firm.marker == "集团" else ""
    branch = " Branch" if firm.branch_of else ""
    return f"{city} {core}{group} {TRADES[firm.trade][1]} {form}{branch}"


def _english_hospital(_rng: np.random.Generator, firm: Firm) -> str:
    ordinals = dict(zip("一二三四五六七八", range(1, 9), strict=True))
    number = f"No. {ordinals[firm.marker[1]]} " if firm.marker else ""
    core = "".join(SIGNS[sign] for sign in firm.core if sign in SIGNS).capitalize()
    campus = " East Campus" if firm.branch_of else ""
    return f"{CITIES[firm.city].en} {number}{core and core + ' '}{HOSPITALS[firm.trade][1]}{campus}"


def _mistyped(_rng: np.random.Generator, firm: Firm) -> str:
    """A sign that the input method offers for the same sound."""
    place = next((n for n, sign in enumerate(firm.core) if sign in SOUNDS), -1)
    if place < 0:
        return registered(firm)
    core = firm.core[:place] + SOUNDS[firm.core[place]] + firm.core[place + 1 :]
    return registered(firm).replace(firm.core, core)


def _head_office(_rng: np.random.Generator, firm: Firm) -> str:
    return f"{registered(firm)}（本部）" if not firm.branch_of else registered(firm)


def _arabic(_rng: np.random.Generator, firm: Firm) -> str:
    digits = dict(zip("一二三四五六七八", "12345678", strict=True))
    marker = firm.marker and f"第{digits.get(firm.marker[1], firm.marker[1])}"
    return registered(firm).replace(firm.marker, marker) if firm.marker else registered(firm)


def _upper(_rng: np.random.Generator, firm: Firm) -> str:
    return registered(firm).upper().replace(",", "").replace(".", "")


def _without_form(_rng: np.random.Generator, firm: Firm) -> str:
    return registered(firm).removesuffix(firm.form).rstrip(" ,")


def _letter_wrong(rng: np.random.Generator, firm: Firm) -> str:
    place = int(rng.integers(2, len(firm.core) - 1))
    core = firm.core[:place] + firm.core[place + 1] + firm.core[place] + firm.core[place + 2 :]
    return registered(firm).replace(firm.core, core)


_Way = Callable[[np.random.Generator, Firm], str]
_COMPANY: tuple[tuple[float, _Way], ...] = (
    (40, _whole), (12, _form), (12, _city_in_brackets), (10, _city), (5, _traditional), (4, _wide),
    (8, _short), (6, _english), (2, _mistyped),
)  # fmt: skip
_HOSPITAL: tuple[tuple[float, _Way], ...] = (
    (45, _whole), (20, _city), (12, _head_office), (8, _arabic), (5, _traditional), (4, _wide),
    (4, _english_hospital),
)  # fmt: skip
_ABROAD: tuple[tuple[float, _Way], ...] = (
    (50, _whole),
    (25, _upper),
    (15, _without_form),
    (6, _letter_wrong),
)


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
