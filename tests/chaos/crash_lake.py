"""A small delivery whose outcome is known by construction, and the server that loads it under faults."""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHILD = Path(__file__).with_name("lake_child.py")
SHIM = Path(__file__).with_name("fault.c")
HEADERS = {"item": "no,name", "move": "no,qty"}


@dataclass
class Delivery:
    """Files in a landing folder, and what a lake must hold once it took them."""

    landing: Path
    rows: dict[str, Counter[tuple[Any, ...]]] = field(
        default_factory=lambda: {f"erp__{table}": Counter() for table in HEADERS}
    )
    quarantined: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    accounts: dict[tuple[str, str], tuple[str, int, int]] = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)

    def drop(self, name: str, content: bytes) -> str:
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents.add(sha256)
        return sha256

    def table_file(self, table: str, name: str, records: list[str]) -> None:
        """A file of the table; a record without a comma is one for quarantine."""
        self.drop(f"erp/{table}/{table}_{name}", self._expect(table, name, records))

    def _expect(self, table: str, name: str, records: list[str]) -> bytes:
        content = "\n".join([HEADERS[table], *records, ""]).encode()
        if name.endswith(".gz"):
            content = gzip.compress(content, mtime=0)
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents.add(sha256)
        if (f"erp__{table}", sha256) in self.accounts:
            return content
        bad = [number for number, record in enumerate(records, 1) if "," not in record]
        self.accounts[f"erp__{table}", sha256] = ("loaded", len(records) - len(bad), len(bad))
        self.quarantined.update((f"erp__{table}", sha256, number) for number in bad)
        for number, record in enumerate(records, 1):
            if number not in bad:
                self.rows[f"erp__{table}"][*record.split(","), sha256, number] += 1
        return content

    def archive(self, name: str, members: dict[str, list[str]]) -> None:
        """An archive of table files."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as out:
            for member, records in members.items():
                table = member.partition("_")[0]
                out.writestr(zipfile.ZipInfo(member), self._expect(table, member, records))
        self.drop(f"erp/item/{name}", packed.getvalue())

    def refused(self, table: str, name: str, content: bytes) -> None:
        """A file of which nothing is taken; no table claims it when `table` is empty."""
        sha256 = self.drop(f"erp/{table}/{table}_{name}" if table else f"erp/{name}", content)
        self.accounts[f"erp__{table}" if table else "", sha256] = ("rejected", 0, 0)


def first_delivery(landing: Path) -> Delivery:
    """Two tables, bad records, an archive, the same content twice, and files that are refused."""
    delivery = Delivery(landing)
    delivery.table_file("item", "1.csv", ["1,gauze", "2", "3,needle"])
    delivery.table_file("item", "2.csv.gz", ["4,tube", "5,valve", "6"])
    delivery.table_file("item", "3.csv", ["1,gauze", "2", "3,needle"])
    delivery.refused("item", "4.csv", b"a,b\n1,2\n")
    delivery.refused("", "notes.txt", b"hello")
    delivery.table_file("move", "1.csv", ["1,10", "x", "2,20"])
    delivery.table_file("move", "2.csv", ["1,10", "3,30"])
    return delivery


def second_delivery(landing: Path) -> Delivery:
    """The first one again, and late files beside it."""
    delivery = first_delivery(landing)
    delivery.table_file("item", "5.csv", ["7,clamp", "8"])
    delivery.table_file("item", "8.csv", ["10,clip", "11,sheath"])
    delivery.table_file("move", "0.csv", ["4,40", "5,50", "y"])
    delivery.table_file("move", "3.csv", ["1,10", "3,30"])
    delivery.archive("late.zip", {"item_6.csv": ["9,mesh", "z"], "item_7.csv": ["1,gauze", "2", "3,needle"]})
    return delivery


def require(delivery: Delivery, state: dict[str, Any]) -> None:
    """In = loaded + quarantined + rejected per file, every row once, nothing else, nothing left about."""
    for table, expected in delivery.rows.items():
        names = HEADERS[table.removeprefix("erp__")].split(",")
        found = Counter(
            (*(row[name] for name in names), row["_file_sha256"], row["_row"])
            for row in state["tables"][table]
        )
        assert found == expected
    bad = state["tables"]["medlake__quarantine"]
    assert Counter((r["source_table"], r["file_sha256"], r["row_no"]) for r in bad) == delivery.quarantined
    loads = state["tables"]["medlake__load"]
    assert len(loads) == len(delivery.accounts)
    for load in loads:
        key = load["source_table"], load["file_sha256"]
        assert (load["status"], load["rows_loaded"], load["rows_quarantined"]) == delivery.accounts[key]
        assert load["rows_in"] == load["rows_loaded"] + load["rows_quarantined"] + load["rows_rejected"]
        rows = state["tables"].get(load["source_table"], [])
        assert sum(row["_load_id"] == load["load_id"] for row in rows) == load["rows_loaded"]
    assert state["originals"] == {sha256: sha256 for sha256 in delivery.contents}
    assert state["damage"] == []
    assert state["leavings"] == []


@dataclass
class Server:
    """The forking server of lake_child.py, with the shim loaded."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, shim: Path, child: Path = CHILD) -> "Server":
        env = {**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, str(child)]
        return cls(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
        )

    def run(self, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
        """Runs jobs at once and gives their results."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(jobs) + "\n")
        self.process.stdin.flush()
        results: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return results

    def stop(self) -> None:
        self.process.communicate()


def build_shim(folder: Path) -> Path:
    """Compiles fault.c, or skips the test where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler for the fault shim")
    target = folder / "fault.so"
    command = [
        compiler,
        "-Wall",
        "-Wextra",
        "-Werror",
        "-O1",
        "-shared",
        "-fPIC",
        "-o",
        str(target),
        str(SHIM),
    ]
    subprocess.run(command, check=True)
    return target


def copy_of(base: Path, target: Path) -> Path:
    """A lake to break: a copy of another, or an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    if base.is_dir():
        shutil.copytree(base, target)
    else:
        target.mkdir(parents=True)
    return target
