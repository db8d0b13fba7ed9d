"""`fastface compare`."""
