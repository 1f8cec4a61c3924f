"""Asking: a question goes to a worker process, rows come back as an Arrow table, or a word why not.

file + query + Limits -> worker.py (own process, killed when its time is over) -> Answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from lakehouse.sql_door.refusal import Place, refusal_of

WORKER = Path(__file__).with_name("worker.py")
GRACE_SECONDS = 2.0  # for the worker to say by itself that its time is over
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one question may use.

    Attributes:
        seconds: Wall-clock time.
        rows: Most rows in the answer.
        bytes: Most bytes of rows in the answer.
        memory: Bytes DuckDB may use.
        address_space: Bytes the whole process may reserve; ends what DuckDB's own limit does not see.
    """

    seconds: float = 30.0
    rows: int = 10_000
    bytes: int = 256 * MIB
    memory: int = 1024 * MIB
    address_space: int = 3 * 1024 * MIB
    threads: int = 2


@dataclass(frozen=True)
class Answer:
    """The rows of a question.

    Attributes:
        rows: As many as the limits allow.
        has_more: There were more.
        seconds: How long the engine took.
        query_sha256: Digest of the question's text.
        result_sha256: Digest of the rows as they were sent.
    """

    rows: pa.Table
    has_more: bool
    seconds: float
    query_sha256: str
    result_sha256: str


class AskRefused(RuntimeError):
    """A question was not answered; ``kind`` is one of a closed set, the text says what to do.

    ``place`` is where in the question the engine points at, if it does.
    """

    def __init__(self, kind: str, text: str, place: Place | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.place = place


def ask(file: Path, query: str, limits: Limits | None = None) -> Answer:
    """The answer of a DuckDB file to one SELECT.

    Raises:
        AskRefused: It is no single SELECT, DuckDB refuses it, or it needs more than it may use.
    """
    limits = limits or Limits()
    sent, said = _run(file, query, limits)
    if said["kind"] == "refused":
        refusal = refusal_of(str(said.get("text", "")), query)
        raise AskRefused("refused", refusal.text, refusal.place)
    if said["kind"] != "answered":
        raise AskRefused(said["kind"], _explain(said, limits))
    rows = pa.ipc.open_stream(pa.py_buffer(sent)).read_all()
    return Answer(
        rows=rows,
        has_more=said["more"],
        seconds=said["seconds"],
        query_sha256=hashlib.sha256(query.encode()).hexdigest(),
        result_sha256=hashlib.sha256(sent).hexdigest(),
    )


def _run(file: Path, query: str, limits: Limits) -> tuple[bytes, dict[str, Any]]:
    asked = {"file": str(file), "query": query, "limits": asdict(limits)}
    # No environment, no folder of ours, no modules but the interpreter's own site.
    process = subprocess.Popen(
        [sys.executable, "-I", str(WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={"OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        sent, words = process.communicate(json.dumps(asked).encode(), timeout=limits.seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return b"", {"kind": "too_long"}
    finally:
        _kill(process)
    return sent, _said(process.returncode, words)


def _said(code: int, words: bytes) -> dict[str, Any]:
    """What the worker said last; one that died without a word ran into a limit of the process."""
    try:
        said = json.loads(words)
    except ValueError:
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return {"kind": "too_long"}
        return {"kind": "too_much_memory" if code != 0 else "refused", "text": words.decode(errors="replace")}
    return said if isinstance(said, dict) and "kind" in said else {"kind": "refused", "text": str(said)}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _explain(said: dict[str, Any], limits: Limits) -> str:
    if said["kind"] == "not_one_select":
        return "一次只能运行一条 SELECT；发布只读 | one SELECT at a time; releases are read-only"
    if said["kind"] == "too_long":
        return (
            f"超过 {limits.seconds:g} 秒，已终止；请缩小范围或先汇总 | ended after {limits.seconds:g} "
            "seconds: narrow the question or aggregate first"
        )
    if said["kind"] == "too_much_memory":
        return (
            f"内存超限（{limits.memory // MIB} MiB），已终止；请缩小范围或先汇总 | ended: needs more memory "
            f"than {limits.memory // MIB} MiB; narrow the question or aggregate first"
        )
    return str(said.get("text", ""))
