"""Where goods went on, as partners tell: printed by `medlake recall` and `medlake trace`."""

from collections.abc import Sequence

from cli.console import print_table
from reports.language import load
from traceability.recall.records import Onward


def print_onward(moved: Sequence[Onward], *, at_most: int | None = None) -> None:
    """Prints the movements, the first ones where a limit is given; nothing where there is none."""
    words = load("reports.recall", "en")
    if moved:
        print_table(
            f"{words('onward')}: {len(moved)}",
            ("got by", "lot", "quantity", "unit", "sent", "received"),
            [
                (
                    row.holder or words("unknown"),
                    row.lot_id,
                    row.qty,
                    words.code("uom", row.uom_code),
                    row.sent_date,
                    row.received_date,
                )
                for row in moved[:at_most]
            ],
        )
