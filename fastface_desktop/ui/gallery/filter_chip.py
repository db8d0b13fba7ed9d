"""A chip that filters: closed it says by what, open it offers the values."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space

_ANY = "any"

Options = Sequence[tuple[str, object]]
"""Texts and the values that they stand for."""


class FilterChip(QPushButton):
    """A word that opens a menu of values; with one chosen it says which, and stands out."""

    chosen = Signal(object)
    """The value; None for any."""

    def __init__(self, word: str, tooltip: str, options: Callable[[], Options], any_text: str, theme: Theme) -> None:
        super().__init__(word)
        self._word, self._options, self._any = word, options, any_text
        self.value: object = None
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setToolTip(tooltip)
        self.setProperty("arrow", True)
        self._theme = theme
        self.clicked.connect(self.open_menu)
        self.show_value(None)

    def show_value(self, value: object) -> None:
        self.value = value
        text = next((text for text, one in self._options() if one == value), None) if value is not None else None
        self.setText(text if text is not None else self._word)
        self.setAccessibleName(self._word if text is None else f"{self._word}: {text}")
        self.setChecked(value is not None)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        super().paintEvent(event)
        side = self._theme.px(Size.ICON_SMALL)
        colour = self._theme.colour("text" if self.isChecked() else "secondary").name()
        arrow = icons.pixmap("chevron-down", colour, side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - Space.M - side, (self.height() - side) // 2, arrow)

    def menu_of_values(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for text, value in [(self._any, None), *self._options()]:
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.setData(_ANY if value is None else value)
            group.addAction(action)
        group.triggered.connect(self._choose)
        return menu

    def open_menu(self) -> None:
        self.setChecked(self.value is not None)  # the click is not what checks it
        self.menu_of_values().popup(self.mapToGlobal(QPoint(0, self.height() + Space.XS)))

    def _choose(self, action: object) -> None:
        value = action.data()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        self.chosen.emit(None if value == _ANY else value)
