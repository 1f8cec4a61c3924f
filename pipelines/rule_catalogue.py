"""Every rule a record or a file can break, and the check that contracts tolerate only these.

rules of pipelines/ingest and pipelines/sqlmesh/typed -> RECORD_RULES; contracts -> demand_known_rules().
"""

from collections.abc import Iterable

from pipelines.ingest.rules import REMEDIES, Rule
from pipelines.sqlmesh.typed.rules import RULES, TYPING_REMEDIES
from quality_rules.contract import Contract, ContractError
from quality_rules.quarantine.tolerance import ALL_OTHERS

RECORD_RULES = frozenset({str(rule) for rule in Rule} | {rule for rule in RULES if rule.startswith("DQ-")})


def remedy(rule: str) -> str:
    """What a person does about a broken rule, Chinese | English."""
    return REMEDIES[Rule(rule)] if rule in set(Rule) else TYPING_REMEDIES[rule]


def words(rule: str) -> str | None:
    """What a rule of typing says, Chinese | English; None of a rule whose words depend on what was read."""
    return RULES.get(rule)


def demand_known_rules(contracts: Iterable[Contract]) -> None:
    """Holds the tolerances of contracts against the rules there are.

    Raises:
        ContractError: A tolerance names a rule nothing can break; it would tolerate nothing.
    """
    for contract in contracts:
        for rule, _ in contract.tolerances:
            if rule != ALL_OTHERS and rule not in RECORD_RULES:
                raise ContractError(
                    f"contract {contract.id}: tolerances name {rule}, which is no rule of reading or typing; "
                    f"known: {', '.join(sorted(RECORD_RULES))}"
                )
