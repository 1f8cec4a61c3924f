"""The Pollock corpus as cases: a polluted file, its clean twin, and the contract a person would write for it.

tgz -> Case(name, polluted bytes, contract terms, clean rows). The contract comes from the loading parameters
and the twin's header; nothing is learnt from the polluted bytes.
"""

import csv
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from quality_rules.contract_dialect import Framing

Row = tuple[str, ...]
FOLDERS = ("polluted_files", "survey_sample")


@dataclass(frozen=True)
class Terms:
    """What a contract says about one file; files with equal terms share a table."""

    delimiter: str
    encoding: str
    names: tuple[str, ...]
    has_header: bool
    framing: Framing


@dataclass(frozen=True)
class Case:
    """One file of the corpus."""

    folder: str
    name: str
    content: bytes
    twin: bytes
    parameters: dict[str, Any]

    @property
    def pollution(self) -> str:
        """The class of what was done to the file."""
        if self.folder != "polluted_files":
            return "survey"
        return re.sub(r"_?\d+(?:_col\d+)?(?:_0x20)?$|_col\d+$", "", self.name.removesuffix(".csv"))

    @cached_property
    def clean(self) -> list[Row]:
        """Records of the twin, less its header and blank lines; some leave out empty last fields."""
        rows = list(csv.reader(io.StringIO(self.twin.decode("utf-8-sig"), newline=""), strict=True))
        width = len(self.terms.names)
        return [(*row, *[""] * (width - len(row))) for row in rows[self._twin_has_header :] if row]

    @cached_property
    def _header(self) -> list[str]:
        rows = csv.reader(io.StringIO(self.twin.decode("utf-8-sig"), newline=""), strict=True)
        return next(rows, [])

    @property
    def _twin_has_header(self) -> bool:
        """Twins of files without a header mostly have one of their own: col_0, col_1."""
        names = [name.strip() for name in self._header]
        made_up = all(re.fullmatch(r"col_\d+", name) for name in names)
        return self._header_lines > 0 or made_up or names == self.parameters.get("column_names")

    @property
    def _header_lines(self) -> int:
        return int(self.parameters["header_lines"])

    def _lines_of(self, records: int) -> int:
        """Lines the first records take; a person sees in the file that a title runs over two of them."""
        if not records or self.folder != "survey_sample":
            return records
        quote = self.parameters["quotechar"] or None
        text = io.StringIO(self.content.decode(self.parameters["encoding"]), newline="")
        quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        rows = csv.reader(
            text, delimiter=self.parameters["delimiter"] or ",", quotechar=quote, quoting=quoting
        )
        for _ in range(records):
            next(rows)
        return rows.line_num

    @property
    def terms(self) -> Terms:
        """The contract of the file."""
        parameters, width = self.parameters, len(self._header) or 1
        above = int(parameters["preamble_lines"])
        names = tuple(self._header) if self._twin_has_header else ()
        by_name = self._header_lines == 1 and len(set(names)) == len(names) and all(names)
        if not by_name:
            # Several header lines, or names that are no names: the contract goes by position.
            above = self._lines_of(above + self._header_lines)
            names = tuple(f"column_{i}" for i in range(width))
        quote, escape = parameters["quotechar"], parameters["escapechar"]
        escape = escape if quote and escape not in {"", quote} else None
        end = "\r" if parameters["row_delimiter"] == "\r" else None
        framing = Framing(end, quote, escape, above)
        return Terms(parameters["delimiter"] or ",", parameters["encoding"], names, by_name, framing)


def read_cases(archive: Path) -> Iterator[Case]:
    """All files of the corpus with their twins and parameters, in the archive's order."""
    held: dict[tuple[str, str], dict[str, bytes]] = {}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            parts = Path(member.name).parts
            if not member.isfile() or len(parts) < 3 or parts[-3] not in FOLDERS:
                continue
            name = parts[-1].removesuffix("_parameters.json")
            found = held.setdefault((parts[-3], name), {})
            stream = tar.extractfile(member)
            assert stream is not None
            found[parts[-2]] = stream.read()
            if len(found) == 3:
                yield Case(parts[-3], name, found["csv"], found["clean"], json.loads(found["parameters"]))
