"""Lot numbers as people type them: what stands around the number is taken off, one step at a time.

@lot_key, @lot_bare, @lot_without_prefix, @lot_part and @sterilisation_part give texts in the notation of
@norm_lot. core.lot_crosswalk takes a step only when a lot of the same product answers to what is left.
"""

from __future__ import annotations

from sqlglot import exp
from sqlmesh import macro
from sqlmesh.core.macros import MacroEvaluator

# What stands between two lot numbers in one field.
BETWEEN = "[/;+| ]+"
# Sterilisation lots by the method they name: ethylene oxide, steam, gamma.
STERILISATION = "^(EO|ETO|ST|GAM|灭菌)[A-Z0-9-]*[0-9]$"
# Words written before a number, with or without a mark behind them.
WORDS = "^(LOT|BATCH|BN|批号|批次|批)[ .:：#_-]*(NO[ .:：#_-]+)?"
# A letter or one or two digits behind a mark, once or twice, or a letter alone: a part of the lot.
PART = "(([-_./ ]([A-Z]|[0-9]{1,2})){1,2}|[A-Z])$"


@macro()
def lot_key(evaluator: MacroEvaluator, lot: exp.Expression) -> str:
    """A lot number without leading zeros in any of its runs of digits: B2501-000123 and B2501-123 are one."""
    one, two = (r"\1", r"\2") if evaluator.dialect == "duckdb" else ("$1", "$2")
    return f"REGEXP_REPLACE({_typed(lot)}, '(^|[^0-9])0+([0-9])', '{one}{two}', 'g')"


@macro()
def sterilisation_part(_: MacroEvaluator, lot: exp.Expression) -> str:
    """The sterilisation lot in a field that holds a production lot too, before or behind it; else NULL."""
    first, last = _ends(_typed(lot))
    return (
        f"CASE WHEN NOT {_holds_two(_typed(lot))} THEN NULL"
        f" WHEN REGEXP_MATCHES({last}, '{STERILISATION}') THEN {last}"
        f" WHEN REGEXP_MATCHES({first}, '{STERILISATION}') THEN {first} END"
    )


@macro()
def lot_bare(_: MacroEvaluator, lot: exp.Expression) -> str:
    """The text without the sterilisation lot."""
    first, last = _ends(_typed(lot))
    return (
        f"CASE WHEN NOT {_holds_two(_typed(lot))} THEN {_typed(lot)}"
        f" WHEN REGEXP_MATCHES({last}, '{STERILISATION}') THEN {first}"
        f" WHEN REGEXP_MATCHES({first}, '{STERILISATION}') THEN {last} ELSE {_typed(lot)} END"
    )


@macro()
def lot_without_prefix(
    _: MacroEvaluator, lot: exp.Expression, site_code: exp.Expression, product_code: exp.Expression
) -> str:
    """The text without a word for lot, the plant or the product written before it."""
    bare, site = f"REGEXP_REPLACE({_typed(lot)}, '{WORDS}', '')", _typed(site_code)
    return (
        f"CASE WHEN STARTS_WITH({bare}, UPPER({_typed(product_code)}) || '-')"
        f" THEN SUBSTRING({bare}, LENGTH({_typed(product_code)}) + 2)"
        f" WHEN STARTS_WITH({bare}, {site} || '-') THEN SUBSTRING({bare}, LENGTH({site}) + 2)"
        f" ELSE {bare} END"
    )


@macro()
def lot_without_part(_: MacroEvaluator, lot: exp.Expression) -> str:
    """The text without the letter or short number of a part of the lot at its end."""
    return f"REGEXP_REPLACE({_typed(lot)}, '{PART}', '')"


@macro()
def lot_part(_: MacroEvaluator, lot: exp.Expression) -> str:
    """The letter or short number of a part of the lot; NULL when there is none."""
    return f"NULLIF(LTRIM(REGEXP_EXTRACT({_typed(lot)}, '{PART}'), '-_./ '), '')"


def _ends(lot: str) -> tuple[str, str]:
    return f"REGEXP_REPLACE({lot}, '{BETWEEN}.*$', '')", f"REGEXP_REPLACE({lot}, '^.*{BETWEEN}', '')"


def _holds_two(lot: str) -> str:
    return f"REGEXP_MATCHES({lot}, '^[^/;+| ]+{BETWEEN}[^/;+| ]+$')"


def _typed(node: exp.Expression) -> str:
    return str(node.sql(dialect="duckdb"))
