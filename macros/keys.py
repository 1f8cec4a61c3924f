"""Business keys: what the systems write differently is made equal here, once.

@text, @norm_lot, @lot_id, @order_id, @bare_code, @handling_unit_node give keys; @uscc_is_valid and
@sscc_is_valid check one; @entity reads the mappings; the other three tell which row or value stays.
DuckDB and Spark differ in how a replacement names its group; that difference stays in this file.
"""

from sqlglot import exp
from sqlmesh import macro

from master_data.sql_checks import credit_code_is_valid
from master_data.sql_checks import gtin_is_valid as gtin_has_right_check

# Blanks nobody sees: tab, line ends, NBSP, soft hyphen, zero-width characters, ideographic space, BOM.
INVISIBLE = " \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff"
FULLWIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
ASCII = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))


@macro()
def text(evaluator, column):
    """Text without blanks at its ends; empty text is no value."""
    return f"NULLIF(TRIM({_sql(column)}, {_quote(INVISIBLE)}), '')"


@macro()
def norm_lot(evaluator, column):
    """A lot number as all systems should write it: half-width, upper case, numeric without leading zeros."""
    group = r"\1" if evaluator.dialect == "duckdb" else "$1"
    half = f"TRANSLATE({_sql(column)}, {_quote(FULLWIDTH)}, {_quote(ASCII)})"
    bare = f"UPPER(TRIM({half}, {_quote(INVISIBLE)}))"
    return f"NULLIF(REGEXP_REPLACE({bare}, '^0+([0-9]+)$', '{group}'), '')"


@macro()
def lot_id(evaluator, site, product, lot):
    """Identity of a lot; no value when the lot is blank. A lot number alone identifies nothing."""
    return f"{_sql(site)} || ':' || {_sql(product)} || ':' || {norm_lot(evaluator, lot)}"


@macro()
def order_id(evaluator, site, order):
    """Identity of a production order."""
    return f"{_sql(site)} || ':' || {text(evaluator, order)}"


@macro()
def bare_code(evaluator, column):
    """A code of a party as all systems should write it: half-width, upper case, letters and digits only."""
    half = f"UPPER(TRANSLATE({_sql(column)}, {_quote(FULLWIDTH)}, {_quote(ASCII)}))"
    return f"NULLIF(REGEXP_REPLACE({half}, '[^0-9A-Z]', '', 'g'), '')"


@macro()
def uscc_is_valid(evaluator, column):
    """Whether an 18-character unified social credit code has both checks right (GB 32100-2015)."""
    return f"COALESCE({credit_code_is_valid(_sql(column))}, FALSE)"


@macro()
def gtin_is_valid(evaluator, column):
    """Whether 8, 12, 13 or 14 digits have the right check digit; NULL for no value."""
    return gtin_has_right_check(_sql(column))


@macro()
def sscc_is_valid(evaluator, column):
    """Whether an 18-digit serial shipping container code has the right check digit (GS1, weights 3 and 1)."""
    value = _sql(column)
    digits = [
        f"TRY_CAST(SUBSTRING({value}, {i + 1}, 1) AS INT) * {3 if i % 2 == 0 else 1}" for i in range(18)
    ]
    return f"COALESCE(REGEXP_MATCHES({value}, '^[0-9]{{18}}$') AND ({' + '.join(digits)}) % 10 = 0, FALSE)"


@macro()
def handling_unit_node(evaluator, site, number, sscc, is_valid):
    """A handling unit in the genealogy: by its SSCC, by the plant's own number where the SSCC is damaged."""
    own = f"'hu:' || {_sql(site)} || ':' || {_sql(number)}"
    return f"CASE WHEN {_sql(is_valid)} THEN 'hu:' || {_sql(sscc)} ELSE {own} END"


@macro()
def entity(evaluator, query):
    """All mappings of an entity as one relation; the query is the variable `as_<entity>` of config.py."""
    return exp.maybe_parse(query.name, dialect="duckdb").subquery()


@macro()
def is_survivor(evaluator, *grain):
    """True for the one row kept of those that share the grain; core.entity_count counts the others."""
    keys = ", ".join(_sql(column) for column in grain)
    order = "source_system, _file_sha256 DESC, _row DESC"
    return f"ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY {order}) = 1"


@macro()
def source_rank(evaluator, source_order, source_system):
    """Place of a system in a declared order, words apart by blanks; one not named comes last."""
    place = f"STRPOS(' ' || {_sql(source_order)} || ' ', ' ' || {_sql(source_system)} || ' ')"
    return f"COALESCE(NULLIF({place}, 0), 9999)"


@macro()
def survivor_key(evaluator, criterion, rank, valid_from, value):
    """Sort key of a value under a criterion of core.survivorship; the least survives."""
    days = f"-DATEDIFF('day', DATE '1970-01-01', {_sql(valid_from)})"
    keys = {
        "source_rank": _sql(rank),
        "recency": days,
        "completeness": f"-LENGTH({_sql(value)})",
        "strictest": f"CASE WHEN {_sql(value)} = 'true' THEN 0 ELSE 1 END",
    }
    cases = " ".join(f"WHEN '{name}' THEN {key}" for name, key in keys.items())
    return f"CASE {_sql(criterion)} {cases} ELSE 0 END"


def _sql(node):
    return node if isinstance(node, str) else node.sql(dialect="duckdb")


def _quote(value):
    return "'" + value.replace("'", "''") + "'"
