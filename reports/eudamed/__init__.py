"""EU device records (EUDAMED, data exchange 3.0.25): business rules as checks, XML messages."""
