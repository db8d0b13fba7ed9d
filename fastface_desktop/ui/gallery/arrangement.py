"""The arrangement of the Gallery: the list of places, the pictures, and what is known of them."""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.gallery.beside import SidePanel
from fastface_desktop.ui.gallery.filters import FilterBar
from fastface_desktop.ui.gallery.places import PlacesPanel
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.layout import column, filling, row

Column = Literal["pictures", "details"]


class Arrangement(QObject):
    """By the page's width in the user's text: the list beside the pictures, or over them when it is asked for; and
    where there is room for one column, pictures and details in turn."""

    changed = Signal()
    """There is one column now, or more."""

    def __init__(
        self, page: QWidget, places: PlacesPanel, filters: FilterBar, pictures: QWidget, beside: SidePanel, theme: Theme
    ) -> None:
        super().__init__(page)
        self._page, self._places, self._filters = page, places, filters
        self._pictures, self._beside, self._theme = pictures, beside, theme
        self.one_column = False
        self.column: Column = "pictures"
        self._floats = False
        self._middle = column(filters, filling(pictures))
        self._row = row(places, filling(self._middle), beside, of=page)
        page.installEventFilter(self)
        filters.places_wanted.connect(self.toggle_places)
        filters.column_wanted.connect(self.show_column)
        places.left.connect(self.close_places)
        theme.changed.connect(self.fit)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False

    def fit(self) -> None:
        """Lays out what the page has room for."""
        room = self._page.width() / self._theme.scale
        self._float(room < Size.ROOMY)
        if (one_column := room < Size.ONE_COLUMN) != self.one_column:
            self.one_column = one_column
            if one_column:
                self._middle.addWidget(self._beside, 1)
            else:
                self._row.addWidget(self._beside)
            self._beside.set_one_column(one_column)
            self.changed.emit()
        self._filters.fit(places=not self._floats, one_column=one_column)
        self.show_column(self.column)

    def show_details(self) -> None:
        """Something of the details was asked for."""
        if self.one_column:
            self.show_column("details")

    def show_column(self, column: str) -> None:
        """Where there is one: which of them."""
        self.column = "details" if column == "details" else "pictures"
        self._filters.columns.choose(self.column)
        self._pictures.setVisible(not self.one_column or self.column == "pictures")
        self._beside.allow(not self.one_column or self.column == "details")

    # ---- The list

    def toggle_places(self) -> None:
        """The list over the pictures, where it has no room beside them."""
        if not self._floats:
            return
        if self._places.isVisible():
            self.close_places()
            return
        self.open_places()

    def open_places(self) -> None:
        if self._floats:
            self._places.setGeometry(0, 0, self._places.width(), self._page.height())
            self._places.show()
            self._places.raise_()
        self._places.focus()

    def close_places(self) -> None:
        if self._floats and self._places.isVisible():
            self._places.hide()
            self._filters.places_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _float(self, floats: bool) -> None:
        if floats == self._floats:
            return
        self._floats = floats
        if floats:
            self._row.removeWidget(self._places)
            self._places.hide()
        else:
            self._row.insertWidget(0, self._places)
            self._places.show()
