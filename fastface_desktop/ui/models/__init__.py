"""Models: what is installed, what it costs, and the next thing to do."""
