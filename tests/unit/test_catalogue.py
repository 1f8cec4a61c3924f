"""The catalogue: what is written is what is read, what is asked for is found, lineage is walked whole."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dashboards.views.catalogue.consumers import readers_in_code
from dashboards.views.catalogue.graph import dot, walk
from dashboards.views.catalogue.search import search
from lineage.catalogue import (
    Catalogue,
    ColumnEntry,
    LineageEntry,
    ReadEntry,
    TableEntry,
    read_catalogue,
    write_catalogue,
)

LAYERS = ("mart", "core", "stg", "raw")
NODES = st.sampled_from([(name, "") for name in "abcdef"])


def _table(name: str, title_zh: str = "", meaning_en: str = "") -> TableEntry:
    layer = name.partition(".")[0]
    return TableEntry(name, layer, "FULL", title_zh, "", "", meaning_en, "quality", "", "", ("id", "day"))


def _column(table: str, name: str, title_zh: str = "", meaning_en: str = "") -> ColumnEntry:
    return ColumnEntry(table, name, 0, "TEXT", "", "", title_zh, "", meaning_en)


CATALOGUE = Catalogue(
    tables=(
        _table("core.lot", "批次", "Every lot of every plant"),
        _table("mart.lot_card", "批次卡片"),
        _table("mart.oee", "设备综合效率", "Effectiveness of work units"),
        _table("raw.sap_a__mch1", "批次主数据"),
    ),
    columns=(
        _column("core.lot", "expiry_date", "有效期", "Last day of shelf life"),
        _column("core.lot", "lot_id", "批次标识"),
        _column("mart.oee", "shift_date", "班次日期", "Calendar day"),
    ),
    reads=(ReadEntry("mart.lot_card", "core.lot"), ReadEntry("core.lot", "raw.sap_a__mch1")),
    lineage=(LineageEntry("core.lot", "lot_id", "raw.sap_a__mch1", "CHARG"),),
)


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Prevents a field lost on the way into the release, and bytes that differ for the same catalogue."""
    for name in ("one", "two"):
        write_catalogue(CATALOGUE, tmp_path / name)
    read = read_catalogue(tmp_path / "one")
    assert read == CATALOGUE
    assert read.sources_of["mart.lot_card"] == ("core.lot",) and read.readers_of["core.lot"] == (
        "mart.lot_card",
    )
    assert read.by_name["core.lot"].grain == ("id", "day")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_what_is_asked_for_is_found_best_first() -> None:
    """Prevents a search blind in one language, deaf to meanings, or burying a name under mentions of it."""
    found = {
        words: [hit.table.name for hit in search(CATALOGUE, words, LAYERS)]
        for words in ("OEE", "批次", "有效期", "shelf LIFE", "lot every", "no such thing", "")
    }
    assert found["OEE"] == ["mart.oee"]
    assert found["批次"] == ["mart.lot_card", "core.lot", "raw.sap_a__mch1"]
    assert found["有效期"] == found["shelf LIFE"] == ["core.lot"]
    assert found["lot every"] == ["core.lot"]
    assert found["no such thing"] == []
    assert found[""][0] == "mart.lot_card" and len(found[""]) == len(CATALOGUE.tables)
    assert [hit.column_count for hit in search(CATALOGUE, "有效期", LAYERS)] == [1]
    assert search(CATALOGUE, "批次", ("stg",)) == ()


@given(st.dictionaries(NODES, st.lists(NODES, unique=True).map(tuple)), NODES)
def test_a_walk_finds_all_that_can_be_reached(
    links: dict[tuple[str, str], tuple[tuple[str, str], ...]], start: tuple[str, str]
) -> None:
    """Prevents a source left out of the lineage, one twice, and an endless walk in a cycle."""
    edges = walk(links, start, backwards=True)
    reached = {start}
    for _ in range(6):
        reached |= {other for node in reached for other in links.get(node, ())}
    assert {(edge.target, edge.source) for edge in edges} == {
        (node, other) for node in reached for other in links.get(node, ())
    }
    assert len({(edge.source, edge.target) for edge in edges}) == len(edges)
    assert [edge.step for edge in edges] == sorted(edge.step for edge in edges)


def test_a_name_cannot_break_out_of_the_picture() -> None:
    """Prevents a source's field name from becoming Graphviz code."""
    edges = walk({("mart.x", "a"): (('raw.t"]; evil [label="', "c"),)}, ("mart.x", "a"), backwards=True)
    assert dot(edges, ("mart.x", "a")).count("evil") == dot(edges, ("mart.x", "a")).count(
        r"\"]; evil [label=\""
    )


def test_pages_and_reports_that_read_a_table_are_named() -> None:
    """Prevents a table changed by somebody who could not see that a page and the lot dossier live on it."""
    readers = readers_in_code()
    assert {reader.name for reader in readers["mart.kpi_monthly"]} >= {"dashboards/queries/kpi_cells.sql"}
    assert "traceability" in {reader.kind for reader in readers["core.lot"]}
