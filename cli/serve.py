"""`medlake up`: the Dagster UI and the dashboards on loopback, until interrupted."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from cli.console import Exit, fail, out
from lakehouse.settings import Settings, child_environment

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(up)


def up(
    dagster_port: Annotated[int, typer.Option(help="Port of the Dagster UI.")] = 3000,
    dashboard_port: Annotated[int, typer.Option(help="Port of the dashboards.")] = 8501,
) -> None:
    """Starts the Dagster UI (data engineers) and the dashboards (managers, QA) on loopback."""
    from pipelines.instance import prepare_instance

    settings = Settings.from_env()
    prepare_instance(settings)
    environment = child_environment(settings)
    environment.setdefault("MEDLAKE_DASHBOARDS_URL", f"http://{HOST}:{dashboard_port}")
    out.print(f"[bold]Dagster[/]    http://{HOST}:{dagster_port}")
    out.print(f"[bold]Dashboards[/] http://{HOST}:{dashboard_port}")
    out.print(f"[bold]Data Docs[/]  {_data_docs(settings)}", soft_wrap=True)
    out.print("[dim]Ctrl-C stops both.[/]")
    processes = [
        subprocess.Popen(
            command, cwd=settings.root, env=environment, start_new_session=True, preexec_fn=_end_with_parent
        )
        for command in (_dagster(dagster_port), _streamlit(settings, dashboard_port))
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(Exit.OK)))
    try:
        ended = _first_to_end(processes)
    except KeyboardInterrupt:
        return
    finally:
        _stop(processes)
    fail(
        f"`{ended}` ended with code {ended.returncode}; see its messages above",
        Exit.FAILED,
    )


def _data_docs(settings: Settings) -> str:
    index = settings.data_docs_dir / "index.html"
    return index.as_uri() if index.is_file() else "after the next release, or now: medlake quality docs"


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _dagster(port: int) -> list[str]:
    return [_tool("dagster"), "dev", "-w", "workspace.yaml", "-h", HOST, "-p", str(port)]


def _streamlit(settings: Settings, port: int) -> list[str]:
    secrets = ("--secrets.files", str(settings.sign_in_path)) if settings.sign_in_path else ()
    return [
        *(_tool("streamlit"), "run", "dashboards/app.py", "--server.headless", "true"),
        *("--server.address", HOST, "--server.port", str(port), *secrets),
    ]


def _first_to_end(processes: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    while True:
        for process in processes:
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
            return process


def _end_with_parent() -> None:
    """Asks the kernel to end this child if `medlake up` is killed: an orphan would keep its port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Asks each tool and its children to end, as Ctrl-C would; what stays after that is killed."""
    for process in processes:
        _signal(process, signal.SIGINT)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # A tool that has ended may have left children in its group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
