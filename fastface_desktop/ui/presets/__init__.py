"""The page Presets: the list, the editor, and what it does to a picture."""
