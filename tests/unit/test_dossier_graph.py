"""The genealogy drawing: every lot is drawn or counted, every line has two ends, cycles do not break it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

from reports.genealogy_layout import ROWS_AT_MOST, lay_out
from reports.genealogy_svg import draw, shorten
from reports.language import load
from traceability.trace import Edge, LotRef, Node, Shipment, Trace

SAY = load("reports", "en")


def _lot(name: str) -> LotRef:
    return LotRef(f"A:P:{name}", "A", "sap_a:P", "P", name, "输液器", "Set", "finished", "produced")


def _edge(start: str, end: str, kind: str = "CONSUME") -> Edge:
    ends = f"A:P:{start}", f"A:P:{end}"
    return Edge(f"{start}{end}", kind, *ends, "A:1", Decimal(1), "C62", None, None, "ORDER")


def _shipment(lot: str, qty: int, unit: str) -> Shipment:
    text = "A & <B>"
    return Shipment(f"A:P:{lot}", "80", "10", None, None, "200001", text, None, "CN", Decimal(qty), unit)


def _traces(children: int) -> tuple[Trace, Trace]:
    names = [f"N{number:02d}" for number in range(children)]
    root = _lot("ROOT")
    nodes = (Node(root, 0, False), *(Node(_lot(name), 1, True) for name in names))
    edges = (*(_edge("ROOT", name) for name in names), _edge("N00", "ROOT", "REWORK"))
    shipments = (_shipment("N00", 5, "C62"), _shipment("ROOT", 2, "XCT"), _shipment("N00", 7, "C62"))
    back = Trace(root, "backward", (nodes[0], nodes[1]), edges[-1:], (), (), (), False)
    return back, Trace(root, "forward", nodes, edges, (), shipments, (), False)


def test_every_lot_is_drawn_or_counted() -> None:
    """Prevents a long list of affected lots from looking shorter than it is."""
    layout = lay_out(*_traces(30), SAY)
    drawn = [box for box in layout.boxes if box.key.startswith("A:P:")]
    more = [box for box in layout.boxes if box.kind == "more"]
    assert len(drawn) + int(more[0].title.split()[0]) == 31
    assert max(sum(box.x == other.x for other in layout.boxes) for box in layout.boxes) == ROWS_AT_MOST
    assert {end for link in layout.links for end in (link.start, link.end)} <= set(layout.places)


def test_boxes_never_overlap() -> None:
    """Prevents a lot from being hidden behind another one."""
    places = [(box.x, box.y) for box in lay_out(*_traces(9), SAY).boxes]
    assert len(places) == len(set(places))


def test_customer_total_keeps_units_apart() -> None:
    """Prevents cartons from being added to pieces."""
    layout = lay_out(*_traces(1), SAY)
    customer = next(box for box in layout.boxes if box.key.startswith("customer"))
    assert customer.subtitle == "customer · 2 cartons + 12 pcs in all"


def test_one_number_of_two_plants_is_two_partners() -> None:
    """Prevents goods of one hospital from being drawn as another's, because both plants call them 200001."""
    here, there = _lot("ROOT"), replace(_lot("N00"), lot_id="B:P:N00", site_code="B")
    back = Trace(here, "backward", (Node(here, 0, True),), (), (), (), (), False)
    edge = replace(_edge("ROOT", "N00"), to_lot_id="B:P:N00")
    sent = (_shipment("ROOT", 2, "C62"), replace(_shipment("N00", 5, "C62"), lot_id="B:P:N00"))
    nodes = (Node(here, 0, False), Node(there, 1, True))
    layout = lay_out(back, Trace(here, "forward", nodes, (edge,), (), sent, (), False), SAY)
    drawn = {box.key: box.subtitle for box in layout.boxes if box.kind == "partner"}
    assert drawn == {
        "customer A 200001": "customer · 2 pcs in all",
        "customer B 200001": "customer · 5 pcs in all",
    }
    assert {(link.start, link.end) for link in layout.links if link.kind == "partner"} == {
        ("A:P:ROOT", "customer A 200001"),
        ("B:P:N00", "customer B 200001"),
    }


def test_drawing_is_well_formed_and_escaped() -> None:
    """Prevents a customer's name from breaking or scripting the drawing."""
    svg = draw(*_traces(3), SAY)
    texts = [node.text for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert "A & <B>" in texts


def test_shortened_text_counts_chinese_double() -> None:
    """Prevents long Chinese names from running out of their box."""
    assert shorten("Infusion set", 22) == "Infusion set"
    assert shorten("一次性使用无菌输液器带针", 12) == "一次性使用…"
