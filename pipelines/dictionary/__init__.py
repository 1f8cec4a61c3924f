"""The data dictionary (数据字典): docs/dictionary, written from contracts and models' headers.

contracts, models/{core,mart}, models/glossary.csv -> dictionary() -> pages; a test holds the pages equal.
Alone: python -m pipelines.dictionary  (writes the pages again)
"""

from pipelines.dictionary.headers import GLOSSARY, ROOT, names_of, read_glossary, read_tables
from pipelines.dictionary.pages import LAYERS, pages
from quality_rules.contract import load_contracts

FOLDER = ROOT / "docs" / "dictionary"


def dictionary() -> dict[str, str]:
    """Every page by file name.

    Raises:
        ValueError: a table or column of core or mart has no Chinese name.
    """
    layers = {layer: read_tables(layer) for layer in LAYERS}
    glossary = read_glossary()
    unnamed = sorted(names_of(layers) - set(glossary))
    if unnamed:
        raise ValueError(f"{GLOSSARY}: no Chinese name for {', '.join(unnamed)}; add a line for each")
    return pages(load_contracts().values(), layers, glossary)
