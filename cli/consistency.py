"""`medlake quality consistency`: how far ERP, MES and QMS agree, and where they do not."""

from typing import Annotated, Any

import typer

from cli.console import Exit, explain, fail, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.settings import Settings

INDEX = """
    SELECT topic_code, field_code, first_system_code || ' – ' || second_system_code AS systems,
      compared_count, equal_count, consistency_index, goal_index, is_reached
    FROM mart.consistency ORDER BY ALL"""
DIFFERENCES = """
    SELECT topic_code, field_code, key_text, first_system_code, first_value, first_file_name, first_row_no,
      second_system_code, second_value, second_file_name, second_row_no
    FROM mart.consistency_difference WHERE ? IS NULL OR topic_code = ? ORDER BY ALL"""
SHOWN_AT_MOST = 50


def consistency(
    topic: Annotated[
        str | None,
        typer.Argument(
            help="order, component, nonconformity, complaint, made_lot or deviation: its differences."
        ),
    ] = None,
    release: Number = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Share of statements that two systems make alike, per key field; goal 0.95. Exit code 1 below the goal.

    With a topic the rows that differ are listed, both sides with file and record; --json lists all of them.
    """
    with explain(*RELEASE_ERRORS), open_chosen(Settings.from_env(), release, as_of) as connection:
        fields = _rows(connection, INDEX, [])
        differences = _rows(connection, DIFFERENCES, [topic, topic])
    known = {row["topic_code"] for row in fields}
    if topic and topic not in known:
        fail(f"没有主题 | no topic {topic!r}; known: {', '.join(sorted(known))}", Exit.NOT_FOUND)
    if as_json:
        print_json({"fields": fields, "differences": differences})
    else:
        _print(
            "一致性指数 | Consistency index", [row for row in fields if topic in (None, row["topic_code"])]
        )
        if topic:
            _print("差异 | Differences", differences[:SHOWN_AT_MOST])
        out.print(f"差异 | differences: {len(differences):,}")
    missed = [f"{row['topic_code']}.{row['field_code']}" for row in fields if not row["is_reached"]]
    if missed:
        fail(f"未达标 | below the goal: {', '.join(missed)}", Exit.FAILED)


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = [name.removesuffix("_code").removesuffix("_text").replace("_", " ") for name in rows[0]]
        print_table(title, columns, [list(row.values()) for row in rows])


def _rows(connection: Any, query: str, values: list[str | None]) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
