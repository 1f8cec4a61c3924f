"""Members of a TAR file, plain or gzipped, each with its bytes or the reason why it is refused.

gzip is unpacked strictly first (its checksum speaks for all members) -> headers read one by one -> the end
must be there: a TAR cut between two members would otherwise read as a shorter one.
"""

import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.admission.member import Member, damaged_archive, over_limit, refuse
from pipelines.ingest.admission.member_names import safe_parts, shown
from pipelines.ingest.readers.plain import open_plain, pieces
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

MAX_MEMBERS = 10_000
BLOCK = 512


def tar_members(path: Path, name: str, scratch: Path) -> Iterator[Member]:
    """Every member that is not a folder, in the order of the file.

    Raises:
        FileRejected: DQ-FIL-030 when the file is no whole TAR, DQ-FIL-036 when it has too many members,
        DQ-FIL-002 when its gzip is damaged.
    """
    with open_plain(path, name.replace(".tgz", ".gz"), scratch) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r:") as archive:
                infos = _listed(archive, plain)
                names = Counter(info.name.casefold() for info in infos)
                for info in infos:
                    if not info.isdir():
                        yield _member(archive, info, names[info.name.casefold()])
        except (tarfile.TarError, EOFError) as error:
            raise damaged_archive(str(error)) from error


def _listed(archive: tarfile.TarFile, plain: IO[bytes]) -> list[tarfile.TarInfo]:
    infos = []
    while info := archive.next():
        infos.append(info)
        if len(infos) > MAX_MEMBERS:
            raise over_limit(f"超过 {MAX_MEMBERS} 个成员", f"more than {MAX_MEMBERS} members")
    plain.seek(archive.offset)
    end = plain.read(BLOCK)
    if len(end) < BLOCK or any(map(any, (end, *pieces(plain)))):
        raise damaged_archive(f"no end where it should be, at {archive.offset}")
    return infos


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo, same: int) -> Member:
    label = shown(info.name)
    try:
        parts = safe_parts(info.name)
        label = shown("/".join(parts))
        _require_plain(info, same)
    except FileRejected as rejected:
        return Member(label, (), refuse(rejected))
    return Member(label, parts, lambda: _content(archive, info))


def _require_plain(info: tarfile.TarInfo, same: int) -> None:
    if not info.isreg() or info.issparse():
        raise FileRejected(Rule.MEMBER_KIND, "是链接或设备，不是文件 | A link or device, not a file")
    if same > 1:
        raise FileRejected(
            Rule.MEMBER_TWICE, "压缩包内有同名成员 | The archive holds several members of this name"
        )


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    content = archive.extractfile(info)
    assert content is not None  # only links and devices have none
    with content:
        yield from pieces(content)
