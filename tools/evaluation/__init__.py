"""Makes the data that evaluations ship with."""
