"""What the platform did, as leaves of the evidence ledger; derived from its durable accounts."""
