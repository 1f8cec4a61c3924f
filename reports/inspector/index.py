"""The search index as plain scripts: columns of texts that a page opened from a disk can load.

PlantYear → index/*.js, each assigns one name. A page from `file://` may load scripts but fetch no data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from reports.frame import plain
from reports.inspector.facts import PlantYear

Dossiers = Mapping[str, str]  # lot → stem of its dossier's file


def index_files(year: PlantYear, dossiers: Dossiers, numbers: Sequence[str]) -> dict[str, bytes]:
    """Return the scripts by name.

    Args:
        numbers: Every number that the whole release knows a lot by, sorted, to say what is absent.
    """
    place = {lot.lot_id: number for number, lot in enumerate(year.lots)}
    lots = [
        [
            lot.lot_id,
            lot.lot_no,
            lot.product_code,
            lot.product_name_zh,
            lot.product_name_en,
            lot.product_type_code,
            lot.manufactured_date,
            lot.expiry_date,
            lot.decision_code,
            lot.decided_date,
            lot.decided_by,
            lot.supplier_lot_no,
            lot.spellings,
            dossiers.get(lot.lot_id),
        ]
        for lot in year.lots
    ]
    acts = [[a.act_date, a.person, a.act_code, place.get(a.lot_id, a.lot_id), a.detail] for a in year.acts]
    serials = [[s.serial_no, place.get(s.lot_id, s.lot_id), s.di, s.delivery_no] for s in year.serials]
    identifiers = [[one.di, one.level_code, one.product_code] for one in year.identifiers]
    return {
        "index/lots.js": _script("LOTS", lots),
        "index/acts.js": _script("ACTS", acts),
        "index/serials.js": _script("SERIALS", serials),
        "index/identifiers.js": _script("IDENTIFIERS", identifiers),
        "index/numbers.js": _script("NUMBERS", list(dict.fromkeys(numbers))),
    }


def _script(name: str, rows: Iterable[object]) -> bytes:
    text = json.dumps(plain(list(rows)), ensure_ascii=False, separators=(",", ":"))
    # What could end a script, or a line in old readers, is written as an escape.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"const {name} = {text};\n".encode()
