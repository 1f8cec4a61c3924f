"""The chain of evidence on a small lake: each step has its leaf, and what was changed on the disk shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from lakehouse.delta_log import commit_path
from lakehouse.durable import sha256_of
from lakehouse.raw_zone import RawZone
from lakehouse.releases import Release
from lakehouse.settings import Settings
from lineage.chain import chain
from lineage.ledger.ledger import open_ledger
from lineage.ledger.sealing import known_keys, newest_seal
from lineage.ledger.trail import Wanted, newest
from lineage.ledger.witness import DirectoryWitness
from lineage.links import Link, Origin
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from tests.integration.small_lake import AT, SmallLake, contract

ORDER = contract("order", "order_no", "qty")
RUN = str(uuid4())


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[SmallLake]:
    """Two files that came by two commits, both on record."""
    settings = Settings.from_env(
        {"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_WITNESS": str(tmp_path / "witness")}
    )
    small = SmallLake(settings, RawZone(settings.raw_dir))
    for day in ("20260101", "20260102"):
        small.drop(f"erp/order/order_{day}.csv", f"order_no,qty\n{day},1\n")
        small.run(ORDER)
        recorded(small)
    yield small


def recorded(small: SmallLake) -> None:
    opened = Lake(small.settings, {ORDER.id: ORDER}, RawZone(small.settings.raw_dir))
    record(opened, (), run_id=RUN, at=AT, say=lambda _: None, sealed=True)


def origin(small: SmallLake, day: str) -> Origin:
    """The file of a day, as a released row names it."""
    name = f"erp/order/order_{day}.csv"
    return Origin(ORDER.id, name, sha256_of(small.settings.landing_roots[0] / name), "1")


def origin_of(small: SmallLake) -> str:
    """The ledger's own name."""
    return known_keys(small.settings).log.name


def size_of(small: SmallLake) -> int:
    """How many leaves are sealed."""
    seal = newest_seal(small.settings)
    assert seal is not None
    return seal.checkpoint.size


def links(small: SmallLake, *origins: Origin) -> dict[str, Link]:
    """The links of files and commits, by stage and object; no release was made."""
    release = Release(1, small.settings.releases_dir / "000001", {"run_id": RUN})
    with open_ledger(small.settings, writable=False) as ledger:
        found = chain(small.settings, ledger, release, origins)
        for link in found:
            if link.index is not None:
                entry = ledger.entry(link.index)
                assert (link.what, link.who, link.at) == (entry.act.what, entry.act.who, entry.at)
    return {f"{link.stage} {link.what} {link.note}": link for link in found}


def test_a_file_leads_to_the_commit_that_took_it_in(lake: SmallLake) -> None:
    """Prevents a chain that names another file's commit, or a step that nothing proves as proved."""
    found = links(lake, origin(lake, "20260102"))
    assert list(found) == [
        "file erp/order/order_20260102.csv 1",
        "commit raw.erp__order 2",
        "release release 000001 ",
        f"seal {origin_of(lake)} {size_of(lake)}",
    ]
    file, commit, release, seal = found.values()
    assert (seal.proof, seal.at) == ("sealed", None)
    assert {(one.proof, one.bytes) for one in (file, commit)} == {("sealed", "same")}
    assert commit.digest == sha256_of(commit_path(lake.settings.raw_dir / ORDER.id, 2))
    assert (release.proof, release.index) == ("none", None)


def test_changed_bytes_and_unknown_files_are_told(lake: SmallLake) -> None:
    """Prevents a changed original or commit from passing because its leaf is fine."""
    first = origin(lake, "20260101")
    kept = lake.settings.originals_dir / first.sha256[:2] / first.sha256
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes() + b"x")
    commit_path(lake.settings.raw_dir / ORDER.id, 1).unlink()
    unknown = Origin(ORDER.id, "erp/order/forged.csv", "ab" * 32, "1")
    found = links(lake, first, unknown)
    assert found["file erp/order/order_20260101.csv 1"].bytes == "differs"
    assert found["file erp/order/forged.csv 1"].proof == "none"
    assert found["commit raw.erp__order erp/order/forged.csv"].proof == "none"
    assert found["commit raw.erp__order erp/order/order_20260101.csv"].proof == "none"


def test_proof_says_whether_a_second_key_signed(lake: SmallLake, tmp_path: Path) -> None:
    """Prevents `witnessed` on what only the ledger's own key vouches for."""
    first = origin(lake, "20260101")
    assert links(lake, first)["commit raw.erp__order 1"].proof == "sealed"
    DirectoryWitness(tmp_path / "witness").trust(known_keys(lake.settings).log)
    lake.drop("erp/order/order_20260103.csv", "order_no,qty\n3,1\n")
    lake.run(ORDER)
    recorded(lake)
    assert links(lake, first)["commit raw.erp__order 1"].proof == "witnessed"
    assert links(lake, origin(lake, "20260103"))["commit raw.erp__order 3"].proof == "witnessed"
    seal = links(lake, first)[f"seal {origin_of(lake)} {size_of(lake)}"]
    assert seal.proof == "witnessed" and seal.at is not None and "," in seal.who


def test_the_newest_acts_come_first_and_no_others(lake: SmallLake) -> None:
    """Prevents a trail on a page that shows the oldest acts, or acts of another kind."""
    condition, values = Wanted(action="load").condition()
    with open_ledger(lake.settings, writable=False) as ledger:
        every = [entry.index for entry in ledger.where(condition, values)]
        assert ledger.count_where(condition, values) == len(every) > 3
        assert [entry.index for entry in newest(ledger, condition, values, 3)] == every[:-4:-1]
        assert ledger.people() == ["medlake"]
