"""What an address of EPCIS stands for: GTIN and lot, GTIN and serial number, SSCC, or an item of a maker.

GS1 Digital Link, urn:epc:class:lgtin, urn:epc:id:sgtin, urn:epc:id:sscc, https://…/class/item/… → Thing. A
pattern, a class without a lot and whatever else is no single thing: only its address is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from master_data.udi.gtin import mod10_check

_LINK = re.compile(
    r"https?://[^/]+(?:/[^/?#]+)*?/01/(?P<gtin>[0-9]{8,14})(?:/22/[^/?#]+)?"
    r"(?:/10/(?P<lot>[^/?#]+))?(?:/21/(?P<serial>[^/?#]+))?/?(?:[?#].*)?"
)
_LINK_SSCC = re.compile(r"https?://[^/]+(?:/[^/?#]+)*?/00/(?P<sscc>[0-9]{18})/?(?:[?#].*)?")
_OWN = re.compile(
    r"https?://[^?#]+?/class/item/(?P<item>[^/?#]+)/(?:lot/(?P<lot>[^/?#]+)|serial/(?P<serial>[^/?#]+))"
)
_LGTIN = re.compile(r"urn:epc:class:lgtin:(?P<maker>[0-9]{4,12})\.(?P<item>[0-9]{1,9})\.(?P<lot>[^.*]+)")
_SGTIN = re.compile(r"urn:epc:id:sgtin:(?P<maker>[0-9]{4,12})\.(?P<item>[0-9]{1,9})\.(?P<serial>[^.*]+)")
_SSCC = re.compile(r"urn:epc:id:sscc:(?P<maker>[0-9]{4,12})\.(?P<item>[0-9]{1,13})")
_GTIN_DIGITS, _SSCC_DIGITS = 13, 17


@dataclass(frozen=True)
class Thing:
    """What an address stands for; None where it does not say.

    Attributes:
        gtin: 14 digits, with their check digit.
        item_code: A maker's own number of the item, where there is no GTIN.
        sscc: 18 digits.
    """

    gtin: str | None = None
    item_code: str | None = None
    lot_no: str | None = None
    serial_no: str | None = None
    sscc: str | None = None


def thing_of(uri: str) -> Thing:
    """Return what an address stands for."""
    if found := _LINK.fullmatch(uri):
        return Thing(found["gtin"].rjust(14, "0"), None, _text(found["lot"]), _text(found["serial"]))
    if found := _LINK_SSCC.fullmatch(uri):
        return Thing(sscc=found["sscc"])
    if found := _OWN.fullmatch(uri):
        return Thing(None, _text(found["item"]), _text(found["lot"]), _text(found["serial"]))
    if found := _LGTIN.fullmatch(uri):
        return Thing(_number(found, _GTIN_DIGITS), lot_no=_text(found["lot"]))
    if found := _SGTIN.fullmatch(uri):
        return Thing(_number(found, _GTIN_DIGITS), serial_no=_text(found["serial"]))
    if found := _SSCC.fullmatch(uri):
        return Thing(sscc=_number(found, _SSCC_DIGITS))
    return Thing()


def _number(found: re.Match[str], length: int) -> str | None:
    """Indicator or extension digit, prefix of the maker, rest, check digit (EPC Tag Data Standard, 7)."""
    digits = found["item"][0] + found["maker"] + found["item"][1:]
    return digits + mod10_check(digits) if len(digits) == length else None


def _text(part: str | None) -> str | None:
    return None if part is None else unquote(part)
