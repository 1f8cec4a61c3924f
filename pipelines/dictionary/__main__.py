"""Writes docs/dictionary again; alone: python -m pipelines.dictionary."""

from pipelines.dictionary import FOLDER, dictionary


def write() -> None:
    """Every page, and no page that is not made any more."""
    written = dictionary()
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in written}:
        stale.unlink()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
