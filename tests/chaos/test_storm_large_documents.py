"""Large XML documents and workbooks: memory must not grow with the file.

Each file is made piece by piece and read in a process of its own, whose peak memory is the measure.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.settings import ROOT
from tests.conftest import Storm

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHARED = 50_000
READER = """
import json, resource, sys, time
from dataclasses import replace
from pathlib import Path
from pipelines.ingest.readers.choice import open_original
from quality_rules.contract import load_contracts
from tests.chaos.peak_memory import peak_mib
base = peak_mib()
contract = load_contracts()[sys.argv[2]]
if contract.format != "xlsx" and sys.argv[1].endswith(".xlsx"):
    columns = tuple(replace(contract.columns[0], name=n, physical_name=n) for n in "abcdef")
    contract = replace(contract, format="xlsx", sheet="S", columns=columns)
started, rows = time.perf_counter(), 0
for chunk in open_original(Path(sys.argv[1]), "x", contract, Path(sys.argv[1]).parent).chunks:
    rows += chunk.rows.height
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "rows": rows, "peak_mb": peak_mib(), "base_mb": base,
    "wall_s": round(time.perf_counter() - started, 1), "cpu_s": round(used.ru_utime + used.ru_stime, 1),
}))
"""


def read(path: Path, contract: str) -> dict[str, float]:
    """Rows, memory and time of reading a file."""
    command = [sys.executable, "-c", READER, str(path), contract]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _devices(count: int) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8"?><gudid xmlns="http://www.fda.gov/cdrh/gudid">'
    filler = "".join(f"<productCode{n}>a field no contract reads {n}</productCode{n}>" for n in range(20))
    for number in range(count):
        yield (
            f"<device><deviceRecordStatus>Published</deviceRecordStatus><devicePublishDate>2024-01-02</devicePublishDate>"
            f"<identifiers><identifier><deviceId>{number:014d}</deviceId><deviceIdType>Primary</deviceIdType>"
            f"<deviceIdIssuingAgency>GS1</deviceIdIssuingAgency></identifier></identifiers>"
            f"<brandName>Brand {number} 支架 &amp; more</brandName>{filler}"
            f"<deviceId>{number:014d}</deviceId></device>\n"
        ).encode()
    yield b"</gudid>"


@pytest.mark.storm
@pytest.mark.parametrize("contract", ["gudid__device", "gudid__identifier"])
def test_a_register_is_streamed(tmp_path: Path, storm: Storm, contract: str) -> None:
    """Prevents a release from being held in memory, also by records that look above themselves."""
    count = storm.size(sample=15_000, full=150_000)
    path = tmp_path / "gudid.xml"
    with path.open("wb") as out:
        out.writelines(_devices(count))
    seen = read(path, contract)
    storm.report(f"xml {contract}", megabytes=path.stat().st_size >> 20, **seen)
    assert seen["rows"] == count
    assert seen["peak_mb"] - seen["base_mb"] < 190
    assert seen["peak_mb"] < 400


def _rows(count: int) -> Iterator[bytes]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">'.encode()
    yield "".join(f'<c r="{column}1" t="s"><v>{n}</v></c>' for n, column in enumerate("ABCDEF")).encode()
    yield b"</row>"
    for r in range(2, count + 2):
        yield (
            f'<row r="{r}"><c r="A{r}" t="s"><v>{6 + r % SHARED}</v></c><c r="B{r}"><v>{r * 1.5}</v></c>'
            f'<c r="C{r}"><v>{r}</v></c><c r="D{r}" s="1"><v>{45000 + r % 300}</v></c>'
            f'<c r="E{r}" t="inlineStr"><is><t>合格</t></is></c><c r="F{r}" t="b"><v>{r % 2}</v></c></row>'
        ).encode()
    yield b"</sheetData></worksheet>"


def _links(**targets: str) -> str:
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{LINKS}">{links}</Relationships>'


def _workbook(path: Path, count: int) -> None:
    """A workbook as Excel writes it, made without holding it."""
    texts = [*"abcdef", *(f"LOT-{n:07d}" for n in range(SHARED))]
    styles = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r0"/></sheets>'
    parts = {
        "_rels/.rels": _links(officeDocument="xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _links(
            worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(f"<si><t>{text}</t></si>" for text in texts)
        + "</sst>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in parts.items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for row in _rows(count):
                sheet.write(row)


@pytest.mark.storm
def test_a_workbook_is_read_in_pieces(tmp_path: Path, storm: Storm) -> None:
    """Prevents a sheet of a million rows from being held in memory."""
    count = storm.size(sample=80_000, full=1_000_000)
    _workbook(tmp_path / "book.xlsx", count)
    seen = read(tmp_path / "book.xlsx", "sap_a__mara")
    storm.report("xlsx", **seen)
    assert seen["rows"] == count
    assert seen["peak_mb"] - seen["base_mb"] < 190
