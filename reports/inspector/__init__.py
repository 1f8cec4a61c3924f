"""The inspector's folder: a plant-year to open without a server, with search, dossiers, clauses, proofs."""
