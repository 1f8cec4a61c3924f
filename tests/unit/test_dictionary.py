"""The data dictionary says what the contracts and the models say."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.dictionary import FOLDER, dictionary
from pipelines.dictionary.headers import names_of, read_glossary, read_tables
from pipelines.dictionary.pages import LAYERS, pages
from quality_rules.contract import load_contracts

REMEDY = (
    "docs/dictionary is behind its sources: run `make docs` (or `python -m pipelines.dictionary`) and commit"
)


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return dictionary()


def test_pages_equal_their_sources(written: dict[str, str]) -> None:
    """Prevents a dictionary that people read and the contracts and models that run from drifting apart."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(kept) == sorted(written), REMEDY
    assert [name for name, text in written.items() if kept[name] != text] == [], REMEDY


def test_every_source_column_stands_on_its_page(written: dict[str, str]) -> None:
    """Prevents a column that is missing on both sides of the comparison: counted from the contracts."""
    for contract in load_contracts().values():
        section = _section(written[f"{contract.system}.md"], contract.table)
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert len(rows) == len(contract.columns), contract.id
        for column, row in zip(contract.columns, rows, strict=True):
            assert column.description_zh.split("|")[0].strip() in row, (contract.id, column.name)
            assert f"`{column.physical_name}`" in row, (contract.id, column.name)


def test_headers_agree_with_the_models_text() -> None:
    """Prevents columns the cheap parser passes over: each final comment of a model's text is one column."""
    for layer in LAYERS:
        for table in read_tables(layer):
            path = Path(FOLDER.parents[1], "models", layer, f"{table.name.split('.')[1]}.sql")
            if path.exists() and "SEED" not in path.read_text(encoding="utf-8"):
                text = path.read_text(encoding="utf-8")
                assert len(re.findall(r"AS \w+,? +/\*", text)) == len(table.columns), table.name


def test_every_name_is_chinese_too_and_no_name_is_left_over() -> None:
    """Prevents a column nobody named for Chinese readers, and names of columns that are gone."""
    names = names_of({layer: read_tables(layer) for layer in LAYERS})
    assert sorted(set(read_glossary())) == sorted(names), "models/glossary.csv: add or remove these names"


def test_a_pipe_or_bracket_in_a_text_breaks_no_row() -> None:
    """Prevents a description with `|` or `<` from shifting every cell after it or vanishing as HTML."""
    contract = load_contracts()["udi__di"]
    hostile = replace(contract.columns[0], title_en="a | b <c>", description_en="a | b <c>")
    page = pages([replace(contract, columns=(hostile,))], {}, {})["udi.md"]
    row = next(line for line in page.splitlines() if line.startswith("| `"))
    assert row.endswith(r"| a \| b &lt;c> |")
    assert len(re.findall(r"(?<!\\)\|", row)) == 9


def _section(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
