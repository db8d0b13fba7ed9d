"""What a look at all files of a model found, in words."""

from PySide6.QtCore import QCoreApplication


def verified_words(name: str, looked_at: int, wrong: int) -> str:
    """What a look at all files found."""
    if wrong:
        text = QCoreApplication.translate("models", "{name}: files that are damaged or missing: {wrong} of {count}.")
        return text.format(name=name, wrong=wrong, count=looked_at)
    return QCoreApplication.translate("models", "{name}: all files are as they should be.").format(name=name)
