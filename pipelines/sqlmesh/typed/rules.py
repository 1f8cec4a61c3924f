"""Rules that typing can state about a cell or a row: stable id, what it means, in both languages."""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "DQ-REQ-001": "必填值缺失 | required value missing",
    "DQ-TYP-001": "不是数字 | not a number",
    "DQ-TYP-002": "不是约定格式的日期 | not a date in the declared formats",
    "DQ-TYP-003": "不是约定格式的时间 | not a timestamp in the declared formats",
    "DQ-TYP-004": "不是是/否值 | not a boolean",
    "DQ-TYP-005": "逗号是千分位还是小数点无法判断 | thousands separator or decimal comma, it cannot be told",
    "DQ-TYP-006": "小数位多于契约类型所能容纳 | more decimals than the contract's type holds",
    "DQ-TYP-007": "夏令时开始时跳过的当地时间 | local time that never struck, summer time began",
    "DQ-TYP-008": "夏令时结束时重复的当地时间 | local time that struck twice, summer time ended",
    "DQ-ENU-001": "未知代码 | unknown code",
    "DQ-PAT-001": "不符合约定的写法 | does not match the declared pattern",
    "DQ-IDN-001": "标识被电子表格改写 | identifier rewritten by a spreadsheet",
    "DQ-IDN-002": "标识被截为15位有效数字 | identifier cut to 15 digits",
    "DQ-UDI-001": "GTIN 校验位错误 | GTIN check digit wrong",
    "DQ-SUP-001": "统一社会信用代码校验位错误 | USCC check digit wrong",
    "DQ-TST-001": "演示或测试记录 | demo or test record",
    "DQ-KEY-001": "主键重复，已并入保留行 | duplicate key, merged into the surviving row",
    "DQ-QUA-001": "记录已更正，由更正后的记录代替 | record corrected; its correction stands in its place",
    "DQ-QUA-002": "记录经确认不采用 | record confirmed as not wanted",
    "DQ-QUA-003": "记录是对隔离记录的更正 | record is the correction of a quarantined one",
    "DQ-DEL-001": "源系统已删除该记录，主键停用 | deleted at the source, its key retired",
    "RP-TXT-001": "去掉电子表格文本标记 | spreadsheet text marker removed",
    "RP-TXT-002": "全角转半角 | full-width to half-width",
    "RP-TXT-003": "去掉首尾空白 | blanks at the ends removed",
    "RP-TXT-004": "去掉控制字符 | control characters removed",
    "RP-NUM-001": "数字写法还原 | number notation normalised",
    "RP-DAT-001": "电子表格日期序号还原 | spreadsheet day number turned into a date",
    "RP-IDN-001": "补回 GTIN 首位 0 | leading zero of the GTIN restored",
    "RP-IDN-002": "去掉 .0 后缀 | suffix .0 removed",
    "RP-LOT-001": "灭菌批从生产批中分离 | sterilisation lot separated from the production lot",
    "RP-NUL-001": "占位值视为空 | placeholder read as no value",
}

# Rules without which there is no value to pass on; a person can correct such a record, not wave it through.
NOT_ACCEPTABLE = frozenset(
    {
        "DQ-REQ-001",
        *(f"DQ-TYP-00{n}" for n in (1, 2, 3, 4, 5, 7, 8)),
    }
)

_ASK = (
    "核对原始单据后更正，或请数据源更正 | Correct it from the source document, or have the source correct it"
)
_RETYPE = "从原始单据重新录入完整编码 | Enter the whole code again from the source document"
# What a person does about a rule that keeps a record out.
TYPING_REMEDIES: Mapping[str, str] = {
    "DQ-REQ-001": _ASK,
    "DQ-TYP-001": _ASK,
    "DQ-TYP-002": _ASK,
    "DQ-TYP-003": _ASK,
    "DQ-TYP-004": _ASK,
    "DQ-TYP-005": _ASK,
    "DQ-TYP-006": (
        "需要这些小数位时扩大契约中的类型，否则可放行（取舍入值） | "
        "Widen the type in the contract when the digits matter; accept it to take the rounded value"
    ),
    "DQ-TYP-007": _ASK,
    "DQ-TYP-008": (
        "在原始记录上查明是夏令时还是冬令时，更正为不重复的时间；宜请数据源随时间给出时差 | "
        "Find out on the original record whether it was summer or winter time and correct it; "
        "best have the source send the offset with the time"
    ),
    "DQ-ENU-001": (
        "更正代码；若为新代码，在契约的 values 与 mapping 中补上 | "
        "Correct the code; if it is a new one, add it to values and mapping of the contract"
    ),
    "DQ-PAT-001": "更正写法；确属例外可放行 | Correct the text; accept it when it is a true exception",
    "DQ-IDN-001": _RETYPE,
    "DQ-IDN-002": _RETYPE,
    "DQ-UDI-001": "对照标签核对 GTIN 后更正 | Compare the GTIN with the label and correct it",
    "DQ-SUP-001": (
        "对照营业执照核对信用代码后更正 | Compare the credit code with the business licence and correct it"
    ),
    "DQ-TST-001": (
        "确为测试数据则不采用；名称像测试的真实记录可放行 | "
        "Reject test data; accept a real record that only sounds like a test"
    ),
}
