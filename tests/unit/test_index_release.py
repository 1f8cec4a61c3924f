"""The index of a release: built with it, found through its connection, named in its manifest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lakehouse.releases import ReleaseDamaged, open_release, publish, verify
from tests.browser.scratch_release import create_tables, draft, insert, publish_scratch, settings_for
from traceability.index import BadEdges
from traceability.index.release_index import ATTACHMENT, attach_index, edges_of, in_order, index_of

ROW_NUMBERS = ([[0, 1, 4], [], [5]], [[0, 1, 4], [4]])
RESIN, SET = "A:30000001:R2501", "A:10000123:B26010501"


def test_release_carries_its_index(tmp_path: Path) -> None:
    """Prevents an index that is another's, missing from the manifest, or built anew at each question."""
    publish_scratch(tmp_path)
    settings = settings_for(tmp_path)
    release = publish(settings, replace(draft(), attachments={ATTACHMENT: attach_index}))
    with open_release(settings, release.number) as con:
        index = index_of(con)
        assert index is index_of(con)
    assert index.folder == release.attachment_path(ATTACHMENT)
    assert SET in index.forward([RESIN]).ids()
    verify(release)
    target = index.folder / "segment-000000" / "target"
    target.write_bytes(bytes(reversed(target.read_bytes())))
    with pytest.raises(ReleaseDamaged, match="genealogy/segment-000000/target"):
        verify(release)


def test_release_of_before_gets_an_index_for_the_time_being(tmp_path: Path) -> None:
    """Prevents a roll-back to a release without index or versions of edges from ending all traces."""
    publish_scratch(tmp_path)
    with open_release(settings_for(tmp_path)) as con:
        assert index_of(con).forward([RESIN]).ids()[0] == RESIN
        assert not index_of(con).folder.exists()
    with duckdb.connect(":memory:") as con:
        create_tables(con)
        con.execute("DROP TABLE core.trace_edge_version")
        edge = {
            "from_lot_id": RESIN,
            "to_lot_id": SET,
            "edge_type_code": "CONSUME",
            "precision_code": "ORDER",
        }
        insert(con, "core.genealogy_edge", [{**edge, "qty": 1}])
        assert index_of(con).backward([SET]).ids() == [SET, RESIN]


def test_views_of_the_working_warehouse_do_as_well(tmp_path: Path) -> None:
    """Prevents a question to the working warehouse, whose tables are views, from failing."""
    publish_scratch(tmp_path)
    with open_release(settings_for(tmp_path)) as con, duckdb.connect(":memory:") as work:
        versions = con.execute("FROM core.trace_edge_version ORDER BY edge_id, known_at").to_arrow_table()
        work.execute("CREATE SCHEMA core")
        for schema, table in (("main", "edges"), ("core", "trace_edge_version")):
            kind = "TABLE" if schema == "main" else "VIEW"
            source = "versions" if schema == "main" else "main.edges ORDER BY edge_id DESC"
            work.execute(f"CREATE {kind} {schema}.{table} AS FROM {source}")
        assert len(versions) > 5
        found = [edge["to_node_id"] for batch in edges_of(work) for edge in batch.to_pylist()]
        assert found == versions["to_node_id"].to_pylist()
        assert index_of(work).forward([RESIN]).ids() == index_of(con).forward([RESIN]).ids()


def test_edges_out_of_order_are_refused() -> None:
    """Prevents an index whose numbers depend on the engine's mood."""
    good, twice = (
        [pa.record_batch({"row_no": pa.array(part, pa.int64())}) for part in parts] for parts in ROW_NUMBERS
    )
    assert list(in_order(good)) == good
    with pytest.raises(BadEdges, match="after row 4 came out of order"):
        list(in_order(twice))
