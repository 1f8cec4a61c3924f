"""Checks: what can be wrong with a cell, as SQL tests with their rules, in the order in which they speak."""

from master_data.sql_checks import credit_code_is_valid, gtin_is_valid
from pipelines.sqlmesh.typed.repairs import literal
from pipelines.sqlmesh.typed.values import TYPE_RULES, any_of, is_inexact, never_struck, struck_twice
from quality_rules.contract import Column, Contract
from quality_rules.contract_terms import version_parts

# 6.97574E+12 or 2.00E+05; a bare 2E05 is a lot people really write. 1月2日 is what became of lot 1-2.
REWRITTEN = "^([0-9]([.][0-9]+)?[Ee][+][0-9]+|[0-9][.][0-9]+[Ee][0-9]+)$"
REWRITTEN_LOT = "^[0-9]{1,2}月[0-9]{1,2}日$"
# 18 digits or more of which a spreadsheet kept 15.
CUT = "^[1-9][0-9]{14}0{3,}$"
# 1,234 or 0,500: a thousands separator or a decimal comma.
ONE_COMMA = "^[-(]?[0-9]{1,3},[0-9]{3}[-)]?$"
# Names that say they are no product or party: 测试物料, test, demo ... but not 泄漏测试仪, a leak tester.
TEST_NAME = "^(测试|演示)|(测试|演示)(数据|记录|物料|产品|供应商|客户)?$|^(test|demo)([^a-z]|$)"
TEST_CODE = "999999"

Check = tuple[str, str]


def quarantine_checks(contract: Contract, column: Column, text: str, value: str) -> list[Check]:
    """What keeps the row out: SQL tests with their rules, the first that holds speaks."""
    checks: list[Check] = []
    if column.required:
        checks.append((f"{text} IS NULL{_and_was_promised(column)}", "DQ-REQ-001"))
    if "sap-number" in column.repairs:
        checks.append(
            (f"STRPOS({text}, ',') > 0 AND REGEXP_MATCHES({text}, {literal(ONE_COMMA)})", "DQ-TYP-005")
        )
    if column.logical_type in TYPE_RULES:
        checks.append((f"{value} IS NULL AND NOT {text} IS NULL", TYPE_RULES[column.logical_type]))
    if column.logical_type == "number":
        checks.append((is_inexact(column, text), "DQ-TYP-006"))
    elif column.zone:
        checks.append((never_struck(column, text), "DQ-TYP-007"))
        checks.append((struck_twice(column, text), "DQ-TYP-008"))
    elif column.values and column.logical_type not in TYPE_RULES:
        checks.append((f"NOT {any_of(text, column.values)}", "DQ-ENU-001"))
    if column.pattern:
        checks.append((f"NOT REGEXP_MATCHES({text}, {literal(column.pattern)})", "DQ-PAT-001"))
    if column.semantic_severity == "quarantine":
        checks += _semantic(column, text)
    return checks + _test_record(contract, column, text)


def _and_was_promised(column: Column) -> str:
    """Files of a contract version without the column did not deliver it; that is not a missing value."""
    if column.since is None:
        return ""
    first = list(version_parts(column.since) or ())
    return f" AND NOT COALESCE(TRY_CAST(STRING_SPLIT(_contract_version, '.') AS INT[]) < {first}, FALSE)"


def warning_checks(column: Column, text: str) -> list[Check]:
    """Semantic rules of a column whose contract only warns."""
    return _semantic(column, text) if column.semantic_severity == "warn" else []


def _semantic(column: Column, text: str) -> list[Check]:
    # The letter is looked for first: a regular expression on every identifier would double the cost.
    rewritten = f"STRPOS(UPPER({text}), 'E') > 0 AND REGEXP_MATCHES({text}, {literal(REWRITTEN)})"
    checks = [(rewritten, "DQ-IDN-001")]
    if column.semantic in ("lot", "typed_lot", "identifier", "gtin"):
        cut = f"LENGTH({text}) >= 18 AND REGEXP_MATCHES({text}, {literal(CUT)})"
        checks.append((cut, "DQ-IDN-002"))
    if column.semantic in ("lot", "typed_lot"):
        month = f"STRPOS({text}, '月') > 0 AND REGEXP_MATCHES({text}, {literal(REWRITTEN_LOT)})"
        checks.append((month, "DQ-IDN-001"))
    if column.semantic == "gtin":
        checks.append((f"NOT {gtin_is_valid(text)}", "DQ-UDI-001"))
    if column.semantic == "uscc":
        valid = credit_code_is_valid(text)
        checks.append((f"REGEXP_MATCHES({text}, '^[0-9]{{15}}000$') AND NOT {valid}", "DQ-IDN-002"))
        checks.append((f"NOT {valid}", "DQ-SUP-001"))
    return checks


def _test_record(contract: Contract, column: Column, text: str) -> list[Check]:
    """Only master data is searched: 密封性测试 is a real operation and no one orders 999999 by chance."""
    if contract.domain != "master" or column.logical_type != "string":
        return []
    if column.name in contract.key and column.semantic == "identifier":
        return [(f"{text} = {literal(TEST_CODE)} OR STARTS_WITH(UPPER({text}), 'TEST')", "DQ-TST-001")]
    if "_name" in column.name:
        return [(f"REGEXP_MATCHES(LOWER({text}), {literal(TEST_NAME)})", "DQ-TST-001")]
    return []


def first_broken(checks: list[Check]) -> str:
    """SQL giving the first broken rule or NULL."""
    return f"CASE {' '.join(f'WHEN {test} THEN {literal(rule)}' for test, rule in checks)} END"
