"""Catalogues: both languages say the same things, each once."""

import string
from pathlib import Path

import pytest

from reports import language
from reports.language import CatalogueInvalid, load


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("package", ["dashboards", "reports", "reports.recall"])
def test_both_languages_have_every_phrase_with_the_same_values(package: str) -> None:
    """Prevents a page that works in one language and fails in the other."""
    chinese, english = load(package, "zh").words, load(package, "en").words
    assert chinese.keys() == english.keys()
    differing = [key for key in english if _fields(english[key]) != _fields(chinese[key])]
    assert len(english) > 50 and differing == []


@pytest.mark.parametrize("second", ['msgid "open"\nmsgstr "other"\n', 'msgid "new"\nmsgstr ""\n'])
def test_a_phrase_said_twice_or_not_at_all_is_refused(
    second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents the order of files from deciding what a page says, and an empty label."""
    folder = tmp_path / "locale" / "en"
    folder.mkdir(parents=True)
    (folder / "a.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "open"\nmsgstr "open"\n')
    (folder / "b.po").write_text(second)
    monkeypatch.setattr(language, "files", lambda _: tmp_path)
    with pytest.raises(CatalogueInvalid, match="b.po"):
        load.__wrapped__("anything", "en")
