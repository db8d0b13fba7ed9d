"""`fastface evaluate`."""
