"""Choosing a person of the library: a search, and everybody's face and name."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
)

from fastface_desktop.state.people.people import PeopleState, PersonInfo
from fastface_desktop.ui.shared.people_cards import Index, PeopleModel, Role
from fastface_desktop.ui.shared.person_row import PersonRow, row_height
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.layout import column

_ROWS = 6


class PersonPicker(QFrame):
    """Type to search, arrow keys walk, Enter takes, Escape closes."""

    chosen = Signal(str)
    """A uid."""

    closed = Signal()

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people, self._theme = people, theme
        self.setProperty("kind", "card")
        self.model = PeopleModel()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names"))
        self.search.setAccessibleName(self.tr("Search names"))
        self.search.setToolTip(self.tr("Type a part of the name; the arrow keys walk through the list"))
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PersonRow(theme, self.list))
        self.list.setProperty("kind", "filmstrip")
        self.list.setAccessibleName(self.tr("People"))
        self.list.setToolTip(self.tr("Take this person"))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take)
        column(self.search, self.list, margins=(Space.S, Space.S, Space.S, Space.S), gap=Space.S, of=self)
        self.search.textChanged.connect(self._search)
        people.changed.connect(self._fill)
        self.hide()

    def ask(self) -> None:
        """Opens it, with everybody."""
        self.search.clear()
        self._fill()
        rows = min(max(self.model.rowCount(), 1), _ROWS)
        self.list.setFixedHeight(rows * row_height(self._theme) + 2 * Space.XS)
        self.show()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_picker(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """What the search leaves over."""
        row, last = self.list.currentIndex().row(), self.model.rowCount() - 1
        if event.key() == Qt.Key.Key_Down:
            self.list.setCurrentIndex(self.model.index(min(row + 1, last)))
        elif event.key() == Qt.Key.Key_Up:
            self.list.setCurrentIndex(self.model.index(max(row - 1, 0)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_picker()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        self.model.show_people(self._people.people)
        self._search(self.search.text())

    def _search(self, text: str) -> None:
        self.model.search(text)
        if not self.list.currentIndex().isValid() and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _take(self, index: Index) -> None:
        person = index.data(Role.PERSON) if index.isValid() else None
        if isinstance(person, PersonInfo):
            self.hide()
            self.chosen.emit(person.uid)
