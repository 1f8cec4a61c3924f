"""Members of a ZIP file, each with its bytes or the reason why it is refused.

ZIP -> directory, bounded before it is read -> members in order, none covering another, nothing hidden
between them -> bytes checked by CRC. Links, encrypted members and unsafe names are refused by name.
"""

import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path
from typing import IO

from pipelines.ingest.admission.member import Member, damaged_archive, over_limit, refuse
from pipelines.ingest.admission.member_names import decoded, safe_parts, shown
from pipelines.ingest.readers.plain import pieces
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

MAX_MEMBERS = 10_000
# A directory entry of a bare name takes 46 bytes and the name; ten thousand fit easily.
MAX_DIRECTORY = 16 << 20
TAIL = 65_557
ENCRYPTED, HAS_DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
LONGEST_DESCRIPTOR = 24
LOCAL_HEADER = 30
CRC_FAILED = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError)


def zip_members(path: Path) -> Iterator[Member]:
    """Every member that is not a folder, in the order of the directory.

    Raises:
        FileRejected: DQ-FIL-030 when the file is no whole ZIP, DQ-FIL-036 when it has too many members.
    """
    _require_small_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise over_limit(f"超过 {MAX_MEMBERS} 个成员", f"more than {MAX_MEMBERS} members")
            covered = _covered_twice(path, archive)
            names = Counter(_key(info) for info in infos)
            for info in infos:
                if not _is_folder(info):
                    yield _member(archive, info, info in covered, names[_key(info)])
    except (zipfile.BadZipFile, struct.error, UnicodeDecodeError) as error:
        raise damaged_archive(str(error)) from error


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """By the name as it stands: zipfile cuts it at NUL, which would hide a member behind a folder's name."""
    return info.orig_filename.endswith(("/", "\\")) and info.file_size == 0


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, is_covered: bool, same: int) -> Member:
    label = shown(_raw_name(info))
    try:
        parts = safe_parts(_name(info))
        label = shown("/".join(parts))
        _require_plain(info, is_covered, same)
    except FileRejected as rejected:
        return Member(label, (), refuse(rejected))
    return Member(label, parts, lambda: _content(archive, info))


def _require_plain(info: zipfile.ZipInfo, is_covered: bool, same: int) -> None:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise FileRejected(Rule.MEMBER_KIND, "是链接或设备，不是文件 | A link or device, not a file")
    if same > 1:
        raise FileRejected(
            Rule.MEMBER_TWICE, "压缩包内有同名成员 | The archive holds several members of this name"
        )
    if info.flag_bits & ENCRYPTED:
        raise FileRejected(Rule.MEMBER_LOCKED, "成员已加密 | The member is encrypted")
    if is_covered:
        raise _damaged("与其他成员重叠", "overlaps another member")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as content:
            yield from pieces(content)
    except CRC_FAILED as error:
        raise _damaged(str(error), f"is damaged: {error}") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(str(error), f"is damaged: {error}") from error  # bz2 says it this way


def _damaged(zh: str, en: str) -> FileRejected:
    return FileRejected(Rule.MEMBER_DAMAGED, f"压缩包成员损坏：{zh} | The archive's member {en}")


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The name's bytes; zipfile has decoded them as UTF-8 or, unmarked, as code page 437."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & UTF8 else "cp437")


def _name(info: zipfile.ZipInfo) -> str:
    return decoded(_raw_name(info), is_utf8=bool(info.flag_bits & UTF8))


def _key(info: zipfile.ZipInfo) -> str:
    """What two members of one name share, also on systems that ignore case or write `\\`."""
    try:
        return "/".join(safe_parts(_name(info))).casefold()
    except FileRejected:
        return f"\0{info.header_offset}"


def _require_small_directory(path: Path) -> None:
    """Reads the end of the file only; the directory is not read before it is known to be small."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = file.seek(max(0, size - TAIL))
        tail = file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or at + 22 > len(tail):
            raise damaged_archive("no end of directory")
        directory, _, comment = struct.unpack_from("<LLH", tail, at + 12)
        if start + at + 22 + comment != size:
            raise damaged_archive("bytes after its end")
        if directory == 0xFFFFFFFF and tail[at - 20 : at - 16] == b"PK\6\7":
            file.seek(struct.unpack_from("<Q", tail, at - 12)[0] + 40)
            (directory,) = struct.unpack("<Q", file.read(8))
    if directory > MAX_DIRECTORY:
        raise over_limit(f"目录超过 {MAX_DIRECTORY} 字节", f"a directory above {MAX_DIRECTORY} bytes")


def _covered_twice(path: Path, archive: zipfile.ZipFile) -> set[zipfile.ZipInfo]:
    """Members that share bytes with another; bytes no member accounts for make the archive damaged."""
    covered: set[zipfile.ZipInfo] = set()
    end, last = 0, None
    with path.open("rb") as file:
        for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
            slack = LONGEST_DESCRIPTOR if last and last.flag_bits & HAS_DESCRIPTOR else 0
            if info.header_offset < end and last:
                covered |= {info, last}
            elif info.header_offset > end + slack:
                raise damaged_archive(f"{info.header_offset - end} bytes no member accounts for")
            content_end = _content_begin(file, info) + info.compress_size
            if content_end >= end:
                end, last = content_end, info
    slack = LONGEST_DESCRIPTOR if last and last.flag_bits & HAS_DESCRIPTOR else 0
    if archive.start_dir > end + slack:
        raise damaged_archive(f"{archive.start_dir - end} bytes no member accounts for")
    return covered


def _content_begin(file: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: behind its own header, whose length the directory does not tell."""
    file.seek(info.header_offset)
    header = file.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or not header.startswith(b"PK\3\4"):
        raise damaged_archive(f"no member at {info.header_offset}")
    name, extra = struct.unpack_from("<HH", header, 26)
    return info.header_offset + LOCAL_HEADER + int(name) + int(extra)
