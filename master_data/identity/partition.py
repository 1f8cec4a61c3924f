"""Who is one party, from pairs and decisions: groups that no order of arrival changes.

joined by persons → pairs of the auto band, strongest first → groups. A union that would bring two different
valid credit codes, or two records that a person keeps apart, into one group does not happen.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

Pair = tuple[str, str]

# Three bits: one of two parties fits eight times as well as the other, or a person is asked.
CLEAR_BITS = 3


class Contradiction(ValueError):
    """Decisions of persons contradict each other, or a credit code."""


def partition(
    records: pl.DataFrame, pairs: pl.DataFrame, kept_apart: pl.DataFrame, joined: pl.DataFrame
) -> pl.DataFrame:
    """Group records into parties.

    Args:
        records: record_id, own_uscc (a valid credit code of its own, null without one): columns of `prepare`.
        pairs: left_id, right_id, weight, band_code, rule_code of `match`; only the auto band joins.
        kept_apart: left_id, right_id of records that a person keeps apart.
        joined: left_id, right_id of records that a person made one, whatever their pair weighs.

    Returns:
        record_id, cluster (the smallest record id of the group), sorted by record_id.

    Raises:
        Contradiction: Records that persons joined have two valid credit codes, or are kept apart as well.
    """
    groups = Groups(records, kept_apart)
    for left, right in joined.select("left_id", "right_id").unique().sort("left_id", "right_id").iter_rows():
        if not groups.unite(left, right):
            raise Contradiction(
                f"{left} 与 {right} 不能合并：信用代码不同或已决定分开；先更正代码或撤回决定 | "
                f"{left} and {right} cannot be joined: different valid credit codes, or a decision keeps "
                "them apart; correct the code or take the decision back first"
            )
    for left, right in _strongest_first(_uncontested(pairs, records)):
        groups.unite(left, right)
    return groups.frame()


def _strongest_first(pairs: pl.DataFrame) -> Iterable[Pair]:
    """Exact keys, then by weight; equal ones by their ids, so that no order of arrival shows."""
    is_model = (pl.col("rule_code") == "model").alias("is_model")
    order = pairs.sort(is_model, pl.col("weight").neg(), "left_id", "right_id")
    return order.select("left_id", "right_id").iter_rows()


def _uncontested(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Auto pairs, without those of a record that fits holders of several credit codes about equally well.

    Such a record would go to either by chance; left alone, its pairs lie in two groups and wait for a person.
    """
    auto = pairs.filter(pl.col("band_code") == "auto")
    code = records.select("record_id", "own_uscc")
    sides = [
        auto.select(record_id=mine, other_id=theirs, weight="weight", rule_code="rule_code")
        for mine, theirs in (("left_id", "right_id"), ("right_id", "left_id"))
    ]
    bids = (
        pl.concat(sides)
        .filter(pl.col("rule_code") == "model")
        .join(code.filter(pl.col("own_uscc").is_null()), on="record_id", how="semi")
        .join(code.drop_nulls(), left_on="other_id", right_on="record_id")
        .group_by("record_id", "own_uscc")
        .agg(pl.col("weight").max())
    )
    best = bids.group_by("record_id").agg(pl.col("weight").top_k(2).sort(descending=True))
    torn = best.filter(pl.col("weight").list.len() > 1).filter(
        pl.col("weight").list.get(0) - pl.col("weight").list.get(1) < CLEAR_BITS
    )["record_id"]
    is_torn = pl.col("left_id").is_in(torn.to_list()) | pl.col("right_id").is_in(torn.to_list())
    return auto.filter((pl.col("rule_code") != "model") | ~is_torn)


class Groups:
    """Groups that grow by union, each with its credit code and the groups it must not meet."""

    def __init__(self, records: pl.DataFrame, kept_apart: pl.DataFrame) -> None:
        self._ids = records["record_id"].sort().to_list()
        self._parent = {record: record for record in self._ids}
        self._code = dict(records.select("record_id", "own_uscc").drop_nulls().iter_rows())
        self._foes: dict[str, set[str]] = {}
        for left, right in kept_apart.select("left_id", "right_id").iter_rows():
            self._foes.setdefault(left, set()).add(right)
            self._foes.setdefault(right, set()).add(left)

    def root(self, record: str) -> str:
        """The smallest id of the group."""
        top = record
        while self._parent[top] != top:
            top = self._parent[top]
        while self._parent[record] != top:
            self._parent[record], record = top, self._parent[record]
        return top

    def unite(self, left: str, right: str) -> bool:
        """Make two groups one, unless that must not be; tells whether they are one now."""
        one, other = sorted((self.root(left), self.root(right)))
        if one == other:
            return True
        codes = {code for root in (one, other) if (code := self._code.get(root))}
        if len(codes) > 1 or other in {self.root(foe) for foe in self._foes.get(one, ())}:
            return False
        self._parent[other] = one
        if codes:
            self._code[one] = codes.pop()
        if foes := self._foes.pop(other, None):
            self._foes.setdefault(one, set()).update(foes)
        return True

    def frame(self) -> pl.DataFrame:
        """record_id and cluster, sorted."""
        schema = {"record_id": pl.String(), "cluster": pl.String()}
        return pl.DataFrame(
            [(record, self.root(record)) for record in self._ids], schema=schema, orient="row"
        )
