"""Names of archive members: decoded, and refused when they could mean another place or another file.

bytes of the name -> UTF-8 when the archive says so, else UTF-8 or GB18030 by strict decoding -> parts of a
relative path. Members are never written under these names; they only decide which contract claims them.
"""

import re
import unicodedata

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

MAX_NAME = 1024
ENCODINGS = ("utf-8", "gb18030")
DRIVE = re.compile(r"[A-Za-z]:")


def decoded(name: bytes, *, is_utf8: bool) -> str:
    """Text of a member's name; Chinese Windows writes GBK without saying so.

    Raises:
        FileRejected: DQ-FIL-031 when no encoding fits.
    """
    for encoding in ENCODINGS[:1] if is_utf8 else ENCODINGS:
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused("无法解码", "cannot be decoded")


def safe_parts(name: str) -> tuple[str, ...]:
    """Folders and file name of a member, `\\` read as a separator and `.` left out.

    Raises:
        FileRejected: DQ-FIL-031 for absolute names, `..`, empty parts, control characters, overlong names.
    """
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part != ".")
    if not name or len(name) > MAX_NAME:
        raise _refused("为空或过长", "is empty or too long")
    if path.startswith("/") or DRIVE.match(path):
        raise _refused("是绝对路径", "is absolute")
    if ".." in parts:
        raise _refused("含 ..，指向压缩包之外", "holds .. and points outside the archive")
    if not parts or "" in parts:
        raise _refused("含空的路径段", "has an empty part")
    if any(unicodedata.category(char) in {"Cc", "Cs"} or char == "\ufffd" for char in path):
        raise _refused("含控制字符或损坏的字符", "holds control or damaged characters")
    return parts


def shown(name: str | bytes) -> str:
    """A member's name for people: one line, bounded, without the sign that parts archive and member."""
    text = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
    plain = "".join(
        char if unicodedata.category(char) not in {"Cc", "Cs"} else f"\\x{ord(char):02x}" for char in text
    )
    return plain.replace("!", "%21")[:MAX_NAME]


def _refused(zh: str, en: str) -> FileRejected:
    return FileRejected(Rule.MEMBER_NAME, f"压缩包成员名{zh} | The name of the archive's member {en}")
