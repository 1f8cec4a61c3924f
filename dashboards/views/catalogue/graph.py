"""Lineage as a picture and a list: what a table or a column is made of, or what is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboards.release import OpenRelease, remember
from dashboards.tables import Column, table
from lineage.catalogue import Catalogue, TableEntry
from reports.language import Language

Node = tuple[str, str]  # table, column; '' for the table as a whole
NODES_DRAWN = 32  # more are too small to read
_FILLS = {"raw": "#EEF1F3", "stg": "#F4F1EA", "core": "#E3F0F1", "mart": "#D3E7E4"}


@dataclass(frozen=True)
class Edge:
    """One is made of the other, so many steps from where the walk began."""

    source: Node
    target: Node
    step: int


def draw(catalogue: Catalogue, entry: TableEntry, opened: OpenRelease, say: Language) -> None:
    """Draw the lineage of a table or of one of its columns."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    columns = [column.name for column in catalogue.columns_of.get(entry.name, ())]
    column = left.selectbox(
        say("catalogue.column"),
        ["", *columns],
        format_func=lambda name: name or say("catalogue.whole_table"),
        key=f"lineage-{entry.name}",
    )
    ways = ("from", "into")
    way = right.segmented_control(
        say("catalogue.way"),
        ways,
        default="from",
        required=True,
        format_func=lambda each: say(f"catalogue.{each}"),
        key="lineage-way",
    )
    links = remember(
        opened, f"links {way} {bool(column)}", lambda: _links(catalogue, way == "from", bool(column))
    )
    start = (entry.name, column or "")
    edges = walk(links, start, backwards=way == "from")
    if not edges:
        st.info(say(f"catalogue.no_{way}"))
        return
    _picture(edges, start, say)
    _list(edges, entry, opened, say)


def walk(links: Mapping[Node, tuple[Node, ...]], start: Node, *, backwards: bool) -> tuple[Edge, ...]:
    """Return every edge that is reached from a node, nearest first; each once, cycles or not."""
    edges: list[Edge] = []
    seen, front, step = {start}, [start], 0
    while front:
        step += 1
        reached: list[Node] = []
        for node in front:
            for other in links.get(node, ()):
                pair = (other, node) if backwards else (node, other)
                edges.append(Edge(*pair, step))
                if other not in seen:
                    seen.add(other)
                    reached.append(other)
        front = reached
    return tuple(edges)


def dot(edges: Iterable[Edge], start: Node) -> str:
    """Return the graph in Graphviz' language, from left to right."""
    drawn = tuple(edges)
    nodes = sorted({node for edge in drawn for node in (edge.source, edge.target)})
    lines = [
        "digraph lineage {",
        "rankdir=LR; bgcolor=transparent; nodesep=0.12; ranksep=0.5;",
        'node [shape=box, style="filled,rounded", fontname="Noto Sans SC", fontsize=11, height=0.3];',
        'edge [color="#8A979F", arrowsize=0.6];',
        *(f"{_quoted(node)} [{_looks(node, start)}];" for node in nodes),
        *(f"{_quoted(edge.source)} -> {_quoted(edge.target)};" for edge in drawn),
        "}",
    ]
    return "\n".join(lines)


def _links(catalogue: Catalogue, backwards: bool, is_column: bool) -> dict[Node, tuple[Node, ...]]:
    """From each node the nodes one step away: what it is made of when walking backwards."""
    if is_column:
        pairs = [((e.table, e.column), (e.source_table, e.source_column)) for e in catalogue.lineage]
    else:
        pairs = [((read.table, ""), (read.source_table, "")) for read in catalogue.reads]
    found: dict[Node, list[Node]] = {}
    for target, source in pairs:
        key, value = (target, source) if backwards else (source, target)
        found.setdefault(key, []).append(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


def _picture(edges: tuple[Edge, ...], start: Node, say: Language) -> None:
    """The picture shows the nearest; the list below has them all."""
    shown: list[Edge] = []
    nodes: set[Node] = set()
    for edge in edges:
        if len(nodes | {edge.source, edge.target}) > NODES_DRAWN:
            break
        nodes |= {edge.source, edge.target}
        shown.append(edge)
    if len(shown) < len(edges):
        st.caption(say("catalogue.nearest", shown=say.number(len(shown)), count=say.number(len(edges))))
    st.graphviz_chart(dot(shown, start), width="stretch", alt=say("catalogue.picture", name=".".join(start)))


def _list(edges: tuple[Edge, ...], entry: TableEntry, opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Edge]] = [
        Column(say("catalogue.step"), lambda edge: edge.step),
        Column(say("catalogue.source"), lambda edge: ".".join(filter(None, edge.source))),
        Column(say("catalogue.target"), lambda edge: ".".join(filter(None, edge.target))),
    ]
    table(edges, columns, name=f"lineage_{entry.name}", opened=opened, say=say)


def _quoted(node: Node) -> str:
    return f'"{_escaped("|".join(node))}"'


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"")


def _looks(node: Node, start: Node) -> str:
    name, column = node
    fill = _FILLS.get(name.partition(".")[0], "#FFFFFF")
    line = 'penwidth=2, color="#12454E"' if node == start else 'color="#C3CBD3"'
    label = r"\n".join(_escaped(text) for text in (name, column) if text)
    return f'label="{label}", fillcolor="{fill}", {line}'
