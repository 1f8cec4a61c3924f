"""The UDI codec: GS1, HIBCC, ICCBBA, MA and AHM; one text or a whole column at once."""

from master_data.udi.codec import (
    Agency,
    Form,
    ParsedUdi,
    Unwritable,
    Verdict,
    build,
    check_di,
    parse,
    parse_as,
    write,
)

__all__ = [
    "Agency",
    "Form",
    "ParsedUdi",
    "Unwritable",
    "Verdict",
    "build",
    "check_di",
    "parse",
    "parse_as",
    "write",
]
