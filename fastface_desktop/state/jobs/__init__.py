"""The queue: jobs, what a restart left, the time that is left."""
