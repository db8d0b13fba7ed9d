"""Saving a copy of a picture where the user wants it, with its recipe inside."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.widgets.files import copy_file, pictures_of_the_user


class CopySaver(QObject):
    said = Signal(str, Undo)
    failed = Signal(FastFaceError)
    """FastFaceError, or None: what was said before does not hold any more."""

    def __init__(self, background: Tasks, owner: QWidget) -> None:
        super().__init__(owner)
        self._background, self._owner = background, owner

    def ask(self, source: Path) -> None:
        """Asks where to, and copies it there."""
        title, kinds = (
            self.tr("Save a copy of the picture"),
            self.tr("Picture (*{suffix})").format(suffix=source.suffix),
        )
        chosen, _ = QFileDialog.getSaveFileName(
            self._owner, title, str(Path(pictures_of_the_user()) / source.name), kinds
        )
        if chosen:
            self.save(source, Path(chosen))

    def save(self, source: Path, target: Path) -> None:
        """`target` gets the ending of `source` where it has another."""
        if target.suffix.lower() != source.suffix.lower():
            target = target.with_name(f"{target.name}{source.suffix}")
        self.failed.emit(None)
        self._background.run(self, lambda: copy_file(source, target), self._saved, self.failed.emit)

    def _saved(self, file: Path) -> None:
        self.said.emit(self.tr("Saved as {name}.").format(name=file.name), None)
