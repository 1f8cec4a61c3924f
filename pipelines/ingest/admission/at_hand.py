"""A kept file as it is quickest to read.

at_hand(original) -> the original, its path that of the open source -> readers -> confirm().
Nothing that is found wrong while a source is read counts: the copy decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipelines.ingest.admission.originals import Original
from pipelines.ingest.admission.source import SourceTouched


@contextmanager
def at_hand(original: Original) -> Iterator[Original]:
    """Gives the original with the path to read it from; commit nothing within.

    Raises:
        SourceTouched: Something went wrong while the source was read; read the copy.
    """
    source = original.source
    if source is None or not source.is_untouched:
        yield original.from_copy()
        return
    try:
        yield replace(original, path=source.path)
    except Exception as error:
        raise SourceTouched from error
