"""A dossier as one self-contained page, to read on a screen and to print. No script, no outside reference."""

from __future__ import annotations

from reports.genealogy_svg import draw
from reports.language import Locale, load
from reports.lot_dossier.dossier import Dossier, product_name, say_name
from reports.source_summary import summarise
from reports.template import template


def render_html(dossier: Dossier, locale: Locale) -> bytes:
    """Return the page in a language; what comes from the data is escaped."""
    say = load("reports", locale).in_zone(dossier.card.header.zone_name)
    lots = {node.lot.lot_id: node.lot for node in (*dossier.backward.nodes, *dossier.forward.nodes)}
    page = template("lot_dossier").render(
        say=say,
        dossier=dossier,
        locale=locale,
        card=dossier.card,
        lots=lots,
        graph=draw(dossier.backward, dossier.forward, say),
        sources=summarise(dossier.card.source_rows),
        product_name=product_name(dossier.card, say),
        name_of=say_name,
    )
    return page.encode()
