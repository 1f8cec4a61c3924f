"""Draw a lot's genealogy as one SVG: suppliers, upstream lots, the lot, downstream lots, customers.

Traces → layout (genealogy_layout) → SVG text. No script, no outside reference; all text is escaped.
"""

from __future__ import annotations

from html import escape
from unicodedata import east_asian_width

from reports.genealogy_layout import BOX_HEIGHT, BOX_WIDTH, Box, Layout, Link, lay_out
from reports.language import Language
from traceability.trace import Trace

_STYLE = """
.gbox{stroke-width:1.2}.gbox-produced{fill:#E8F1F2;stroke:#1B6B76}.gbox-purchased{fill:#FBF3E4;stroke:#B98A2F}
.gbox-unknown{fill:#F3F4F6;stroke:#8A94A0;stroke-dasharray:4 3}.gbox-partner{fill:#FFFFFF;stroke:#C3CBD3}
.gbox-more{fill:#FFFFFF;stroke:#C3CBD3;stroke-dasharray:2 3}.gbox-root{fill:#12454E;stroke:#12454E}
.gbox-gap{fill:#FDECEA;stroke:#C0392B;stroke-dasharray:none}
.gt1{font-weight:600;font-size:12.5px;fill:#17262B}.gt2{font-size:11px;fill:#5A6872}
.groot .gt1,.groot .gt2{fill:#FFFFFF}.glink{fill:none;stroke:#9DB0B5;stroke-width:1.4}
.glink-REWORK,.glink-RELABEL,.glink-SPLIT,.glink-MERGE{stroke:#7A5BA6}
.glink-BACKFLUSH,.glink-INFERRED{stroke-dasharray:5 4}
.glink-partner{stroke:#D3D9DE}
"""
# Named here too: the drawing is also shown as an image, where it inherits nothing.
_FONT = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Segoe UI, sans-serif"
_LINE_WIDTH = 22


def draw(backward: Trace, forward: Trace, say: Language) -> str:
    """Return the graph of both traces as SVG."""
    layout = lay_out(backward, forward, say)
    links = "".join(_link(layout, link) for link in layout.links)
    boxes = "".join(_box(box) for box in layout.boxes)
    size = f'width="{layout.width}" height="{layout.height}" viewBox="0 0 {layout.width} {layout.height}"'
    label = escape(say("graph.label", lot=backward.root.lot_id), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" class="genealogy" {size}'
        f' font-family="{_FONT}"><style>{_STYLE}</style>{links}{boxes}</svg>'
    )


def _box(box: Box) -> str:
    root = " groot" if box.kind == "root" else ""
    title = escape(f"{box.title}\n{box.subtitle}")
    return (
        f'<g class="gnode{root}" transform="translate({box.x} {box.y})"><title>{title}</title>'
        f'<rect class="gbox gbox-{box.kind}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="7"/>'
        f'<text class="gt1" x="12" y="18">{escape(shorten(box.title, _LINE_WIDTH))}</text>'
        f'<text class="gt2" x="12" y="35">{escape(shorten(box.subtitle, _LINE_WIDTH + 3))}</text></g>'
    )


def _link(layout: Layout, link: Link) -> str:
    start, end = layout.places[link.start], layout.places[link.end]
    x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT // 2
    x2, y2 = end.x, end.y + BOX_HEIGHT // 2
    if x2 > x1:
        middle = (x1 + x2) // 2
        path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    else:
        # Rework leads back or stays in its column: go round below the boxes.
        low = max(start.y, end.y) + BOX_HEIGHT + 14
        path = f"M{x1} {y1}C{x1 + 40} {low} {x2 - 40} {low} {x2} {y2}"
    return f'<path class="glink glink-{escape(link.kind)} glink-{escape(link.precision)}" d="{path}"/>'


def shorten(text: str, width: int) -> str:
    """Return a text cut to a width in half-width characters; Chinese ones count two."""
    used = 0
    for place, char in enumerate(text):
        used += 2 if east_asian_width(char) in "WF" else 1
        if used > width:
            return text[: max(place - 1, 1)] + "…"
    return text
