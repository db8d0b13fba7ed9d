"""`fastface batch`."""
