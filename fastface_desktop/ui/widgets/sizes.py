"""Sizes of files in words."""

from PySide6.QtCore import QLocale


def size_text(count: int) -> str:
    """Bytes for people, with the decimal point of their language: "5.1 GB"."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
