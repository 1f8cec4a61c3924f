"""US device records (GUDID): openFDA field names as JSON and CSV, the register's XML, checks, differences."""
