"""Volume of the simulator at the scale the demo uses."""

from pathlib import Path

from simulator import simulate


def test_scale_one_is_a_year_of_a_middle_sized_maker(tmp_path: Path) -> None:
    """Prevents the world from shrinking or the number of files from growing with the rows."""
    summary = simulate(tmp_path / "landing", tmp_path / "truth", seed=7, scale=1, defects=False)
    assert 250_000 < summary.rows < 350_000
    assert 1_800 < summary.files < 2_500
    assert summary.files == sum(1 for p in (tmp_path / "landing").rglob("*") if p.is_file())


def test_parts_of_a_large_world_keep_their_numbers_apart(tmp_path: Path) -> None:
    """Prevents two parts from using the same document, lot or machine number."""
    simulate(tmp_path / "landing", tmp_path / "truth", seed=7, scale=5, defects=False)
    keys: set[tuple[str, ...]] = set()
    rows = 0
    for path in (tmp_path / "landing/sap_a/mseg").glob("*.csv"):
        for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]:
            keys.add(tuple(line.split(",")[:3]))
            rows += 1
    assert rows == len(keys) > 100_000
