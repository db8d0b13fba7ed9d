"""A comparison as a file: the grid as a picture, or as a table."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core.compare.sheet import SheetWords
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.ui.shared.comparison_words import axis_title
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.files import documents_folder


class GridSaver(QObject):
    def __init__(self, comparisons: Comparisons, owner: QWidget) -> None:
        """`owner`: of the dialogs."""
        super().__init__(owner)
        self._comparisons, self._owner = comparisons, owner

    def save_sheet(self) -> None:
        """Asks for a file, and writes the grid as a picture."""
        opened = self._comparisons.current
        if opened is None:
            return
        path = self._ask(self.tr("Save the grid as a picture"), "comparison.png", "PNG (*.png)", ".png")
        if path is not None:
            rows = axis_title(opened.grid.rows) if opened.grid.rows else ""
            measure = likeness.measure(drawn=opened.drawn)
            words = SheetWords(likeness=measure, seed=self.tr("Seed"), missing=self.tr("not made"))
            self._comparisons.export_sheet(path, (axis_title(opened.grid.columns), rows), words)

    def save_table(self) -> None:
        """Asks for a file, and writes the grid as CSV."""
        path = self._ask(self.tr("Save the grid as CSV"), "comparison.csv", "CSV (*.csv)", ".csv")
        if path is not None:
            self._comparisons.export_table(path)

    def _ask(self, title: str, name: str, kinds: str, suffix: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._owner, title, f"{documents_folder()}/{name}", kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
