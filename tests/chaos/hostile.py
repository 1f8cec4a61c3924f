"""Files that cost most: one is written, read the way an ingest reads it, and what it took is printed.

Alone: python -m tests.chaos.hostile NAME MEBIBYTES FOLDER -> one JSON line. A process of its own for each, so
that its peak memory is that file's.
"""

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from pipelines.ingest.readers.choice import open_original
from pipelines.ingest.records import FileRejected
from quality_rules.contract import Contract, load_contracts
from quality_rules.contract_dialect import Framing
from tests.chaos.peak_memory import peak_mib

BASE = load_contracts()["sap_a__mara"]
HEADER = b"a,b,c\n"
# What is repeated to the end of the file.
CSV = {
    "quotes": b'"',
    "separators": b",",
    "line feeds": b"\n",
    "returns": b"\r",
    "lines of Windows": b"\r\n",
    "quote, line": b'"\n',
    "broken quote, line": b'a"\n',
    "open quote, line": b'"a\n',
    "separator, quote, line": b',",\n',
    "quote, separator": b'",',
    "inch marks": b'a,4" pipe,c\nd,e,f\n',
    "inch mark, then lines in a field": b'a,4" pipe,c\nd,"e\ne",f\n',
    "empty records": b",,\n",
    "NUL": b"a,\0,c\n",
    "spaces": b" ",
}
JSON = {"open objects": b'{"a":', "brackets": b"[\n", "deep": b'{"a":' + b"[" * 100_000 + b"\n"}
XML = {"records": b"<r/>", "elements": b"<x/>", "depth": b"<r>", "comments": b"<!-- -->", "text": b"x"}
NAMES = (
    *(f"csv: {name}" for name in CSV),
    "csv: escapes",
    *(f"jsonl: {name}" for name in JSON),
    *(f"xml: {name}" for name in XML),
    "xml: attributes",
    "xml: elements in a record",
)


def content_of(name: str, size: int) -> bytes:
    """The file: a start, and one thing over and over."""
    form, _, kind = name.partition(": ")
    if kind == "attributes":
        return b"<d><r" + b"".join(b' a%07d="x"' % i for i in range(size // 13)) + b"/></d>"
    if name == "xml: elements in a record":
        return b"<d><r>" + b"<a/>" * (size // 4) + b"</r></d>"
    unit = b'"\\' if kind == "escapes" else {"csv": CSV, "jsonl": JSON, "xml": XML}[form][kind]
    head = {"csv": HEADER, "jsonl": b"", "xml": b"<d><r><a>1</a></r>"}[form]
    return head + unit * (size // len(unit))


def contract_of(name: str) -> Contract:
    """The contract for a file."""
    form = name.partition(":")[0]
    names = ("a", "b", "c") if form == "csv" else ("a", "b")
    columns = tuple(replace(BASE.columns[0], name=n, physical_name=n, xpath=n) for n in names)
    framing = Framing(quote='"', escape="\\") if name.endswith("escapes") else Framing()
    encodings = ("utf-8-sig", "gb18030")
    return replace(
        BASE,
        format=form,
        columns=columns,
        framing=framing,
        encodings=encodings,
        delimiter=",",
        record_path="r",
    )


def main(name: str, mebibytes: int, folder: Path) -> None:
    """Writes, reads, tells."""
    (folder / "file").write_bytes(content_of(name, mebibytes << 20))
    rows = bad = 0
    refused = ""
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        for chunk in open_original(folder / "file", "file", contract_of(name), folder).chunks:
            rows += chunk.rows.height
            bad += len(chunk.bad)
    except FileRejected as rejected:
        refused = str(rejected.rule)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = {"seconds": round(seconds, 2), "mib": peak_mib()}
    print(json.dumps(told | {"rows": rows, "bad": bad, "refused": refused}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
