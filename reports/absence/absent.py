"""Shows offline that a lot number is absent from a release, with Python's standard library only (3.10+).

    python absent.py LOT                  proves it from lots.txt, the sorted list    证明某批号不存在
    python absent.py --check PROOF.json   checks such a proof without the list        核验证明，不需清单

root.json, beside this file and in the bundle's manifest, vouches for the list. A line of it is a number as
some system writes the lot, a tab, and the lot; the list is sorted, so that a number between two neighbours
is in no line. Hashes are those of RFC 6962. Ends with 0 when it is absent, 4 when it is there, else 1.
"""

import argparse
import base64
import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

VERSION = 1
EMPTY = hashlib.sha256(b"").digest()
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
ABSENT, WRONG, PRESENT = 0, 1, 4
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, OSError, RecursionError)


class Invalid(Exception):
    """What does not hold."""


class Present(Exception):
    """The number is there; the message names its lots."""


def need(holds: object, what: str) -> None:
    """Raises when something does not hold."""
    if not holds:
        raise Invalid(what)


def normal(text: str) -> str:
    """A lot number as all systems should write it: half-width, upper case, digits without leading zeros."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(INVISIBLE).upper().split())
    return (plain.lstrip("0") or "0") if plain.isascii() and plain.isdigit() else plain


def key(line: str) -> bytes:
    """What a line is sorted and looked up by: the number before the tab."""
    number, tab, lot = line.partition("\t")
    need(tab and lot and "\t" not in lot and "\n" not in line, f"{line!r} is no line of the list")
    return number.encode()


def leaf_hash(line: str) -> bytes:
    """Hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def levels(lines: list[str]) -> list[list[bytes]]:
    """Hashes of a tree from its leaves up; a node without a neighbour moves up as it is."""
    found = [[leaf_hash(line) for line in lines]]
    while len(found[-1]) > 1:
        below = found[-1]
        pairs = [
            hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(below[::2], below[1::2], strict=False)
        ]
        found.append(pairs + below[len(below) & ~1 :])
    return found


def root_of(lines: list[str]) -> bytes:
    """Root of the tree over these lines."""
    return levels(lines)[-1][0] if lines else EMPTY


def path_of(tree: list[list[bytes]], index: int) -> list[bytes]:
    """Hashes beside the way from a leaf to the root, nearest first."""
    path = []
    for level in tree[:-1]:
        beside = index ^ 1
        path += level[beside : beside + 1]
        index >>= 1
    return path


def climb(line: str, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its path lead to (RFC 9162, 2.1.3.2)."""
    need(0 <= index < size, "a leaf stands outside the tree")
    found, last = leaf_hash(line), size - 1
    for step in path:
        need(last, "a path is longer than the tree is high")
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        index, last = index >> 1, last >> 1
    need(last == 0, "a path is shorter than the tree is high")
    return found


def prove(lines: list[str], text: str) -> dict[str, Any]:
    """The proof that a number is in no line of a sorted list; raises Present when it is in one."""
    wanted = normal(text).encode()
    there = [line.partition("\t")[2] for line in lines if key(line) == wanted]
    if there:
        raise Present(f"{text} 在册 | {text} is there: {', '.join(there)}")
    right = next((n for n, line in enumerate(lines) if key(line) > wanted), len(lines))
    tree = levels(lines)

    def neighbour(index: int) -> Any:
        if not 0 <= index < len(lines):
            return None
        path = [base64.b64encode(step).decode() for step in path_of(tree, index)]
        return {"index": index, "leaf": lines[index], "path": path}

    return {
        "v": VERSION,
        "lot": text,
        "normal": normal(text),
        "size": len(lines),
        "left": neighbour(right - 1),
        "right": neighbour(right),
    }


def check(proof: Any, size: int, root: bytes) -> str:
    """What a proof shows, in words; raises Invalid with what does not hold."""
    try:
        return check_parts(proof, size, root)
    except MALFORMED as error:
        raise Invalid(f"the proof is malformed: {type(error).__name__} {error}") from None


def check_parts(proof: Any, size: int, root: bytes) -> str:
    """As `check`, with errors of Python's own for what is malformed."""
    need(proof["v"] == VERSION and proof["size"] == size, "the proof is of another list")
    need(proof["normal"] == normal(proof["lot"]), "the proof is about another number")
    wanted, left, right = proof["normal"].encode(), proof["left"], proof["right"]
    for side in (left, right):
        if side is not None:
            path = [base64.b64decode(step, validate=True) for step in side["path"]]
            need(climb(side["leaf"], side["index"], size, path) == root, "a neighbour is not in the list")
    need(left is None or key(left["leaf"]) < wanted, "the left neighbour does not stand before the number")
    need(right is None or wanted < key(right["leaf"]), "the right neighbour does not stand after the number")
    before = -1 if left is None else left["index"]
    after = size if right is None else right["index"]
    need(after == before + 1, "the neighbours do not stand beside each other")
    need(size or root == EMPTY, "an empty list has another root")
    return f"{proof['lot']} 不在 {size} 条之中 | {proof['lot']} is in none of the {size} lines"


def read_lines(content: bytes) -> list[str]:
    """Lines of a list, which must be sorted."""
    *lines, end = content.decode().split("\n")
    need(not end, "the list breaks off within a line")
    ordered = [(key(line), line.encode()) for line in lines]
    need(ordered == sorted(set(ordered)), "the list is not sorted, or holds a line twice")
    return lines


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Absence of a lot number. 批号不存在证明。")
    parser.add_argument("lot", nargs="?", help="number as it was told")
    parser.add_argument("--check", type=Path, help="proof to check")
    given = parser.parse_args(arguments)
    here = Path(__file__).resolve().parent
    try:
        stated = json.loads((here / "root.json").read_text(encoding="utf-8"))
        root = bytes.fromhex(stated["root_sha256"])
        if given.check:
            print(check(json.loads(given.check.read_text(encoding="utf-8")), stated["size"], root))
            return ABSENT
        lines = read_lines((here / "lots.txt").read_bytes())
        need((len(lines), root_of(lines)) == (stated["size"], root), "lots.txt is not the list of root.json")
        proof = prove(lines, given.lot or "")
        need(check(proof, stated["size"], root), "")
        print(json.dumps(proof, ensure_ascii=False, indent=1))
    except Present as present:
        print(present)
        return PRESENT
    except (Invalid, *MALFORMED) as error:
        print(f"INVALID 无效: {error}", file=sys.stderr)
        return WRONG
    return ABSENT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
