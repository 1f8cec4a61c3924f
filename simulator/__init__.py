"""A synthetic device maker: extracts in the shapes of real systems, seeded defects, and the answers."""

from simulator.run import Summary, simulate

__all__ = ["Summary", "simulate"]
