"""Dagster assets and checks; each body reads inputs, calls one plain function and reports."""

# The pool of every step that writes to the lake: one run at a time (pipelines/dagster.yaml).
WRITER = "lake_writer"
