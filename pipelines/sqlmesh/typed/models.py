"""What models/stg/typed.py declares: per contract its good rows, and one table of all findings."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.sqlmesh.typed.query import FINDING_COLUMNS, finding_query, good_columns, typing_query
from quality_rules.contract import Contract, load_contracts

PROVENANCE_COMMENTS = {
    "_file_sha256": "文件 | File of the source row",
    "_row": "记录号，从1起 | Record number in the file, 1-based",
}
FINDING_COMMENTS = {
    "rule_id": "Rule that speaks",
    "action": "quarantined, repaired, warned or merged",
    "source_table": "Contract of the source row",
    "file_sha256": "File of the source row",
    "row_no": "Record number in the file, 1-based",
    "column_name": "Column in house names",
    "before": "Text as it came",
    "after": "Text after the repair, or the surviving row as file:record",
    "message": "The rule in words, Chinese and English",
}


@dataclass(frozen=True)
class StgModel:
    """One generated model of layer stg; the digest changes with its typing rules."""

    name: str
    kind: str
    owner: str
    description: str
    columns: Mapping[str, str]
    comments: Mapping[str, str]
    grain: tuple[str, ...]
    sql: str
    typing_sha256: str


def stg_models() -> Iterator[StgModel]:
    """All generated stg models, from the contracts in the tree."""
    contracts = load_contracts()
    for contract in contracts.values():
        yield _good_rows(contract)
    yield StgModel(
        name="stg.finding",
        kind="FULL",
        owner="data_platform",
        description="What typing found: repairs with before and after, warnings, merged and kept-out rows.",
        columns=FINDING_COLUMNS,
        comments=FINDING_COMMENTS,
        grain=(),
        sql=f"SELECT {', '.join(FINDING_COLUMNS)} FROM typed.finding",
        typing_sha256=hashlib.sha256(finding_query(contracts).encode()).hexdigest(),
    )


def _good_rows(contract: Contract) -> StgModel:
    described = {column.name: f"{column.title_zh} | {column.title_en}" for column in contract.columns}
    columns = good_columns(contract)
    return StgModel(
        name=f"stg.{contract.id}",
        kind="VIEW",
        owner=contract.owner,
        description=f"{contract.description_zh} | {contract.description_en}",
        columns=columns,
        comments=described | PROVENANCE_COMMENTS,
        grain=contract.key,
        sql=f"SELECT {', '.join(columns)} FROM typed.{contract.id} WHERE _status = 'good'",
        typing_sha256=hashlib.sha256(typing_query(contract).encode()).hexdigest(),
    )
