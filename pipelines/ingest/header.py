"""The header check every reader with named columns shares: the contract's names, each once, in any order."""

from collections.abc import Callable, Sequence

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule


def require_header(found: Sequence[str], expected: Sequence[str], count: Callable[[], int]) -> None:
    """Accepts exactly the expected names.

    Args:
        found: Names in the file.
        expected: Physical names of the contract.
        count: Counts the file's records; asked only when the file is rejected.

    Raises:
        FileRejected: DQ-FIL-003, naming what is missing, unknown or given twice.
    """
    missing = [name for name in expected if name not in set(found)]
    unknown = [name for name in found if name not in set(expected)]
    twice = sorted({name for name in found if list(found).count(name) > 1})
    if not (missing or unknown or twice):
        return
    zh = _words("缺少", missing) + _words("多出", unknown) + _words("重复", twice)
    en = _words("missing", missing) + _words("unknown", unknown) + _words("given twice", twice)
    raise FileRejected(
        Rule.HEADER,
        f"表头与契约不符：{'；'.join(zh)} | Header differs from the contract: {'; '.join(en)}",
        count(),
    )


def _words(label: str, names: Sequence[str]) -> list[str]:
    shown = ", ".join(repr(name[:60]) for name in names[:5]) + (" …" if len(names) > 5 else "")
    return [f"{label} {shown}"] if names else []
