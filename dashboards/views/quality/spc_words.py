"""What streams, specifications and refusals are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dashboards.spc_streams import Stream
from reports.language import Language

DIGITS = Decimal("0.001")


def label(stream: Stream, say: Language) -> str:
    """A stream in one line."""
    parts = [
        say("site", site=stream.site_code),
        stream.product_name(say.locale),
        characteristic(stream, say),
    ]
    return " · ".join([*parts, stream.source_system])


def characteristic(stream: Stream, say: Language) -> str:
    """What is measured; of samples the inspection whose share of defects is charted."""
    if not stream.is_attribute:
        return stream.characteristic_name
    return say("quality.defective", kind=say.code("inspection_kind", stream.characteristic_name))


def reasons(codes: Sequence[str], say: Language) -> str:
    """Why something is refused."""
    return say("quality.and").join(say(f"quality.refused_{code}") for code in codes)


def rounded(value: float | None) -> Decimal | None:
    """A number of the statistics, to be read."""
    return None if value is None else Decimal(value).quantize(DIGITS)
