"""Who may do and see what: one reviewed file, deny by default, enforced by files that hold nothing else."""

from lakehouse.access.policy import Policy, Role, load_policy
from lakehouse.access.words import BadPolicy

__all__ = ["BadPolicy", "Policy", "Role", "load_policy"]
