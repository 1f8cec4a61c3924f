"""Work given to vendors: our lots lie in the vendor's stock until they come back as a lot of another number.

provide (own stock -> stock with the vendor) ─▶ receipt of the new lot and, with it, sub_use (out of there)
"""

from __future__ import annotations

import polars as pl

from simulator.workdays import Workdays

_SENT_AT = 36000  # ten in the morning


def handed_over(
    days: Workdays, lots: pl.DataFrame, allocations: pl.DataFrame, jobs: pl.DataFrame, lot_line: pl.DataFrame
) -> pl.DataFrame:
    """Postings of provided lots: cls, item, lot, to_lot (what comes back), po_line, qty, t."""
    back = lots.filter(pl.col("job") >= 0).select("job", to_lot="lot", back_t="made_t")
    back = back.join(lot_line.select(to_lot="lot", po_line="line"), on="to_lot", maintain_order="left")
    back = back.join(jobs, on="job", maintain_order="left")
    used = allocations.join(back, left_on="order", right_on="job", maintain_order="left")
    used = used.join(lots.select("lot", "item"), on="lot", maintain_order="left")
    sent_t = pl.Series(days.at(used["sent_w"].to_numpy(), used["sent_w"].to_numpy() * 0 + _SENT_AT))
    same = ("item", "lot", "to_lot", "po_line")
    out = used.select(*same, cls=pl.lit("provide"), qty=-pl.col("qty"), t=sent_t)
    into = out.with_columns(qty=-pl.col("qty"))
    return pl.concat([out, into, used.select(*same, cls=pl.lit("sub_use"), qty=-pl.col("qty"), t="back_t")])


def is_with_vendor() -> pl.Expr:
    """Postings that change the stock with a vendor, not our own."""
    return ((pl.col("cls") == "provide") & (pl.col("qty") > 0)) | (pl.col("cls") == "sub_use")
