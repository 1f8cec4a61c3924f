"""EPCIS 2.0 documents (JSON-LD, CBV 2.0): identifiers, events and the document around them."""

from reports.epcis.document import document
from reports.epcis.event import (
    Event,
    Party,
    Quantity,
    Stamp,
    Transaction,
    aggregation_event,
    object_event,
    transformation_event,
    with_error,
)
from reports.epcis.identifiers import Identifiers

__all__ = [
    "Event",
    "Identifiers",
    "Party",
    "Quantity",
    "Stamp",
    "Transaction",
    "aggregation_event",
    "document",
    "object_event",
    "transformation_event",
    "with_error",
]
