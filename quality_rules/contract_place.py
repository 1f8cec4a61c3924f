"""Where a contract's files lie, when they come, how they are cut into records, and what drift decides.

server and service levels of one contract file -> place_of() -> the fields of Contract that speak of files.
"""

from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, Server

from quality_rules import contract_terms as terms
from quality_rules.contract_arrival import arrival
from quality_rules.contract_dialect import framing_of
from quality_rules.contract_drift import drift_policy
from quality_rules.contract_terms import demand, given


def place_of(file: Path, server: Server, odcs: OpenDataContractStandard) -> dict[str, Any]:
    """Where files lie, when they come, and how they are cut into records."""
    extras = terms.extras_of(file, "", server.customProperties or [], terms.SERVER_EXTRAS)
    kind = server.format
    demand(kind in terms.FORMATS, file, "", f"server format must be one of {sorted(terms.FORMATS)}")
    words = {"delimiter": server.delimiter, "encoding": server.encoding, **extras}
    for word in terms.NEEDED_BY_FORMAT[str(kind)]:
        demand(bool(words.get(word)), file, "", f"server {word} is missing; {kind} needs it")
    demand(isinstance(extras.get("header", True), bool), file, "", "server header must be true or false")
    frequency, latency = (terms.duration(file, odcs, what) for what in ("frequency", "latency"))
    site = terms.text(file, "", "extractSite", extras)
    promise = extras.get("arrival")
    demand(promise is None or "extractDate" in extras, file, "", "arrival needs the server's extractDate")
    for word in ("ignored", "mend"):
        demand(kind == "xml" or word not in extras, file, "", f"{word} belongs to xml only")
    demand(isinstance(extras.get("mend", False), bool), file, "", "server mend must be true or false")
    framing, wrong = framing_of(str(kind), extras)
    demand(not wrong, file, "", f"server {wrong}")
    return {
        "frequency": frequency,
        "arrival": arrival(file, promise, frequency=frequency, latency=latency, site_pattern=site),
        "drift": drift_policy(file, extras.get("drift")),
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
    }
