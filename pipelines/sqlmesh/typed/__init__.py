"""Typing of raw text by contract, as SQL: repairs, values, checks, survivor, findings."""
