"""Names in archives: 300 hostile and odd ones, none may be written anywhere or taken for another file."""

import io
import random
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest import ingest
from quality_rules.contract import load_contracts
from tests.conftest import Storm

BASE = load_contracts()["sap_a__mara"]
ENDS = [
    "item_1.csv",
    "ｉtem_1.csv",
    "物料_1.csv",
    "item_1.csv ",
    "item_1.csv.exe",
    "item_1",
    "*",
    "item_?.csv",
    "",
]
HOSTILE = [
    "../", "../../../../", "/", "//", "C:\\", "c:/", "\\\\host\\share\\", "..\\", "a/../../", "./../",
    "\x00", "a\x00/", "\n", "\x1b[2J", "a//", "/etc/", "~/", "\ud800", "x" * 2000 + "/",
]  # fmt: skip
HARMLESS = ["", "a/", "./", "a/./b/", "a b/", "$(touch x)/", "`id`/", "con/", "[a]/", "%2e%2e/", "‮/", "a\\"]


def _names(random_: random.Random, count: int) -> list[str]:
    """Distinct names of a hostile or harmless start, sometimes both, and an end."""
    names: set[str] = set()
    while len(names) < count:
        start = "".join(random_.choice(HOSTILE + HARMLESS * 2) for _ in range(random_.randint(1, 3)))
        names.add(start + random_.choice(ENDS))
    return sorted(names, key=lambda name: name.encode("utf-8", "surrogatepass"))


def _archive(name: str, content: bytes) -> bytes:
    """A ZIP of one member under exactly these bytes; zipfile would tidy the name."""
    raw = name.encode("utf-8", "surrogatepass")
    stand_in = b"0" * len(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo(stand_in.decode()), content)
    return out.getvalue().replace(stand_in, raw) if raw else out.getvalue()


def _means_item_1(name: str) -> bool:
    """By the words of the format: a relative path below the archive, item_1.csv its last part."""
    parts = name.replace("\\", "/").split("/")
    bad = {"", ".."} & set(parts) or any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for char in name)
    drive = len(name) > 1 and name[1] == ":" and name[0].isascii() and name[0].isalpha()
    return not bad and not drive and len(name) <= 1024 and parts[-1] == "item_1.csv"


@pytest.mark.storm
def test_no_name_leads_out_or_to_another_file(tmp_path: Path, storm: Storm) -> None:
    """Prevents zip-slip, and a member from being taken by a contract that its name does not mean."""
    data = tmp_path / "sealed" / "data"
    settings = Settings(tmp_path, data, (data / "landing",), None, None, "1GB")
    folder = data / "landing" / "erp"
    folder.mkdir(parents=True)
    columns = tuple(replace(BASE.columns[0], name=n, physical_name=n) for n in ("no", "name"))
    contract = replace(
        BASE,
        id="erp__item",
        system="erp",
        path="erp/item_1.csv",
        delimiter=",",
        encodings=("utf-8",),
        columns=columns,
    )
    names = _names(storm.random(), storm.size(sample=60, full=300))
    for number, name in enumerate(names):
        (folder / f"{number}.zip").write_bytes(_archive(name, f"no,name\n{number},a\n".encode()))
    before = set(tmp_path.rglob("*"))
    ingest(settings, {contract.id: contract}, RawZone(settings.raw_dir), datetime(2026, 1, 1, tzinfo=UTC))
    ours = tuple(data / part for part in ("raw", "originals"))
    outside = [
        path for path in set(tmp_path.rglob("*")) - before if not str(path).startswith(tuple(map(str, ours)))
    ]
    taken = set(RawZone(settings.raw_dir).read("erp__item", ["no"]).column(0).to_pylist())
    meant = {str(number) for number, name in enumerate(names) if _means_item_1(name)}
    wrong = taken ^ meant
    storm.report(
        "archive names", cases=len(names), taken=len(taken), outside=len(outside), wrong_file=len(wrong)
    )
    assert not outside
    assert not wrong, [names[int(number)] for number in sorted(wrong)]
    assert taken
