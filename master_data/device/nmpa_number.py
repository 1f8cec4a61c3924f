"""Registration, filing and licence numbers of NMPA and its provinces, and classification codes.

raw text → NFKC, blanks and a closing 号 dropped → kind, and what its characters say → NmpaNumber. Grammars:
orders 4/2014 and 47/2021 (registration, filing), the form before 2014-10, licences of production and trade.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import has_error

Kind = Literal[
    "registration", "filing", "registration_pre2014", "production_licence", "production_filing",
    "trade_licence", "trade_filing", "unknown",
]  # fmt: skip
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_HAN = "[\u4e00-\u9fff]"
_YEAR = "(?P<year>(?:19|20)[0-9]{2})"
_ISSUER = f"(?P<issuer>国|[{PROVINCES}])"
_CITY = f"(?P<issuer>国|[{PROVINCES}]{_HAN}?)"
_ORIGIN = "(?P<origin>[准进许])"
_DEVICE = "(?P<grade>[{grades}])(?P<category>[0-9]{{2}})(?P<serial>[0-9]{{4}})"
_SERIAL = "(?P<serial>[0-9]{4,})"
_OLD = rf"{_ISSUER}食?药监械\({_ORIGIN}\)字{_YEAR}第{_DEVICE.format(grades=123)}号?(?:\(更\))?"
_GRAMMARS: tuple[tuple[Kind, str], ...] = (
    ("registration", f"{_ISSUER}械注{_ORIGIN}{_YEAR}{_DEVICE.format(grades=23)}"),
    ("filing", f"{_CITY}械备{_YEAR}{_SERIAL}"),
    ("registration_pre2014", _OLD),
    ("production_licence", f"{_CITY}食?药监械生产许{_YEAR}{_SERIAL}"),
    ("production_filing", f"{_CITY}食?药监械生产备{_YEAR}{_SERIAL}"),
    ("trade_licence", f"{_CITY}食?药监械经营许{_YEAR}{_SERIAL}"),
    ("trade_filing", f"{_CITY}食?药监械经营备{_YEAR}{_SERIAL}"),
)
_CLASSIFICATION = re.compile(r"(?P<category>[0-9]{2})-(?P<first>[0-9]{2})-(?P<second>[0-9]{2})", re.ASCII)
_IVD = re.compile(r"6840(?:-[0-9]{3})?", re.ASCII)
_LAST_CATEGORY = 22
_LONGEST = 64


@dataclass(frozen=True)
class NmpaNumber:
    """A number as read.

    Attributes:
        number: NFKC, without blanks and closing 号; None when no grammar fits.
        issuer: 国 or the short name of a province, with a city's where there is one.
        origin: 准 made in China, 进 imported, 许 from Hong Kong, Macao or Taiwan.
        grade: class of the device, 1 to 3; category: first pair of the classification code, 40 for IVD.
    """

    raw: str
    kind: Kind
    number: str | None = None
    issuer: str | None = None
    origin: str | None = None
    year: int | None = None
    grade: int | None = None
    category: str | None = None
    serial: str | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def is_valid(self) -> bool:
        """True when a grammar fits and nothing contradicts it."""
        return self.number is not None and not has_error(self.issues)


def parse(raw: str) -> NmpaNumber:
    """Read one number; never raises on bad text."""
    text = _normal(raw) if len(raw) <= _LONGEST else ""
    for kind, grammar in _GRAMMARS:
        match = re.fullmatch(grammar, text, re.ASCII)
        if match is not None:
            return _read(raw, kind, text, match.groupdict())
    return NmpaNumber(
        raw, "unknown", issues=(error("NMPA_GRAMMAR", 0, f"no grammar fits {raw[:_LONGEST]!r}"),)
    )


def parse_all(raw: str) -> tuple[NmpaNumber, ...]:
    """Read a field that may hold several numbers, as NMPA joins them with a comma."""
    return tuple(parse(part) for part in re.split("[,，、;；]", raw) if part.strip())


def classification_issues(code: str, number: NmpaNumber | None = None) -> tuple[Issue, ...]:
    """Judge a classification code (NN-NN-NN of the catalogue of 2017, 6840-NNN for IVD) and its number."""
    text = unicodedata.normalize("NFKC", code[:_LONGEST]).strip()
    match = _CLASSIFICATION.fullmatch(text)
    if match is None and _IVD.fullmatch(text) is None:
        return (error("CLASSIFICATION", 0, f"{code[:_LONGEST]!r} is neither NN-NN-NN nor 6840-NNN"),)
    if match is not None and not 1 <= int(match["category"]) <= _LAST_CATEGORY:
        return (error("CLASSIFICATION", 0, f"the catalogue has no category {match['category']}"),)
    if match is not None and match["first"] == "00" and match["second"] != "00":
        return (error("CLASSIFICATION", 3, f"{text} names a product of no group"),)
    category = match["category"] if match is not None else "40"
    if number is None or number.category in (None, category):
        return ()
    # Numbers from before the catalogue of 2017 hold the last pair of a code 68NN.
    message = f"{number.number} is of category {number.category}, the code of {category}"
    return (warn("CLASSIFICATION_DIFFERS", 0, message),)


def _normal(raw: str) -> str:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw))
    return text.removesuffix("号") if "第" not in text else text


def _read(raw: str, kind: Kind, text: str, said: dict[str, str | None]) -> NmpaNumber:
    grade = said.get("grade")
    year = said.get("year")
    return NmpaNumber(
        raw=raw,
        kind=kind,
        number=text,
        issuer=said.get("issuer"),
        origin=said.get("origin"),
        year=int(year) if year else None,
        grade=int(grade) if grade else 1 if kind == "filing" else None,
        category=said.get("category"),
        serial=said.get("serial"),
        issues=_contradictions(kind, said),
    )


def _contradictions(kind: Kind, said: dict[str, str | None]) -> tuple[Issue, ...]:
    found = []
    issuer, origin, grade = said.get("issuer"), said.get("origin"), said.get("grade")
    if issuer != "国" and origin in ("进", "许"):
        found.append(error("NMPA_ISSUER", 0, f"{issuer} does not register devices from abroad"))
    if kind == "registration" and origin == "准" and (issuer == "国") != (grade == "3"):
        found.append(error("NMPA_GRADE", 8, f"{issuer} does not register domestic devices of class {grade}"))
    if kind == "filing" and len(said.get("serial") or "") > 4:
        found.append(warn("NMPA_SERIAL", None, f"serial {said['serial']} has more than four digits"))
    return tuple(found)
