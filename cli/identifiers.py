"""`medlake quality identifiers`: a verdict for every device identifier of a release, and its packages."""

from typing import Annotated, Any

import typer

from cli.console import Exit, explain, fail, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.settings import Settings
from master_data.device.packaging import Edge
from master_data.device.register_review import Identifier, Review, review

LISTED = """
    SELECT di, issuing_agency_code, level_code FROM core.udi_di
    WHERE ? IS NULL OR source_system = ? ORDER BY di"""
PACKED = """
    SELECT parent_di, child_di, child_qty FROM core.udi_package
    WHERE ? IS NULL OR source_system = ? ORDER BY ALL"""
SHOWN_AT_MOST = 50


def identifiers(
    register: Annotated[
        str | None, typer.Argument(help="Only this register: udi (our own), gudid, nmpa.")
    ] = None,
    release: Number = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """A verdict for every device identifier, those that fail modulo 10, and whether packages are complete.

    Exit code 1 when a check digit is wrong or a package is not complete.
    """
    with explain(*RELEASE_ERRORS), open_chosen(Settings.from_env(), release, as_of) as connection:
        listed = connection.execute(LISTED, [register, register]).fetchall()
        packed = connection.execute(PACKED, [register, register]).fetchall()
    if not listed:
        fail(f"没有标识 | no identifiers of {register or 'any register'} in the release", Exit.NOT_FOUND)
    found = review((Identifier(*row) for row in listed), [Edge(*row) for row in packed])
    if as_json:
        print_json(_document(found))
    else:
        _print(found)
    if found.wrong_check or found.packaging:
        fail(
            f"{len(found.wrong_check)} 校验位错误 | wrong check digits, "
            f"{len(found.packaging)} 包装问题 | packaging issues",
            Exit.FAILED,
        )


def _document(found: Review) -> dict[str, Any]:
    issues = [{"di": one.di, "code": one.issue.code, "message": one.issue.message} for one in found.packaging]
    return {
        "identifiers": found.identifier_count,
        "verdicts": [{"agency": a, "verdict": code, "count": count} for a, code, count in found.verdicts],
        "wrong_check": list(found.wrong_check),
        "packages": found.package_count,
        "package_edges": found.edge_count,
        "packaging": issues,
    }


def _print(found: Review) -> None:
    print_table(
        f"标识判定 | Verdicts on {found.identifier_count:,} identifiers",
        ["agency", "verdict", "identifiers"],
        found.verdicts,
    )
    if found.wrong_check:
        wrong = [(di,) for di in found.wrong_check[:SHOWN_AT_MOST]]
        print_table("校验位错误 | Check digit wrong (modulo 10)", ["di"], wrong)
    if found.packaging:
        rows = [(one.di, one.issue.code, one.issue.message) for one in found.packaging[:SHOWN_AT_MOST]]
        print_table("包装关系 | Packaging", ["di", "issue", "what"], rows)
    out.print(f"包装 | packages: {found.package_count:,}, 包含关系 | edges: {found.edge_count:,}")
