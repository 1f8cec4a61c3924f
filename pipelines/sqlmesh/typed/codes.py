"""Check digits as SQL over one text column: GTIN (GS1 General Specifications 7.9), USCC (GB 32100-2015)."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def gtin_is_valid(text: str) -> str:
    """True for 8, 12, 13 or 14 digits with the right check digit; NULL text gives NULL."""
    padded = f"LPAD({text}, 14, '0')"
    weighted = " + ".join(
        f"CAST(SUBSTRING({padded}, {i + 1}, 1) AS INT) * {3 if i % 2 == 0 else 1}" for i in range(14)
    )
    shape = f"REGEXP_MATCHES({text}, '^([0-9]{{8}}|[0-9]{{12,14}})$')"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {shape} THEN ({weighted}) % 10 = 0 ELSE FALSE END"


def uscc_is_valid(text: str) -> str:
    """True for 18 characters whose weighted sum and check character give 0 modulo 31; NULL gives NULL."""
    digits = [f"(STRPOS('{USCC_ALPHABET}', SUBSTRING({text}, {i + 1}, 1)) - 1)" for i in range(18)]
    weighted = " + ".join(f"{digit} * {3**i % 31}" for i, digit in enumerate(digits[:17]))
    shape = f"REGEXP_MATCHES({text}, '^[{USCC_ALPHABET}]{{18}}$')"
    total = f"({weighted} + {digits[17]})"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {shape} THEN {total} % 31 = 0 ELSE FALSE END"
