"""People of the library, for the window."""
