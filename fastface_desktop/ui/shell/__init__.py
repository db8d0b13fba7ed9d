"""The window around the pages: rail, status bar, queue, toasts, palette."""
