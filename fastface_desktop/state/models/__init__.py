"""Models and downloads, for the window."""
