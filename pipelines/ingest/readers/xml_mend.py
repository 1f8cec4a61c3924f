"""Makes UTF-8 XML readable that registers publish with bare `&` and control characters, losing nothing.

bytes -> `&` that begins no reference becomes `&amp;`; a control character, or a reference to one, becomes a
stand-in -> parser -> restored() gives the text as it came, control characters included.
What to do about them is typing's to say (repair `control`). Sections of CDATA keep their `&`.
"""

import re
from dataclasses import dataclass
from typing import IO

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
REFERENCE = re.compile(rb"&#(?:x0*(1?[0-9A-Fa-f])|0*([0-9]{1,2}));")
CDATA, CDATA_END = b"<![CDATA[", b"]]>"
# U+FDD0 to U+FDEF are no characters: no text may hold them, and XML 1.0 lets them through.
STAND_INS = {0xFDD0 + code: chr(code) for code in range(32)}
STAND_IN = re.compile(rb"\xef\xb7[\x90-\xaf]")
WHITE = frozenset({0x9, 0xA, 0xD})
LONGEST_TOKEN = 16


@dataclass
class MendedXml:
    """A stream for the parser; counts what it mended."""

    plain: IO[bytes]
    piece: int = 1 << 20
    bare: int = 0
    controls: int = 0
    carry: bytes = b""
    is_cdata: bool = False

    def read(self, size: int = -1) -> bytes:
        """The next piece, of about the size of the source's; empty at the end."""
        while True:
            piece = self.plain.read(max(size, self.piece))
            block = self.carry + piece
            cut = _cut(block) if piece else len(block)
            block, self.carry = block[:cut], block[cut:]
            if block or not piece:
                return self._mend(block)

    def notes(self) -> list[str]:
        """What was mended, Chinese | English; nothing when nothing was."""
        zh = f"{self.bare} 处裸 &、{self.controls} 处控制字符按字面读取"
        en = f"{self.bare} bare & and {self.controls} control characters read as they stand"
        return [f"{zh} | {en}"] if self.bare or self.controls else []

    def restored(self, text: str) -> str:
        """A text of the parser as it came."""
        return text.translate(STAND_INS) if self.controls else text

    def _mend(self, block: bytes) -> bytes:
        if STAND_IN.search(block):
            raise FileRejected(
                Rule.UNREADABLE, "含非字符 U+FDD0–U+FDEF | Holds noncharacters U+FDD0 to U+FDEF"
            )
        out = []
        while block:
            mark = CDATA_END if self.is_cdata else CDATA
            part, found, block = block.partition(mark)
            out.append(self._controls(part if self.is_cdata else self._references(part)))
            out.append(found)
            self.is_cdata ^= bool(found)
        return b"".join(out)

    def _references(self, text: bytes) -> bytes:
        if b"&" not in text:
            return text
        text = REFERENCE.sub(_as_character, text)
        text, count = BARE.subn(b"&amp;", text)
        self.bare += count
        return text

    def _controls(self, text: bytes) -> bytes:
        text, count = CONTROL.subn(lambda found: chr(0xFDD0 + found[0][0]).encode(), text)
        self.controls += count
        return text


def _as_character(reference: re.Match[bytes]) -> bytes:
    """A reference to a control character as that character; any other as it stands."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return bytes([code]) if code < 32 and code not in WHITE else reference[0]


def _cut(block: bytes) -> int:
    """Where a block may end without cutting a reference or the sign of a CDATA section."""
    tail = max(0, len(block) - LONGEST_TOKEN)
    starts = [at for sign in (b"&", b"<", b"]") if (at := block.find(sign, tail)) >= 0]
    cut = min(starts, default=len(block))
    while 0 < cut < len(block) and block[cut - 1 : cut] == b"]":
        cut -= 1
    return cut
