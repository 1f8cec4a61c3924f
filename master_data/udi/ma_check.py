"""The MA check digit: characters to numbers, their digits in a row, every second one from the right doubled.

The table is the one found in a vendor's production code of 2021; the issuer has published none.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg\0\0hijklmnopqrstuvwxyz-.@$,*+%/#!^~"
NUMBERS = {character: str(value) for value, character in enumerate(ALPHABET) if character != "\0"}
DOUBLED = "0246813579"


def check_digit(text: str) -> str:
    """Return the check digit of a text.

    Raises:
        KeyError: a character is not in the table.
    """
    digits = "".join(NUMBERS[character] for character in text)[::-1]
    total = sum(map(int, digits[::2])) + sum(int(DOUBLED[int(digit)]) for digit in digits[1::2])
    return str(-total % 10)


def first_foreign(text: str) -> int | None:
    """Return the place of the first character that is not in the table, None when there is none."""
    return next((place for place, character in enumerate(text) if character not in NUMBERS), None)
