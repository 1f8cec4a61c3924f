"""Judge GS1 elements: lengths, characters, check digits, dates, and which may or must stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from master_data.udi.gs1_ai import CHARACTERS, AiRule, Part, ai_table
from master_data.udi.gs1_lint import LINTS
from master_data.udi.gs1_message import Element
from master_data.udi.issue import Issue, error, warn

_IDENTIFYING = frozenset({"01", "02", "03", "8006", "8026"})
# A lot that swallowed a date or serial, or a serial that swallowed a date or lot. The field's own
# identifier is left out: it cannot occur twice, so such digits are part of the value.
SWALLOWED = {
    "10": re.compile(r".+?(?:1[17][0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]|21[!-z]+)", re.ASCII),
    "21": re.compile(r".+?(?:1[17][0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]|10[!-z]+)", re.ASCII),
}


def check_elements(elements: Sequence[Element], *, current_year: int) -> tuple[Issue, ...]:
    """Return every issue of a list of elements, in the order of the text, pairings last."""
    contents = [issue for element in elements for issue in _content_issues(element, current_year)]
    return (*contents, *_duplicates(elements), *_pairings(elements), *_missing_separator(elements))


def _content_issues(element: Element, current_year: int) -> Iterator[Issue]:
    rule = ai_table()[element.ai]
    if not rule.shortest <= len(element.value) <= rule.longest:
        yield _length(rule, element)
        return
    place = 0
    for part in rule.parts:
        value = element.value[place : place + part.longest]
        yield from _part_issues(element, part, value, element.position + place, current_year)
        place += len(value)


def _length(rule: AiRule, element: Element) -> Issue:
    wanted = str(rule.longest) if rule.shortest == rule.longest else f"{rule.shortest} to {rule.longest}"
    return error(
        "LENGTH", element.position, f"({rule.ai}) holds {len(element.value)} characters, not {wanted}"
    )


def _part_issues(
    element: Element, part: Part, value: str, position: int, current_year: int
) -> Iterator[Issue]:
    if not CHARACTERS[part.kind].issuperset(value):
        odd = next(i for i, char in enumerate(value) if char not in CHARACTERS[part.kind])
        yield error("CHARSET", position + odd, f"({element.ai}) must not hold {value[odd]!r}")
        if part.kind == "N" and part.shortest == part.longest:
            yield error("LENGTH", position, f"({element.ai}) has {odd} leading digits, not {part.longest}")
    elif part.is_optional and 0 < len(value) < part.shortest:
        yield error("LENGTH", position, f"({element.ai}) has a part of {len(value)}, not {part.shortest}")
    elif value:
        found = (LINTS[check](value, position, current_year=current_year) for check in part.checks)
        yield from (issue for issue in found if issue is not None)


def _duplicates(elements: Sequence[Element]) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for element in elements:
        known = seen.get(element.ai)
        if known == element.value:
            yield warn("DUPLICATE_AI", element.position, f"({element.ai}) occurs twice with one value")
        elif known is not None:
            message = f"({element.ai}) occurs with {known} and {element.value}"
            yield error("DUPLICATE_AI", element.position, message)
        seen[element.ai] = element.value


def _pairings(elements: Sequence[Element]) -> Iterator[Issue]:
    present = {element.ai for element in elements}
    for element in elements:
        rule = ai_table()[element.ai]
        if rule.requires and not any(present.issuperset(group) for group in rule.requires):
            yield _missing_partner(rule, present, element.position)
        forbidden = sorted(present.intersection(rule.excludes))
        if forbidden:
            code = f"AI{rule.ai}_EXCLUDES_" + rule.excludes_text.replace(" ", "_")
            yield error(code, element.position, f"({rule.ai}) must not stand with {forbidden}")


def _missing_partner(rule: AiRule, present: set[str], position: int) -> Issue:
    if any(_IDENTIFYING.intersection(group) for group in rule.requires) and not present & _IDENTIFYING:
        return error("PI_WITHOUT_DI", position, f"({rule.ai}) stands without a product identifier")
    closest = max(rule.requires, key=lambda group: len(present.intersection(group)))
    absent = next(ai for ai in closest if ai not in present)
    # Pairs are judged over all symbols of an item, and we see one: the table says where that only warns.
    message = f"({rule.ai}) needs ({absent})"
    return Issue(f"AI{rule.ai}_REQUIRES_{absent}", rule.pair_severity, position, message)


def _missing_separator(elements: Sequence[Element]) -> Iterator[Issue]:
    present = {element.ai for element in elements}
    for element in elements:
        pattern = SWALLOWED.get(element.ai)
        other = {"10": "21", "21": "10"}.get(element.ai)
        if pattern is None or other in present or not element.ends_text or len(element.value) > 20:
            continue
        if pattern.fullmatch(element.value):
            message = (
                f"({element.ai}) {element.value} may have swallowed the next field: compare with the lots"
            )
            yield warn("POSSIBLE_MISSING_FNC1", element.position, message)
