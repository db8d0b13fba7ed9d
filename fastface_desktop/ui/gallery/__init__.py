"""The page Gallery: every picture ever made."""
