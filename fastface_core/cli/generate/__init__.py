"""`fastface generate`."""
