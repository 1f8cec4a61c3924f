"""A register reviewed as a whole: each identifier a verdict, each package an end."""

from __future__ import annotations

from master_data.device.packaging import Edge
from master_data.device.register_review import Identifier, review

UNIT, PACK, WRONG = "09521234543213", "19521234543210", "09521234543214"


def test_every_identifier_has_one_verdict_and_wrong_check_digits_are_listed() -> None:
    """Prevents an identifier from being left without a word, and one that fails modulo 10 from passing."""
    listed = [
        Identifier(UNIT, "GS1", "primary"),
        Identifier(WRONG, "GS1", "primary"),
        Identifier("MA.156.M0.100221.12345678", "MA", "primary"),
        Identifier("", "HIBCC", "primary"),
    ]
    found = review(listed, [])
    assert found.identifier_count == len(listed)
    assert found.wrong_check == (WRONG,)
    assert ("GS1", "ok", 1) in found.verdicts and ("GS1", "CHECK_DIGIT", 1) in found.verdicts
    assert {agency for agency, _, _ in found.verdicts} == {"GS1", "MA", "HIBCC"}


def test_a_package_is_complete_or_named() -> None:
    """Prevents a package without contents, or with contents nobody lists, from passing for complete."""
    whole = [Identifier(UNIT, "GS1", "primary"), Identifier(PACK, "GS1", "package")]
    assert review(whole, [Edge(PACK, UNIT, 10)]).packaging == ()
    assert [one.issue.code for one in review(whole, []).packaging] == ["PACK_EMPTY"]
    unknown = review(whole, [Edge(PACK, "09521234543220", 10)]).packaging
    assert [one.issue.code for one in unknown] == ["PACK_UNKNOWN_CHILD"]
    assert review(whole, [Edge(PACK, UNIT, 10)]).package_count == 1
