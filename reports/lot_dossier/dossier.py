"""The dossier of one lot: what it is made of, how it was made, tested and decided, and where it went.

release + lots → cards, traces, needs → Dossiers, a thousand asked for together. Every time is the data's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from lakehouse.releases import Release
from reports.frame import ReportInvalid, ReportManifest, canonical_json, file_stem, manifest_of
from reports.language import LOCALES, Language, Locale
from reports.lot_dossier.needs import Facts, Need, judge
from reports.refusals import UnknownSubject
from traceability.lot_card import lot_cards
from traceability.trace import Edge, LotCard, Trace, near
from traceability.walk import traces

REPORT_CODE = "lot_dossier"
REPORT_VERSION = "2.0.0"


class LotNotFound(UnknownSubject):
    """The release does not hold the lot; the message names close ones."""


@dataclass(frozen=True)
class Dossier:
    """Everything a dossier says, before it is rendered.

    Attributes:
        rules_on: Day whose requirements it was judged by.
    """

    manifest: ReportManifest
    rules_on: date
    card: LotCard
    backward: Trace
    forward: Trace
    needs: tuple[Need, ...]

    @property
    def inputs(self) -> tuple[Edge, ...]:
        """The lots that went into this one directly."""
        return Facts(self.card, self.backward, self.forward).inputs


def build(con: duckdb.DuckDBPyConnection, release: Release, lot_id: str, on: date) -> Dossier:
    """Select a lot's dossier from an open release and validate it.

    Raises:
        LotNotFound: the release does not hold the lot.
        ReportInvalid: the selected data contradict each other.
    """
    found = build_many(con, release, [lot_id], on)
    if lot_id not in found:
        raise LotNotFound(not_found(con, release, lot_id))
    return found[lot_id]


def build_many(
    con: duckdb.DuckDBPyConnection, release: Release, lot_ids: Sequence[str], on: date
) -> dict[str, Dossier]:
    """Select the dossiers of those of some lots that the release holds, asked for together.

    Raises:
        ReportInvalid: the selected data contradict each other.
    """
    manifest = manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION)
    cards = lot_cards(con, lot_ids)
    back, ahead = (traces(con, list(cards), direction) for direction in ("backward", "forward"))
    found = {
        lot_id: Dossier(
            manifest,
            on,
            card,
            back[lot_id],
            ahead[lot_id],
            judge(Facts(card, back[lot_id], ahead[lot_id]), on),
        )
        for lot_id, card in cards.items()
    }
    for dossier in found.values():
        validate(dossier)
    return found


def validate(dossier: Dossier) -> None:
    """Check that the parts of a dossier speak of the same lots.

    Raises:
        ReportInvalid: they do not.
    """
    lot_id = dossier.card.lot.lot_id
    for trace in (dossier.backward, dossier.forward):
        known = {node.lot.lot_id for node in trace.nodes}
        named = {end for edge in trace.edges for end in (edge.from_lot_id, edge.to_lot_id)}
        named |= {row.lot_id for row in trace.receipts} | {row.lot_id for row in trace.shipments}
        if trace.root.lot_id != lot_id or not named <= known:
            way = trace.direction
            raise ReportInvalid(
                f"批 {lot_id} 的追溯（{way}）含链外批次 | {way} trace of {lot_id} names lots outside itself"
            )


def known_locale(locale: str) -> Locale:
    """Return a locale that there is a catalogue for.

    Raises:
        ValueError: there is none.
    """
    for known in LOCALES:
        if known == locale:
            return known
    raise ValueError(f"no language {locale!r}; there are: {', '.join(LOCALES)}")


def render_json(dossier: Dossier) -> bytes:
    """Return the complete dossier; it does not depend on the language."""
    parts = ("manifest", "rules_on", "card", "backward", "forward", "needs")
    return canonical_json({part: getattr(dossier, part) for part in parts})


def dossier_stem(dossier: Dossier) -> str:
    """Return the file name of a dossier without suffix."""
    return file_stem(REPORT_CODE, dossier.card.lot.lot_id, dossier.manifest)


def product_name(card: LotCard, say: Language) -> str:
    """Return the product's name in the reader's language, else in the other one, else its code."""
    return say_name(say, card.lot.product_name_zh, card.lot.product_name_en) or card.lot.product_code


def say_name(say: Language, zh: str | None, en: str | None) -> str | None:
    """Return the name in the reader's language, else the other one."""
    return (zh or en) if say.locale == "zh" else (en or zh)


def not_found(con: duckdb.DuckDBPyConnection, release: Release, text: str) -> str:
    """Return what to say about a text that no lot answers to."""
    close = ", ".join(lot.lot_id for lot in near(con, text)) or "none"
    known = f"release {release.name} has no lot {text!r}; close ones: {close}"
    return f"发布 {release.name} 没有批 {text} | {known}"
