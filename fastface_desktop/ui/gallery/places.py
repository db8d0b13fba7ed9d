"""The list on the left of the Gallery: what kinds of pictures there are, and the albums."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fastface_core.library.marks import LONGEST_TAG
from fastface_desktop.state.gallery.album_acts import AlbumActs
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.view import Place
from fastface_desktop.ui.gallery.picture_acts import Entry, show_menu
from fastface_desktop.ui.gallery.place_row import PlaceRow
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import scroller


class PlacesPanel(QFrame):
    """Shows where the view is, and goes elsewhere. Pictures are dropped on albums and on the trash."""

    import_wanted = Signal()
    trash_wanted = Signal(list)
    """Numbers of pictures that were dropped on the trash."""
    left = Signal()
    """A place was chosen, or Escape pressed."""

    def __init__(self, gallery: Gallery, albums: AlbumActs, count: QLabel, theme: Theme) -> None:
        """`count`: says how many pictures are shown."""
        super().__init__()
        self._gallery, self._albums, self._theme, self._count = gallery, albums, theme, count
        self.setProperty("kind", "panel")
        self.setAccessibleName(self.tr("Places"))
        self.title = label(self.tr("Gallery"), "title")
        self.rows: dict[Place, PlaceRow] = self._make_rows()
        self.albums: dict[str, PlaceRow] = {}
        self._waiting_for: list[int] = []
        """Pictures that go into the album that is named now."""
        self._renamed: str | None = None
        self.new_button = IconButton("plus", self.tr("New album"), theme)
        self.new_button.clicked.connect(self._ask_name)
        self.name = NameField()
        self.name.returnPressed.connect(self._named)
        self.name.left.connect(self._hide_name)
        self.import_button = button(
            self.tr("Import a folder…"), self.tr("Take in pictures that are there already"), "entry"
        )
        icons.bind(self.import_button, "import", theme, "secondary", size=Size.ICON_BUTTON)
        self.import_button.clicked.connect(self.import_wanted)
        self._build()
        gallery.choices_changed.connect(self._show_choices)
        gallery.view_changed.connect(self._show_view)
        theme.changed.connect(self._fit)
        self._fit()
        self._show_choices()

    def _make_rows(self) -> dict[Place, PlaceRow]:
        said: tuple[tuple[Place, str, str, str], ...] = (
            ("pictures", self.tr("All pictures"), self.tr("All but the cells of comparisons"), "gallery"),
            ("today", self.tr("Today"), self.tr("Made since midnight"), "clock"),
            ("best", self.tr("Best"), self.tr("Four stars and more"), "star"),
            ("comparisons", self.tr("Comparisons"), self.tr("The cells of comparisons"), "grid"),
            ("rejected", self.tr("Rejected"), self.tr("What was rejected, wherever it lies"), "reject"),
            ("duplicates", self.tr("Duplicates"), self.tr("Pictures with the same pixels"), "copy"),
            ("trash", self.tr("Trash"), self.tr("Thrown away; it can be put back for 30 days"), "trash"),
        )
        rows: dict[Place, PlaceRow] = {}
        for place, name, tip, icon in said:
            row = rows[place] = PlaceRow(name, tip, icon, self._theme, takes_pictures=place == "trash")
            row.clicked.connect(partial(self._go, place))
            row.walked.connect(partial(self._walk, row))
        rows["trash"].dropped.connect(self.trash_wanted)
        return rows

    def _build(self) -> None:
        self._head = QWidget()
        row(self.title, REST, self._count, margins=(Space.XL, 0, Space.L + 2, 0), gap=Space.S, of=self._head)
        content = QWidget()
        content.setProperty("kind", "scrolled")
        self._column = whole = QVBoxLayout(content)
        whole.setContentsMargins(Space.M - 4, 0, Space.M - 4, Space.S)
        whole.setSpacing(2)
        for beside in self.rows.values():
            whole.addWidget(beside)
        line = QHBoxLayout()
        line.setContentsMargins(Space.M - 2, Space.M, 0, 0)
        line.addWidget(label(self.tr("Albums"), "caption"))
        line.addStretch()
        line.addWidget(self.new_button)
        whole.addLayout(line)
        whole.addWidget(self.name)
        whole.addStretch()
        layout = column(self._head, filling(scroller(content)), margins=(0, 0, 0, Space.S), of=self)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M - 4, 0, Space.M - 4, 0)
        foot.addWidget(self.import_button)
        layout.addLayout(foot)

    def _fit(self) -> None:
        self._head.setFixedHeight(self._theme.px(Size.HEAD))
        # Names are cut, but not counts and "Comparisons": as wide as they need with large text.
        self.setFixedWidth(max(self._theme.px(Size.PLACES), self.import_button.sizeHint().width() + Space.L))

    # ---- Showing

    def place_name(self) -> str:
        """What the place is called that is shown now."""
        view = self._gallery.view
        return view.album if view.place == "album" and view.album is not None else self.rows[view.place].text()

    def _show_choices(self) -> None:
        choices = self._gallery.choices
        for place, line in self.rows.items():
            line.show_count(choices.places.get(place))
        if list(self.albums) != list(choices.albums):
            self._make_albums(list(choices.albums))
        for name, line in self.albums.items():
            line.show_count(choices.albums[name])
        self._show_view()

    def _make_albums(self, names: Sequence[str]) -> None:
        focused = next((name for name, line in self.albums.items() if line.hasFocus()), None)
        for line in self.albums.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.albums = {}
        before = self._column.indexOf(self.name) + 1
        for number, name in enumerate(names):
            line = PlaceRow(name, self.tr("Pictures can be dropped here"), "folder", self._theme, takes_pictures=True)
            line.clicked.connect(partial(self._go, "album", name))
            line.walked.connect(partial(self._walk, line))
            line.dropped.connect(partial(self._dropped, name))
            line.menu_wanted.connect(partial(self._show_menu, name))
            line.rename_wanted.connect(partial(self.rename, name))
            line.delete_wanted.connect(partial(self._albums.delete, name))
            self._column.insertWidget(before + number, line)
            self.albums[name] = line
        if focused in self.albums:
            self.albums[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_view(self) -> None:
        view = self._gallery.view
        for place, line in self.rows.items():
            line.setChecked(place == view.place)
        for name, line in self.albums.items():
            line.setChecked(view.place == "album" and name == view.album)

    # ---- Going elsewhere

    def _go(self, place: Place, album: str | None = None, checked: bool = False) -> None:
        self._gallery.set_view(place=place, album=album)
        self._show_view()  # the click is not what checks a row
        self.left.emit()

    def _walk(self, row: PlaceRow, step: int) -> None:
        rows = [*self.rows.values(), *self.albums.values()]
        place = rows.index(row) + step
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focus(self) -> None:
        """Brings the focus to the place that is shown."""
        rows = [*self.rows.values(), *self.albums.values()]
        next((row for row in rows if row.isChecked()), rows[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- Albums

    def make_album(self, ids: Sequence[int] = ()) -> None:
        """Asks for the name of a new album, into which these pictures go."""
        self._waiting_for, self._renamed = list(ids), None
        self._ask("")

    def rename(self, name: str) -> None:
        """Asks for another name of an album."""
        self._renamed = name
        self._ask(name)

    def _ask_name(self) -> None:
        self.make_album()

    def _ask(self, name: str) -> None:
        self.name.setText(name)
        self.name.selectAll()
        self.name.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _hide_name(self) -> None:
        if self.name.hasFocus():
            # Hidden, it would hand the focus to whatever comes after it: back to where the name was asked for.
            self.left.emit() if self._waiting_for else self.focus()
        self.name.hide()

    def _named(self) -> None:
        name, renamed, ids = self.name.text().strip(), self._renamed, self._waiting_for
        self._hide_name()
        if not name:
            return
        if renamed is not None:
            self._albums.rename(renamed, name)
        else:
            self._albums.make(name, ids)
        self._waiting_for = []

    def _dropped(self, name: str, ids: list[int]) -> None:
        self._albums.put(ids, name)

    def menu_entries(self, name: str) -> list[Entry | None]:
        """Of an album: a text, the key that does the same, and what it does."""
        return [
            (self.tr("Rename…"), "F2", partial(self.rename, name)),
            (self.tr("Delete the album, keep its pictures"), "Del", partial(self._albums.delete, name)),
        ]

    def _show_menu(self, name: str, point: QPoint) -> None:
        show_menu(self, point, self.menu_entries(name))


class NameField(QLineEdit):
    """Takes no room until an album is to be named; Escape, or the focus elsewhere, ends it."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(LONGEST_TAG)
        self.setPlaceholderText(self.tr("Name of the album"))
        self.setAccessibleName(self.tr("Name of the album"))
        self.setToolTip(self.tr("Enter keeps the name, Escape leaves it"))
        self.editingFinished.connect(self._finished)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _finished(self) -> None:
        if not self.hasFocus():
            self.left.emit()
