"""Loading: rows and their provenance into the raw tables, few commits, each file accounted for once."""
