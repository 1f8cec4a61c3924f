"""Place a genealogy in columns: one per step from the lot, partners outside, long columns cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.language import Language
from traceability.trace import LotRef, Trace

BOX_WIDTH, BOX_HEIGHT = 172, 44
_GAP_X, _GAP_Y, _MARGIN = 48, 12, 12
ROWS_AT_MOST = 12


@dataclass(frozen=True)
class Box:
    """A lot, a supplier, a customer or the rest of a cut column."""

    key: str
    kind: str
    title: str
    subtitle: str
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Link:
    """Material going from one box to another."""

    start: str
    end: str
    kind: str
    precision: str


@dataclass(frozen=True)
class Layout:
    """Boxes with their places and the links between them."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: int
    height: int

    @property
    def places(self) -> dict[str, Box]:
        """Boxes by key."""
        return {box.key: box for box in self.boxes}


def lay_out(backward: Trace, forward: Trace, say: Language) -> Layout:
    """Return the places of both traces' boxes, upstream on the left."""
    columns = _lot_columns(backward, forward, say)
    partners, partner_links = _partners(backward, forward, say)
    lots = [
        (e.from_lot_id, e.to_lot_id, e.edge_type_code, e.precision_code)
        for e in (*backward.edges, *forward.edges)
    ]
    links = dict.fromkeys((*(Link(*lot) for lot in lots if lot[0] != lot[1]), *partner_links))
    columns[min(columns) - 1] += partners["supplier"]
    columns[max(columns) + 1] += partners["customer"]
    shown, moved = _cut({step: boxes for step, boxes in columns.items() if boxes}, links, say)
    kept = dict.fromkeys(Link(moved[k.start], moved[k.end], k.kind, k.precision) for k in links)
    return _placed(shown, tuple(link for link in kept if link.start != link.end))


def _lot_columns(backward: Trace, forward: Trace, say: Language) -> dict[int, list[Box]]:
    gaps = {gap.lot_id for gap in backward.gaps if gap.rule_id == "TRACE-NO-RECEIPT"}
    columns: dict[int, list[Box]] = defaultdict(list)
    seen: set[str] = set()
    steps = [(-node.depth, node) for node in backward.nodes] + [(node.depth, node) for node in forward.nodes]
    for step, node in steps:
        if node.lot.lot_id not in seen:
            kind = "root" if step == 0 else "gap" if node.lot.lot_id in gaps else node.lot.lot_kind_code
            columns[step].append(Box(node.lot.lot_id, kind, node.lot.lot_no, _name(node.lot, say)))
            seen.add(node.lot.lot_id)
    return columns


def _name(lot: LotRef, say: Language) -> str:
    names = (lot.product_name_zh, lot.product_name_en)
    return next((name for name in (names if say.locale == "zh" else names[::-1]) if name), lot.product_code)


def _partners(backward: Trace, forward: Trace, say: Language) -> tuple[dict[str, list[Box]], list[Link]]:
    """Boxes by side; plants number their partners apart, so that one number may be two of them."""
    boxes: dict[str, dict[str, Box]] = {"supplier": {}, "customer": {}}
    links: list[Link] = []
    plant = {node.lot.lot_id: node.lot.site_code for node in (*backward.nodes, *forward.nodes)}
    for receipt in backward.receipts:
        key = f"supplier {plant[receipt.lot_id]} {receipt.supplier_code}"
        title = receipt.supplier_name or receipt.supplier_code or say("graph.unknown_supplier")
        boxes["supplier"].setdefault(key, Box(key, "partner", title, say("graph.supplier")))
        links.append(Link(key, receipt.lot_id, "partner", "ORDER"))
    sent: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for shipment in forward.shipments:
        key = f"customer {plant[shipment.lot_id]} {shipment.customer_code}"
        sent[key][say.code("uom", shipment.uom_code)] += shipment.qty
        title = shipment.customer_name or shipment.customer_code or say("graph.unknown_customer")
        total = " + ".join(f"{say.number(qty)} {unit}" for unit, qty in sorted(sent[key].items()))
        text = say("graph.customer", qty=total)
        boxes["customer"][key] = Box(key, "partner", title, text)
        links.append(Link(shipment.lot_id, key, "partner", "ORDER"))
    return {side: list(found.values()) for side, found in boxes.items()}, links


def _cut(
    columns: Mapping[int, list[Box]], links: Iterable[Link], say: Language
) -> tuple[list[list[Box]], dict[str, str]]:
    neighbours = _neighbours(links)
    shown: list[tuple[int, list[Box]]] = []
    moved: dict[str, str] = {}
    above: dict[str, int] = {}
    for step in sorted(columns, key=lambda step: (abs(step), step)):
        boxes = sorted(columns[step], key=lambda box: (_mean(above, neighbours[box.key]), box.key))
        kept, hidden = boxes, boxes[:0]
        if len(boxes) > ROWS_AT_MOST:
            kept, hidden = boxes[: ROWS_AT_MOST - 1], boxes[ROWS_AT_MOST - 1 :]
            kept = [
                *kept,
                Box(f"more {step}", "more", say("graph.more", count=len(hidden)), say("graph.in_table")),
            ]
        moved |= {box.key: box.key for box in kept} | {box.key: f"more {step}" for box in hidden}
        above |= {box.key: row for row, box in enumerate(boxes)}
        shown.append((step, kept))
    return [boxes for _, boxes in sorted(shown, key=lambda item: item[0])], moved


def _neighbours(links: Iterable[Link]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in links:
        found[link.start].append(link.end)
        found[link.end].append(link.start)
    return found


def _mean(rows: Mapping[str, int], keys: Iterable[str]) -> int:
    # Hundredths, so that the order does not hang on floating point.
    known = [rows[key] for key in keys if key in rows]
    return sum(known) * 100 // len(known) if known else 0


def _placed(columns: list[list[Box]], links: tuple[Link, ...]) -> Layout:
    tallest = max(len(column) for column in columns)
    height = 2 * _MARGIN + tallest * (BOX_HEIGHT + _GAP_Y) + 10
    boxes = []
    for place, column in enumerate(columns):
        x = _MARGIN + place * (BOX_WIDTH + _GAP_X)
        top = (height - len(column) * (BOX_HEIGHT + _GAP_Y) + _GAP_Y) // 2
        rows = enumerate(column)
        boxes += [
            Box(b.key, b.kind, b.title, b.subtitle, x, top + row * (BOX_HEIGHT + _GAP_Y)) for row, b in rows
        ]
    width = 2 * _MARGIN + len(columns) * (BOX_WIDTH + _GAP_X) - _GAP_X
    return Layout(tuple(boxes), links, width, height)
