"""Above the cards: who of many is shown, and in which order."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.shared.people_cards import PeopleModel
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.search_field import SearchField

_MANY = 8
"""People from which on a search helps."""
_SEARCH = 240
"""Pixels of the search."""


class PeopleTools(QWidget):
    changed = Signal()
    """Others of the people are shown."""
    batch_wanted = Signal(list)
    """A batch of these people (uids)."""

    def __init__(self, model: PeopleModel, theme: Theme) -> None:
        super().__init__()
        flexible(self)
        self._model = model
        self.search = SearchField(self.tr("Search people"), theme)
        self.search.setToolTip(self.tr("Show those whose name, group, contact or job has these words"))
        bind_action(self.search, "people.search")
        self.search.setFixedWidth(_SEARCH)
        self.sorting = CalmCombo()
        self.sorting.setAccessibleName(self.tr("Order of the people"))
        self.sorting.setToolTip(self.tr("In which order people are shown"))
        for order, title in (
            ("name", self.tr("By name")),
            ("newest", self.tr("Newest first")),
            ("permission", self.tr("To ask again first")),
        ):
            self.sorting.addItem(title, order)
        self.group = CalmCombo()
        self.group.setAccessibleName(self.tr("Group"))
        self.group.setToolTip(self.tr("Show the people of one group"))
        self.batch_button = button(
            self.tr("Batch of these people…"), self.tr("Many pictures at once of everybody who is shown"), "quiet"
        )
        self.batch_button.clicked.connect(self._want_batch)
        flow = FlowLayout(self, Space.S)
        for part in (self.search, self.group, self.sorting, self.batch_button):
            flow.addWidget(part)
        self.search.textChanged.connect(self._search)
        self.sorting.activated.connect(self._sort)
        self.group.activated.connect(self._show_group)

    def refresh(self, people: int, *, locked: bool) -> None:
        """Offers what helps among so many people."""
        many = people >= _MANY or bool(self.search.text())
        self.search.setVisible(many and not locked)
        self.sorting.setVisible(people > 1 and not locked)
        self._offer_groups(locked=locked)
        self.batch_button.setVisible(people > 1 and not locked)
        parts = (self.search, self.group, self.sorting, self.batch_button)
        self.setVisible(any(not part.isHidden() for part in parts))

    def _want_batch(self) -> None:
        self.batch_wanted.emit(self._model.shown())

    def focus_search(self) -> None:
        if self.search.isVisible():
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()

    def _search(self, text: str) -> None:
        self._model.search(text)
        self.changed.emit()

    def _offer_groups(self, *, locked: bool) -> None:
        groups, chosen = self._model.groups(), self.group.currentData() or ""
        known = [self.group.itemData(row) for row in range(1, self.group.count())]
        if list(groups) != known:
            self.group.clear()
            self.group.addItem(self.tr("All groups"), "")
            for name in groups:
                self.group.addItem(name, name)
            self.group.setCurrentIndex(max(self.group.findData(chosen), 0))
            self._model.show_group(self.group.currentData() or "")
        self.group.setVisible(bool(groups) and not locked)

    def _show_group(self) -> None:
        self._model.show_group(self.group.currentData() or "")
        self.changed.emit()

    def _sort(self) -> None:
        self._model.sort_by(self.sorting.currentData())
