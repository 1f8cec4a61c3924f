"""A document's tree while it grows: events of the elements asked for, and the rest forgotten piece by piece.

stream -> pull parser that reports only some names -> (event, element). Millions of elements that nobody
asked for cost what the parser costs, and no more memory than a piece.
"""

from collections.abc import Iterator
from typing import Literal, cast

from lxml import etree

from pipelines.ingest.readers.xml_tags import Readable
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

PIECE = 1 << 15

Event = tuple[Literal["start", "end"], etree._Element]


class GrowingTree:
    """Starts and ends of the elements with some local names, in document order.

    Attributes:
        kept: An open element whose content is still needed; nothing in it is forgotten.
    """

    def __init__(self, stream: Readable, names: set[str]) -> None:
        self.kept: etree._Element | None = None
        self._stream = stream
        self._names = names

    def __iter__(self) -> Iterator[Event]:
        """The events.

        Raises:
            FileRejected: The document has a type (DOCTYPE), which could bring entities.
            XMLSyntaxError: The document breaks off; what came before was given.
        """
        piece, root = self._root()
        parser = _parser({root, *(f"{{*}}{name}" for name in self._names)})
        top: etree._Element | None = None
        while piece:
            problem = _feed(parser, piece)
            for event, element in _events(parser):
                top = element if top is None else top
                yield event, element
            if problem:
                raise problem
            if top is not None:
                self._forget(top)
            piece = self._stream.read(PIECE)
        parser.close()

    def _root(self) -> tuple[bytes, str]:
        """What was read until the outermost element began, and its name."""
        parser, read = _parser(None), []
        while piece := self._stream.read(PIECE):
            read.append(piece)
            problem = _feed(parser, piece)
            for _, element in _events(parser):
                if element.getroottree().docinfo.internalDTD is not None:
                    raise FileRejected(
                        Rule.UNREADABLE, "不接受 DOCTYPE | A document type (DOCTYPE) is not accepted"
                    )
                return b"".join(read), element.tag
            if problem:
                raise problem
        parser.close()
        raise AssertionError("the parser closes no document without an element")

    def _forget(self, top: etree._Element) -> None:
        """Frees what has ended; the parser still needs the last element of each level."""
        node = top
        while len(node) and node is not self.kept:
            del node[:-1]
            node = node[-1]


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _parser(tags: set[str] | None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=("start", "end"),
        tag=sorted(tags) if tags else None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )


def _events(parser: etree.XMLPullParser) -> Iterator[Event]:
    for event, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield cast(Event, (event, element))


def _feed(parser: etree.XMLPullParser, piece: bytes) -> etree.XMLSyntaxError | None:
    """Feeds a piece; a break is given back, because what came before it has yet to be read."""
    try:
        parser.feed(piece)
    except etree.XMLSyntaxError as error:
        return error
    return None
