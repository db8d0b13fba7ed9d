"""The pictures as a grid, the bar for those that are chosen, and what to do where there are none."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.library.labels import Label
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.view import LARGEST, SMALLEST, STEP
from fastface_desktop.ui.gallery.empty import EmptyGallery
from fastface_desktop.ui.gallery.grid import PictureGrid
from fastface_desktop.ui.gallery.picture_delegate import GAP
from fastface_desktop.ui.gallery.selection_bar import SelectionBar
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space

_MARKS_READ = 500
"""Pictures whose stars are compared for the bar."""

_DEBOUNCE = 10_000
"""Milliseconds after the last key or click in which pictures stay where they are."""


class Browser(QWidget):
    emptied = Signal(bool)
    """Whether there is no picture to show; sent with each change of the list."""

    def __init__(
        self, gallery: Gallery, search: QLineEdit, theme: Theme, *, details_beside: Callable[[], bool]
    ) -> None:
        """
        Args:
            search: gets the focus where there are no pictures.
            details_beside: whether the details of a picture, with its stars, are in view beside the grid.
        """
        super().__init__()
        self._gallery, self._search, self._details_beside = gallery, search, details_beside
        self._left_out = 0
        self._to_choose: int | None = None
        """A picture that is chosen as soon as the list has it."""
        self._touched = False
        self._last_input = QElapsedTimer()
        self._last_input.start()
        self.grid = PictureGrid(gallery, theme)
        self.empty = EmptyGallery(theme)
        self.bar = SelectionBar(theme)
        self.places = QStackedWidget()
        self.places.addWidget(self.grid)
        self.places.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = QVBoxLayout()
        # Half of a gap belongs to each picture, and the scroll bar lies in the margin.
        around.setContentsMargins(Space.XL - GAP // 2, 0, Space.XL - GAP // 2 - Space.M, 0)
        around.addWidget(self.places)
        column.addLayout(around, 1)
        column.addWidget(self.bar)
        self.grid.size_wanted.connect(self.resize_pictures)
        self.grid.rejected_left_out.connect(self._say_left_out)
        self.bar.clear_wanted.connect(self.grid.clearSelection)
        self.grid.installEventFilter(self)
        self.grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._touched = True
            self._last_input.restart()
        return False

    @property
    def in_use(self) -> bool:
        """Whether somebody works with the pictures, so that none may move: one is chosen, or a key was just used."""
        return self.grid.selected_count() > 0 or (self._touched and self._last_input.elapsed() < _DEBOUNCE)

    # ---- Whether there is something

    def refresh(self) -> None:
        """Shows the grid, or why it is empty, after the list has changed."""
        gallery = self._gallery
        nothing = gallery.known and not gallery.model.rowCount() and not gallery.searching
        if nothing:
            self.empty.explain(gallery.view)
            if self.grid.hasFocus():
                # What is hidden cannot keep it.
                self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.places.setCurrentWidget(self.empty if nothing else self.grid)
        self.emptied.emit(nothing)
        waits = self._search.hasFocus() and not self._search.text()
        if gallery.model.rowCount() and waits and not self.grid.currentIndex().isValid():
            self.enter()

    def enter(self) -> None:
        """Brings the focus to the pictures, or to the search where there are none."""
        if not self._gallery.model.rowCount():
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.grid.currentIndex().isValid():
            flag = self.grid.selectionModel().SelectionFlag.NoUpdate
            self.grid.selectionModel().setCurrentIndex(self._gallery.model.index(0), flag)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def resize_pictures(self, steps: int) -> None:
        """Pictures one step larger (1) or smaller (-1)."""
        size = min(max(self._gallery.view.size + steps * STEP, SMALLEST), LARGEST)
        self._gallery.set_view(size=size)

    # ---- What is chosen

    def choose_when_listed(self, number: int) -> None:
        """Chooses a picture, as soon as the list has it."""
        self._to_choose = number
        self.choose_awaited()

    def choose_awaited(self) -> None:
        """Chooses the picture of `choose_when_listed`, if the list has it now."""
        if self._to_choose is not None and self._gallery.model.place_of(self._to_choose) >= 0:
            self.grid.choose([self._to_choose], self._to_choose)
            self._to_choose = None

    def selection_changed(self) -> None:
        """Shows the bar for what is chosen now."""
        self._left_out = 0
        self.show_marks()

    def show_marks(self) -> None:
        """Shows on the bar the stars and label that all chosen pictures have."""
        model = self._gallery.model
        some = self.grid.selected_ids()[:_MARKS_READ]
        rows = [row for number in some if (row := model.row_of(number)) is not None]
        stars = {row.rating for row in rows}
        labels: set[Label | None] = {row.label for row in rows}
        # One picture has its stars beside it, or else here: in one place at a time.
        count = self.grid.selected_count()
        beside = count == 1 and self._details_beside()
        self.bar.show_selection(
            0 if beside and not self._gallery.view.in_trash else count,
            stars.pop() if len(stars) == 1 else None,
            trash=self._gallery.view.in_trash,
            label=labels.pop() if len(labels) == 1 else None,
            left_out=self._left_out,
        )

    def _say_left_out(self, count: int) -> None:
        self._left_out = count
        self.show_marks()
