"""Master data: UDI codec, identity, survivorship."""
