"""Words of the Core Business Vocabulary 2.0 that our events use (CBV 2.0, clauses 7.1 to 7.4).

A schema validator that ignores formats lets an invented word pass, so that the closed sets stand here as
types. There is no business step "recalling" and none "releasing": a recall is holding, disposition recalled.
"""

from __future__ import annotations

from typing import Literal

# Our own words in a document stand behind this prefix.
PREFIX = "medlake"
Action = Literal["ADD", "OBSERVE", "DELETE"]
BizStep = Literal[
    "accepting",
    "commissioning",
    "destroying",
    "holding",
    "inspecting",
    "packing",
    "receiving",
    "repairing",
    "sampling",
    "shipping",
    "unpacking",
    "void_shipping",
]
Disposition = Literal[
    "active",
    "available",
    "completeness_verified",
    "conformant",
    "destroyed",
    "in_progress",
    "in_transit",
    "non_conformant",
    "recalled",
    "returned",
    "sellable_not_accessible",
]
TransactionType = Literal["cert", "desadv", "po", "prodorder", "recadv", "rma", "testres"]
PartyRole = Literal["owning_party", "possessing_party", "location"]
ErrorReason = Literal["did_not_occur", "incorrect_data"]
