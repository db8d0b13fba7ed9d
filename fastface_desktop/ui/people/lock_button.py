"""The button of the lock: it offers a passphrase, or what can be done with the one that is set."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton

from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import restyle


class LockButton(QPushButton):
    lock_wanted = Signal()
    wanted = Signal(str)
    """A `LockTask` that needs a passphrase: "protect", "change" or "remove"."""

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people, self._theme = people, theme
        icons.bind(self, "lock", theme, "secondary", size=Size.ICON - 4)
        self.menu_of_lock = QMenu(self)
        for text, slot in (
            (self.tr("Lock now"), self.lock_wanted.emit),
            (self.tr("Change the passphrase…"), self._change),
            (self.tr("Take the passphrase away…"), self._remove),
        ):
            self.menu_of_lock.addAction(text).triggered.connect(slot)
        self.clicked.connect(self._clicked)
        people.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        protected = self._people.protected
        self.setVisible(self._people.ready and not self._people.locked)
        restyle(self, "arrow", "true" if protected else "")
        self.update()
        self.setText(self.tr("Lock") if protected else self.tr("Protect…"))
        self.setAccessibleName(self.text())
        if protected:
            self.setToolTip(self.tr("Lock the people, or change the passphrase"))
        else:
            self.setToolTip(self.tr("Encrypt names, photos and faces with a passphrase"))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        super().paintEvent(event)
        if self._people.protected:
            # Where it opens a menu, it says so.
            side = self._theme.px(Size.ICON_SMALL)
            drawn = icons.pixmap("chevron-down", self._theme.colour("secondary").name(), side, self.devicePixelRatioF())
            QPainter(self).drawPixmap(self.width() - side - Space.S, (self.height() - side) // 2, drawn)

    def _clicked(self) -> None:
        if self._people.protected:
            self.menu_of_lock.popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            self.wanted.emit("protect")

    def _change(self) -> None:
        self.wanted.emit("change")

    def _remove(self) -> None:
        self.wanted.emit("remove")
