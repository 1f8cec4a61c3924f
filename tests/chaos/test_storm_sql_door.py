"""Storms on the SQL worker and on what people take away: escapes, bombs, formulas."""

from __future__ import annotations

import csv
import io
import random
import resource
import socket
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dashboards.tables import Column
from dashboards.tables import as_csv as table_as_csv
from lakehouse.durable import sha256_of
from lakehouse.sql_door import AskRefused, Limits, ask, worker
from lakehouse.sql_door.files import Format, as_csv, as_file
from lineage.ledger.trail import safe_text
from pipelines.quarantine import sheet as quarantine_sheet
from reports.recall.sheets import Sheet, csv_bytes, xlsx_bytes
from tests.built_lakes import AT
from tests.chaos.escape_probes import BOMBS, FATAL, PROBES
from tests.conftest import Storm

LIMITS = {"seconds": 20, "threads": 1, "memory": 1 << 30, "rows": 200, "bytes": 1 << 24}
pytestmark = pytest.mark.storm


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one table, as analysts get it."""
    path = tmp_path_factory.mktemp("door") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA core; CREATE TABLE core.lot AS SELECT range AS lot_no FROM range(10000)")
    return path


CANARY = "canary-7f3a91"


def test_no_probe_gets_out_of_the_file(storm: Storm, file: Path, tmp_path: Path) -> None:
    """Prevents a question from reading a file, reaching the network, changing settings or data."""
    before, place = sha256_of(file), tmp_path / "place"
    place.mkdir()
    canary = tmp_path / "canary.csv"
    canary.write_text(f"a\n{CANARY}\n")
    through_worker = storm.size(sample=6, full=len(PROBES))
    with Listening() as (port, heard):
        names = {"canary": str(canary), "out": str(place / "out"), "port": port}
        probes = [probe.format(**names) for probe in PROBES]
        said = [_probed(file, probe) for probe in probes]
        asked = [*storm.random().sample(probes, through_worker), FATAL.format(**names)]
        said += [_asked(file, probe) for probe in asked]
    storm.report("escape probes", probes=len(probes), through_worker=through_worker, effects=0)
    assert len(probes) >= 100
    assert [text for text in said if CANARY in text or "PATH=" in text or "HOME=" in text] == []
    assert list(place.iterdir()) == [] and heard == [] and sha256_of(file) == before
    assert not file.with_name(f"{file.name}.wal").exists()


def _probed(file: Path, probe: str) -> str:
    """The answer without the gate of one SELECT, and that the settings are what they were."""
    con = worker.opened(duckdb, str(file), LIMITS)
    try:
        answer = str(con.execute(probe).fetchmany(50))
    except duckdb.Error as error:
        answer = str(error)
    kept = con.execute(
        "SELECT name, value FROM duckdb_settings() WHERE name IN "
        "('enable_external_access', 'lock_configuration', 'threads', 'max_temp_directory_size') ORDER BY name"
    ).fetchall()
    con.close()
    assert [value for _, value in kept] == ["false", "true", "0 bytes", "1"], probe
    return answer


def _asked(file: Path, probe: str) -> str:
    try:
        return str(ask(file, probe, Limits(seconds=10, rows=50)).rows.to_pylist())
    except AskRefused as refused:
        return str(refused)


class Listening:
    """A server on loopback that notes who comes."""

    def __enter__(self) -> tuple[int, list[str]]:
        self._socket, heard = socket.create_server(("127.0.0.1", 0)), []
        self._socket.settimeout(0.2)
        self._open = True

        def accept() -> None:
            while self._open:
                try:
                    heard.append(str(self._socket.accept()[1]))
                except TimeoutError:
                    continue

        self._thread = threading.Thread(target=accept)
        self._thread.start()
        return self._socket.getsockname()[1], heard

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()


BOMB_SECONDS = 2.0
MAX_OVER = 5.0


def test_bombs_end_in_time_with_bounded_memory(storm: Storm, file: Path) -> None:
    """Prevents one analyst's question from taking the machine from everybody else."""
    limits = Limits(seconds=BOMB_SECONDS, memory=512 << 20)
    over, ended = [], Counter[str]()
    for bomb in storm.random().sample(BOMBS, storm.size(sample=2, full=len(BOMBS))):
        begin = time.monotonic()
        ended[_ended(file, bomb, limits)] += 1
        over.append(time.monotonic() - begin - BOMB_SECONDS)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    storm.report(
        "query bombs", bombs=len(over), most_seconds_over=round(max(over), 2), peak_mib=peak >> 20, **ended
    )
    assert max(over) <= MAX_OVER
    assert peak <= limits.address_space
    assert set(ended) <= {"answered", "too_long", "too_much_memory", "refused"} and set(ended) != {"answered"}


def _ended(file: Path, bomb: str, limits: Limits) -> str:
    """How a bomb ended; one that stays within its limits may be answered."""
    try:
        ask(file, bomb, limits)
    except AskRefused as refused:
        return refused.kind
    return "answered"


STARTS = "=+-@\t\r\n|＝＋－＠"
BEFORE = ("", " ", "  ", '"', "'", "\u3000", "\u00a0", " \"'", "\t", "\n")
BODIES = (
    "1+1", "HYPERLINK(\"http://x\",\"y\")", "cmd|' /C calc'!A0", "SUM(A1:A9)", "IMPORTXML(\"http://x\")",
    "WEBSERVICE(\"http://x\")", "DDE(\"cmd\";\"/C calc\";\"x\")", "A1", "2+5+cmd", "批号", "", "'x",
)  # fmt: skip


BLANKS = ' "\u3000\u00a0\t\r\n'
FORMULA = frozenset("=+-@＝＋－＠")


def payloads(rng: random.Random, count: int) -> Iterator[str]:
    every = [b + s + body for b in BEFORE for s in STARTS for body in BODIES]
    yield from rng.sample(every, min(count, len(every)))


def test_no_formula_is_live_in_anything_people_take_away(storm: Storm, tmp_path: Path) -> None:
    """Prevents a supplier's name from running on the machine of whoever opens an export."""
    texts = list(payloads(storm.random(), 1000))
    columns: list[Column[str]] = [Column("=title", lambda text: text)]
    made = {
        "page": table_as_csv(texts, columns),
        "sql": as_csv(pa.table({"=title": texts})),
        "recall": csv_bytes(["=title"], [[text] for text in texts]),
    }
    quarantine_sheet._write(tmp_path / "sheet.csv", ["=title"], [[text] for text in texts])
    made["quarantine"] = (tmp_path / "sheet.csv").read_bytes()
    live = {name: _live(content) for name, content in made.items()}
    book = xlsx_bytes([Sheet("s", ["=title"], [[text] for text in texts])], created_at=AT, notes={"=n": "=1"})
    quarantine_sheet._write(tmp_path / "sheet.xlsx", ["=title"], [[text] for text in texts])
    codes = pa.table({"=title": pa.array(texts).dictionary_encode()})
    live |= {
        "sql codes": _live(as_csv(codes)),
        "sql xlsx": _formulas(as_file(codes, Format.XLSX, AT)),
        "recall xlsx": _formulas(book),
        "quarantine xlsx": _formulas((tmp_path / "sheet.xlsx").read_bytes()),
    }
    storm.report(
        "formula payloads", payloads=len(texts), exports=len(live), live=sum(map(len, live.values()))
    )
    assert len(texts) == 1000 and {name: cells for name, cells in live.items() if cells} == {}
    assert [line[0].removeprefix("'") for line in _cells(made["sql"])[1:]] == texts
    assert [line[0].removeprefix("'") for line in _cells(made["page"])[1:]] == texts
    assert all(safe_text(text).removeprefix("'") == text for text in texts)


def _cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _live(content: bytes) -> list[str]:
    """Cells that a spreadsheet would run: blanks and quotes aside, they begin as formulas do."""
    cells = [cell for line in _cells(content) for cell in line]
    return [cell for cell in cells if cell.lstrip(BLANKS)[:1] in FORMULA]


def _formulas(book: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return [name for name in parts.namelist() if name.endswith(".xml") and b"<f>" in parts.read(name)]


def test_settings_of_the_worker_are_these(file: Path) -> None:
    """Prevents the storms from attacking another connection than analysts get."""
    con = worker.opened(duckdb, str(file), LIMITS)
    with pytest.raises(duckdb.Error, match="locked"):
        con.execute("SET threads = 2")
    con.close()
