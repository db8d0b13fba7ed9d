"""`fastface tune` and `fastface best`."""
