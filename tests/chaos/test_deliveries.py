"""A thousand files delivered ten thousand times: again, late, out of order, renamed, overlapping."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.loading.loads import LOAD, QUARANTINE
from tests.conftest import Storm
from tests.integration.small_lake import AT, SmallLake, contract, empty_lake

pytestmark = pytest.mark.storm
ITEM = contract("item", "no", "name")
STEP, WINDOW = 3, 5


@dataclass(frozen=True)
class Source:
    """Files of a source whose windows overlap; one in ten has a bad record, one in fifty the wrong header."""

    files: int

    def content(self, number: int) -> bytes:
        records = [f"{no},name {no}" for no in range(number * STEP, number * STEP + WINDOW)]
        if number % 10 == 0:
            records.insert(1, f"bad record of {number}")
        header = "no,wrong" if self.is_refused(number) else "no,name"
        return "\n".join([header, *records, ""]).encode()

    def is_refused(self, number: int) -> bool:
        return number % 50 == 49

    @property
    def taken(self) -> list[int]:
        return [number for number in range(self.files) if not self.is_refused(number)]

    @property
    def rows(self) -> list[tuple[str, str, str, int]]:
        """What the raw zone must hold: every record of every distinct file once, with its place in it."""
        found = []
        for number in self.taken:
            sha256 = hashlib.sha256(self.content(number)).hexdigest()
            for place, record in enumerate(self.content(number).decode().splitlines()[1:], 1):
                if "," in record:
                    no, name = record.split(",")
                    found.append((no, name, sha256, place))
        return sorted(found)

    @property
    def records(self) -> list[tuple[str, str]]:
        """What people must see: every record once, however many windows it lies in."""
        return sorted({(no, name) for no, name, _, _ in self.rows})


def deliver(lake: SmallLake, source: Source, deliveries: int, batch: int, dice: random.Random) -> int:
    """Puts every file into a random sequence, ingests after each batch; gives the number of runs.

    A name is used again for other content by the next batch, as sources do, and some files are taken away.
    """
    again = [dice.randrange(source.files) for _ in range(deliveries - source.files)]
    sequence = [*range(source.files), *again]
    dice.shuffle(sequence)
    runs = 0
    for start in range(0, deliveries, batch):
        for slot, number in enumerate(sequence[start : start + batch]):
            lake.drop(f"erp/item/item_202601{slot % 28 + 1:02}_{slot}.csv", source.content(number))
        lake.run(ITEM, at=AT + timedelta(minutes=start))
        runs += 1
        for path in (lake.settings.landing_roots[0] / "erp/item").iterdir():
            if dice.random() < 0.3:
                path.unlink()
    return runs


def state(lake: SmallLake) -> dict[str, Any]:
    """Rows and accounts without what a delivery may decide: its name, its day and its hour."""
    accounts = lake.raw(LOAD, "source_table", "file_sha256", "status", "rule_id", "rows_in", "rows_loaded")
    return {
        "rows": lake.raw(ITEM.id, "no", "name", "_file_sha256", "_row"),
        "accounts": accounts,
        "quarantine": lake.raw(QUARANTINE, "file_sha256", "row_no", "rule_id", "raw_text"),
        "typed": lake.typed(ITEM, "SELECT no, name FROM typed.erp__item WHERE _status = 'good' ORDER BY ALL"),
        "merged": lake.typed(ITEM, "SELECT count(*) FROM typed.erp__item WHERE _status = 'merged'"),
    }


def test_any_order_of_deliveries_ends_in_the_same_state(tmp_path: Path, storm: Storm) -> None:
    """Prevents a delivery that comes twice, late, renamed or overlapping from adding or losing a row."""
    source = Source(storm.size(sample=60, full=1_000))
    deliveries, batch = storm.size(sample=150, full=10_000), storm.size(sample=75, full=250)
    states, dice, runs = [], storm.random(), 0
    for turn in range(2):
        lake = empty_lake(tmp_path / str(turn))
        runs = deliver(lake, source, deliveries, batch, dice)
        states.append(state(lake))
    assert states[0]["rows"] == source.rows
    assert states[0]["typed"] == source.records
    assert len(states[0]["accounts"]) == source.files
    assert len(states[0]["quarantine"]) == sum(number % 10 == 0 for number in source.taken)
    hashes = [hashlib.sha256(repr(found).encode()).hexdigest() for found in states]
    assert hashes[0] == hashes[1]
    storm.report(
        "deliveries",
        files=source.files,
        deliveries=deliveries,
        runs=runs,
        rows=len(states[0]["rows"]),
        distinct_rows=len(set(source.rows)),
        records_typed=len(states[0]["typed"]),
        distinct_records=len(source.records),
        state_of_both_orders=hashes[0][:12],
    )


def test_the_oracle_tells_a_doubled_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents the comparison above from passing whatever the lake holds."""
    source, lake = Source(3), empty_lake(tmp_path)
    forget: Callable[..., bool] = lambda *_: False  # noqa: E731
    monkeypatch.setattr("pipelines.ingest.loading.decisions.Decisions.is_decided", forget)
    monkeypatch.setattr("lakehouse.raw_zone.RawZone.has_load", forget)
    monkeypatch.setattr("lakehouse.raw_zone.RawZone._known", forget)
    deliver(lake, source, 12, 4, random.Random(1))
    assert state(lake)["rows"] != source.rows
