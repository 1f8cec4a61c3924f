"""Identity: which records are one party, under which id it is known for ever, and what people decided."""
