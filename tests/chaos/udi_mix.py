"""UDI texts of every kind a lake may meet, right ones and ones that a hand, a cell or a scanner has hurt."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from master_data.udi.gtin import mod10_check
from master_data.udi.hibcc_check import ALPHABET, check_character
from master_data.udi.ma_check import check_digit

GS = "\x1d"
UPPER = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
STRANGE = "０１（）－\u3000\u00a0\u200b²批é\x00\x1d()<>[]{}]/+=&.*$% \t"


def texts(dice: random.Random, count: int) -> Iterator[str]:
    """Yield texts: two of three as an agency writes them, the others changed in one to three places."""
    kinds = (element_string, element_string, bracketed, bracketed, gtin, hibcc, ma, iccbba, ahm, link)
    for _ in range(count):
        text = dice.choice(kinds)(dice)
        for _ in range(dice.choice((0, 0, 0, 0, 1, 1, 2, 3))):
            text = hurt(dice, text)
        yield text


def hurt(dice: random.Random, text: str) -> str:
    """Change one place: another character, one less, one more, two swapped, cut, or something put around."""
    place = dice.randrange(len(text) + 1)
    other = dice.choice((dice.choice(UPPER), dice.choice("0123456789"), dice.choice(STRANGE)))
    return dice.choice(
        (
            text[:place] + other + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + other + text[place:],
            text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :],
            text[:place],
            dice.choice(("]d2", "]C0", " ", GS, "*", "\u3000")) + text,
            text + dice.choice((" ", GS, "\r\n", "*", ".0", text)),
            text.replace(GS, dice.choice(("<GS>", "", "␝", GS + GS))),
        )
    )


def number(dice: random.Random, longest: int) -> str:
    """A lot or serial number."""
    return "".join(dice.choice(UPPER) for _ in range(dice.randint(1, longest)))


def day(dice: random.Random) -> str:
    """Six digits that are mostly a date near today."""
    year = dice.choice((19, 24, 25, 26, 27, 28, 29, 58, 77, 99))
    return f"{year}{dice.randint(0, 13):02d}{dice.randint(0, 31):02d}"


def whole(body: str) -> str:
    """A GS1 number with its check digit."""
    return body + mod10_check(body)


def pairs(dice: random.Random) -> list[tuple[str, str]]:
    """GS1 elements: mostly a product with some of lot, dates and serial, in any order."""
    found = [("01", whole(f"{dice.randrange(10**13):013d}"))]
    more: dict[str, Callable[[], str]] = {
        "10": lambda: number(dice, 21),
        "11": lambda: day(dice),
        "17": lambda: day(dice),
        "21": lambda: number(dice, 20),
    }
    found += [(ai, more[ai]()) for ai in more if dice.random() < 0.6]
    if dice.random() < 0.1:
        found.append(
            dice.choice((("240", "REF1"), ("37", "5"), ("00", whole("0" * 17)), ("91", "X"), ("10", "A")))
        )
    if dice.random() < 0.5:
        dice.shuffle(found)
    return found


def element_string(dice: random.Random) -> str:
    """What a scanner sends."""
    text = "".join(
        ai + value + (GS if ai in ("10", "21", "240", "37", "91") else "") for ai, value in pairs(dice)
    )
    return dice.choice(("", "", "", "]d2", "]C1", "]Q3", GS)) + (
        text if dice.random() < 0.2 else text.rstrip(GS)
    )


def bracketed(dice: random.Random) -> str:
    """What a label prints."""
    return dice.choice(("", "", "]d2")) + "".join(f"({ai}){value}" for ai, value in pairs(dice))


def gtin(dice: random.Random) -> str:
    """A bare number."""
    return whole(f"{dice.randrange(10**13):013d}")[-dice.choice((8, 12, 13, 14, 14, 13, 10)) :]


def hibcc(dice: random.Random) -> str:
    """Primary, combined or secondary HIBCC code, its check character right."""
    primary = "A" + number(dice, 3).ljust(3, "0") + number(dice, 18) + dice.choice("0123456789")
    date = dice.choice((f"3{day(dice)}", f"2{day(dice)}", "0729", "7", "52001", "8023" + day(dice), ""))
    lead = dice.choice(("$", "$+", "$$" + date, "$$+" + date, "$$3" + day(dice)))
    parts = [primary] if dice.random() < 0.9 else []
    parts += [lead + number(dice, 18)] if dice.random() < 0.7 else []
    tails = (
        f"S{number(dice, 18)}",
        f"16D20{day(dice)}",
        f"14D20{day(dice)}",
        f"Q{dice.randrange(10**6)}",
        "X9",
    )
    parts += [tail for tail in tails if dice.random() < 0.25]
    body = "+" + "/".join(parts)
    return body + check_character(body) if dice.random() < 0.9 else body + dice.choice(ALPHABET)


def ma(dice: random.Random) -> str:
    """MA code, mostly with right check digits."""
    di = f"MA.156.M0.{dice.randrange(10**6):06d}.{dice.randrange(10)}{number(dice, 10).ljust(4, 'a')}"
    di += check_digit(di) if dice.random() < 0.8 else "5"
    date = day(dice)
    parts = [f".{key}{date}" for key in "MEVP" if dice.random() < 0.3]
    parts += [f".{key}{number(dice, 15)}" for key in "SLDYZ" if dice.random() < 0.4]
    dice.shuffle(parts)
    data = "".join(parts)
    check = f".C{check_digit(data)}" if data and dice.random() < 0.6 else ""
    return dice.choice(("", "", "", "https://x.example/s?c=")) + di + data + check


def iccbba(dice: random.Random) -> str:
    """ISBT 128 structures."""
    parts = [
        "=/A9999XYZ100T0944",
        "=,000025",
        "=A99971312345600",
        "=>026032",
        "=}025032",
        "&,1000000000000XYZ123",
    ]
    return "".join(part for part in parts if dice.random() < 0.7) or parts[0]


def ahm(dice: random.Random) -> str:
    """AHM code."""
    return f"MF{dice.randrange(10**13):013d}BA{number(dice, 9)}*SN{number(dice, 9)}*MD{day(dice)}"


def link(dice: random.Random) -> str:
    """GS1 Digital Link."""
    return (
        f"https://id.gs1.org/01/{whole(f'{dice.randrange(10**13):013d}')}/10/{number(dice, 9)}?17={day(dice)}"
    )
