"""The pages of the data dictionary as Markdown.

contracts + headers of core and mart + glossary -> pages() -> {file name: text}
One page per source system and one per layer; README.md lists every table.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from pipelines.dictionary.headers import ColumnEntry, TableEntry
from quality_rules.contract import Column, Contract

WRITTEN = (
    "由契约与模型生成（`make docs`），勿手改。Written from contracts and models (`make docs`); do not edit."
)
STAGES = """`raw.<system>__<table>` 保存原文与源字段名，`stg.<system>__<table>` 为同一行的类型化结果。
`raw.<system>__<table>` keeps the text under the source's field names;
`stg.<system>__<table>` is the same row, typed.
"""
LAYERS = {
    "core": "每个业务对象或事件一张表 | one table per business object or event",
    "mart": "供人阅读的主题表 | what people read",
}
SENSITIVITY = {"public": "公开", "internal": "内部", "confidential": "机密", "personal": "个人信息"}
SOURCE_HEAD = ("列 column", "源字段 source", "类型 type", "单位 unit", "必填", "密级", "中文", "English")
MODEL_HEAD = ("列 column", "类型 type", "中文", "English")


def pages(
    contracts: Iterable[Contract], layers: Mapping[str, Sequence[TableEntry]], glossary: Mapping[str, str]
) -> dict[str, str]:
    """Every page by file name.

    Args:
        contracts: All contracts, by id.
        layers: Tables of core and mart.
        glossary: Chinese names of all those tables and their columns.
    """
    systems = {system: list(found) for system, found in groupby(contracts, key=lambda each: each.system)}
    sources = {f"{system}.md": _system_page(system, found) for system, found in systems.items()}
    models = {f"{layer}.md": _layer_page(layer, found, glossary) for layer, found in layers.items()}
    return {"README.md": _index(systems, layers, glossary), **sources, **models}


def _index(
    systems: Mapping[str, Sequence[Contract]],
    layers: Mapping[str, Sequence[TableEntry]],
    glossary: Mapping[str, str],
) -> str:
    sources = [
        (_link(f"{system}.md", contract.table), contract.title_zh, contract.title_en, contract.grain)
        for system, contracts in systems.items()
        for contract in contracts
    ]
    models = [
        (_link(f"{layer}.md", table.name), glossary[table.name], ", ".join(table.grain))
        for layer, tables in layers.items()
        for table in tables
    ]
    return "\n".join(
        (
            f"# 数据字典 | Data dictionary\n\n{WRITTEN}\n",
            STAGES,
            f"## 来源表 | Source tables ({len(sources)})\n",
            _grid(("表 table", "中文", "English", "粒度 grain"), sources),
            f"## 模型 | Models ({len(models)})\n",
            _grid(("表 table", "中文", "主键 grain"), models),
        )
    )


def _system_page(system: str, contracts: Sequence[Contract]) -> str:
    return "\n".join((f"# {system}\n\n{WRITTEN}\n", *(_source(contract) for contract in contracts)))


def _source(contract: Contract) -> str:
    facts = (
        ("粒度 grain", contract.grain),
        ("主键 key", _code(contract.key)),
        ("负责 owner", contract.owner),
        ("保留 retention", contract.retention),
        ("频率 frequency", contract.frequency or "不定 irregular"),
        ("文件 file", f"`{contract.path}` ({contract.format})"),
        ("契约 contract", f"{contract.id} {contract.version}"),
    )
    return f"""## {contract.table}

**{contract.title_zh} | {contract.title_en}**

{contract.description_zh}。 {contract.description_en}.

{_facts(facts)}
{_grid(SOURCE_HEAD, (_source_row(column) for column in contract.columns))}"""


def _source_row(column: Column) -> tuple[str, ...]:
    return (
        _code([column.name]),
        _code([column.physical_name]),
        column.physical_type,
        _unit(column.unit),
        "✓" if column.required else "",
        SENSITIVITY[column.classification],
        _meaning(column.title_zh, column.description_zh, "："),
        _meaning(column.title_en, column.description_en, ": "),
    )


def _layer_page(layer: str, tables: Sequence[TableEntry], glossary: Mapping[str, str]) -> str:
    head = f"# {layer}\n\n{LAYERS[layer]}\n\n{WRITTEN}\n"
    return "\n".join((head, *(_model(table, glossary) for table in tables)))


def _model(table: TableEntry, glossary: Mapping[str, str]) -> str:
    facts = (("主键 grain", _code(table.grain) or "无（日志） none, a log"), ("负责 owner", table.owner))
    return f"""## {table.name}

**{glossary[table.name]}** · {table.description}

{_facts(facts)}
{_grid(MODEL_HEAD, (_model_row(column, glossary) for column in table.columns))}"""


def _model_row(column: ColumnEntry, glossary: Mapping[str, str]) -> tuple[str, ...]:
    return (_code([column.name]), column.type, glossary[column.name], column.comment)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"- {name}: {value}\n" for name, value in facts)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(value) for value in line)} |\n" for line in lines)


def _cell(value: str) -> str:
    """A text that cannot break the row it stands in, nor be taken for HTML outside of code."""
    text = value.replace("|", r"\|").replace("\n", " ")
    return text if text.startswith(("`", "[")) else text.replace("<", "&lt;")


def _meaning(title: str, description: str, colon: str) -> str:
    return title if title == description else f"{title}{colon}{description}"


def _unit(unit: str | None) -> str:
    if unit is None:
        return ""
    return f"见 see `{unit.removeprefix('column:')}`" if unit.startswith("column:") else unit


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(page: str, heading: str) -> str:
    """A heading's anchor as Git hosts make it: lower case, letters, digits, `_` and `-` kept."""
    anchor = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in "_-")
    return f"[{page.removesuffix('.md')}.{heading.rpartition('.')[2]}]({page}#{anchor})"
