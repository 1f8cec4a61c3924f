"""`medlake trace`: one lot, from its origin to where it went."""

import time
from typing import Annotated

import duckdb
import typer

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from cli.onward import print_onward
from lakehouse.settings import Settings
from traceability.find import find, near
from traceability.ignorance import Bound
from traceability.recall.ignorance import bound_below
from traceability.recall.onward import onward
from traceability.records import Match, Trace
from traceability.walk import backward, forward

Text = Annotated[str, typer.Argument(help="Lot, lot id, serial, order, supplier lot or scanned UDI.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(trace)


def trace(text: Text, release: Number = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Where a lot came from and where it went, with what is not known."""
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS), open_chosen(settings, release, as_of) as connection:
        match = one_lot(connection, text)
        started = time.perf_counter()
        back, ahead = backward(connection, match.lot.lot_id), forward(connection, match.lot.lot_id)
        seconds = time.perf_counter() - started
        bound = bound_below(connection, ahead)
        moved = onward(connection, [node.lot.lot_id for node in ahead.nodes])
    if as_json:
        found = {"match": match, "backward": back, "forward": ahead, "onward": moved, "bound": bound}
        print_json({**found, "seconds": round(seconds, 4)})
        return
    lot = match.lot
    out.print(
        f"[bold]{lot.lot_id}[/]  {lot.product_name_zh or ''} {lot.product_name_en or ''}  ({match.kind})"
    )
    _print_origin(back)
    _print_destination(ahead)
    print_onward(moved)
    _print_gaps(back, ahead)
    _print_bound(bound)
    out.print(f"[dim]traced in {seconds * 1000:.0f} ms[/]")


def one_lot(connection: duckdb.DuckDBPyConnection, text: str) -> Match:
    """The lot that a text means; says which others it may mean, and leaves with an error if it means none."""
    matches = find(connection, text)
    if not matches:
        known = ", ".join(lot.lot_id for lot in near(connection, text)) or "none"
        fail(f"nothing is known as {text!r} in this release; close lot numbers: {known}", Exit.NOT_FOUND)
    if len(matches) > 1:
        say(f"{len(matches)} lots may be meant; taking the first. Name one by its lot id:")
        for match in matches[:8]:
            say(f"  {match.lot.lot_id}  ({match.kind} {match.matched})")
    return matches[0]


def _print_origin(trace: Trace) -> None:
    print_table(
        f"Origin: {len(trace.nodes) - 1} lots upstream",
        ("depth", "lot", "product", "kind"),
        [
            (
                node.depth,
                node.lot.lot_id,
                node.lot.product_name_en or node.lot.product_name_zh,
                node.lot.lot_kind_code,
            )
            for node in trace.nodes
        ],
    )
    if trace.receipts:
        print_table(
            "Receipts",
            ("lot", "supplier", "supplier lot", "order", "date", "qty", "unit"),
            [
                (
                    r.lot_id,
                    r.supplier_name,
                    r.supplier_lot_no,
                    r.purchase_order_no,
                    r.received_date,
                    r.qty,
                    r.uom_code,
                )
                for r in trace.receipts
            ],
        )


def _print_destination(trace: Trace) -> None:
    if len(trace.nodes) > 1:
        print_table(
            f"Went into: {len(trace.nodes) - 1} lots downstream",
            ("depth", "lot", "product"),
            [
                (node.depth, node.lot.lot_id, node.lot.product_name_en or node.lot.product_name_zh)
                for node in trace.nodes
                if node.depth
            ],
        )
    print_table(
        f"Shipped: {len(trace.shipments)} deliveries",
        ("lot", "customer", "city", "delivery", "date", "qty", "unit"),
        [
            (s.lot_id, s.customer_name, s.city_name, s.delivery_no, s.shipped_date, s.qty, s.uom_code)
            for s in trace.shipments
        ],
    )


def _print_gaps(*traces: Trace) -> None:
    gaps = list(dict.fromkeys(gap for trace in traces for gap in trace.gaps))
    if not gaps:
        out.print("[green]✓[/] no gap is known on this way")
        return
    print_table(
        "What is not known",
        ("rule", "lot", "order", "times", "what"),
        [(gap.rule_id, gap.lot_id, gap.order_id, gap.count, gap.message) for gap in gaps],
    )


def _print_bound(bound: Bound | None) -> None:
    if bound is None:
        out.print("[yellow]![/] no bound on the affected units: the release does not carry what it takes")
        return
    lots = f"{len(bound.known_lots)} finished lots"
    if bound.is_exact:
        out.print(
            f"[green]✓[/] {bound.known_qty:,f} finished units in {lots} are affected; no gap can hide more"
        )
        return
    out.print(
        f"[yellow]![/] {bound.known_qty:,f} finished units in {lots} are affected as far as is known, "
        f"{bound.upper_qty:,f} at most: {len(bound.possible_lots)} more lots and {len(bound.open_orders)} "
        f"orders may hold some, {bound.untraced_qty:,f} units are in lots of unknown size"
    )
