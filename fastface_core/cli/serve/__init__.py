"""`fastface serve`."""
