"""Archives: every member a file of its own, a bad one costs only itself, nothing is written by its name."""

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest import IngestReport, ingest
from pipelines.ingest.admission import archives, zip_members
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract, load_contracts

BASE = load_contracts()["sap_a__mara"]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COLUMN = BASE.columns[0]
CONTRACT = replace(
    BASE,
    id="erp__item",
    system="erp",
    table="item",
    path="erp/item_*.csv",
    format="csv",
    delimiter=",",
    encodings=("utf-8",),
    columns=tuple(replace(COLUMN, name=name, physical_name=name) for name in ("no", "name")),
)
GOOD = b"no,name\n1,a\n"


class Lake:
    """A lake in a folder of the test, with one foreign root."""

    def __init__(self, folder: Path) -> None:
        self.drop_zone, self.foreign = folder / "data" / "landing", folder / "foreign"
        self.settings = Settings(folder, folder / "data", (self.drop_zone, self.foreign), None, None, "1GB")
        self.zone = RawZone(self.settings.raw_dir)

    def drop(self, name: str, content: bytes, root: Path | None = None) -> None:
        path = (root or self.drop_zone) / "erp" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def run(self, contract: Contract = CONTRACT) -> IngestReport:
        return ingest(self.settings, {contract.id: contract}, self.zone, AT)

    def files(self, status: str = "loaded") -> list[str]:
        loads = self.zone.read("medlake__load").to_pylist()
        return sorted(load["file_name"] for load in loads if load["status"] == status)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def zipped(members: Mapping[str, bytes], **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, options.get("compression"))
    return out.getvalue()


class Pipe(io.RawIOBase):
    """Takes bytes and cannot go back, as the standard output of a program."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.taken += piece
        return len(piece)


def piped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP whose sizes and checksums stand behind the members, and a comment behind all."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
        archive.comment = b"made by a pipe"
    return bytes(pipe.taken)


def tarred(members: Mapping[str, bytes], mode: Any = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def rules(report: IngestReport) -> dict[str, str]:
    return {file.file_name: file.rule_id for file in report.rejected_files}


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("july.zip", zipped),
        ("piped.zip", piped),
        ("july.tar.gz", tarred),
        ("july.tgz", tarred),
        ("july.tar", lambda m: tarred(m, "w")),
    ],
)
def test_members_are_files_of_their_own(
    lake: Lake, name: str, packed: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    """Prevents a delivery in an archive from being passed over, and its rows from losing their address."""
    lake.drop(name, packed({"a/item_1.csv": GOOD, "item_2.csv": b"no,name\n2,b\n3,c\n", "notes.txt": b"x"}))
    report = lake.run()
    assert lake.files() == [f"erp/{name}!a/item_1.csv", f"erp/{name}!item_2.csv"]
    assert rules(report) == {f"erp/{name}!notes.txt": "DQ-FIL-001"}
    assert report.loaded == 3
    again = lake.run()
    assert (again.rows_in, again.known, again.rejected_files) == (0, 3, ())


def test_archive_of_a_foreign_root_gives_only_what_a_contract_names(lake: Lake) -> None:
    """Prevents taking what was not asked for from a folder of someone else."""
    content = zipped({"item_1.csv": GOOD, "private.csv": b"x"})
    lake.drop("release_1.zip", content, lake.foreign)
    lake.drop("other.zip", zipped({"item_9.csv": b"no,name\n9,z\n"}), lake.foreign)
    assert lake.run().files == 0
    report = lake.run(replace(CONTRACT, archive="release_*.zip"))
    assert (report.files, report.loaded, report.rejected_files) == (1, 1, ())
    assert lake.files() == ["erp/release_1.zip!item_1.csv"]


def test_archives_in_archives_to_a_depth(lake: Lake) -> None:
    """Prevents a monthly release that holds weekly ones from being lost, and endless nesting."""
    inner = zipped({"item_1.csv": GOOD})
    for name in ("c.zip", "b.zip"):
        inner = zipped({name: inner})
    lake.drop("a.zip", inner)
    assert lake.run().loaded == 1
    assert lake.files() == ["erp/a.zip!b.zip!c.zip!item_1.csv"]
    lake.drop("deep.zip", zipped({"z.zip": zipped({"a.zip": inner})}))
    assert rules(lake.run()) == {"erp/deep.zip!z.zip!a.zip!b.zip": str(Rule.ARCHIVE_LIMIT)}


def test_damaged_members_cost_only_themselves(lake: Lake) -> None:
    """Prevents a flipped bit in one member from costing the others, or from being loaded."""
    content = bytearray(zipped({"item_1.csv": GOOD, "item_2.csv": b"no,name\n2,bbb\n", "in.zip": b"no ZIP"}))
    content[content.find(b"bbb")] ^= 1
    lake.drop("x.zip", bytes(content))
    report = lake.run()
    assert lake.files() == ["erp/x.zip!item_1.csv"]
    assert rules(report) == {"erp/x.zip!item_2.csv": "DQ-FIL-035", "erp/x.zip!in.zip": "DQ-FIL-030"}
    lake.drop("x.zip", zipped({"item_1.csv": GOOD, "item_2.csv": b"no,name\n2,bbb\n"}))
    report = lake.run()
    assert (report.loaded, report.known) == (1, 1)


def _encrypted(content: bytes) -> bytes:
    """Sets the encryption flag of every header, as a locked archive has it."""
    out = bytearray(content)
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = -1
        while (start := out.find(sign, start + 1)) >= 0:
            out[start + at] |= 1
    return bytes(out)


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("item_1.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../../../../etc/passwd")
    return out.getvalue()


def _overlapping() -> bytes:
    """Two directory entries over the same bytes, as a bomb without nesting has them."""
    content = bytearray(zipped({"item_1.csv": GOOD, "item_2.csv": GOOD}))
    second, directory = content.find(b"PK\3\4", 1), content.find(b"PK\1\2")
    struct.pack_into("<L", content, content.rfind(b"PK\1\2") + 42, 0)
    struct.pack_into("<L", content, content.rfind(b"PK\5\6") + 16, second)
    return bytes(content[:second] + content[directory:])


def _twice() -> bytes:
    content = zipped({"item_1.csv": GOOD, "item_2.csv": b"no,name\n2,b\n"})
    return content.replace(b"item_2.csv", b"ITEM_1.csv")


def _hidden() -> bytes:
    """A member whose directory entry is gone: other programs would still find it."""
    content = bytearray(zipped({"item_1.csv": GOOD, "item_2.csv": GOOD}))
    first, second = content.find(b"PK\1\2"), content.rfind(b"PK\1\2")
    end = content.rfind(b"PK\5\6")
    struct.pack_into("<HHL", content, end + 8, 1, 1, second - first)
    del content[second:end]
    return bytes(content)


REFUSED: list[tuple[str, bytes, set[str]]] = [
    ("encrypted member", _encrypted(zipped({"item_1.csv": GOOD})), {"DQ-FIL-034"}),
    ("symbolic link", _linked(), {"DQ-FIL-033"}),
    ("one name twice, but for case", _twice(), {"DQ-FIL-032"}),
    ("members over the same bytes", _overlapping(), {"DQ-FIL-035"}),
    ("a member the directory hides", _hidden(), {"DQ-FIL-030"}),
    ("bytes before the archive", b"MZ" * 40 + zipped({"item_1.csv": GOOD}), {"DQ-FIL-030"}),
    ("bytes after the archive", zipped({"item_1.csv": GOOD}) + b"x", {"DQ-FIL-030"}),
    ("cut in half", zipped({"item_1.csv": GOOD})[:60], {"DQ-FIL-030"}),
    ("no archive", b"<html>404</html>", {"DQ-FIL-030"}),
    ("NUL in a name", zipped({"item_1.csv": GOOD}).replace(b"item_1", b"item\0_"), {"DQ-FIL-031"}),
]


@pytest.mark.parametrize(("case", "content", "expected"), REFUSED, ids=[case for case, _, _ in REFUSED])
def test_what_is_not_plainly_a_file_is_refused(
    lake: Lake, case: str, content: bytes, expected: set[str]
) -> None:
    """Prevents members that mean different things to different programs from being loaded."""
    lake.drop("x.zip", content)
    report = lake.run()
    assert (set(rules(report).values()), report.loaded, lake.files()) == (expected, 0, [])


@pytest.mark.parametrize("cut", [-1, 600, 1024, 1536])
def test_a_tar_cut_anywhere_is_refused_whole(lake: Lake, cut: int) -> None:
    """Prevents a TAR cut between two members from reading as a shorter one."""
    whole = tarred({"item_1.csv": GOOD, "item_2.csv": b"no,name\n2,b\n"}, "w")
    assert len(whole) == 10240
    lake.drop("x.tar", whole[:cut] if cut > 0 else whole[:2048])
    assert (lake.run().loaded, lake.files()) == (0, [])
    lake.drop("x.tar", whole)
    assert lake.run().loaded == 2


def test_links_in_a_tar_are_refused(lake: Lake) -> None:
    """Prevents a link from bringing in a file of this machine, as plain extraction did in tests."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("item_1.csv", tarfile.SYMTYPE), ("item_2.csv", tarfile.LNKTYPE)):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
    lake.drop("x.tar", out.getvalue())
    assert set(rules(lake.run()).values()) == {"DQ-FIL-033"}


def test_bombs_stop_at_the_limit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a small archive from filling disk and memory, flat or nested."""
    monkeypatch.setattr(archives, "RATIO_FREE", 1 << 20)
    zeros = zipped({"item_1.csv": bytes(3 << 20)}, compression=zipfile.ZIP_DEFLATED)
    lake.drop("flat.zip", zeros)
    lake.drop("nested.zip", zipped({f"{i}.zip": zeros for i in range(16)}, compression=zipfile.ZIP_DEFLATED))
    report = lake.run()
    assert set(rules(report).values()) == {"DQ-FIL-036"}
    assert len(report.rejected_files) == 17
    kept = sum(path.stat().st_size for path in lake.settings.originals_dir.rglob("*") if path.is_file())
    assert kept < 3 << 20


def test_too_many_members_are_refused_before_any_is_read(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents an archive of endless empty members from holding up the others."""
    monkeypatch.setattr(zip_members, "MAX_MEMBERS", 9)
    lake.drop("x.zip", zipped({f"item_{i}.csv": GOOD for i in range(10)}))
    assert rules(lake.run()) == {"erp/x.zip": "DQ-FIL-036"}


def test_gbk_names_are_read(lake: Lake) -> None:
    """Prevents Chinese Windows names from being misread, so that no contract claims the file."""
    bytes_name = "物料_1.csv".encode("gb18030")
    content = zipped({"0" * len(bytes_name): GOOD}).replace(b"0" * len(bytes_name), bytes_name)
    lake.drop("x.zip", content)
    lake.run(replace(CONTRACT, path="erp/物料_*.csv"))
    assert lake.files() == ["erp/x.zip!物料_1.csv"]


def test_an_archive_is_unpacked_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a known archive from being unpacked at every run, and lost memory from losing members."""
    lake.drop("x.zip", zipped({"item_1.csv": GOOD}))
    lake.run()
    calls = []
    monkeypatch.setattr(
        archives, "zip_members", lambda path: calls.append(path) or zip_members.zip_members(path)
    )
    assert (lake.run().known, calls) == (1, [])
    for memory in (lake.settings.originals_dir / ".archives").iterdir():
        memory.write_bytes(b"{torn")
    assert (lake.run().known, len(calls)) == (1, 1)
