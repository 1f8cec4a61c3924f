"""Tables and columns in both languages, as people read them in the UI: `批次 | Every lot known to a master`.

contracts say both; models say English, and their glossaries Chinese. What has no Chinese name does not load.
"""

from collections.abc import Mapping

from pipelines.dictionary.headers import STG_GLOSSARY, read_glossary
from pipelines.sqlmesh.catalogue import ColumnInfo, ModelInfo

BOTH = " | "


def glossary() -> Mapping[str, str]:
    """Chinese names of the tables and columns of all layers that no contract describes."""
    return read_glossary(STG_GLOSSARY) | read_glossary()


def described(model: ModelInfo, chinese: Mapping[str, str]) -> str:
    """What a table is.

    Raises:
        LookupError: It has no Chinese name.
    """
    return _both(model.name, model.description, chinese)


def explained(column: ColumnInfo, chinese: Mapping[str, str]) -> str:
    """What a column says, as Markdown shows it.

    Raises:
        LookupError: It has no Chinese name.
    """
    return _both(column.name, column.comment, chinese).replace("<", "&lt;")


def _both(name: str, english: str, chinese: Mapping[str, str]) -> str:
    if BOTH in english:
        return english
    if name not in chinese:
        raise LookupError(
            f"{name} 没有中文名，请补入 models/glossary.csv | {name} has no Chinese name: add it to "
            "models/glossary.csv (core, mart) or models/stg/glossary.csv"
        )
    return f"{chinese[name]}{BOTH}{english}"
