"""Where data lies and how much of the machine may be used.

The only module that reads the environment; everything else is handed a `Settings`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from lakehouse.connections import Connection, connections_of
from lakehouse.operation import Operation, operation_of

ROOT = Path(__file__).resolve().parent.parent
# What libraries look for when they are loaded; a variable that is set already stands.
LIBRARIES = MappingProxyType(
    {
        # polars gives memory back after half a second and soon asks for it again: a tenth of reading a CSV.
        "_RJEM_MALLOC_CONF": "dirty_decay_ms:5000",
        # Smaller pieces of a CSV: half the memory.
        "POLARS_CSV_CHUNK_SIZE": str(1 << 20),
    }
)


@dataclass(frozen=True)
class Settings:
    """Folders and limits of one lake.

    Attributes:
        root: The project's root, which is also the SQLMesh project.
        data_dir: Everything the platform writes lies below it.
        landing_roots: Folders searched for extracts; the first is the lake's own drop zone,
            the others are read in place and only what a contract names is taken from them.
        openlineage_url: Base URL of an OpenLineage backend, or None to keep events in the outbox.
        duckdb_threads: Threads DuckDB may use, None for its own choice.
        duckdb_memory: DuckDB's memory limit, such as `8GB`.
        witness: Folder or http(s) URL of the witness that countersigns the ledger, or None.
        tsa: URL of a time authority (RFC 3161) that stamps checkpoints, or None.
        tsa_roots: PEM file of the root certificates it is believed under.
        person: Who decides on quarantined records unless the command names someone, or None.
        connections: Databases that contracts may name.
        people_path: The file of those who may sign, or None for the demo people.
        sign_in_path: Secrets of the sign-in provider (docs/sign-in.md), or None for demo identities.
        operation: When this environment refreshes by itself and who is told of failures.
        release_kind: What a refresh makes: a kind in lakehouse/releases/rules.yaml.
    """

    root: Path
    data_dir: Path
    landing_roots: tuple[Path, ...]
    openlineage_url: str | None
    duckdb_threads: int | None
    duckdb_memory: str
    person: str | None = None
    witness: str | None = None
    tsa: str | None = None
    tsa_roots: Path | None = None
    connections: Mapping[str, Connection] = field(default_factory=dict, hash=False)
    people_path: Path | None = None
    sign_in_path: Path | None = None
    release_kind: str = "routine"
    operation: Operation = Operation()

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """The environment's settings.

        OPENLINEAGE_URL, and with MEDLAKE_ before them: DATA, LANDING, THREADS, MEMORY, PERSON, WITNESS, TSA,
        TSA_ROOTS, PEOPLE, SIGN_IN, RELEASE_KIND and CONNECTION_<NAME>; those of lakehouse/operation.py.
        """
        data_dir = Path(env.get("MEDLAKE_DATA") or ROOT / "data").resolve()
        extra = [Path(part).resolve() for part in env.get("MEDLAKE_LANDING", "").split(os.pathsep) if part]
        threads = env.get("MEDLAKE_THREADS")
        return cls(
            root=ROOT,
            data_dir=data_dir,
            landing_roots=(data_dir / "landing", *extra),
            openlineage_url=env.get("OPENLINEAGE_URL") or None,
            duckdb_threads=int(threads) if threads else None,
            duckdb_memory=env.get("MEDLAKE_MEMORY") or "8GB",
            person=env.get("MEDLAKE_PERSON") or None,
            witness=env.get("MEDLAKE_WITNESS") or None,
            tsa=env.get("MEDLAKE_TSA") or None,
            tsa_roots=Path(env["MEDLAKE_TSA_ROOTS"]) if env.get("MEDLAKE_TSA_ROOTS") else None,
            connections=connections_of(env),
            release_kind=env.get("MEDLAKE_RELEASE_KIND") or "routine",
            operation=operation_of(env),
            people_path=Path(people).resolve() if (people := env.get("MEDLAKE_PEOPLE")) else None,
            sign_in_path=Path(secrets).resolve() if (secrets := env.get("MEDLAKE_SIGN_IN")) else None,
        )

    @property
    def originals_dir(self) -> Path:
        """Every admitted file, unchanged, named by its sha256."""
        return self.data_dir / "originals"

    @property
    def corrections_dir(self) -> Path:
        """Corrections of quarantined records, a folder per table; each file is an original like any other."""
        return self.data_dir / "corrections"

    @property
    def raw_dir(self) -> Path:
        """The Delta raw zone, one folder per table."""
        return self.data_dir / "raw"

    @property
    def build_path(self) -> Path:
        """The private working warehouse: one writer, no readers."""
        return self.data_dir / "warehouse" / "build.duckdb"

    @property
    def state_path(self) -> Path:
        """SQLMesh's own state."""
        return self.data_dir / "warehouse" / "state.duckdb"

    @property
    def releases_dir(self) -> Path:
        """Immutable numbered releases, their signatures, and the record of what happened to them."""
        return self.data_dir / "releases"

    @property
    def people_file(self) -> Path:
        """Who may sign and as what."""
        return self.people_path or self.root / "lineage" / "signing" / "people.demo.yaml"

    @property
    def outbox_dir(self) -> Path:
        """OpenLineage events, durable before anything is sent."""
        return self.data_dir / "lineage" / "outbox"

    @property
    def gate_results_dir(self) -> Path:
        """Great Expectations' own results, one folder per run."""
        return self.data_dir / "quality" / "results"

    @property
    def data_docs_dir(self) -> Path:
        """Great Expectations Data Docs of the newest run."""
        return self.data_dir / "quality" / "docs"

    @property
    def dagster_dir(self) -> Path:
        """Dagster's instance folder."""
        return self.data_dir / "dagster"

    @property
    def ledger_dir(self) -> Path:
        """The evidence ledger and its newest signed checkpoint."""
        return self.data_dir / "ledger"

    @property
    def keys_dir(self) -> Path:
        """Private keys of this lake's roles, each readable by its owner only."""
        return self.data_dir / "keys"

    @property
    def reports_dir(self) -> Path:
        """Reports built by the command or the dashboards."""
        return self.data_dir / "reports"


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment for a process of the platform: ours, with this lake and its Dagster instance named."""
    return {
        **LIBRARIES,
        **os.environ,
        "MEDLAKE_DATA": str(settings.data_dir),
        "MEDLAKE_LANDING": os.pathsep.join(str(root) for root in settings.landing_roots[1:]),
        "MEDLAKE_RELEASE_KIND": settings.release_kind,
        "DAGSTER_HOME": str(settings.dagster_dir),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def adopt(settings: Settings) -> None:
    """Makes this process's environment name this lake, for the libraries that look there."""
    os.environ.update(child_environment(settings))


def tune_libraries() -> None:
    """Sets LIBRARIES for this process; works only before the libraries are imported."""
    for name, value in LIBRARIES.items():
        os.environ.setdefault(name, value)
