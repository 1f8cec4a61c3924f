"""The rows of the import template (填报模板): one sheet per group of fields, every cell text.

records → XLSX. The header texts of the template of 2021-10-08 were not to be had: ours are the fields' names,
and `headers` replaces them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from reports.nmpa_udi.codes import coded
from reports.nmpa_udi.fields import udi_fields
from reports.nmpa_udi.record import UdiRecord
from reports.nmpa_udi.save_request import save_entry

KEY = ("ZXXSDYCPBS", "最小销售单元产品标识")
LISTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "包装标识信息": (
        "devicePackage",
        (
            ("BZCPBS", "包装产品标识"),
            ("CPBZJB", "产品包装级别"),
            ("BZNHXYJCPBSSL", "包装内含小一级产品标识数量"),
            ("BZNHXYJBZCPBS", "包装内含小一级包装产品标识"),
        ),
    ),
    "存储或操作信息": (
        "deviceStorage",
        (("CCHCZTJ", "储存或操作条件"), ("ZDZ", "最低值"), ("ZGZ", "最高值"), ("JLDW", "计量单位")),
    ),
    "临床使用尺寸信息": (
        "deviceClinical",
        (("LCSYCCLX", "临床使用尺寸类型"), ("CCZ", "尺寸值"), ("CCDW", "尺寸单位")),
    ),
}
# A real clock would make every workbook of the same records another file.
CREATED = datetime(2000, 1, 1, tzinfo=UTC)


def template_workbook(
    records: Sequence[UdiRecord], on: date, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return the workbook, with the fields of a day.

    Args:
        headers: Key of a field → header text of the template in use.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    )
    book.set_properties({"created": CREATED})
    as_text = book.add_format({"num_format": "@"})
    for name, (header, rows) in template_rows(records, on, headers or {}).items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate([header, *rows]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, as_text)
    book.close()
    return out.getvalue()


def template_rows(
    records: Sequence[UdiRecord], on: date, headers: Mapping[str, str]
) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Return header and rows of each sheet; every sheet begins with the primary identifier."""
    sheets: dict[str, tuple[list[str], list[list[str]]]] = {}
    for name in dict.fromkeys(field.sheet for field in udi_fields(on)):
        fields = [field for field in udi_fields(on) if field.sheet == name and field.key != KEY[0]]
        titles = [KEY, *((field.key, field.name_zh) for field in fields)]
        rows = [[record.primary_di, *(coded(field, record) for field in fields)] for record in records]
        sheets[name] = ([headers.get(key, zh) for key, zh in titles], rows)
    entries = [save_entry(record, on=on, upload_type="") for record in records]
    for name, (list_key, columns) in LISTS.items():
        titles = [KEY, *columns]
        sheets[name] = ([headers.get(key, zh) for key, zh in titles], _list_rows(entries, list_key, columns))
    return sheets


def _list_rows(
    entries: Sequence[Mapping[str, Any]], list_key: str, columns: Sequence[tuple[str, str]]
) -> list[list[str]]:
    return [
        [entry["ZXXSDYCPBS"], *(item[key] for key, _ in columns)]
        for entry in entries
        for item in entry[list_key]
    ]
