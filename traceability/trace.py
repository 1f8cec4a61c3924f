"""The public face of traceability: pure functions on a read-only release connection.

text → find → lot → backward / forward / lot_card.
Alone: python -c "from lakehouse.releases import open_release; …; print(find(con, 'B26010501'))"
"""

from traceability.find import find, near, read_udi
from traceability.lot_card import LotCard, lot_card
from traceability.records import Edge, Gap, LotRef, Match, Node, Receipt, Shipment, Trace
from traceability.walk import UnknownLot, backward, forward

__all__ = [
    "Edge",
    "Gap",
    "LotCard",
    "LotRef",
    "Match",
    "Node",
    "Receipt",
    "Shipment",
    "Trace",
    "UnknownLot",
    "backward",
    "find",
    "forward",
    "lot_card",
    "near",
    "read_udi",
]
