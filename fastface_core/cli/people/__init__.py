"""`fastface people`."""
