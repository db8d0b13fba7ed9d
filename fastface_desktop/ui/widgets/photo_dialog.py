"""Choosing photos of a person with the system's own dialog."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core.pictures.names import PHOTO_SUFFIXES
from fastface_desktop.ui.widgets.files import pictures_of_the_user


def choose_photos(parent: QWidget) -> list[Path]:
    """Any number of photos; empty where none was chosen."""
    title = QCoreApplication.translate("photo_dialog", "Choose photos of the person")
    files, _ = QFileDialog.getOpenFileNames(parent, title, pictures_of_the_user(), kinds())
    return [Path(file) for file in files]


def kinds() -> str:
    suffixes = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))
    return QCoreApplication.translate("photo_dialog", "Photos ({suffixes})").format(suffixes=suffixes)
