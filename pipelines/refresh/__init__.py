"""The steps of a refresh as plain functions; Dagster's assets and the command call them.

loading -> gating raw -> building -> gating stg, core, mart -> releasing
Each step leaves OpenLineage events in the outbox; each may be run alone.
"""
