"""A kept file as it is quickest to read.

at_hand(original) -> the original, its path that of the open source -> readers -> confirm().
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from polars.exceptions import PolarsError

from pipelines.ingest.admission.originals import Original
from pipelines.ingest.admission.source import SourceTouched
from pipelines.ingest.records import FileRejected


@contextmanager
def at_hand(original: Original) -> Iterator[Original]:
    """Gives the original with the path to read it from, and with a source only if that is read.

    Raises:
        SourceTouched: What was read, or found wrong, may be no part of what was kept; read the copy.
    """
    source = original.source
    if source is None or not source.is_untouched:
        yield replace(original, source=None)
        return
    try:
        yield replace(original, path=source.path)
    except FileRejected as rejected:
        if source.is_untouched:
            raise
        raise SourceTouched from rejected


@contextmanager
def reading(original: Original) -> Iterator[None]:
    """Around every read: when the disk of a source fails now, there is still the copy.

    Raises:
        SourceTouched: A source could not be read.
    """
    try:
        yield
    except (OSError, PolarsError) as error:
        if original.source is None:
            raise
        raise SourceTouched from error
