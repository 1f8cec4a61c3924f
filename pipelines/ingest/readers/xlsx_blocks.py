"""Gives the cells of one sheet in blocks of rows, so that a large sheet is never held whole.

workbook -> sheet's XML, unpacked piece by piece -> cut behind whole rows -> each piece a small workbook with
the styles of the large one -> python-calamine -> cells.
What a cell means is calamine's to say, for small sheets and large ones alike; shared texts are looked up
here, as a piece does not carry them. A sheet that is written in an unusual way is read whole.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, WorksheetNotFound

from pipelines.ingest.readers.plain import MAX_RATIO, RATIO_FREE
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

# Below this a sheet is read whole, which is quicker.
LARGE = 16 << 20
PIECE = 4 << 20
# Cells between the first and the last of a sheet or block, empty ones too: calamine keeps a place for each.
MAX_CELLS = 20_000_000
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED, STYLES, TYPES = "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"
ROOT_LINKS = "_rels/.rels"
# A shared text is named by number; in a piece the number is marked by a noncharacter that no text holds.
SHARED_CELL = re.compile(rb'(<c\b[^<>]*?\st=")s("[^<>]*>\s*<v>)(\d+)(</v>)')
SHARED_SIGN = re.compile(rb"""<c\b[^<>]*?\st=["']s["']""")
MARK = "\ufdd0"
ROW = re.compile(rb'<row\b[^<>]*?\sr="(\d+)"')
CELL = re.compile(rb"""<c\b[^<>]*?\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
LONGEST_NAME = 256
SHEETS = "xl/worksheets/"
# What damaged bytes raise: zipfile has more than its own error for what a turned bit does.
DAMAGE = (
    CalamineError,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)
END = b"</sheetData></worksheet>"

Cells = list[list[Any]]


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet; `first` is the place of the first one, from 0."""

    first: int
    rows: Cells


def sheet_blocks(plain: IO[bytes], sheet: str) -> Iterator[Block]:
    """All rows of a sheet, in order, blank ones between them included or skipped.

    Raises:
        FileRejected: No workbook, a bomb, or no such sheet.
    """
    try:
        with zipfile.ZipFile(plain) as book:
            _refuse_bomb(book)
            part = _part_of(book, sheet)
            if part and book.getinfo(part).file_size >= LARGE and (head := _head(book, part)):
                yield from _Pieces(book, part, sheet, head).blocks()
                return
            _require_area(book, [part] if part else [n for n in book.namelist() if n.startswith(SHEETS)])
        plain.seek(0)
        yield Block(0, _cells(plain, sheet, skip_empty_area=False)[1])
    except WorksheetNotFound as error:
        raise FileRejected(Rule.HEADER, f"没有工作表 {sheet} | The workbook has no sheet {sheet}") from error
    except DAMAGE as error:
        raise FileRejected(
            Rule.UNREADABLE, f"不是完整的工作簿：{error} | Not a whole workbook: {error}"
        ) from error


@dataclass
class _Pieces:
    """A large sheet on its way through calamine, piece by piece."""

    book: zipfile.ZipFile
    part: str
    sheet: str
    head: bytes

    def __post_init__(self) -> None:
        names = set(self.book.namelist())
        parts = (TYPES, ROOT_LINKS, *_book_parts(self.book), STYLES)
        self.frame = {name: self.book.read(name) for name in parts if name in names}
        self.shared = self._shared_texts() if SHARED in names else []

    def blocks(self) -> Iterator[Block]:
        """Blocks of whole rows; the tail behind the last row must end the sheet."""
        carry, after = b"", 0
        with self.book.open(self.part) as content:
            content.read(len(self.head))
            while piece := content.read(PIECE):
                carry += piece
                cut = carry.rfind(b"</row>") + len(b"</row>")
                if cut >= len(b"</row>"):
                    block, after = self._block(carry[:cut], after)
                    carry = carry[cut:]
                    yield block
        etree.fromstring(self.head + carry)

    def _block(self, rows: bytes, after: int) -> tuple[Block, int]:
        """The cells of whole rows, and the number of the last row."""
        numbers = [int(number) for number in ROW.findall(rows)]
        if len(numbers) != rows.count(b"<row") or numbers != sorted(set(numbers)) or numbers[0] <= after:
            raise _unusual("行号缺失或乱序", "rows lack numbers or are out of order")
        if MARK.encode() in rows:
            raise _unusual("含非字符 U+FDD0", "holds the noncharacter U+FDD0")
        marked, count = SHARED_CELL.subn(rb"\1str\2" + MARK.encode() + rb"\3\4", rows)
        if count != len(SHARED_SIGN.findall(rows)):
            raise _unusual("共享文本写法不合常规", "names shared texts in an unusual way")
        _require_small(_Corners().extended(rows))
        sheet = self.head + marked + END
        _Strict().parser().feed(sheet)
        small = self._small({self.part: sheet})
        first, cells = _cells(small, self.sheet, skip_empty_area=True)
        return Block(first, [[self._restored(cell) for cell in row] for row in cells]), numbers[-1]

    def _restored(self, cell: Any) -> Any:
        if not (isinstance(cell, str) and cell.startswith(MARK)):
            return cell
        number = int(cell[1:])
        if number >= len(self.shared):
            raise _unusual(f"没有第 {number} 个共享文本", f"has no shared text {number}")
        return self.shared[number]

    def _shared_texts(self) -> list[str]:
        """All shared texts, read by calamine from a workbook that uses each of them once."""
        texts = self.book.read(SHARED)
        count = len(re.findall(rb"<si\b", texts))
        rows = (f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(count))
        sheet = (
            b"<worksheet xmlns=" + quoteattr(MAIN).encode() + b"><sheetData>" + "".join(rows).encode() + END
        )
        small = self._small({SHARED: texts, self.part: sheet})
        return [str(row[0]) for row in _cells(small, self.sheet, skip_empty_area=False)[1]]

    def _small(self, parts: dict[str, bytes]) -> IO[bytes]:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as small:
            for name, content in (self.frame | parts).items():
                small.writestr(name, content)
        out.seek(0)
        return out


def _cells(workbook: IO[bytes], sheet: str, *, skip_empty_area: bool) -> tuple[int, Cells]:
    """The place of the first row, and the rows, their cells from the sheet's first column on."""
    found = CalamineWorkbook.from_filelike(workbook).get_sheet_by_name(sheet)
    rows = _to_python(found, skip_empty_area=skip_empty_area)
    if not skip_empty_area or found.start is None:
        return 0, rows
    row, column = found.start
    return row, [[""] * column + cells for cells in rows] if column else rows


@dataclass(frozen=True)
class _Corners:
    """The area that the named cells of a sheet span; calamine ends the process when it cannot hold it."""

    top: int = 1 << 30
    bottom: int = 0
    right: int = 0

    def extended(self, xml: bytes) -> "_Corners":
        found = CELL.findall(xml)
        if not found:
            return self
        rows = {int(number) for number in {number for _, number in found}}
        columns = (_column(letters) for letters in {letters for letters, _ in found})
        return _Corners(min(self.top, *rows), max(self.bottom, *rows), max(self.right, *columns))


def _require_area(book: zipfile.ZipFile, parts: list[str]) -> None:
    for part in parts:
        corners, carry, strict = _Corners(), b"", _Strict().parser()
        with book.open(part) as content:
            while piece := content.read(PIECE):
                strict.feed(piece)
                corners, carry = corners.extended(carry + piece), piece[-LONGEST_NAME:]
        strict.close()
        _require_small(corners)


class _Strict:
    """Takes XML and keeps nothing of it: calamine lets tags pass that do not close."""

    def close(self) -> None:
        """The end of the document."""

    def parser(self) -> etree.XMLParser:
        """A parser that raises XMLSyntaxError and does nothing else."""
        return etree.XMLParser(
            target=self,  # type: ignore[arg-type]  # the stubs ask for methods that lxml does not need
            resolve_entities=False,
            no_network=True,
            huge_tree=True,
        )


def _require_small(corners: _Corners) -> None:
    if corners.right * (corners.bottom - corners.top + 1) > MAX_CELLS:
        raise FileRejected(
            Rule.BOMB,
            f"首末单元格之间超过 {MAX_CELLS} 格 | More than {MAX_CELLS} cells between first and last",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unusual(zh: str, en: str) -> FileRejected:
    return FileRejected(Rule.UNREADABLE, f"工作表{zh} | The sheet {en}")


def _to_python(found: CalamineSheet, *, skip_empty_area: bool) -> Cells:
    try:
        return found.to_python(skip_empty_area=skip_empty_area)
    except BaseException as error:
        # A date cell beyond any calendar: an overflow, or a panic of Rust, which is no Exception.
        if not (isinstance(error, OverflowError) or type(error).__name__ == "PanicException"):
            raise
        raise _unusual(f"含无法解释的单元格：{error}", f"holds a cell that means nothing: {error}") from error


def _head(book: zipfile.ZipFile, part: str) -> bytes | None:
    """The sheet up to its first row; None when it is not written in the usual words."""
    with book.open(part) as content:
        start = content.read(64 << 10)
    data, first = start.find(b"<sheetData>"), start.find(b"<row")
    usual = 0 < data < first and b"<worksheet" in start[:data] and b"UTF-16" not in start[:200].upper()
    return start[:first] if usual else None


def _part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Where a sheet's XML lies; None when there is no such sheet, or the workbook says it oddly."""
    path, links = _book_parts(book)
    targets = {link.get("Id"): str(link.get("Target")) for link in _all(book, links, "Relationship")}
    named = [found for found in _all(book, path, "sheet") if found.get("name") == sheet]
    ids = [str(value) for found in named for key, value in found.items() if str(key).endswith("}id")]
    target = targets.get(ids[0], "") if ids else ""
    part = target[1:] if target.startswith("/") else f"{path.rpartition('/')[0]}/{target}"
    return part if part in book.namelist() else None


def _book_parts(book: zipfile.ZipFile) -> tuple[str, str]:
    """Where the workbook's own XML lies, and its list of parts."""
    for link in _all(book, ROOT_LINKS, "Relationship"):
        if str(link.get("Type")).endswith("/officeDocument"):
            path = str(link.get("Target")).removeprefix("/")
            folder, _, name = path.rpartition("/")
            return path, f"{folder}/_rels/{name}.rels"
    raise zipfile.BadZipFile("no workbook in it")


def _all(book: zipfile.ZipFile, part: str, name: str) -> list[etree._Element]:
    try:
        return list(etree.fromstring(book.read(part)).iter("{*}" + name))
    except KeyError as error:
        raise zipfile.BadZipFile(f"no part {part}") from error


def _refuse_bomb(book: zipfile.ZipFile) -> None:
    infos = book.infolist()
    size, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    if size > max(RATIO_FREE, packed * MAX_RATIO):
        raise FileRejected(
            Rule.BOMB, f"解压超过 {MAX_RATIO} 倍 | Unpacks to more than {MAX_RATIO} times its size"
        )
