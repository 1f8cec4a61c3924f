"""Which reader takes which contract.

original (named by its hash) + the name it came with + contract -> Parsed. The engines never see a foreign
name.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from pipelines.ingest.readers.csv_gate import MAX_BAD
from pipelines.ingest.readers.csv_reader import read_csv
from pipelines.ingest.readers.jsonl_reader import read_jsonl
from pipelines.ingest.readers.kind import require_kind
from pipelines.ingest.readers.parquet_reader import read_parquet
from pipelines.ingest.readers.plain import open_plain
from pipelines.ingest.readers.xlsx_reader import read_xlsx
from pipelines.ingest.readers.xml_reader import read_xml
from pipelines.ingest.records import Chunk, FileRejected, Parsed
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract


def open_original(original: Path, name: str, contract: Contract, scratch: Path) -> Parsed:
    """Opens a kept original as its contract says.

    Args:
        original: The admitted file.
        name: The name it came with; only its `.gz` ending matters here.
        contract: What it must hold.
        scratch: Folder for temporary files.

    Raises:
        FileRejected: The file as a whole cannot be taken.
    """
    plain = open_plain(original, name, scratch)
    require_kind(plain, contract.format, contract.encodings)
    parsed = _read(plain, contract, scratch)
    return replace(parsed, chunks=_within_bounds(parsed.chunks))


def _within_bounds(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The chunks of a file whose broken records are few enough to be worked one by one."""
    seen = broken = 0
    for chunk in chunks:
        seen += chunk.rows.height + len(chunk.bad)
        broken += len(chunk.bad)
        if broken >= MAX_BAD:
            raise FileRejected(
                Rule.MOSTLY_BROKEN,
                f"前 {seen} 条记录中至少 {broken} 条有误 | "
                f"At least {broken} of the first {seen} records are broken",
                seen,
            )
        yield chunk


def _read(plain: IO[bytes], contract: Contract, scratch: Path) -> Parsed:
    match contract.format:
        case "csv":
            return read_csv(plain, contract, scratch)
        case "jsonl":
            return read_jsonl(plain, contract, scratch)
        case "xlsx":
            return read_xlsx(plain, contract)
        case "xml":
            return read_xml(plain, contract)
        case "epcis":
            # Its validator builds a grammar of addresses when imported: a second that no other format needs.
            from pipelines.ingest.readers.epcis_reader import read_epcis

            return read_epcis(plain, contract)
        case "parquet":
            return read_parquet(plain, contract)
    raise ValueError(f"contract {contract.id}: no reader for format {contract.format}")
