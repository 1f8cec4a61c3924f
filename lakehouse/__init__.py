"""Floor 0: settings, the Delta raw zone, the warehouse connection and releases."""
