"""How `medlake quarantine` shows records and decisions, for people and for machines."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from cli.console import out, print_json, print_table, say
from quality_rules.quarantine.decision import Decision

if TYPE_CHECKING:
    from pipelines.quarantine.fields import Fields
    from pipelines.quarantine.records import Kept

STATES = ("open", "fixed", "accepted", "rejected")


def counted(chosen: "Sequence[Kept]", *, by_file: bool) -> list[dict[str, Any]]:
    """Records per table (and file) and rule; a record with two broken cells of one rule counts once."""
    keys = {
        (
            kept.source_table,
            kept.file_name if by_file else "",
            kept.layer_code,
            kept.rule_id,
            kept.address,
        ): kept
        for kept in chosen
    }
    counts = Counter((*key[:4], kept.state) for key, kept in keys.items())
    groups = sorted({key[:4] for key in keys})
    return [
        {
            "table": table or "(no contract)",
            **({"file": file} if by_file else {}),
            "rule": rule,
            "kind": layer,
            **{state: counts[table, file, layer, rule, state] for state in STATES},
        }
        for table, file, layer, rule in groups
    ]


def record(those: "Sequence[Kept]", fields: "Fields | None") -> dict[str, Any]:
    """One record with every rule that kept it out, as plain data."""
    from pipelines.rule_catalogue import remedy

    first = those[0]
    return {
        "table": first.source_table,
        "file": first.file_name,
        "file_sha256": first.file_sha256,
        "row": first.row_no,
        "kind": first.layer_code,
        "broken": [
            {
                "rule": kept.rule_id,
                "column": kept.column_name,
                "before": kept.before if kept.layer_code == "stg" else None,
                "message": kept.message,
                "remedy": remedy(kept.rule_id),
                "state": kept.state,
                "decision": kept.verdict,
            }
            for kept in those
        ],
        "raw_text": first.before if first.layer_code == "landing" else None,
        "fields": dict(fields.texts) if fields else {},
        "is_whole": bool(fields and fields.is_whole),
    }


def print_record(record: dict[str, Any]) -> None:
    """One record for people."""
    out.print(
        f"\n[bold]{escape(record['table'])}[/] {escape(record['file'])} record {record['row']}"
        f"  [dim]{record['file_sha256'][:12]}[/]",
        highlight=False,
    )
    for broken in record["broken"]:
        out.print(f"  [yellow]{broken['rule']}[/] {escape(broken['message'])}", highlight=False)
        out.print(f"  [dim]→ {escape(broken['remedy'])}[/]", highlight=False)
        if verdict := broken["decision"]:
            words = f"{broken['state']} by {verdict.person}: {verdict.reason} ({verdict.decision_id[:8]})"
            out.print(f"  [green]{escape(words)}[/]", highlight=False)
    if record["raw_text"] is not None:
        out.print(
            f"  raw text: {escape(json.dumps(record['raw_text'], ensure_ascii=False))}", highlight=False
        )
    if record["fields"]:
        title = "Fields" if record["is_whole"] else "Fields, as far as the record could be cut"
        print_table(title, ("column", "text"), list(record["fields"].items()))


def print_decisions(made: Sequence[Decision], as_json: bool) -> None:
    """What was decided."""
    if as_json:
        print_json(list(made))
        return
    for decision in made:
        words = f"{decision.action} {decision.source_table} {decision.file_sha256[:12]}:{decision.row_no}"
        out.print(f"[green]✓[/] {decision.decision_id[:12]} {words}", highlight=False)
    say(f"{len(made)} decisions recorded; they take effect with the next `medlake refresh`")
