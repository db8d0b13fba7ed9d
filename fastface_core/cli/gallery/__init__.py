"""`fastface gallery` and `fastface library`."""
