"""The result of verifying a model's files, in words."""

from PySide6.QtCore import QCoreApplication


def verified_words(name: str, looked_at: int, wrong: int) -> str:
    """The result of verifying all files."""
    if wrong:
        text = QCoreApplication.translate("models", "{name}: files that are damaged or missing: {wrong} of {count}.")
        return text.format(name=name, wrong=wrong, count=looked_at)
    return QCoreApplication.translate("models", "{name}: all files are as they should be.").format(name=name)
