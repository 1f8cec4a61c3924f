"""Where an asset's page leads: the files that define it, its page in the dictionary, and the dashboards.

Files open in the engineer's editor (Dagster's code references); pages where MEDLAKE_DASHBOARDS_URL is set.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import dagster as dg

from lakehouse.settings import Settings

DICTIONARY = Path("docs", "dictionary")


def defining_files(
    settings: Settings, files: Mapping[str, Path]
) -> dict[str, dg.CodeReferencesMetadataValue]:
    """Metadata that opens files by their labels; relative paths stand below the project's root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # the version is pinned
        return _references(settings, files)


def _references(settings: Settings, files: Mapping[str, Path]) -> dict[str, dg.CodeReferencesMetadataValue]:
    references = [
        dg.LocalFileCodeReference(file_path=str(settings.root / path), label=label)
        for label, path in files.items()
    ]
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=list(references))}


def dashboard(settings: Settings, page: str, **asked: str) -> dict[str, dg.UrlMetadataValue]:
    """Metadata that leads to a page of the dashboards; nothing where nobody has said where they are."""
    base = settings.operation.dashboards_url
    if base is None:
        return {}
    query = f"?{urlencode(asked)}" if asked else ""
    return {page.replace("_", " "): dg.MetadataValue.url(f"{base}/{page}{query}")}
