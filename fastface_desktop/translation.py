"""The language of the window: which translation is loaded, and sentences of the core in it."""

from PySide6.QtCore import QCoreApplication


def translated(sentence: str) -> str:
    """A sentence of the core, which speaks English, in the window's language."""
    return QCoreApplication.translate("core", sentence)
