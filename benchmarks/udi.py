"""A column of UDI texts read at once, against a loop over biip and against our own reader of single texts.

BENCH_UDI (1,000,000) texts in a maker's mix: element strings, printed brackets, GTINs alone, HIBCC,
MA, one in twenty-five hurt; nearly all different. Medians of BENCH_RUNS (3), the readers taking turns;
the loops read a sample of the same texts. Wall time hangs on who else is on the machine, processor time does
so less: both are given. biip is no dependency of ours: put it on PYTHONPATH to compare.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median

import polars as pl

from benchmarks.figure import Figure, figure
from master_data.udi import parse
from master_data.udi.column import parse_column
from master_data.udi.gtin import mod10_check
from master_data.udi.hibcc_check import check_character
from master_data.udi.ma_check import check_digit

SAMPLE = 20_000
SEED = 20260101
YEAR = 2026
GS = "\x1d"


def run() -> Iterator[Figure]:
    """Yields seconds per million texts of each reader, and how many times the column is faster."""
    count, runs = int(os.environ.get("BENCH_UDI", "1000000")), int(os.environ.get("BENCH_RUNS", "3"))
    texts = list(_texts(random.Random(SEED), count))
    column, sample = pl.Series(texts), texts[:: max(1, count // SAMPLE)]
    readers: dict[str, tuple[Callable[[], object], int]] = {
        "column": (lambda: parse_column(column, current_year=YEAR), count),
        "one by one": (lambda: [parse(text, current_year=YEAR) for text in sample], len(sample)),
    }
    if find_spec("biip") is not None:
        readers["biip"] = (lambda: _loop_over_biip(sample), len(sample))
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(runs):
        for name, (read, many) in readers.items():
            costs[name].append(_cost(read, many))
    wall, processor = ({name: median(c[i] for c in cost) for name, cost in costs.items()} for i in (0, 1))
    peer = f"biip {version('biip')}, a loop" if "biip" in costs else "biip is absent: not compared"
    yield figure("1 M UDI texts, a column", wall["column"], "s", "goal 2 s", wall["column"] / 2)
    yield figure("1 M UDI texts, one by one", wall["one by one"], "s", "", None)
    for what, cost in (("wall", wall), ("processor", processor)):
        yield figure(f"1 M UDI texts, a column, {what} time", cost["column"], "s", peer, None)
        if "biip" in cost:
            yield figure(f"1 M UDI texts, biip, {what} time", cost["biip"], "s", peer, None)
            times = cost["biip"] / cost["column"]
            yield figure(f"column, times faster than biip, {what} time", times, "x", peer, None)


def _cost(read: Callable[[], object], many: int) -> tuple[float, float]:
    """Wall and processor seconds of a million texts."""
    wall, processor = time.perf_counter(), time.process_time()
    read()
    scale = 1e6 / many
    return (time.perf_counter() - wall) * scale, (time.process_time() - processor) * scale


def _loop_over_biip(texts: list[str]) -> int:
    """How many texts biip reads; what it refuses costs it an exception, as it would in a load."""
    biip = import_module("biip")
    read = 0
    for text in texts:
        try:
            biip.parse(text)
            read += 1
        except biip.ParseError:
            continue
    return read


def _texts(dice: random.Random, count: int) -> Iterator[str]:
    products = [_whole(f"0{dice.randrange(10**12):012d}") for _ in range(2_000)]
    for number in range(count):
        di, serial = dice.choice(products), f"SN{number:08d}"
        lot = f"B{dice.randint(1, 26):02d}{dice.randrange(10**6):06d}"
        made = f"{dice.randint(23, 25)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
        expires = f"{dice.randint(27, 29)}{dice.randint(1, 12):02d}{dice.randint(0, 28):02d}"
        yield _text(dice, di, lot, serial, made, expires)


def _text(dice: random.Random, di: str, lot: str, serial: str, made: str, expires: str) -> str:
    wrong = di[:-1] + str((int(di[-1]) + 1) % 10)
    shapes: list[tuple[int, Callable[[], str]]] = [
        (35, lambda: f"01{di}11{made}17{expires}10{lot}{GS}21{serial}"),
        (10, lambda: f"]d201{di}21{serial}{GS}17{expires}10{lot}"),
        (10, lambda: f"01{di}17{expires}10{lot}"),
        (23, lambda: f"(01){di}(11){made}(17){expires}(10){lot}(21){serial}"),
        (7, lambda: di[1:]),
        (4, lambda: _hibcc(dice, lot, serial)),
        (7, lambda: _ma(dice, lot, serial, made)),
        (2, lambda: f"01{wrong}10{lot}{GS}21{serial}"),
        (1, lambda: f"01{di}10{lot} {GS}21{serial}"),
        (1, lambda: f"(01){di}(17)29{dice.randint(13, 19)}01(10){lot}"),
    ]
    return dice.choices([shape for _, shape in shapes], [weight for weight, _ in shapes])[0]()


def _whole(body: str) -> str:
    return body + mod10_check(body)


def _hibcc(dice: random.Random, lot: str, serial: str) -> str:
    body = f"+A123{dice.randrange(10**6)}1/$$3{dice.randint(27, 29)}0615{lot}/S{serial}"
    return body + check_character(body)


def _ma(dice: random.Random, lot: str, serial: str, made: str) -> str:
    di = f"MA.156.M0.1{dice.randrange(10**5):05d}.1{dice.randrange(10**6):06d}"
    parts = f".S{serial}.M{made}.L{lot}.E{dice.randint(27, 29)}0615"
    return f"{di}{check_digit(di)}{parts}.C{check_digit(parts)}"
