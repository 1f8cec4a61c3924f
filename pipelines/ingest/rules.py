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
    ARCHIVE = "DQ-FIL-030"
    MEMBER_NAME = "DQ-FIL-031"
    MEMBER_TWICE = "DQ-FIL-032"
    MEMBER_KIND = "DQ-FIL-033"
    MEMBER_LOCKED = "DQ-FIL-034"
    MEMBER_DAMAGED = "DQ-FIL-035"
    ARCHIVE_LIMIT = "DQ-FIL-036"
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
    Rule.ARCHIVE: (
        "请数据源重新打包并投放；不完整的压缩包一个成员也不取 | "
        "Have the source pack and send it again; nothing is taken from an archive that is not whole"
    ),
    Rule.MEMBER_NAME: (
        "请数据源以相对路径、UTF-8 或 GBK 文件名重新打包；其余成员照常入库 | "
        "Have the source pack it again with relative names in UTF-8 or GBK; the other members are taken"
    ),
    Rule.MEMBER_TWICE: (
        "请数据源只保留一个该名称的成员 | Have the source keep one member of this name; neither was taken"
    ),
    Rule.MEMBER_KIND: "请数据源打包文件本身，而非链接 | Have the source pack the file itself, not a link",
    Rule.MEMBER_LOCKED: (
        "请数据源去掉密码、用普通压缩方式重新打包 | Have the source pack it again without a password"
    ),
    Rule.MEMBER_DAMAGED: (
        "请数据源重新打包该成员；其余成员照常入库 | "
        "Have the source pack this member again; the others are taken"
    ),
    Rule.ARCHIVE_LIMIT: (
        "请数据源拆成多个压缩包；若内容确实如此，直接投放解压后的文件 | "
        "Have the source split it; if it is honest, deliver its files unpacked"
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
