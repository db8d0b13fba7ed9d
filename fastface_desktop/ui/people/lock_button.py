"""The button of the lock: it offers a passphrase, or what can be done with the one that is set."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size


class LockButton(QPushButton):
    lock_wanted = Signal()
    wanted = Signal(str)
    """A `LockTask` that needs a passphrase: "protect", "change" or "remove"."""

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people = people
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
        self.setText(self.tr("Lock") if protected else self.tr("Protect…"))
        self.setAccessibleName(self.text())
        if protected:
            self.setToolTip(self.tr("Lock the people, or change the passphrase"))
        else:
            self.setToolTip(self.tr("Encrypt names, photos and faces with a passphrase"))

    def _clicked(self) -> None:
        if self._people.protected:
            self.menu_of_lock.popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            self.wanted.emit("protect")

    def _change(self) -> None:
        self.wanted.emit("change")

    def _remove(self) -> None:
        self.wanted.emit("remove")
