"""GS1 Digital Link URIs, in and out (GS1 Digital Link Standard: URI Syntax 1.2).

``https://host/stem/01/…/22/…/10/…/21/…?17=…``: a key and its qualifiers in the path, in order; attributes in
the query. uri → elements and findings; `write` goes the other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote, unquote_plus

from master_data.udi.gs1_ai import ai_table
from master_data.udi.gs1_message import Element, Message
from master_data.udi.issue import Issue, error

_URI = re.compile(
    r"(?:https?|HTTPS?)://(?P<host>[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?", re.DOTALL
)
_HOST = re.compile(r"(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_FOREIGN = re.compile(r"[^0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=%-]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_STEM = "https://id.gs1.org"

Step = tuple[str, int]


def is_link(text: str) -> bool:
    """Tell whether a text is a web address."""
    return re.match(r"https?://|HTTPS?://", text) is not None


def split(uri: str) -> Message:
    """Cut a Digital Link URI; a GTIN of 8, 12 or 13 digits, as older links have it, is filled up."""
    parts = _URI.fullmatch(uri)
    broken = _FOREIGN.search(uri) or _BAD_ESCAPE.search(uri)
    if broken is not None:
        return Message((), (error("CHARSET", broken.start(), f"a URI must not hold {broken[0]!r} there"),))
    if parts is None or not _HOST.fullmatch(parts["host"]):
        return Message((), (error("DL_PATH", 0, "no web address of a host"),))
    steps = _steps(parts["path"] or "", parts.start("path"), "/")[1:]
    start = _key_at(steps)
    if start is None:
        return Message((), (_no_key(steps),))
    pairs = [(steps[i][0], steps[i + 1]) for i in range(start, len(steps), 2)]
    path = [Element(key, _value(key, unquote(text)), place, False) for key, (text, place) in pairs]
    found, issues = _attributes(parts["query"] or "", parts.start("query"), [key for key, _ in pairs])
    elements = [*path, *found]
    return Message(
        tuple(element for element in elements if element.ai in ai_table()),
        (*_order(path), *issues, *_twice(elements)),
    )


def write(values: Mapping[str, str], stem: str = _STEM) -> str:
    """Write a Digital Link URI; the first key among the values leads the path.

    Raises:
        KeyError: no value is a key, or one may stand neither in the path nor in the query.
    """
    table = ai_table()
    key = next((ai for ai in values if table[ai].link_qualifiers is not None), None)
    if key is None:
        raise KeyError("no identifier may begin a Digital Link")
    orders = table[key].link_qualifiers or ()
    qualifiers = max(([ai for ai in order if ai in values] for order in orders), key=len, default=[])
    rest = [ai for ai in values if ai != key and ai not in qualifiers]
    stray = next((ai for ai in rest if not table[ai].is_link_attribute), None)
    if stray is not None:
        raise KeyError(f"({stray}) may stand neither in the path nor in the query")
    path = "".join(f"/{ai}/{quote(values[ai], safe='')}" for ai in (key, *qualifiers))
    rest.sort(key=lambda ai: not table[ai].is_predefined)
    query = "&".join(f"{ai}={quote(values[ai], safe='')}" for ai in rest)
    return stem.rstrip("/") + path + (f"?{query}" if query else "")


def _steps(text: str, place: int, separator: str) -> list[Step]:
    steps = []
    for step in text.split(separator):
        steps.append((step, place))
        place += len(step) + 1
    return steps


def _key_at(steps: list[Step]) -> int | None:
    """Where the key stands: the last one from which steps go in pairs to the end."""
    table = ai_table()
    for place in range(len(steps) - 2, -1, -2):
        rule = table.get(steps[place][0])
        if rule is not None and rule.link_qualifiers is not None:
            return place
    return None


def _no_key(steps: list[Step]) -> Issue:
    if any(step in ("00", "01") for step, _ in steps):
        return error("DL_PATH", steps[-1][1], "a step of the path has no value")
    return error("PI_WITHOUT_DI", 0, "the path names no key such as /01/ with its value")


def _order(path: list[Element]) -> Iterator[Issue]:
    orders = ai_table()[path[0].ai].link_qualifiers or ((),)
    keys = [element.ai for element in path[1:]]
    if not any(keys == [ai for ai in order if ai in keys] for order in orders):
        wanted = " or ".join(", ".join(order) for order in orders) or "none"
        yield error("DL_PATH_ORDER", path[1].position, f"qualifiers {keys} are not in the order {wanted}")


def _attributes(query: str, place: int, path: list[str]) -> tuple[list[Element], list[Issue]]:
    found, issues = [], []
    for text, position in _steps(query, place, "&"):
        key, equals, value = text.partition("=")
        if not equals or not re.fullmatch("[0-9]+", key):
            continue
        refusal = _refusal(key, path, position)
        if refusal is None:
            behind = position + len(key) + 1
            found.append(Element(key, _value(key, unquote_plus(value)), behind, False))
        else:
            issues.append(refusal)
    return found, issues


def _refusal(key: str, path: list[str], position: int) -> Issue | None:
    rule = ai_table().get(key)
    if rule is None:
        return error("UNKNOWN_AI", position, f"{key} is no known identifier")
    orders = ai_table()[path[0]].link_qualifiers or ()
    belongs = any({*path[1:], key} <= set(order) for order in orders)
    if not rule.is_link_attribute or belongs:
        return error("DL_ATTRIBUTE", position, f"({key}) must not stand in the query")
    return None


def _twice(elements: list[Element]) -> Iterator[Issue]:
    keys = [element.ai for element in elements]
    for place, element in enumerate(elements):
        if element.ai in keys[:place]:
            yield error("DUPLICATE_AI", element.position, f"({element.ai}) occurs twice in a link")


def _value(ai: str, value: str) -> str:
    return value.zfill(14) if ai == "01" and len(value) in (8, 12, 13) else value
