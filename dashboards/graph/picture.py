"""What a genealogy shows of one lot: lots, partners, and what is not known as boxes of their own.

Traces + gaps + uses without output → boxes and lines with the words that people read → layout → JSON bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from dashboards.graph.layout import place
from reports.language import Language
from traceability.ignorance import KnownGap
from traceability.trace import Edge, LotRef, Node, Receipt, Shipment, Trace

VISIBLE_AT_FIRST = 120
_ORIGIN_UNKNOWN = frozenset({"TRACE-ORG-001", "TRACE-NO-RECEIPT"})
_LEFT_UNSEEN = frozenset({"TRACE-QTY-001"})


@dataclass(frozen=True)
class Box:
    """One node: its key, kind, two lines of text, the gaps it has, and the lot to trace from there."""

    key: str
    kind: str
    title: str
    subtitle: str
    gaps: tuple[str, ...] = ()
    lot_id: str | None = None


@dataclass(frozen=True)
class Line:
    """Material between two boxes; doubtful where an order between them has a gap."""

    start: str
    end: str
    kind: str
    precision: str
    amount: str
    note: str
    is_doubtful: bool = False


@dataclass(frozen=True)
class Unknown:
    """What a release does not know about the lots of a trace.

    Attributes:
        gaps: Declared gaps of lots and orders.
        lost_uses: Lots that went into orders of which no output is known, each with the order.
    """

    gaps: tuple[KnownGap, ...]
    lost_uses: tuple[tuple[str, str], ...]


def picture(backward: Trace, forward: Trace, unknown: Unknown, say: Language, words: Language) -> bytes:
    """Return the picture of a lot as the component reads it.

    Args:
        backward: Where it came from.
        forward: Where it went.
        unknown: What is not known about the lots of both.
        say: Words of the page.
        words: Words for codes, of the dossier's catalogue.
    """
    drawing = _Drawing(say, words, unknown)
    nodes = list({node.lot.lot_id: node for node in (*backward.nodes, *forward.nodes)}.values())
    boxes = [*drawing.lots(nodes, backward), *drawing.partners(backward, forward)]
    lines = list(drawing.lines(backward, forward))
    ghosts, stubs = drawing.ghosts(boxes)
    return encode(boxes, lines, ghosts, stubs, backward.root.lot_id, drawing.labels(backward.root))


@dataclass(frozen=True)
class _Drawing:
    say: Language
    words: Language
    unknown: Unknown

    def lots(self, nodes: Iterable[Node], backward: Trace) -> Iterator[Box]:
        told = defaultdict(list)
        for gap in self.unknown.gaps:
            if gap.lot_id is not None:
                told[gap.lot_id].append(self._gap(gap))
        for seen in backward.gaps:
            if seen.rule_id == "TRACE-NO-RECEIPT" and seen.lot_id and seen.lot_id not in told:
                told[seen.lot_id].append(self.words.words.get(f"rule.{seen.rule_id}", seen.message))
        root = backward.root.lot_id
        for node in nodes:
            lot = node.lot
            kind = "root" if lot.lot_id == root else lot.lot_kind_code
            gaps = tuple(told[lot.lot_id])
            yield Box(lot.lot_id, kind, lot.lot_no, product_name(lot, self.say), gaps, lot.lot_id)

    def _gap(self, gap: KnownGap) -> str:
        title, remedy = (
            (gap.title_zh, gap.remedy_zh) if self.say.locale == "zh" else (gap.title_en, gap.remedy_en)
        )
        amount = f" ({self._amount(gap.qty, gap.uom_code)})" if gap.qty is not None else ""
        return f"{gap.gap_code} {title}{amount} → {remedy}"

    def _amount(self, qty: Decimal | None, uom_code: str | None) -> str:
        return "" if qty is None else f"{self.say.number(qty)} {self.words.code('uom', uom_code)}"

    def partners(self, backward: Trace, forward: Trace) -> Iterator[Box]:
        suppliers = {supplier_key(r): r.supplier_name or r.supplier_code for r in backward.receipts}
        customers = {customer_key(s): s.customer_name or s.customer_code for s in forward.shipments}
        for role, found in (("supplier", suppliers), ("customer", customers)):
            for key, name in found.items():
                yield Box(
                    key,
                    "partner",
                    name or self.say(f"genealogy.unknown_{role}"),
                    self.say(f"genealogy.{role}"),
                )

    def lines(self, backward: Trace, forward: Trace) -> Iterator[Line]:
        doubtful = {gap.order_id for gap in self.unknown.gaps if gap.order_id and gap.lot_id is None}
        edges = {edge.edge_id: edge for edge in (*backward.edges, *forward.edges)}
        for edge in edges.values():
            if edge.from_lot_id != edge.to_lot_id:
                amount = self._amount(edge.qty, edge.uom_code)
                yield Line(
                    edge.from_lot_id, edge.to_lot_id, edge.edge_type_code, edge.precision_code, amount,
                    self._note(edge, amount), edge.order_id in doubtful,
                )  # fmt: skip
        received: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for receipt in backward.receipts:
            received[supplier_key(receipt), receipt.lot_id].append(receipt)
        for shipment in forward.shipments:
            received[shipment.lot_id, customer_key(shipment)].append(shipment)
        for (start, end), rows in received.items():
            amount = self._sum(rows)
            days = [self.say.day(getattr(row, "received_date", None) or row.shipped_date) for row in rows[:3]]
            note = " · ".join([amount, *dict.fromkeys(days), *(["…"] if len(rows) > len(days) else [])])
            yield Line(start, end, "PARTNER", "EXACT", amount, note)

    def _sum(self, rows: Sequence[Any]) -> str:
        sums: dict[str | None, Decimal] = defaultdict(Decimal)
        for row in rows:
            sums[row.uom_code] += row.qty
        return " + ".join(
            self._amount(qty, unit) for unit, qty in sorted(sums.items(), key=lambda s: s[0] or "")
        )

    def _note(self, edge: Edge, amount: str) -> str:
        told = (
            amount,
            self.say.code("genealogy.type", edge.edge_type_code),
            self.say.code("genealogy.precision", edge.precision_code),
            self.say("genealogy.order", order=edge.order_id) if edge.order_id else "",
            self.say.day(edge.first_date) if edge.first_date else "",
        )
        return " · ".join(filter(None, told))

    def ghosts(self, boxes: Sequence[Box]) -> tuple[list[Box], list[Line]]:
        """A box for what is missing beside a lot: an origin, an output, a quantity that left unseen."""
        known = {box.key for box in boxes}
        found: list[tuple[str, bool, str, str]] = []
        for gap in self.unknown.gaps:
            amount = self._amount(gap.qty, gap.uom_code)
            if gap.gap_code in _ORIGIN_UNKNOWN and gap.lot_id in known:
                found.append((gap.lot_id or "", True, self.say("genealogy.no_origin"), self._gap(gap)))
            if gap.gap_code in _LEFT_UNSEEN and gap.lot_id in known:
                found.append(
                    (gap.lot_id or "", False, self.say("genealogy.left", qty=amount), self._gap(gap))
                )
        for lot_id, order_id in self.unknown.lost_uses:
            title = self.say("genealogy.no_output", order=order_id.rpartition(":")[2])
            found.append((lot_id, False, title, self.say("genealogy.no_output_help")))
        ghosts, stubs = [], []
        for number, (lot_id, is_left, title, gap_text) in enumerate(found):
            key = f"unknown {number}"
            ghosts.append(Box(key, "ghost", f"? {title}", self.say("genealogy.not_known"), (gap_text,)))
            ends = (key, lot_id) if is_left else (lot_id, key)
            stubs.append(Line(*ends, "UNKNOWN", "INFERRED", "", title, is_doubtful=True))
        return ghosts, stubs

    def labels(self, root: LotRef) -> dict[str, str]:
        names = (
            "help", "search", "nothing", "count", "from", "to", "expand", "collapse", "trace",
            "open", "close", "nearer", "farther", "whole",
        )  # fmt: skip
        told = {name: self.say(f"genealogy.{name}") for name in names}
        return {**told, "label": self.say("genealogy.label", lot=root.lot_no)}


def product_name(lot: LotRef, say: Language) -> str:
    """Return the product's name in the reader's language, else the other one, else its code."""
    names = (lot.product_name_zh, lot.product_name_en)
    ordered = names if say.locale == "zh" else names[::-1]
    return next((name for name in ordered if name), lot.product_code)


def supplier_key(receipt: Receipt) -> str:
    """The box of whoever sent goods: the number under which the plant knows them."""
    return f"supplier {receipt.lot_id.partition(':')[0]} {receipt.supplier_code}"


def customer_key(shipment: Shipment) -> str:
    """The box of whoever got a shipment: the golden customer, else the number that a plant knows."""
    site = shipment.lot_id.partition(":")[0]
    return f"customer {shipment.customer_id or f'{site} {shipment.customer_code}'}"


def encode(
    boxes: Sequence[Box],
    lines: Sequence[Line],
    ghosts: Sequence[Box],
    stubs: Sequence[Line],
    root: str,
    labels: Mapping[str, str],
    *,
    visible_at_first: int = VISIBLE_AT_FIRST,
) -> bytes:
    """Return boxes with their layers and orders, lines between their numbers, and words, as JSON.

    Args:
        boxes: Lots and partners.
        lines: Between them.
        ghosts: Boxes for what is missing.
        stubs: The line of each ghost to its lot, in the same order.
        root: Key of the box that the picture is about.
        labels: Words of the component.
        visible_at_first: A picture of more boxes begins folded.
    """
    number = {box.key: place for place, box in enumerate((*boxes, *ghosts))}
    ends = np.array([(number[line.start], number[line.end]) for line in lines], np.int64).reshape(-1, 2)
    layers, orders = place(len(boxes), ends[:, 0], ends[:, 1], number[root])
    places = dict(
        zip((box.key for box in boxes), zip(layers.tolist(), orders.tolist(), strict=True), strict=True)
    )
    for ghost, stub in zip(ghosts, stubs, strict=True):
        is_left = stub.start == ghost.key
        layer, order = places[stub.end if is_left else stub.start]
        places[ghost.key] = (layer - 1 if is_left else layer + 1, order)
    nodes = [_node(box, *places[box.key]) for box in (*boxes, *ghosts)]
    drawn = [
        {"a": number[line.start], "b": number[line.end], "t": line.kind, "p": line.precision,
         "q": line.amount, "n": line.note, "bad": line.is_doubtful}
        for line in (*lines, *stubs)
    ]  # fmt: skip
    folded = _folded([abs(node["l"]) for node in nodes], visible_at_first)
    content = {"root": number[root], "nodes": nodes, "edges": drawn, "folded": folded, "words": labels}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _node(box: Box, layer: int, order: int) -> dict[str, Any]:
    return {
        "key": box.key, "k": box.kind, "t": box.title, "s": box.subtitle, "g": box.gaps,
        "id": box.lot_id, "l": layer, "o": order,
    }  # fmt: skip


def _folded(depths: Sequence[int], at_most: int) -> list[int]:
    """Boxes that are collapsed at first, so that no more than a screen can show stands open."""
    if len(depths) <= at_most:
        return []
    counts = np.cumsum(np.bincount(depths))
    deepest = max(1, int(np.searchsorted(counts, at_most, "right")) - 1)
    return [at for at, depth in enumerate(depths) if depth == deepest]
