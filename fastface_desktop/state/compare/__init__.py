"""Comparisons, for the window."""
