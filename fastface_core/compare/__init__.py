"""Comparisons: one or two settings varied, everything else and the seeds fixed, and what came of it side by side."""
