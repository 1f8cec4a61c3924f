"""A look at a built report: its files, pages in a sealed frame, data as it stands; nothing of it can act.

A page stands in an iframe with `sandbox`, which runs no script, inside a `data:` document, which has no
origin: whatever a supplier wrote into a name, it cannot reach the dashboards.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from reports.language import Language
from reports.order import Built

HEIGHT = 720
# The browser holds a shown file twice; larger ones are for the archive.
LARGEST_SHOWN = 3_000_000
ROWS_SHOWN = 200
PAGES = frozenset({".html", ".htm"})
CODES = {".json": "json", ".jsonld": "json", ".xml": "xml", ".txt": "text", ".md": "markdown"}


@dataclass(frozen=True)
class File:
    """One file of a report."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Digest of its bytes, as the bundle's manifest names it."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        """What kind of file it is."""
        return PurePosixPath(self.name).suffix.lower()


def draw(built: Built, opened: OpenRelease, say: Language) -> None:
    """Draw the list of files and the chosen one."""
    files = [File(name, content) for name, content in sorted(built.contents.items())]
    columns: list[Column[File]] = [
        Column(say("reports.col.file"), lambda file: file.name),
        Column(say("reports.col.bytes"), lambda file: len(file.content)),
        Column("SHA-256", lambda file: file.sha256),
    ]
    with st.expander(say("reports.files", count=len(files))):
        table(files, columns, name="report_files", opened=opened, say=say)
    by_name = {file.name: file for file in sorted(files, key=lambda file: _rank(file, say))}
    chosen = st.selectbox(say("reports.look"), list(by_name), key=f"look {built.file_name}")
    _file(by_name[chosen], say)


def _rank(file: File, say: Language) -> tuple[bool, bool, str]:
    """Pages first, those of the reader's language before all."""
    return file.suffix not in PAGES, f"_{say.locale}" not in file.name, file.name


def _file(file: File, say: Language) -> None:
    if len(file.content) > LARGEST_SHOWN:
        st.info(say("reports.too_large"), icon=":material/draft:")
    elif file.suffix in PAGES:
        st.iframe(sealed(file.content.decode()), height=HEIGHT, alt=say("reports.frame", name=file.name))
    elif file.suffix == ".csv":
        _csv(file, say)
    elif file.suffix in CODES:
        st.code(file.content.decode(), language=CODES[file.suffix], height=HEIGHT)
    else:
        st.info(say("reports.no_preview", suffix=file.suffix or file.name), icon=":material/draft:")


def sealed(page: str) -> str:
    """Return a document in which a page can be read and can do nothing."""
    outer = (
        "<!doctype html><html lang=zh><title>preview</title>"
        "<style>html,body,iframe{margin:0;border:0;padding:0;width:100%;height:100%;overflow:hidden}</style>"
        f'<iframe sandbox title="preview" srcdoc="{escape(page, quote=True)}"></iframe></html>'
    )
    return f"data:text/html;charset=utf-8;base64,{base64.b64encode(outer.encode()).decode()}"


def _csv(file: File, say: Language) -> None:
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    if not rows:
        st.caption(say("table.none"))
        return
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows[1 : ROWS_SHOWN + 1]
    )
    label = escape(say("table.region"))
    st.html(
        f'<div class="ml-table-box" tabindex="0" role="region" aria-label="{label}"><table class="ml-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    shown = min(len(rows) - 1, ROWS_SHOWN)
    st.caption(say("table.rows", shown=say.number(shown), count=say.number(len(rows) - 1)))
