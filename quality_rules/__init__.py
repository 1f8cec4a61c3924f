"""What data must be like: contracts, rule suites and the gate."""
