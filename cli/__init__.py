"""Floor 5: the `medlake` command, a file per group."""
