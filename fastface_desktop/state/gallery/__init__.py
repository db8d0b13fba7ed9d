"""The pictures of the library, for the window."""
