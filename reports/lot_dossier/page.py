"""A dossier as one self-contained page, to read on a screen and to print. No script, no outside reference."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from reports.genealogy_svg import draw
from reports.language import Locale, load
from reports.lot_dossier.dossier import Dossier, product_name, say_name
from reports.source_summary import summarise


def render_html(dossier: Dossier, locale: Locale) -> bytes:
    """Return the page in a language; what comes from the data is escaped."""
    say = load("reports", locale).in_zone(dossier.card.header.zone_name)
    lots = {node.lot.lot_id: node.lot for node in (*dossier.backward.nodes, *dossier.forward.nodes)}
    page = _template().render(
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


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("lot_dossier.html.j2")
