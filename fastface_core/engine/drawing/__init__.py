"""Draws people from numbers: the portraits from which the starter learned, and the twin of a measured photo."""
