"""A child per job that publishes, signs, withdraws or rolls back on a small lake while fault.c watches.

Jobs as in lake_child.py: {do: build | publish | sign | withdraw | roll_back | recover | look, lake, fault}.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from lakehouse.releases import ReleaseDraft, ReleasedTable, State, current, open_release, read_book, read_log
from lakehouse.releases.log import log_path
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.ledger.ledger import open_ledger
from lineage.signing import keys, releasing
from lineage.signing.approvals import verify_signatures
from lineage.signing.people import load_people
from tests.chaos import lake_child

RUN = "00000000-0000-4000-8000-000000000001"
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
TABLES = [ReleasedTable("core", name, ("v",), "", {}) for name in ("lot", "movement")]


def settings_of(job: dict[str, Any]) -> Settings:
    return Settings.from_env({"MEDLAKE_DATA": job["lake"], "MEDLAKE_MEMORY": "1GB", "MEDLAKE_THREADS": "1"})


def draft(*failing: str) -> ReleaseDraft:
    """Both tables; the rules named fail and block."""
    red = [{"rule_id": rule, "table_name": "core.lot", "severity": "block"} for rule in failing]
    return ReleaseDraft(TABLES, {"run_id": RUN, "gates": {"rules": {"core": 2}, "not_green": red}}, AT)


def fill(settings: Settings, version: int) -> None:
    """A working warehouse in which every table holds the same version."""
    with connect(settings.build_path, read_only=False, settings=settings) as build:
        build.execute("CREATE SCHEMA IF NOT EXISTS core")
        for table in TABLES:
            build.execute(f"CREATE OR REPLACE TABLE core.{table.name} AS SELECT {version} AS v")


def do_build(job: dict[str, Any]) -> Any:
    """Release 1 and 2 routine, and candidate 3 with one of its two signatures."""
    keys.ROUNDS = 10
    settings = settings_of(job)
    for version, kind in enumerate(("routine", "routine", "regulatory"), 1):
        fill(settings, version)
        releasing.make_candidate(settings, draft(), kind)
    releasing.sign(settings, 3, "li.na", "demo", "complete")
    keys.public_keys(settings, load_people(settings), "wang.wei")
    fill(settings, 4)


def do_publish(job: dict[str, Any]) -> Any:
    releasing.make_candidate(settings_of(job), draft(), "routine")


def do_sign(job: dict[str, Any]) -> Any:
    releasing.sign(settings_of(job), 3, "wang.wei", "demo", "approved")


def do_withdraw(job: dict[str, Any]) -> Any:
    releasing.withdraw(settings_of(job), 2, "wang.wei", "", "wrong")


def do_roll_back(job: dict[str, Any]) -> Any:
    releasing.roll_back(settings_of(job), 1, "wang.wei", "", "wrong")


def do_look(job: dict[str, Any]) -> Any:
    """What readers get, and whether record, ledger and signatures agree."""
    settings = settings_of(job)
    release = current(settings)
    with open_release(settings) as connection:
        versions = connection.execute("SELECT l.v, m.v FROM core.lot l, core.movement m").fetchall()
    with open_ledger(settings, writable=False) as ledger:
        leaves = Counter(e.act.details["record"] for e in ledger.entries() if "record" in e.act.details)
    signed = [number for number, entry in read_book(settings).entries.items() if entry.approvals]
    return {
        "current": release.number if release else None,
        "versions": versions,
        "steps": len(read_log(settings)),
        "leaves": sorted(leaves.elements()),
        "signatures": sum(len(verify_signatures(settings, load_people(settings), n)) for n in signed),
        "approved": [n for n, e in read_book(settings).entries.items() if e.state is State.APPROVED],
        "drafts": [path.name for path in settings.releases_dir.glob(".*")],
    }


def do_recover(job: dict[str, Any]) -> Any:
    """The next command of anybody: a refresh. Then a look."""
    settings = settings_of(job)
    releasing.settle(settings)
    seen = do_look(job)
    fill(settings, read_book(settings).newest + 1)
    releasing.make_candidate(settings, draft(), "routine")
    return {"before": seen, "after": do_look(job), "bytes": log_path(settings).stat().st_size}


for job in (do_build, do_publish, do_sign, do_withdraw, do_roll_back, do_look, do_recover):
    lake_child.JOBS[job.__name__.removeprefix("do_")] = job

if __name__ == "__main__":
    lake_child.serve()
