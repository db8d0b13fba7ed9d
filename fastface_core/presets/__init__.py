"""Presets as files: built-in, the user's own, edits, and the configurations of the paper's authors."""
