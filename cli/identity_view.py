"""How `medlake identity` shows pairs, parties and decisions, for people and for machines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from cli.console import out, print_json, print_table, say

if TYPE_CHECKING:
    from master_data.stewardship.desk import Verdict

SIDE = (("name", "party_name"), ("uscc", "uscc"), ("city", "city_name"), ("address", "address_name"))


def print_pairs(pairs: Sequence[Mapping[str, Any]], waiting: Sequence[Mapping[str, Any]]) -> None:
    """The work list: pairs for one person, then decisions that wait for a second."""
    for pair in pairs:
        left, right = pair["left"], pair["right"]
        out.print(
            f"\n[bold]{pair['role']}[/] {escape(left['record_id'])} ↔ {escape(right['record_id'])}  "
            f"[cyan]{pair['weight']} bit[/] {pair['band']}",
            highlight=False,
        )
        for title, name in SIDE:
            if left[name] or right[name]:
                out.print(
                    f"  {title:8} {escape(str(left[name] or '—'))}  |  {escape(str(right[name] or '—'))}",
                    highlight=False,
                )
        told = "; ".join(f"{field}: {level} {bits}" for field, level, bits in pair["evidence"])
        out.print(f"  [dim]{escape(told)}[/]", highlight=False)
    if waiting:
        columns = ("decision", "action", "role", "records", "by", "reason")
        print_table(
            "待第二人批准 | waits for a second person", columns, [tuple(row.values()) for row in waiting]
        )
    if not pairs and not waiting:
        out.print("[green]✓[/] 没有待复核的主体 | nothing waits for a steward")


def print_verdicts(verdicts: "Sequence[Verdict]", *, is_preview: bool, as_json: bool) -> None:
    """What was decided, or would be, and which records change their party."""
    if as_json:
        print_json(
            [
                {"is_recorded": not is_preview, "decision": v.decision, "moves": list(v.moves)}
                for v in verdicts
            ]
        )
        return
    for verdict in verdicts:
        made = verdict.decision
        about = made.refers_to[:12] or " ↔ ".join(ids[0] for ids in (made.left_ids, made.right_ids) if ids)
        value = f" {made.attribute}: {made.before or '—'} → {made.after or '—'}" if made.attribute else ""
        mark = "[yellow]?[/]" if is_preview else "[green]✓[/]"
        id_ = "" if is_preview else f"{made.decision_id[:12]} "
        out.print(f"{mark} {id_}{made.action} {escape(about + value)}", highlight=False)
        if verdict.is_pending:
            how = "" if is_preview else f": `medlake identity approve {made.decision_id[:12]}`"
            out.print(f"  须第二人批准 | needs a second person{how}", highlight=False)
        _print_moves(verdict)
    if is_preview:
        say("只是预览，未记录 | a preview; nothing was recorded")
    else:
        say(f"{len(verdicts)} decisions recorded; they take effect with the next `medlake refresh`")


def _print_moves(verdict: "Verdict") -> None:
    rows = [(m.role_code, m.record_id, m.name, m.before, m.after) for m in verdict.moves]
    if rows:
        print_table(
            "改变归属的记录 | records that change their party", ("role", "record", "name", "from", "to"), rows
        )
    else:
        out.print("  没有记录改变归属 | no record changes its party", highlight=False)


def print_party(party: Mapping[str, Any]) -> None:
    """A golden party beside its sources."""
    out.print(f"\n[bold]{escape(party['golden_id'])}[/] {party['role']}", highlight=False)
    records = party["records"]
    columns = ("attribute", "golden", *(record["record_id"] for record in records))
    rows = []
    for name, golden in party["golden"].items():
        said = [record["values"].get(name) for record in records]
        rows.append((name, golden["value"] if golden else None, *said))
    print_table("金记录与来源 | golden record and its sources", columns, rows)
    rows = [(r["record_id"], r["match_rule"], r["table"], r["file"], r["row"]) for r in records]
    print_table("来源 | sources", ("record", "joined by", "table", "file", "row"), rows)
    for pair in party["pairs"]:
        told = "; ".join(f"{field}: {level} {bits}" for field, level, bits in pair["evidence"])
        ends = f"{pair['left_id']} ↔ {pair['right_id']} {pair['weight']} bit {pair['band']}"
        out.print(f"  {escape(ends)} [dim]{escape(told)}[/]", highlight=False)
    if party["once"]:
        out.print(f"  曾用标识 | once called: {escape(', '.join(party['once']))}", highlight=False)
    print_history_of_decisions(party["decisions"])


def print_history_of_decisions(decisions: Iterable[Mapping[str, Any]]) -> None:
    """Decisions, oldest first, with who, when and why."""
    rows = [tuple(row.values()) for row in decisions]
    if rows:
        columns = ("decision", "at (UTC)", "by", "action", "what", "reason", "state")
        print_table("决定 | decisions", columns, rows)
