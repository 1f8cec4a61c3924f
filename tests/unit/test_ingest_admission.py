"""A copy is only trusted when it was held against its source."""

import errno
import fcntl
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.admission import copying
from pipelines.ingest.admission.originals import FINGERPRINTS, Originals
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

SIZES = (0, 1, copying.PIECE - 1, copying.PIECE, copying.PIECE + 1, 3 * copying.PIECE)


@pytest.mark.parametrize("is_direct", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_copy_is_the_source(tmp_path: Path, size: int, is_direct: bool) -> None:
    """Prevents a copy or a hash that loses, doubles or mixes up pieces, or ends at a block of the disk."""
    source, kept, content = tmp_path / "a", tmp_path / "b", os.urandom(size)
    source.write_bytes(content)
    before = copying.look(source)
    assert copying.copy(source, kept, size, is_direct=is_direct) == sha256(content).hexdigest()
    assert kept.read_bytes() == content
    copying.prove(source, kept, before, is_direct=is_direct)


@pytest.mark.parametrize("at", ["open", "reserve", "write", "read"])
def test_a_file_system_without_a_way_past_its_cache_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Prevents a lake on such a disk from taking no large file, or a cut one."""
    source, kept, content = tmp_path / "a", tmp_path / "b", os.urandom(copying.PIECE + 5)
    source.write_bytes(content)
    before, direct = copying.look(source), os.O_DIRECT
    names = ("open", "posix_fallocate", "pwrite", "readv")
    real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in names}

    def refusing(name: str, flags: Callable[..., int]) -> Callable[..., Any]:
        def call(first: Any, *rest: Any) -> Any:
            if flags(first, *rest) & direct:
                raise OSError(errno.EINVAL, "Invalid argument")
            return real[name](first, *rest)

        return call

    def of_handle(handle: int, *_: Any) -> int:
        return fcntl.fcntl(handle, fcntl.F_GETFL)

    calls = {
        "open": ("open", lambda _, flags, *__: flags),
        "reserve": ("posix_fallocate", of_handle),
        "write": ("pwrite", of_handle),
        "read": ("readv", of_handle),
    }
    name, flags = calls[at]
    monkeypatch.setattr(os, name, refusing(name, flags))
    assert copying.copy(source, kept, len(content), is_direct=True) == sha256(content).hexdigest()
    copying.prove(source, kept, before, is_direct=True)
    assert kept.read_bytes() == content


@pytest.mark.parametrize("size", [4, 6])
def test_copy_of_a_file_that_grows_or_shrinks_is_refused(tmp_path: Path, size: int) -> None:
    """Prevents a copy padded with the space reserved for it, or one that ends too soon."""
    (tmp_path / "a").write_bytes(b"12345")
    with pytest.raises(FileRejected) as refused:
        copying.copy(tmp_path / "a", tmp_path / "b", size)
    assert refused.value.rule is Rule.CHANGED


@pytest.mark.parametrize("is_direct", [False, True])
@pytest.mark.parametrize("place", [0, copying.PIECE + 7, 2 * copying.PIECE - 1])
@pytest.mark.parametrize("victim", ["source", "copy"])
def test_proof_finds_one_changed_byte_behind_an_old_time(
    tmp_path: Path, place: int, victim: str, is_direct: bool
) -> None:
    """Prevents a change that leaves size, time and inode as they were from being taken as nothing."""
    source, kept, content = tmp_path / "source", tmp_path / "copy", bytearray(2 * copying.PIECE)
    source.write_bytes(content)
    before, stat = copying.look(source), source.stat()
    copying.copy(source, kept, len(content), is_direct=is_direct)
    content[place] ^= 1
    with (tmp_path / victim).open("r+b") as file:
        file.write(content)
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert copying.look(source) == before
    with pytest.raises(FileRejected) as refused:
        copying.prove(source, kept, before, is_direct=is_direct)
    assert refused.value.rule is Rule.CHANGED


def test_a_copy_that_fails_its_proof_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents the fingerprint of an unproved copy from vouching for it in the next run."""
    monkeypatch.setattr("pipelines.ingest.admission.originals.LARGE", 0)
    source = tmp_path / "a"
    source.write_bytes(b"1")
    os.utime(source, (0, 0))
    real = copying.copy

    def late(source: Path, target: Path, size: int, *, is_direct: bool) -> str:
        digest = real(source, target, size, is_direct=is_direct)
        source.write_bytes(b"2")
        os.utime(source, (0, 0))
        return digest

    monkeypatch.setattr("pipelines.ingest.admission.originals.copy", late)
    originals = Originals.open(tmp_path / "originals")
    with pytest.raises(FileRejected):
        originals.admit(source).confirm()
    originals.remember()
    assert Originals.open(tmp_path / "originals").known == {}
    monkeypatch.setattr("pipelines.ingest.admission.originals.copy", real)
    originals.admit(source).confirm()
    originals.remember()
    assert list(Originals.open(tmp_path / "originals").known) == [str(source)]


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    """Prevents a power cut in the cache from making every later entry unreadable, or one from naming
    another file."""
    sources = [tmp_path / name for name in "abc"]
    for source in sources:
        source.write_text(source.name)
        os.utime(source, (0, 0))
    cache = tmp_path / "originals" / FINGERPRINTS
    for source in sources:
        originals = Originals.open(tmp_path / "originals")
        originals.admit(source)
        originals.remember()
        if source.name == "b":
            cache.write_bytes(cache.read_bytes()[:-30])
    originals = Originals.open(tmp_path / "originals")
    assert [bool(originals.recall(source)) for source in sources] == [True, False, True]
    recalled = originals.recall(sources[2])
    assert recalled and recalled.path.read_text() == "c"
    cache.write_text('5\n[]\n{"a": 1}\n[[1], 2]\n')
    assert not any(Originals.open(tmp_path / "originals").recall(source) for source in sources)


def test_a_source_whose_disk_fails_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents one unreadable sector or lost share from stopping every other source."""
    (tmp_path / "a").write_bytes(b"12345")

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "readv", broken)
    with pytest.raises(FileRejected) as refused:
        copying.copy(tmp_path / "a", tmp_path / "b", 5)
    assert refused.value.rule is Rule.UNREADABLE
