"""Who may do and see what: one reviewed file, deny by default, enforced by files that hold nothing else."""

from lakehouse.access.grant import Grant, Reading, Role, Sensitivity
from lakehouse.access.policy import Policy, load_policy
from lakehouse.access.words import BadPolicy

__all__ = ["BadPolicy", "Grant", "Policy", "Reading", "Role", "Sensitivity", "load_policy"]
