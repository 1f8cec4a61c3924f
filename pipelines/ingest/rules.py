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
    WRONG_KIND = "DQ-FIL-010"
    NUL_FILLED = "DQ-FIL-011"
    GIANT_LINE = "DQ-FIL-012"
    WIDE_TEXT = "DQ-FIL-013"
    LOSSY_TEXT = "DQ-FIL-014"
    BOMB = "DQ-FIL-015"
    TWO_TABLES = "DQ-FIL-016"
    MOSTLY_BROKEN = "DQ-FIL-017"
    ARCHIVE = "DQ-FIL-030"
    MEMBER_NAME = "DQ-FIL-031"
    MEMBER_TWICE = "DQ-FIL-032"
    MEMBER_KIND = "DQ-FIL-033"
    MEMBER_LOCKED = "DQ-FIL-034"
    MEMBER_DAMAGED = "DQ-FIL-035"
    ARCHIVE_LIMIT = "DQ-FIL-036"
    SOURCE_UNREACHABLE = "DQ-SRC-001"
    SOURCE_BROKE = "DQ-SRC-002"
    SOURCE_SHAPE = "DQ-SRC-003"
    SOURCE_STATE = "DQ-SRC-004"
    SOURCE_UNSET = "DQ-SRC-005"
    DRIFT = "DQ-FIL-020"
    RETYPED = "DQ-FIL-021"
    FIELD_COUNT = "DQ-REC-001"
    UNPARSABLE = "DQ-REC-002"
    NUL = "DQ-REC-003"
    CONTROLS = "DQ-REC-004"
    BLANK = "DQ-REC-005"
    BEHIND_END = "DQ-REC-006"
    NO_EVENT = "DQ-REC-007"


# What happened at a moment rather than to a file: told at each run in which it happens.
EVENTS = frozenset(
    {
        Rule.CHANGED,
        Rule.SOURCE_UNREACHABLE,
        Rule.SOURCE_BROKE,
        Rule.SOURCE_SHAPE,
        Rule.SOURCE_STATE,
        Rule.SOURCE_UNSET,
    }
)

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
    Rule.SOURCE_UNREACHABLE: (
        "检查数据库服务、网络与账号；下次运行自动重试，其他来源不受影响 | "
        "Check server, network and account; the next run tries again, other sources are not held up"
    ),
    Rule.SOURCE_BROKE: (
        "本次未取任何数据，下次运行从同一位置重试；若重复出现，请数据库管理员查看 | "
        "Nothing was taken; the next run reads from the same point. If it recurs, ask the administrator"
    ),
    Rule.SOURCE_SHAPE: (
        "核对契约中的查询、主键与水位列 | Compare query, key and watermark of the contract with the database"
    ),
    Rule.SOURCE_STATE: (
        "从备份恢复该原件；缺少它无法判断变更与删除 | "
        "Restore the original from a backup; changes and deletions cannot be told without it"
    ),
    Rule.SOURCE_UNSET: (
        "按 docs/adding-a-source.md 设置连接变量 | Set the connection as docs/adding-a-source.md says"
    ),
    Rule.DRIFT: (
        "与数据源确认列的变化；更新契约及其版本号后，请数据源重新投放，或在隔离区逐条更正 | "
        "Settle the change with the source; update the contract and its version, then have the file sent "
        "again, or correct the records in quarantine"
    ),
    Rule.RETYPED: (
        "请数据源按契约的类型导出（编码类列须为文本）；确需变更时更新契约及其版本号 | "
        "Have the source export the contract's type (codes as text); if the change is meant, update the "
        "contract and its version"
    ),
    Rule.FIELD_COUNT: (
        "在隔离区查看原文并更正，或请数据源更正后投放新文件 | "
        "See the raw text in quarantine and correct it there, or have the source send a correction"
    ),
    Rule.UNPARSABLE: (
        "在隔离区查看原文并更正，或请数据源更正后投放新文件 | "
        "See the raw text in quarantine and correct it there, or have the source send a correction"
    ),
    Rule.NUL: (
        "在隔离区查看原文；NUL 多来自中断的写入，请数据源更正后投放新文件 | "
        "See the raw text in quarantine; NUL mostly comes from an interrupted write; have the source send a "
        "correction"
    ),
    Rule.CONTROLS: (
        "Windows-1252 文本曾被当作 Latin-1 读取；请数据源按正确编码更正后投放 | "
        "Windows-1252 text was read as Latin-1 on its way; have the source send it in the right encoding"
    ),
    Rule.BLANK: (
        "多为电子表格导出的空行；确认无内容即可 | "
        "Mostly blank rows of a spreadsheet; confirm that nothing is missing"
    ),
    Rule.BEHIND_END: (
        "多为合计、说明或第二张表；若确是数据，请数据源去掉其前的空行后投放 | "
        "Mostly totals, notes or a second table; if it is data, have the source take out the blank row above"
    ),
    Rule.NO_EVENT: (
        "请合作伙伴按 EPCIS 2.0 修正该事件后重发；同一事件再次发送不会重复 | "
        "Have the partner mend the event by EPCIS 2.0 and send it again; an event sent twice counts once"
    ),
    Rule.WRONG_KIND: (
        "查看文件内容（多为登录页、错误页或改错扩展名），请数据源按契约的格式重新导出 | "
        "Look at the file (often a login or error page, or a wrong extension) and have the source export it "
        "in the contract's format"
    ),
    Rule.NUL_FILLED: (
        "传输或写盘中断留下了空洞，请数据源重新投放 | "
        "An interrupted transfer or write left a hole; have the source send the file again"
    ),
    Rule.GIANT_LINE: (
        "检查行结束符与契约的 lineEnd 是否一致，或请数据源重新导出 | "
        "Check the line ends against lineEnd in the contract, or have the source export it again"
    ),
    Rule.WIDE_TEXT: (
        "请数据源导出为 UTF-8；若来源只能给 UTF-16，把它写进契约的 encoding | "
        "Have the source export UTF-8; if it can only give UTF-16, name that in the contract's encoding"
    ),
    Rule.LOSSY_TEXT: (
        "文本在到达之前已按错误编码转换过，损坏不止所见之处；请数据源按正确编码重新导出 | "
        "The text was converted in a wrong encoding before it came here, and more may be lost than shows; "
        "have the source export it again in the right encoding"
    ),
    Rule.BOMB: (
        "与数据源确认文件来历；确为正常数据时请拆分或不压缩投放 | "
        "Ask the source where the file comes from; if it is honest data, have it split or sent uncompressed"
    ),
    Rule.MOSTLY_BROKEN: (
        "对照契约检查分隔符、引号和编码；多为格式已变，而非个别记录出错 | "
        "Check delimiter, quotes and encoding against the contract; mostly the format changed, not records"
    ),
    Rule.TWO_TABLES: (
        "请数据源把两份导出分成两个文件投放 | Have the source send the two extracts as two files"
    ),
}
