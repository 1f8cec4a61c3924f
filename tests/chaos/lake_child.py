"""Forks a child per job and lets it write to a small lake while fault.c watches; the server never writes.

One JSON list of jobs per line on standard input; its children run at once; one JSON list of results back.
A job: {do: ingest | settle | recover | retry | state, lake, landing, fault: {at, errno, forever}, diary,
fsync, is_grown: whether files go the way of large ones, and checkpoints are due}
A result: {signal, fired, count, error, message, state}. Alone it needs LD_PRELOAD=<fault.so>.
"""

import ctypes
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset  # noqa: F401  a child reads every table with it

from lakehouse import raw_zone
from lakehouse.commit_register import CommitRegister
from lakehouse.delta_log import commit_path
from lakehouse.durable import sha256_of
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer_lock import LakeBusy
from pipelines.ingest import ingest
from pipelines.ingest.admission import originals
from pipelines.ingest.readers import csv_stream
from quality_rules.contract import Contract, load_contracts

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SHIM = ctypes.CDLL(None)
NAMES = {"item": ["no", "name"], "move": ["no", "qty"]}


def contracts() -> dict[str, Contract]:
    """Two contracts of text columns for erp/<table>/<table>_*.csv."""
    base = load_contracts()["sap_a__mara"]
    found = {}
    for table, names in NAMES.items():
        columns = tuple(replace(base.columns[0], name=n, physical_name=n, xpath=n) for n in names)
        found[f"erp__{table}"] = replace(
            base,
            id=f"erp__{table}",
            system="erp",
            table=table,
            version="1.0.0",
            path=f"erp/{table}/{table}_*.csv",
            columns=columns,
        )
    return found


CONTRACTS = contracts()


def settings_of(job: dict[str, Any]) -> Settings:
    lake = Path(job["lake"])
    return Settings(lake, lake, (Path(job["landing"]),), None, None, "1GB")


def do_ingest(job: dict[str, Any]) -> Any:
    settings = settings_of(job)
    if job.get("is_grown"):
        originals.LARGE = csv_stream.LARGE = 0
        raw_zone.COMMITS_PER_CHECKPOINT = 3
    ingest(settings, CONTRACTS, RawZone(settings.raw_dir), AT)
    return None


def do_settle(job: dict[str, Any]) -> Any:
    """Opens the lake as a writer does, and says what the start-up check had to say."""
    with RawZone(settings_of(job).raw_dir).writing("settle") as start:
        return list(start.notices)


def do_state(job: dict[str, Any]) -> Any:
    """Everything in the lake that people rely on."""
    settings = settings_of(job)
    zone = RawZone(settings.raw_dir)
    tables = {name: sorted(zone.read(name).to_pylist(), key=str) for name in zone.versions()}
    return {
        "tables": tables,
        "originals": {p.name: sha256_of(p) for p in settings.originals_dir.glob("??/*")},
        "damage": zone.check(deep=True).damage,
        "leavings": leavings(settings),
    }


def leavings(settings: Settings) -> list[str]:
    """Files that belong to nobody."""
    found = [*settings.data_dir.rglob("*#*"), *settings.data_dir.rglob("*.draft")]
    found += (settings.originals_dir / ".incoming").glob("*")
    return [str(path.relative_to(settings.data_dir)) for path in found]


def do_retry(job: dict[str, Any]) -> Any:
    """An ingest under a fault and, once the fault is gone, the next run in the same process."""
    try:
        do_ingest(job)
        failure = ""
    except StorageFailure as error:
        failure = str(error)
    SHIM.fault_disarm()
    return {"failure": failure, **do_recover(job)}


def do_recover(job: dict[str, Any]) -> Any:
    """What happens after a crash: the next run, and then a look at everything."""
    do_ingest(job)
    return do_state(job)


JOBS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "ingest": do_ingest,
    "settle": do_settle,
    "recover": do_recover,
    "retry": do_retry,
    "state": do_state,
}


def mark_acknowledgements() -> None:
    """Writes into the diary what the register has acknowledged, at the moment it has."""
    real = CommitRegister.acknowledge

    def acknowledge(self: CommitRegister, table: str, commit: Any, files: Any, origin: Any) -> None:
        real(self, table, commit, files, origin)
        fact = {"table": table, "version": commit.version, "sha256": commit.sha256}
        fact["files"] = [[file.name, file.sha256] for file in files]
        log = commit_path(self.path.parent / table, commit.version).read_text().splitlines()
        loads = [json.loads(line)["txn"]["appId"] for line in log if "txn" in json.loads(line)]
        fact["originals"] = [load.rpartition(":")[2] for load in loads if load.startswith("erp__")]
        SHIM.fault_mark(json.dumps(fact).encode())

    CommitRegister.acknowledge = acknowledge  # type: ignore[method-assign]


def arm(job: dict[str, Any]) -> None:
    fault = job.get("fault") or {"at": 0, "errno": 0, "forever": False}
    diary = -1
    if job.get("diary"):
        mark_acknowledgements()
        if not job.get("fsync", True):
            os.fsync = lambda handle: None
        diary = os.open(job["diary"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    SHIM.fault_arm(job["lake"].encode(), fault["at"], fault["errno"], int(fault["forever"]), diary)


def run(job: dict[str, Any], out: int) -> None:
    """The life of a child."""
    result: dict[str, Any] = {"error": None, "message": "", "state": None}
    arm(job)
    try:
        result["state"] = JOBS[job["do"]](job)
    except (StorageFailure, LakeBusy) as error:
        result |= {"error": type(error).__name__, "message": str(error)}
    except Exception as error:  # noqa: BLE001  whatever it is, the test must see it
        result |= {"error": type(error).__name__, "message": traceback.format_exc()}
    SHIM.fault_disarm()
    result |= {"count": SHIM.fault_count(), "fired": SHIM.fault_fired()}
    os.write(out, json.dumps(result, default=str).encode())


def start(job: dict[str, Any]) -> tuple[int, int]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        try:
            run(job, write)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    return child, read


def finish(child: int, read: int) -> dict[str, Any]:
    with os.fdopen(read, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    told: dict[str, Any] = json.loads(content) if content else {}
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **told}


def warm_up() -> None:
    """Loads what every child would otherwise load for itself; starts no thread."""
    pa.table({"at": [AT]}).to_pylist()
    gc.freeze()


def serve() -> None:
    warm_up()
    for line in sys.stdin:
        children = [start(job) for job in json.loads(line)]
        print(json.dumps([finish(*child) for child in children]), flush=True)


if __name__ == "__main__":
    serve()
