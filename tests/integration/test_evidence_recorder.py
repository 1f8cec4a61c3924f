"""The recorder on a small lake: every commit, file and decision has one leaf, each commit one event."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lineage.ledger import sealing
from lineage.ledger.act import Action, Entry
from lineage.ledger.lake_audit import audit_lake
from lineage.ledger.ledger import Ledger, open_ledger
from lineage.ledger.release_audit import audit_releases
from lineage.ledger.sealing import newest_seal
from lineage.outbox import Outbox
from master_data.identity.decision import IdentityDecision
from master_data.identity.decision import record_decisions as record_identity
from pipelines.evidence import recorder
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from quality_rules.quarantine.decision import Decision, record_decisions
from tests.integration.small_lake import AT, SmallLake, contract
from traceability.recall.case import RecallEvent
from traceability.recall.case import record as record_event

ORDER = contract("order", "order_no", "qty")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallLake]:
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path / "lake")})
    yield SmallLake(settings, RawZone(settings.raw_dir))


def lake_of(small: SmallLake) -> Lake:
    return Lake(small.settings, {ORDER.id: ORDER}, RawZone(small.settings.raw_dir))


def recorded(small: SmallLake) -> list[str]:
    said: list[str] = []
    record(lake_of(small), (), run_id=str(uuid4()), at=AT, say=said.append, sealed=True)
    return said


def leaves(small: SmallLake) -> list[Entry]:
    with open_ledger(small.settings, writable=False) as ledger:
        return list(ledger.entries())


def commits(small: SmallLake) -> Counter[tuple[str, int]]:
    found = [entry.act.details for entry in leaves(small) if entry.act.action is Action.LOAD_COMMITTED]
    return Counter((details["table"], details["version"]) for details in found)


def events(small: SmallLake) -> list[dict[str, Any]]:
    lines = [
        json.loads(line)
        for file in sorted(small.settings.outbox_dir.glob("*.jsonl"))
        for line in file.read_text().splitlines()
    ]
    return [event for event in lines if event["job"]["name"].startswith("commit.")]


def on_disk(small: SmallLake) -> set[tuple[str, int]]:
    logs = small.settings.raw_dir.glob("*/_delta_log/*.json")
    return {(path.parent.parent.name, int(path.stem)) for path in logs}


def test_every_commit_and_file_once(small: SmallLake) -> None:
    """Prevents a commit or a file without a leaf, or with two, however often the recorder runs."""
    small.drop("erp/order/order_1.csv", "order_no,qty\n1,2\n2,3\n")
    small.drop("erp/order/order_2.csv", "order_no\n1\n")
    small.run(ORDER)
    recorded(small)
    recorded(small)
    small.drop("erp/order/order_3.csv", "order_no,qty\n9,9\n")
    small.run(ORDER)
    recorded(small)
    assert commits(small) == Counter(dict.fromkeys(on_disk(small), 1))
    told = Counter(
        (e["outputs"][0]["name"], e["outputs"][0]["facets"]["version"]["datasetVersion"])
        for e in events(small)
    )
    assert told == Counter({(f"raw.{table}", str(version)): 1 for table, version in on_disk(small)})
    files = {e.act.what: e.act for e in leaves(small) if e.act.action.startswith("file.")}
    assert {name: act.action.value for name, act in files.items()} == {
        "erp/order/order_1.csv": "file.admitted",
        "erp/order/order_2.csv": "file.refused",
        "erp/order/order_3.csv": "file.admitted",
    }
    assert files["erp/order/order_1.csv"].details["rows_loaded"] == 2
    assert files["erp/order/order_2.csv"].why == "DQ-FIL-003"
    newest = newest_seal(small.settings)
    assert newest is not None and newest.checkpoint.size == len(leaves(small))


def test_data_files_stand_in_the_leaf_by_their_digest(small: SmallLake) -> None:
    """Prevents a leaf that names a commit but could not tell another file under the same name."""
    small.drop("erp/order/order_1.csv", "order_no,qty\n1,2\n")
    small.run(ORDER)
    recorded(small)
    loads = [e.act.details for e in leaves(small) if e.act.action is Action.LOAD_COMMITTED]
    (details,) = [load for load in loads if load["table"] == ORDER.id and load["files"]]
    ((name, size, sha256),) = details["files"]
    path = small.settings.raw_dir / ORDER.id / name
    assert pq.read_table(path).num_rows == 1
    assert path.stat().st_size == size
    assert len(sha256) == 64


def test_a_lost_register_seals_nothing_twice(small: SmallLake) -> None:
    """Prevents a second leaf for a commit after the register of commits was built anew."""
    small.drop("erp/order/order_1.csv", "order_no,qty\n1,2\n")
    small.run(ORDER)
    recorded(small)
    (small.settings.raw_dir / "_register.sqlite").unlink()
    small.drop("erp/order/order_2.csv", "order_no,qty\n3,4\n")
    small.run(ORDER)
    recorded(small)
    recorded(small)
    assert commits(small) == Counter(dict.fromkeys(on_disk(small), 1))


def test_a_commit_behind_our_back_is_reported(small: SmallLake) -> None:
    """Prevents a commit of somebody else's from passing as a load: no writer of ours had crashed."""
    small.drop("erp/order/order_1.csv", "order_no,qty\n1,2\n")
    small.run(ORDER)
    recorded(small)
    folder = small.settings.raw_dir / ORDER.id
    logs = sorted((folder / "_delta_log").glob("*.json"))
    forged = logs[-1].with_name(f"{len(logs):020d}.json")
    forged.write_bytes(logs[-1].read_bytes().replace(b"file:", b"fake:"))
    said = recorded(small)
    assert any("behind our back" in line for line in said)
    findings = [e.act for e in leaves(small) if e.act.action is Action.FINDING]
    assert [act.what for act in findings] == [f"raw.{ORDER.id}"]
    assert recorded(small) == []


def test_a_decision_is_a_leaf_without_its_content(small: SmallLake) -> None:
    """Prevents a decision without its person in the ledger, and a record's content from standing there."""
    lake = lake_of(small)
    made = Decision(
        "a1" * 16, AT, "李娜", "supplier called", "reject", ORDER.id, "f" * 64, 3, before="patient 王伟"
    )
    with lake.zone.writing("test"):
        record_decisions(lake.zone, [made])
    recorded(small)
    (act,) = [e.act for e in leaves(small) if e.act.action is Action.DECISION]
    assert (act.who, act.why, act.details["decision"]) == ("李娜", "supplier called", "reject")
    assert act.before and act.before.startswith("sha256:")
    assert b"patient" not in b"".join(entry.body for entry in leaves(small))


def test_what_people_decide_and_do_has_its_leaf(small: SmallLake) -> None:
    """Prevents a merge of parties or a step of a recall that leaves no trace of who did it."""
    lake = lake_of(small)
    merge = IdentityDecision(
        "b2" * 16, AT, "赵敏", "one company", "merge", "supplier", ("sap_a:1",), ("u8_b:7",), after="华南"
    )
    told = RecallEvent("RC-1", "notified", AT, AT, "王伟", False, consignee_id="C9", note="called 王医生")
    with lake.zone.writing("test"):
        record_identity(lake.zone, [merge])
        record_event(lake.zone, told)
    recorded(small)
    recorded(small)
    acts = [entry.act for entry in leaves(small)]
    (decided,) = [act for act in acts if act.action is Action.DECISION]
    assert (decided.who, decided.why, decided.details["decision"]) == ("赵敏", "one company", "merge")
    assert "sap_a:1" in decided.what and "u8_b:7" in decided.what
    (stepped,) = [act for act in acts if act.action is Action.RECALL]
    assert (stepped.who, stepped.what, stepped.why) == ("王伟", "recall RC-1", "notified")
    content = b"".join(entry.body for entry in leaves(small))
    assert "王医生".encode() not in content
    assert "华南".encode() not in content


@pytest.mark.parametrize("step", ["events", "leaves", "acts of rows", "seal", "note"])
def test_broken_off_at_any_step_it_goes_on_by_itself(
    small: SmallLake, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Prevents a run that ends between commit, event, leaf and seal from losing or doubling any of them."""

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    small.drop("erp/order/order_1.csv", "order_no,qty\n1,2\n")
    small.run(ORDER)
    with monkeypatch.context() as patch:
        if step == "events":
            patch.setattr(Outbox, "append", broken)
        elif step == "leaves":
            patch.setattr(Ledger, "append_many", broken)
        elif step == "acts of rows":
            patch.setattr(recorder, "_rows", broken)
        elif step == "seal":
            patch.setattr(recorder, "seal", broken)
        else:
            patch.setattr(sealing, "write_atomic", broken)
        with pytest.raises(KeyboardInterrupt):
            recorded(small)
    recorded(small)
    assert commits(small) == Counter(dict.fromkeys(on_disk(small), 1))
    assert len({event["run"]["runId"] for event in events(small)}) == len(on_disk(small))
    assert sum(e.act.action is Action.FILE_ADMITTED for e in leaves(small)) == 1
    newest = newest_seal(small.settings)
    assert newest is not None and newest.checkpoint.size == len(leaves(small))
    with open_ledger(small.settings, writable=False) as ledger:
        assert audit_lake(small.settings, ledger, deep=True).findings == []


def test_releases_from_before_the_ledger_are_taken_on_record(small: SmallLake) -> None:
    """Prevents an older lake's releases from being called made behind our back by its first verification."""
    folder = small.settings.releases_dir / "000001"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"release": 1, "released_at": "2026-01-01T00:00:00+00:00"}')
    (small.settings.releases_dir / "CURRENT").write_text("000001\n")
    recorded(small)
    with open_ledger(small.settings, writable=False) as ledger:
        lake = audit_lake(small.settings, ledger, deep=False)
        audit_releases(small.settings, ledger, lake, deep=False)
    assert (lake.findings, lake.releases) == ([], 1)
