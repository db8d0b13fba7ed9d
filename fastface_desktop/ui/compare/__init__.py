"""The page Compare: what varies, the grid that fills in, the likeness of its cells."""
