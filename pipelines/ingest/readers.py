"""Which reader takes which contract.

original (named by its hash) + the name it came with + contract -> Parsed. The engines never see a foreign
name.
"""

from pathlib import Path

from pipelines.ingest.csv_reader import read_csv
from pipelines.ingest.jsonl_reader import read_jsonl
from pipelines.ingest.parquet_reader import read_parquet
from pipelines.ingest.plain import open_plain
from pipelines.ingest.records import Parsed
from pipelines.ingest.xlsx_reader import read_xlsx
from pipelines.ingest.xml_reader import read_xml
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
    match contract.format:
        case "csv":
            return read_csv(plain, contract, scratch)
        case "jsonl":
            return read_jsonl(plain, contract, scratch)
        case "xlsx":
            return read_xlsx(plain, contract)
        case "xml":
            return read_xml(plain, contract)
        case "parquet":
            return read_parquet(plain, contract)
    raise ValueError(f"contract {contract.id}: no reader for format {contract.format}")
