"""Check digits of the simulator against published and literal values."""

import numpy as np
import pytest

from simulator.identifiers import gtin14, gtin_check_digit, make_uscc, uscc_check_char


@pytest.mark.parametrize(("code"), ["09521234543213", "00614141007349", "6901028075831", "012345678905"])
def test_gtin_check_digit_of_known_codes(code: str) -> None:
    """Prevents wrong weights: every UDI of the world would be invalid."""
    assert gtin_check_digit(code[:-1]) == code[-1]


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "91110000802100433B", "914403001922038216", "91350100M000100Y43"]
)
def test_uscc_check_char_of_known_codes(code: str) -> None:
    """Prevents suppliers that no USCC rule would accept."""
    assert uscc_check_char(code[:17]) == code[17]


def test_packaging_levels_have_different_codes_with_the_demonstration_prefix() -> None:
    """Prevents one DI on two levels, and codes that belong to a real company."""
    codes = [gtin14(level, 7) for level in (0, 1, 2, 9)]
    assert len(set(codes)) == 4
    assert all(len(c) == 14 and c[1:4] == "952" for c in codes)


def test_digit_only_uscc_loses_digits_in_a_spreadsheet() -> None:
    """Prevents a 15-digit trap that cannot be seen because the code ended in 000 anyway."""
    rng = np.random.default_rng(1)
    codes = [make_uscc(rng, "320500", digits_only=True) for _ in range(20)]
    assert all(c.isdigit() and not c.endswith("000") and uscc_check_char(c[:17]) == c[17] for c in codes)
