"""A look for a batch: a style chosen by its picture, and what the picture shows."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fastface_core.domain import styles
from fastface_core.domain.request import MAX_PROMPT
from fastface_desktop.state.batch.draft import DraftLook
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import scroller
from fastface_desktop.ui.widgets.style_tiles import StyleTiles

_COLUMNS = 8


class AddLook(QWidget):
    chosen = Signal(DraftLook)
    """A `DraftLook`."""
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setMaxLength(MAX_PROMPT)
        self.text.setPlaceholderText(self.tr("A portrait. Or write what it shows."))
        self.text.setAccessibleName(self.tr("What the picture shows"))
        self.text.setToolTip(self.tr("What the picture shows"))
        self.text.returnPressed.connect(self._add)
        self.styles = StyleTiles(theme, columns=_COLUMNS)
        self.cancel_button = button(self.tr("Cancel"), self.tr("Back to the batch"), "quiet")
        self.add_button = button(self.tr("Add this look"), self.tr("A column of this look"), "primary")
        self.cancel_button.clicked.connect(self.closed)
        self.add_button.clicked.connect(self._add)
        tiles = QWidget()
        tiles.setProperty("kind", "scrolled")
        inside = QVBoxLayout(tiles)
        inside.setContentsMargins(0, 0, Space.M, 0)
        inside.addWidget(self.styles)
        inside.addStretch()
        column(
            label(self.tr("What the pictures look like"), "heading"),
            self.text,
            filling(scroller(tiles)),
            row(REST, self.cancel_button, self.add_button, gap=Space.S),
            gap=Space.M,
            of=self,
        )
        self.setMinimumHeight(Size.THUMBNAIL)

    def open(self, *, plain: bool) -> None:
        """`plain`: whether the starter makes the pictures."""
        self.styles.offer(styles.for_checkpoint(plain=plain), plain)
        self.styles.choose(None)
        self.text.clear()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def _add(self) -> None:
        self.chosen.emit(DraftLook(self.styles.value(), " ".join(self.text.text().split())))
