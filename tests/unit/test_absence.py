"""Absence of a lot: what is listed cannot be denied, what is not is proved, nothing else holds."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.ledger import merkle
from reports.absence import absent

NUMBERS = st.text(st.sampled_from("AB0129-é批 "), min_size=1, max_size=6).map(absent.normal).filter(bool)
LISTS = st.sets(st.tuples(NUMBERS, st.sampled_from(["A:1:x", "B:2:y"])), max_size=40)


def _lines(pairs: set[tuple[str, str]]) -> list[str]:
    lines = [f"{number}\t{lot}" for number, lot in pairs]
    return sorted(lines, key=lambda line: (absent.key(line), line.encode()))


def _by_hand(lines: list[str]) -> bytes:
    """The root as RFC 6962 defines it: the larger power of two to the left."""
    if not lines:
        return merkle.EMPTY_ROOT
    if len(lines) == 1:
        return merkle.leaf_hash(lines[0].encode())
    half = 1
    while half * 2 < len(lines):
        half *= 2
    return merkle.node_hash(_by_hand(lines[:half]), _by_hand(lines[half:]))


@given(LISTS, NUMBERS)
def test_absence_is_proved_exactly_when_the_number_is_in_no_line(
    pairs: set[tuple[str, str]], number: str
) -> None:
    """Prevents a lot that is there from being denied, and one that is not from being unprovable."""
    lines, root = _lines(pairs), absent.root_of(_lines(pairs))
    assert root == _by_hand(lines)
    if any(number == known for known, _ in pairs):
        with pytest.raises(absent.Present):
            absent.prove(lines, number)
        return
    proof = json.loads(json.dumps(absent.prove(lines, number)))
    assert str(len(lines)) in absent.check(proof, len(lines), root)
    for side in filter(None, (proof["left"], proof["right"])):
        path = [base64.b64decode(step) for step in side["path"]]
        leaf = merkle.leaf_hash(side["leaf"].encode())
        assert merkle.proves_inclusion(leaf, side["index"], len(lines), path, root)


@st.composite
def _there_and_not(draw: st.DrawFn) -> tuple[list[str], str, str]:
    """A list, a number of it, and one that is not in it."""
    there, *others = draw(st.lists(NUMBERS, min_size=2, max_size=30, unique=True))
    absent_one = others.pop()
    return _lines({(number, "A:1:x") for number in (there, *others)}), there, absent_one


@given(_there_and_not())
def test_a_proof_holds_for_no_number_that_is_there(case: tuple[list[str], str, str]) -> None:
    """Prevents the proof of one number from being passed off as that of another that is in the list."""
    lines, there, number = case
    proof = {**absent.prove(lines, number), "lot": there, "normal": absent.normal(there)}
    with pytest.raises(absent.Invalid):
        absent.check(proof, len(lines), absent.root_of(lines))


def _mutants(proof: Any) -> Iterator[Any]:
    """Every proof that differs in one place."""
    for side in ("left", "right"):
        if proof[side] is None:
            continue
        for part, value in (("index", proof[side]["index"] + 1), ("leaf", proof[side]["leaf"] + "x")):
            yield _changed(proof, side, part, value)
        yield {**proof, side: None}
        for number, step in enumerate(proof[side]["path"]):
            raw = bytearray(base64.b64decode(step))
            raw[0] ^= 1
            path = proof[side]["path"].copy()
            path[number] = base64.b64encode(raw).decode()
            yield _changed(proof, side, "path", path)
        yield _changed(proof, side, "path", proof[side]["path"] + [proof[side]["leaf"]])
        yield _changed(proof, side, "path", proof[side]["path"][1:] or ["AA=="])
    yield {**proof, "size": proof["size"] + 1}
    yield {**proof, "normal": proof["normal"] + "1"}
    yield {**proof, "v": 2}
    yield {**proof, "left": proof["right"], "right": proof["left"]}
    yield {name: value for name, value in proof.items() if name != "left"}
    yield from ([], None, "x")


def _changed(proof: Any, side: str, part: str, value: object) -> Any:
    mutant = copy.deepcopy(proof)
    mutant[side][part] = value
    return mutant


@given(_there_and_not())
def test_no_changed_proof_holds(case: tuple[list[str], str, str]) -> None:
    """Prevents a neighbour, a place or a hash from being made up."""
    lines, _, number = case
    proof, root = absent.prove(lines, number), absent.root_of(lines)
    for mutant in _mutants(proof):
        with pytest.raises(absent.Invalid):
            absent.check(mutant, len(lines), root)


@given(_there_and_not())
def test_a_line_cannot_be_left_out(case: tuple[list[str], str, str]) -> None:
    """Prevents the proof from a shortened list from holding against the root that was issued."""
    lines, there, _ = case
    shortened = [line for line in lines if absent.key(line) != there.encode()]
    with pytest.raises(absent.Invalid):
        absent.check(absent.prove(shortened, there), len(lines), absent.root_of(lines))


@pytest.mark.parametrize(
    ("text", "same"),
    [(" f25300０150 ", "F253000150"), ("000123", "123"), ("a\u200bb", "AB"), ("1\t2", "1 2")],
)
def test_a_number_is_looked_up_however_it_is_written(text: str, same: str) -> None:
    """Prevents a lot from being called absent because of a blank, a full-width digit or a leading zero."""
    assert absent.normal(text) == same
    with pytest.raises(absent.Present, match="A:1:x"):
        absent.prove([f"{same}\tA:1:x"], text)


@pytest.mark.parametrize(
    "content", [b"B\tx\nA\tx\n", b"A\tx\nA\tx\n", b"A\tx", b"A x\n", b"\xff\tx\n"], ids=str
)
def test_a_list_that_is_none_is_refused(content: bytes) -> None:
    """Prevents a neighbour in an unsorted list, where the number could stand somewhere else."""
    with pytest.raises((absent.Invalid, UnicodeDecodeError)):
        absent.read_lines(content)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(folder / "absent.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_runs_on_the_standard_library_alone(tmp_path: Path) -> None:
    """Prevents a program that an inspector cannot run: no packages, no list needed for the check."""
    lines = _lines({("A1", "A:1:A1"), ("C3", "A:1:C3")})
    (tmp_path / "absent.py").write_bytes(Path(absent.__file__).read_bytes())
    (tmp_path / "lots.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    root = {"v": 1, "size": 2, "root_sha256": absent.root_of(lines).hex()}
    (tmp_path / "root.json").write_text(json.dumps(root), encoding="utf-8")
    shown = _run(tmp_path, "b2")
    assert shown.returncode == absent.ABSENT and json.loads(shown.stdout)["normal"] == "B2"
    assert _run(tmp_path, " c3").returncode == absent.PRESENT
    (tmp_path / "proof.json").write_text(shown.stdout, encoding="utf-8")
    (tmp_path / "lots.txt").unlink()
    checked = _run(tmp_path, "--check", str(tmp_path / "proof.json"))
    assert (checked.returncode, "不在 2 条之中" in checked.stdout) == (0, True)
    (tmp_path / "proof.json").write_text(shown.stdout.replace("A1", "A0"), encoding="utf-8")
    assert _run(tmp_path, "--check", str(tmp_path / "proof.json")).returncode == absent.WRONG
