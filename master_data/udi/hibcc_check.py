"""The HIBC check character: sum of the characters' values modulo 43 (ANSI/HIBC 2.6, as Code 39)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def check_character(body: str) -> str:
    """Return the check character of a body, its leading plus included.

    Raises:
        KeyError: a character is not in the alphabet.
    """
    return ALPHABET[sum(VALUES[character] for character in body) % len(ALPHABET)]


def first_foreign(text: str) -> int | None:
    """Return the place of the first character that HIBC does not know, None when there is none."""
    return next((place for place, character in enumerate(text) if character not in VALUES), None)
