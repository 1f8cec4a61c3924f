"""Several files of one report in one archive, with their digests; equal content gives equal bytes.

rendered files → SHA256SUMS + files → ZIP without clock. Check offline: sha256sum -c SHA256SUMS
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

import duckdb

from lakehouse.releases import Release
from reports.language import LOCALES
from reports.lot_dossier import build, dossier_stem, render_html, render_json

# The earliest time that ZIP can hold; a real one would make every archive different.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def dossier_bundle(con: duckdb.DuckDBPyConnection, release: Release, lot_id: str) -> bytes:
    """Return a lot's dossier in every language and as JSON, in one archive.

    Raises:
        LotNotFound: the release does not hold the lot.
    """
    dossiers = [build(con, release, lot_id, locale) for locale in LOCALES]
    stem = dossier_stem(dossiers[0])
    pages = {f"{stem}_{dossier.locale}.html": render_html(dossier) for dossier in dossiers}
    return archive({**pages, f"{stem}.json": render_json(dossiers[0])})


def archive(contents: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP with a list of their SHA-256 digests."""
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(contents.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in sorted({**contents, "SHA256SUMS": sums.encode()}.items()):
            file.writestr(zipfile.ZipInfo(name, _NO_TIME), data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
