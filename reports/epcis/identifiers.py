"""Identifiers in events: GS1 Digital Link where there is a GTIN, private web addresses elsewhere.

Digital Link is the canonical form: unlike a URN it needs no length of the company prefix (EPCIS 2.0, 8.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from master_data.udi import Unwritable, write

# GS1 General Specifications, figure 7.11-1: the characters of a lot or a serial number.
_CSET82 = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}", re.ASCII)


SSCC_DIGITS = 18


@dataclass(frozen=True)
class Identifiers:
    """Writes identifiers below a web address that belongs to the company."""

    base: str

    def lot_class(self, di: str | None, agency: str | None, product_code: str, lot_no: str) -> str:
        """A lot: Digital Link of its GTIN, else a private address by material and lot number."""
        link = lot_link(di, agency, lot_no)
        return link or self.private("class", "item", product_code, "lot", lot_no)

    def instance(self, di: str | None, agency: str | None, product_code: str, serial_no: str) -> str:
        """One device: Digital Link of GTIN and serial number, else a private address."""
        if di is not None and agency == "GS1" and is_gs1_text(serial_no):
            return f"https://id.gs1.org/01/{di}/21/{escaped(serial_no)}"
        return self.private("class", "item", product_code, "serial", serial_no)

    def package(self, node_id: str) -> str:
        """A handling unit by its node in the genealogy: `hu:<sscc>`, else `hu:<site>:<number>`."""
        number = node_id.removeprefix("hu:")
        if number.isascii() and number.isdigit() and len(number) == SSCC_DIGITS:
            return f"https://id.gs1.org/00/{number}"
        return self.private("package", *number.split(":"))

    def private(self, *steps: str) -> str:
        """An address of our own, every step escaped."""
        return "/".join([self.base.rstrip("/"), *(escaped(step) for step in steps)])

    def event_id(self, *steps: str) -> str:
        """The id of an event, the same each time it is written, so that sending it twice changes nothing."""
        return UUID(str(uuid5(NAMESPACE_URL, self.private("event", *steps)))).urn


def escaped(text: str) -> str:
    """Return a step of a web address; letters and digits, which most numbers are, need no work."""
    return text if text.isascii() and text.isalnum() else quote(text, safe="")


def lot_link(di: str | None, agency: str | None, lot_no: str) -> str | None:
    """Return the Digital Link of a lot; None when its DI is no GTIN or its number no text GS1 allows."""
    if di is None or agency != "GS1":
        return None
    try:
        # The year decides the century of dates only, and there is none here.
        return write("GS1", {"01": di, "10": lot_no}, current_year=2000, form="digital_link")
    except Unwritable:
        return None


def printed(di: str | None, agency: str | None, lot_no: str, expiry: date | None) -> str | None:
    """Return what a label prints for a lot, with brackets; None under the same conditions."""
    if di is None or agency != "GS1":
        return None
    values = {"01": di, "10": lot_no}
    if expiry is not None:
        values = {"01": di, "17": expiry.strftime("%y%m%d"), "10": lot_no}
    try:
        return write("GS1", values, current_year=(expiry or date(2000, 1, 1)).year, form="bracketed")
    except Unwritable:
        return None


def is_gs1_text(serial_no: str) -> bool:
    """Whether a serial number may stand behind (21)."""
    return _CSET82.fullmatch(serial_no) is not None
