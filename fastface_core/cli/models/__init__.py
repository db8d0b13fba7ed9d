"""`fastface models` and `fastface network`."""
