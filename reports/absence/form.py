"""The form that says that a release holds no record of a lot, with the proof; who has it needs no list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.absence import absent
from reports.absence.tree import ROOT, VERIFIER, lot_lines, root_file
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid, canonical_json
from reports.language import HOME_ZONE
from reports.refusals import DataMissing
from reports.values import Parameter


@dataclass(frozen=True)
class Absence:
    """A proof, and the list that it is about."""

    proof: dict[str, Any]
    lines: tuple[str, ...]


def _select(asked: Asked) -> Selected[Absence]:
    text, lines = asked.values.text("lot"), lot_lines(asked.con)
    try:
        proof = absent.prove(lines, text)
    except absent.Present as present:
        raise DataMissing(f"无法证明不存在：{present} | absence cannot be proved: {present}") from present
    return Selected(text, HOME_ZONE, asked.day, Absence(proof, tuple(lines)))


def _validate(absence: Absence) -> None:
    try:
        absent.check(absence.proof, len(absence.lines), absent.root_of(list(absence.lines)))
    except absent.Invalid as invalid:
        raise ReportInvalid(f"证明不成立 | the proof does not hold: {invalid}") from invalid


def _render(asked: Asked, absence: Absence) -> dict[str, bytes]:
    return {
        "proof.json": canonical_json(absence.proof),
        ROOT: root_file(asked.release, absence.lines),
        VERIFIER: Path(absent.__file__).read_bytes(),
    }


FORM = Form("lot_absence", "1.0.0", (Parameter("lot", "text"),), _select, _validate, _render)
