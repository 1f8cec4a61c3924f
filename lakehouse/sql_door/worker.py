"""The process that runs one question. It imports nothing of ours and can do nothing but read one file.

stdin: JSON (file, query, limits) -> limits of the process -> DuckDB, read-only and locked -> stdout: Arrow
stream, stderr: JSON (rows, whether there are more, seconds; or kind and text of the refusal).
Only `asking.py` starts it.
"""

import ctypes
import json
import os
import resource
import sys
import threading
import time
from typing import Any

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIGKILL = 1, 38, 9
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
ROWS_PER_BATCH = 2048
OPEN_FILES = 64


def confine(limits: dict[str, Any]) -> None:
    """Takes from this process what it does not need, before DuckDB is loaded."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Without a network where the kernel allows it; DuckDB is told so in any case.
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    seconds = int(limits["seconds"] * limits["threads"]) + 2
    for kind, value in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits["address_space"]),
    ):
        resource.setrlimit(kind, (value, value))


def opened(duckdb: Any, file: str, limits: dict[str, Any]) -> Any:
    """A connection that reads one file; nothing of it can be changed afterwards."""
    con = duckdb.connect(
        file,
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
            "max_temp_directory_size": "0B",
            "memory_limit": f"{limits['memory']}B",
            "threads": limits["threads"],
        },
    )
    con.execute("SET TimeZone = 'UTC'")
    # So that a refusal says where, as a number, however long the line is.
    con.execute("SET errors_as_json = true")
    con.execute("SET lock_configuration = true")
    return con


def run(duckdb: Any, pa: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Writes the rows of the question as they come; gives how many, and whether there were more."""
    limits = asked["limits"]
    con = opened(duckdb, asked["file"], limits)
    late = threading.Timer(limits["seconds"], con.interrupt)
    late.daemon = True
    begin = time.monotonic()
    late.start()
    try:
        statements = con.extract_statements(asked["query"])
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"kind": "not_one_select"}
        rows, more = send(pa, con.execute(statements[0]).to_arrow_reader(ROWS_PER_BATCH), limits)
    except duckdb.InterruptException:
        return {"kind": "too_long"}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"kind": "too_much_memory"}
    except duckdb.Error as error:
        return {"kind": "refused", "text": str(error)}
    except UnicodeDecodeError as error:
        # DuckDB cuts long values in its messages, also inside a character.
        return {"kind": "refused", "text": error.object.decode(errors="replace")}
    finally:
        late.cancel()
    return {"kind": "answered", "rows": rows, "more": more, "seconds": round(time.monotonic() - begin, 3)}


def send(pa: Any, reader: Any, limits: dict[str, Any]) -> tuple[int, bool]:
    """Sends batches until there are no more, or the limit of rows or bytes is reached."""
    left, sent_bytes, rows = limits["rows"], 0, 0
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as out:
        for batch in reader:
            if batch.num_rows > left or sent_bytes + batch.nbytes > limits["bytes"]:
                part = batch.slice(0, left if sent_bytes + batch.nbytes <= limits["bytes"] else 0)
                out.write_batch(part)
                return rows + part.num_rows, True
            out.write_batch(batch)
            left, rows, sent_bytes = left - batch.num_rows, rows + batch.num_rows, sent_bytes + batch.nbytes
    return rows, False


def main() -> None:
    """Answers the one question on standard input."""
    asked = json.load(sys.stdin)
    confine(asked["limits"])
    try:
        import duckdb
        import pyarrow as pa

        said = run(duckdb, pa, asked)
    except MemoryError:
        said = {"kind": "too_much_memory"}
    sys.stdout.flush()
    sys.stderr.write(json.dumps(said))
    sys.stderr.flush()
    # DuckDB's threads may still hold much memory; nothing is left to tidy.
    os._exit(0)


if __name__ == "__main__":
    main()
