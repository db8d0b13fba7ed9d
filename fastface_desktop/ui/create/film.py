"""Below the canvas: the filmstrip, how many pictures there are, and the way to all of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.create.strip_model import StripModel
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, button, label
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row


class Film(QWidget):
    gallery_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model = StripModel()
        self.strip = Filmstrip(self.model, theme)
        self.gallery_button = button(self.tr("All pictures"), self.tr("To the Gallery"), "link")
        self.gallery_button.setProperty("tone", "secondary")
        icons.bind(self.gallery_button, "gallery", theme, size=Size.ICON_TEXT)
        self.gallery_button.clicked.connect(self.gallery_wanted)
        self.count = label(role="caption")
        self.best_first = Chip(
            self.tr("Best first"), self.tr("The pictures nearest to the person, or to the drawing of them, come first")
        )
        self.best_first.toggled.connect(self._arrange)
        side = column(
            aligned(self.best_first, Qt.AlignmentFlag.AlignRight),
            aligned(self.gallery_button, Qt.AlignmentFlag.AlignRight),
            aligned(self.count, Qt.AlignmentFlag.AlignRight),
            REST,
            margins=(0, Space.S, 0, 0),
            gap=Space.S,
        )
        row(filling(self.strip), side, gap=Space.M, of=self)

    def show_count(self) -> None:
        """Says how many finished pictures there are."""
        finished = sum(tile.picture is not None for tile in self.model.made())
        self.count.setText(
            self.tr("1 picture") if finished == 1 else self.tr("{count} pictures").format(count=finished)
        )
        self.best_first.setVisible(finished > 1)

    def _arrange(self, best_first: bool) -> None:
        self.model.set_best_first(best_first)
        self.strip.scrollTo(self.strip.currentIndex())
