"""Lineage: OpenLineage events of every step, durable before they are sent; and the way back from a cell."""
