"""What a DI master must satisfy: record versions, packaging levels, registration numbers."""
