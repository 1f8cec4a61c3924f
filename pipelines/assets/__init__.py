"""Dagster assets and checks; each body reads inputs, calls one plain function and reports."""
