"""Where a contract's files lie, when they come, how they are cut into records, and what drift decides.

server and service levels of one contract file -> place_of() -> the fields of Contract that speak of files.
"""

from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, Server

from quality_rules import contract_terms as terms
from quality_rules.contract_arrival import arrival
from quality_rules.contract_database import WORDS as DATABASE_WORDS
from quality_rules.contract_database import database
from quality_rules.contract_dialect import Framing, framing_of
from quality_rules.contract_drift import drift_policy
from quality_rules.contract_terms import demand, given

# An extract is named by its moment, which also tells the newer from the older.
EXTRACTED_AT = r"@([0-9T.-]+Z)[.]parquet$"


def place_of(file: Path, server: Server, odcs: OpenDataContractStandard) -> dict[str, Any]:
    """Where records lie, when they come, and how they are cut."""
    extras = terms.extras_of(file, "", server.customProperties or [], terms.SERVER_EXTRAS)
    demand(server.type in {"local", "postgresql"}, file, "", "server type must be local or postgresql")
    place = _in_database if server.type == "postgresql" else _in_files
    return place(file, server, extras) | _promises(file, odcs, extras)


def _promises(file: Path, odcs: OpenDataContractStandard, extras: dict[str, Any]) -> dict[str, Any]:
    frequency, latency = (terms.duration(file, odcs, what) for what in ("frequency", "latency"))
    site = terms.text(file, "", "extractSite", extras)
    promise = extras.get("arrival")
    demand(promise is None or "extractDate" in extras, file, "", "arrival needs the server's extractDate")
    return {
        "frequency": frequency,
        "arrival": arrival(file, promise, frequency=frequency, latency=latency, site_pattern=site),
        "drift": drift_policy(file, extras.get("drift")),
    }


def _in_files(file: Path, server: Server, extras: dict[str, Any]) -> dict[str, Any]:
    strange = sorted(DATABASE_WORDS & set(extras))
    demand(not strange, file, "", f"{strange[:1]} belongs to a server of type postgresql")
    kind = server.format
    demand(kind in terms.FORMATS, file, "", f"server format must be one of {sorted(terms.FORMATS)}")
    words = {"delimiter": server.delimiter, "encoding": server.encoding, **extras}
    for word in terms.NEEDED_BY_FORMAT[str(kind)]:
        demand(bool(words.get(word)), file, "", f"server {word} is missing; {kind} needs it")
    demand(isinstance(extras.get("header", True), bool), file, "", "server header must be true or false")
    for word in ("ignored", "mend"):
        demand(kind == "xml" or word not in extras, file, "", f"{word} belongs to xml only")
    demand(isinstance(extras.get("mend", False), bool), file, "", "server mend must be true or false")
    framing, wrong = framing_of(str(kind), extras)
    demand(not wrong, file, "", f"server {wrong}")
    return {
        "ignored": terms.texts(file, "", "ignored", extras),
        "path": given(file, "", "server path", server.path),
        "format": kind,
        "delimiter": server.delimiter,
        "encodings": tuple(name.strip() for name in (server.encoding or "").split(",") if name.strip()),
        "has_header": extras.get("header", True),
        "sheet": extras.get("sheet"),
        "record_path": extras.get("recordPath"),
        "framing": framing,
        "extract_date": extras.get("extractDate"),
        "mend": extras.get("mend", False),
        "archive": terms.text(file, "", "archive", extras),
        "database": None,
    }


def _in_database(file: Path, server: Server, extras: dict[str, Any]) -> dict[str, Any]:
    """Extracts are Parquet of text, kept as originals; a copy of one put into the drop zone is taken too."""
    strange = sorted(set(extras) - DATABASE_WORDS - {"drift"})
    demand(not strange and not server.path, file, "", f"a database has no {strange[:1] or 'path'}")
    table = file.name.partition(".")[0]
    nothing = dict.fromkeys(("delimiter", "sheet", "record_path", "archive"))
    return nothing | {
        "path": f"{file.parent.name}/{table}@*.parquet",
        "format": "parquet",
        "encodings": (),
        "has_header": True,
        "framing": Framing(),
        "extract_date": EXTRACTED_AT,
        "ignored": (),
        "mend": False,
        "database": database(file, extras),
    }
