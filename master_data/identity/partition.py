"""Who is one party, from pairs and decisions: groups that no order of arrival changes.

joined by persons → pairs of the auto band, strongest first → groups. A union that would bring two different
valid credit codes, or two records that a person keeps apart, into one group does not happen.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# Three bits: one of two parties fits eight times as well as the other, or a person is asked.
CLEAR_BITS = 3
PAIR = ("left_id", "right_id")
_SIDES = (PAIR, PAIR[::-1])


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
        record_id, cluster (the smallest record id of the group), sorted by record_id. An auto pair whose
        sides lie in two groups was kept apart by a code, a person or a better fit: a person may look at it.

    Raises:
        Contradiction: Records that persons joined have two valid credit codes, or are kept apart as well.
    """
    known = records.select("record_id", "own_uscc")
    auto = _uncontested(pairs.filter(pl.col("band_code") == "auto"), known)
    links = pl.concat([joined.select("left_id", "right_id"), auto.select("left_id", "right_id")])
    linked = _components(links).join(known, on="record_id")
    disputed = _disputed(linked, kept_apart)
    at_peace = linked.join(disputed, on="component", how="anti")
    peaceful = at_peace.select("record_id", cluster=pl.col("record_id").min().over("component"))
    torn = linked.join(disputed, on="component", how="semi")
    groups = pl.concat([peaceful, _settled(torn, auto, kept_apart, joined)])
    every = known.select("record_id").join(groups, on="record_id", how="left")
    return every.with_columns(pl.col("cluster").fill_null(pl.col("record_id"))).sort("record_id")


def regrouped(
    before: pl.DataFrame,
    added: pl.DataFrame,
    pairs: pl.DataFrame,
    kept_apart: pl.DataFrame,
    joined: pl.DataFrame,
) -> pl.DataFrame:
    """Groups after records came: only what the new records can reach is grouped again.

    Args:
        before: record_id, own_uscc, cluster: what `partition` gave for the records before, in its order.
        added: record_id, own_uscc of the records that came.
        pairs: All auto pairs, those of the new records included.
        kept_apart: As for `partition`.
        joined: As for `partition`.

    Returns:
        The same as `partition` of all records.
    """
    auto = pairs.select(*PAIR, "weight", "band_code", "rule_code").filter(pl.col("band_code") == "auto")
    touched = _reached(added["record_id"], pl.concat([auto.select(PAIR), joined.select(PAIR)])).implode()
    is_touched = before["record_id"].is_in(touched)
    known = [table.select("record_id", "own_uscc") for table in (before.filter(is_touched), added)]
    # A link touched at one end is touched at both; who is kept apart from a record elsewhere is apart.
    links = (table.filter(pl.col("left_id").is_in(touched)) for table in (auto, kept_apart, joined))
    again = partition(pl.concat(known), *links)
    return before.filter(~is_touched).select("record_id", "cluster").merge_sorted(again, "record_id")


def _reached(start: pl.Series, links: pl.DataFrame) -> pl.Series:
    """Some records and all that links lead to from them: whole components, one ring at a time."""
    reached = ring = start
    while len(ring):
        ends = [links.filter(pl.col(mine).is_in(ring.implode()))[theirs] for mine, theirs in _SIDES]
        found = pl.concat([end.alias("record_id") for end in ends]).unique()
        ring = found.filter(~found.is_in(reached.implode()))
        reached = pl.concat([reached, ring])
    return reached


def _components(links: pl.DataFrame) -> pl.DataFrame:
    """record_id and component of the records that a link names."""
    ids = pl.concat([links["left_id"], links["right_id"]]).unique()
    number = pl.DataFrame({"id": ids}).with_row_index("n")
    ends = [
        links.select(side).join(number, left_on=side, right_on="id", maintain_order="left")["n"].to_numpy()
        for side in ("left_id", "right_id")
    ]
    graph = coo_array((np.ones(links.height), (ends[0], ends[1])), shape=(len(ids), len(ids)))
    label = connected_components(graph, directed=False)[1] if len(ids) else np.zeros(0, dtype=np.int32)
    return pl.DataFrame({"record_id": ids, "component": label})


def _disputed(linked: pl.DataFrame, kept_apart: pl.DataFrame) -> pl.DataFrame:
    """Components with two credit codes, or with two records that a person keeps apart."""
    codes = linked.drop_nulls("own_uscc").group_by("component").agg(pl.col("own_uscc").n_unique())
    of_record = linked.select("record_id", "component")
    apart = kept_apart.join(of_record, left_on="left_id", right_on="record_id")
    apart = apart.join(of_record, left_on="right_id", right_on="record_id", suffix="_right")
    both = [
        codes.filter(pl.col("own_uscc") > 1).select("component"),
        apart.filter(pl.col("component") == pl.col("component_right")).select("component"),
    ]
    return pl.concat(both).unique()


def _settled(
    torn: pl.DataFrame, auto: pl.DataFrame, kept_apart: pl.DataFrame, joined: pl.DataFrame
) -> pl.DataFrame:
    """Groups within disputed components: the decisions of persons first, then the strongest pairs."""
    groups = Groups(torn, kept_apart)
    for left, right in _within(joined, torn).select(PAIR).unique().sort(PAIR).iter_rows():
        if not groups.unite(left, right):
            raise Contradiction(
                f"{left} 与 {right} 不能合并：信用代码不同或已决定分开；先更正代码或撤回决定 | "
                f"{left} and {right} cannot be joined: different valid credit codes, or a decision keeps "
                "them apart; correct the code or take the decision back first"
            )
    # Exact keys, then by weight; equal ones by their ids, so that no order of arrival shows.
    order = _within(auto, torn).sort(pl.col("rule_code") == "model", -pl.col("weight"), *PAIR)
    for left, right in order.select(PAIR).iter_rows():
        groups.unite(left, right)
    return groups.frame()


def _within(links: pl.DataFrame, torn: pl.DataFrame) -> pl.DataFrame:
    return links.filter(pl.col("left_id").is_in(torn["record_id"].implode()))


def _uncontested(auto: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Auto pairs, without those of a record that fits holders of several credit codes about equally well.

    Such a record would go to either by chance; left alone, its pairs lie in two groups and wait for a person.
    """
    code = known.drop_nulls()
    bids = [
        auto.filter(pl.col("rule_code") == "model").select(
            record_id=mine, other_id=theirs, weight=pl.col("weight")
        )
        for mine, theirs in _SIDES
    ]
    best = (
        pl.concat(bids)
        .join(code, on="record_id", how="anti")
        .join(code, left_on="other_id", right_on="record_id")
        .group_by("record_id", "own_uscc")
        .agg(pl.col("weight").max())
        .group_by("record_id")
        .agg(pl.col("weight").top_k(2).sort(descending=True))
        .filter(pl.col("weight").list.len() > 1)
    )
    margin = pl.col("weight").list.get(0) - pl.col("weight").list.get(1)
    torn = best.filter(margin < CLEAR_BITS)["record_id"].implode()
    is_torn = pl.col("left_id").is_in(torn) | pl.col("right_id").is_in(torn)
    return auto.filter((pl.col("rule_code") != "model") | ~is_torn)


class Groups:
    """Groups that grow by union, each with its credit code and the records it must not meet."""

    def __init__(self, records: pl.DataFrame, kept_apart: pl.DataFrame) -> None:
        self._parent = {record: record for record in records["record_id"]}
        self._code = dict(records.select("record_id", "own_uscc").drop_nulls().iter_rows())
        self._foes: dict[str, set[str]] = {}
        for left, right in _foes(kept_apart):
            if left in self._parent and right in self._parent:
                self._foes.setdefault(left, set()).add(right)

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
        """record_id and cluster."""
        rows = [(record, self.root(record)) for record in self._parent]
        return pl.DataFrame(rows, schema={"record_id": pl.String(), "cluster": pl.String()}, orient="row")


def _foes(kept_apart: pl.DataFrame) -> Iterable[tuple[str, str]]:
    for mine, theirs in _SIDES:
        yield from kept_apart.select(mine, theirs).iter_rows()
