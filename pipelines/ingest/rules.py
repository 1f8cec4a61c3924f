"""Rules a landing file or a record in it can break, and what a person does about each.

Rule ids are stable: they stand in medlake__load, medlake__quarantine, reports and tests.
"""

from enum import StrEnum


class Rule(StrEnum):
    """Stable ids of the admission and record rules."""

    NO_CONTRACT = "DQ-FIL-001"
    UNREADABLE = "DQ-FIL-002"
    HEADER = "DQ-FIL-003"
    EMPTY = "DQ-FIL-004"
    CHANGED = "DQ-FIL-005"
    FIELD_COUNT = "DQ-REC-001"
    UNPARSABLE = "DQ-REC-002"
    REPLACED_TEXT = "DQ-REC-003"


REMEDIES: dict[Rule, str] = {
    Rule.NO_CONTRACT: (
        "为该文件编写契约，或把它移出投放区 | Write a contract for the file, or move it out of the drop zone"
    ),
    Rule.UNREADABLE: (
        "请数据源重新导出并投放；若编码有变，先更新契约 | "
        "Ask the source for a new export; if the encoding changed, update the contract first"
    ),
    Rule.HEADER: (
        "与数据源确认列的变化，更新契约及其版本号，下次运行自动重试 | "
        "Settle the change with the source, update the contract and its version; the next run retries"
    ),
    Rule.EMPTY: (
        "确认数据源当期确无数据，或重新导出 | Confirm that the source had nothing to say, or export again"
    ),
    Rule.CHANGED: (
        "等待写入完成，下次运行自动重试；建议先写临时名再改名 | "
        "Wait for the writer; the next run retries. Better: write under a temporary name, then rename"
    ),
    Rule.FIELD_COUNT: (
        "在隔离区查看原文，请数据源更正后投放新文件 | "
        "See the raw text in quarantine; have the source send a correction"
    ),
    Rule.UNPARSABLE: (
        "在隔离区查看原文，请数据源更正后投放新文件 | "
        "See the raw text in quarantine; have the source send a correction"
    ),
    Rule.REPLACED_TEXT: (
        "文本在到达之前已损坏，请数据源按正确编码重新导出 | "
        "The text was damaged before it came here; have the source export it again in the right encoding"
    ),
}
