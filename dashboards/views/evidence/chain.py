"""The chain behind one lot or one number, from its source files to the signatures of the release.

text or row → origins → links with leaf, proof and bytes → one vertical chain, a block per stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease, remember
from dashboards.tables import Column, table
from dashboards.views.evidence.chain_html import as_html
from dashboards.wording import own
from lakehouse.releases import NoRelease, find_release
from lakehouse.settings import Settings
from lineage.chain import chain
from lineage.ledger.ledger import NoLedger, open_ledger
from lineage.ledger.refusals import EvidenceRefused
from lineage.links import Link, Origin
from lineage.why import NoWay, contributing_sql, explained
from reports.language import Language
from reports.source_summary import lot_origins, number_origins
from traceability.trace import find

_KEY = re.compile(r"\$(\w+)")


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the choice of a lot or a number, and its chain."""
    st.caption(say("evidence.chain_hint"))
    subject = st.segmented_control(
        say("evidence.of"),
        ("lot", "number"),
        default="lot",
        required=True,
        format_func=lambda name: say(f"evidence.of.{name}"),
        key="chain_of",
        label_visibility="collapsed",
    )
    origins = _lot(opened, say) if subject == "lot" else _number(opened, say)
    if origins is not None:
        _chain(origins, opened, say)


def _lot(opened: OpenRelease, say: Language) -> tuple[Origin, ...] | None:
    text = st.text_input(
        say("evidence.ask"),
        key="q",
        bind="query-params",
        placeholder=say("evidence.ask_hint"),
        icon=":material/barcode_scanner:",
    )
    if not text.strip():
        return None
    lots = remember(
        opened, f"lots {text}", lambda: sorted({match.lot.lot_id for match in find(opened.con, text)})
    )
    if not lots:
        st.warning(say("evidence.no_lot", text=plain(text)), icon=":material/search_off:")
        return None
    lot_id = lots[0] if len(lots) == 1 else st.selectbox(say("evidence.which"), lots, key="chain_lot")
    return remember(opened, f"origins {lot_id}", lambda: lot_origins(opened.con, lot_id))


def _number(opened: OpenRelease, say: Language) -> tuple[Origin, ...] | None:
    marts = [name for name in explained() if name.startswith("mart.")]
    left, right = st.columns([1, 2])
    name = left.selectbox(
        say("evidence.number_of"), marts, format_func=lambda mart: say.code("evidence.mart", mart), key="mart"
    )
    keys = list(dict.fromkeys(_KEY.findall(contributing_sql(name))))
    columns = ", ".join(keys)
    query = f"SELECT DISTINCT {columns} FROM {name} ORDER BY month DESC, {columns}"
    rows = remember(opened, f"keys {name}", lambda: opened.con.cursor().execute(query).fetchall())
    if not rows:
        st.info(say("evidence.no_number"))
        return None
    row = right.selectbox(
        say("evidence.row"), rows, format_func=lambda row: " · ".join(map(str, row)), key=f"row {name}"
    )
    key = dict(zip(keys, row, strict=True))
    try:
        return remember(
            opened, f"origins {name} {row}", lambda: number_origins(opened.con.cursor(), name, key)
        )
    except NoWay as none:
        st.warning(plain(own(none, say)), icon=":material/search_off:")
        return None


def _chain(origins: Sequence[Origin], opened: OpenRelease, say: Language) -> None:
    settings = Settings.from_env()
    try:
        with open_ledger(settings, writable=False) as ledger, st.spinner(say("evidence.proving")):
            # What a role reads is a copy of its own; what was signed is the release itself.
            links = chain(settings, ledger, find_release(settings, opened.release.number), origins)
    except (NoLedger, NoRelease, EvidenceRefused) as refused:
        st.error(plain(own(refused, say)), icon=":material/gpp_bad:")
        return
    st.html(as_html(links, say))
    with st.expander(say("evidence.as_table")):
        _table(links, opened, say)


def _table(links: Sequence[Link], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Link]] = [
        Column(say("evidence.col.stage"), lambda link: link.stage, _coded(say, "evidence.stage")),
        Column(say("evidence.col.what"), lambda link: link.what),
        Column(say("evidence.col.part"), lambda link: link.note),
        Column(say("evidence.col.who"), lambda link: link.who),
        Column(say("evidence.col.at"), lambda link: link.at),
        Column(say("evidence.col.leaf"), lambda link: link.index),
        Column(say("evidence.col.proof"), lambda link: link.proof, _coded(say, "evidence.proof")),
        Column(say("evidence.col.bytes"), lambda link: link.bytes, _coded(say, "evidence.bytes")),
        Column("SHA-256", lambda link: link.digest),
    ]
    table(links, columns, name="evidence_chain", opened=opened, say=say)


def _coded(say: Language, group: str) -> Callable[[str], str]:
    return lambda code: say.code(group, code)
