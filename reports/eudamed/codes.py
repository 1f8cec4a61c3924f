"""Closed lists of the EUDAMED data exchange as in its XSD 3.0.25, and our words beside its codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

ISSUING = ("GS1", "HIBCC", "ICCBBA", "IFA")
STATUS = ("ON_THE_MARKET", "NO_LONGER_PLACED_ON_THE_MARKET", "NOT_INTENDED_FOR_EU_MARKET")
RISK_CLASSES = {
    "MDR": ("CLASS_I", "CLASS_IIA", "CLASS_IIB", "CLASS_III"),
    "IVDR": ("CLASS_A", "CLASS_B", "CLASS_C", "CLASS_D"),
}
# Classes whose countries of availability are asked for (BR-UDID-043).
COUNTRIES_ASKED = frozenset({"CLASS_IIA", "CLASS_IIB", "CLASS_III", "CLASS_B", "CLASS_C", "CLASS_D"})
CERTIFICATES = {
    "MDR": (
        "MDR_PRODUCT_VERIFICATION",
        "MDR_QUALITY_ASSURANCE",
        "MDR_QUALITY_MANAGEMENT_SYSTEM",
        "MDR_TECHNICAL_DOCUMENTATION",
        "MDR_TYPE_EXAMINATION",
    ),
    "IVDR": (
        "IVDR_PRODUCTION_QUALITY_ASSURANCE",
        "IVDR_QUALITY_MANAGEMENT_SYSTEM",
        "IVDR_TECHNICAL_DOCUMENTATION",
        "IVDR_TYPE_EXAMINATION",
    ),
}
MARKETS = frozenset(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT",
        "IS", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "TR", "XI",
    ]
)  # fmt: skip
# Longest texts of the XSD: XS, S and L of the data dictionary.
LONGEST_DI, LONGEST_NAME, LONGEST_TEXT = 120, 255, 2000


@cache
def code_list(name: str) -> Mapping[str, str]:
    """Return a list of codes.csv: our word → the code of EUDAMED."""
    text = files("reports.eudamed").joinpath("codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["ours"]: row["code"] for row in rows if row["list"] == name})
