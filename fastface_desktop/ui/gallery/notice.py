"""A strip above the grid: a question that is answered in place, or a remark with something to do about it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QPushButton

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import filling, row


class Notice(QFrame):
    """Takes no room until it has something to say."""

    left = Signal()
    """It was answered or closed, and the focus is nowhere."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "card")
        self.icon = IconLabel("info", "secondary", theme)
        self.text = label(wrap=True)
        self.buttons: list[QPushButton] = []
        self.close_button = IconButton("close", self.tr("Close this message"), theme)
        self.close_button.clicked.connect(self._leave)
        self._row = row(
            self.icon,
            filling(self.text),
            self.close_button,
            margins=(Space.M, Space.XS, Space.XS, Space.XS),
            gap=Space.S,
            of=self,
        )
        self.hide()

    def say(self, text: str, *acts: tuple[str, str, Callable[[], object]], icon: str = "info") -> None:
        """`acts`: the words of a button, its tooltip, and what it does, after which the strip is gone."""
        for old in self.buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        self.text.setText(text)
        self.icon.show_icon(icon, "warn" if icon == "warning" else "secondary")
        for words, tooltip, act in acts:
            one = button(words, tooltip)
            one.clicked.connect(partial(self._answer, act))
            self._row.insertWidget(self._row.count() - 1, one)
            self.buttons.append(one)
        self.setAccessibleName(text)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _answer(self, act: Callable[[], object], checked: bool = False) -> None:
        self._leave()
        act()

    def _leave(self) -> None:
        self.hide()
        self.left.emit()
