"""Choosing people of the library for a batch: any number, by search and ticks."""

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from fastface_desktop.state.people.people import PeopleState, PersonInfo
from fastface_desktop.ui.shared.people_cards import PeopleModel, Role
from fastface_desktop.ui.shared.person_row import PersonRow
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.search_field import SearchField


class AddPeople(QWidget):
    chosen = Signal(list)
    """Uids."""
    folders_wanted = Signal()
    closed = Signal()

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people = people
        self.search = SearchField(self.tr("Search people"), theme)
        self.people = PeopleModel()
        self.list = QListView()
        self.list.setModel(self.people)
        self.list.setItemDelegate(PersonRow(theme, self.list, ticks=True))
        self.list.setProperty("kind", "filmstrip")
        self.list.setAccessibleName(self.tr("People"))
        self.list.setToolTip(self.tr("Click, or press Space, to choose or leave out"))
        self.list.setSelectionMode(QListView.SelectionMode.MultiSelection)
        self.list.setUniformItemSizes(True)
        self.nobody = label(role="secondary", wrap=True)
        self.all_button = button(self.tr("Everyone"), self.tr("Choose everyone who is listed"))
        self.folders_button = button(self.tr("From folders…"), self.tr("Choose a folder with the photos of one person"))
        self.cancel_button = button(self.tr("Cancel"), self.tr("Back to the batch"), "quiet")
        self.add_button = button("", self.tr("Put them into the batch"), "primary")
        self.all_button.clicked.connect(self.list.selectAll)
        self.folders_button.clicked.connect(self.folders_wanted)
        self.cancel_button.clicked.connect(self.closed)
        self.add_button.clicked.connect(self._add)
        self.search.textChanged.connect(self.people.search)
        self.list.selectionModel().selectionChanged.connect(self._count)
        self.people.modelReset.connect(self._count)
        column(
            label(self.tr("Who is in the batch"), "heading"),
            row(filling(self.search), self.all_button, self.folders_button, gap=Space.S),
            self.nobody,
            filling(self.list, 1000),
            filling(None, 1),
            row(REST, self.cancel_button, self.add_button, gap=Space.S),
            gap=Space.M,
            of=self,
        )
        people.changed.connect(self._show)
        self._show()

    def open(self) -> None:
        """Nobody is chosen yet."""
        self.search.clear()
        self.list.clearSelection()
        self._show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def choose(self, uids: list[str]) -> None:
        """Chooses these as well."""
        for uid in uids:
            if (row := self.people.row_of(uid)) >= 0:
                self.list.selectionModel().select(self.people.index(row), QItemSelectionModel.SelectionFlag.Select)

    def _show(self) -> None:
        self.people.show_people(self._people.people)
        locked = self._people.locked
        self.nobody.setText(
            self.tr("The people are locked. Unlock them on the page People.")
            if locked
            else self.tr("There is nobody in the library yet. Folders with photos can be used as well.")
        )
        self.nobody.setVisible(locked or not self._people.people)
        self.list.setVisible(bool(self._people.people))
        self._count()

    def _uids(self) -> list[str]:
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        people = (self.people.index(row).data(Role.PERSON) for row in rows)
        return [one.uid for one in people if isinstance(one, PersonInfo)]

    def _count(self, *_: object) -> None:
        count = len(self._uids())
        self.add_button.setEnabled(count > 0)
        text = self.tr("Add 1 person") if count == 1 else self.tr("Add {count} people").format(count=count)
        self.add_button.setText(text)
        self.add_button.setAccessibleName(text)

    def _add(self) -> None:
        self.chosen.emit(self._uids())
