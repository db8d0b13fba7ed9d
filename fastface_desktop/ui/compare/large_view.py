"""One picture of the grid, as large as fits."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fastface_core.compare.grid import Grid, Place
from fastface_desktop.ui.shared.comparison_words import TitleOf, cell_title
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, label
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.layout import column, filling, row


class LargeView(QWidget):
    back_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = Canvas(theme)
        self.caption = label(role="secondary", wrap=True)
        self.back_button = IconButton("chevron-left", self.tr("Back to the grid"), theme)
        self.back_button.clicked.connect(self.back_wanted)
        head = row(self.back_button, filling(self.caption), gap=Space.S)
        column(head, filling(self.canvas), margins=(Space.L, Space.M, Space.L, Space.L), gap=Space.M, of=self)

    def show_picture(self, image: QImage, file: Path, grid: Grid, place: Place, title_of: TitleOf) -> None:
        """Shows the picture of a cell."""
        text = cell_title(grid, place[0], place[1], title_of)
        if len(grid.seeds) > 1:
            text += ", " + self.tr("seed {seed}").format(seed=grid.seeds[place[2]])
        self.caption.setText(text)
        self.canvas.show_picture(image, file, text)

    def focus(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
