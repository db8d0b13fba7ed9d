"""Two or four pictures beside each other, looked at from as near and at the same place."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_core.library.labels import LABELS, Label
from fastface_desktop.state.gallery.full_images import FullImages
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.reference import ReferencePhotos
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.gallery.photo_pane import PhotoPane
from fastface_desktop.ui.gallery.picture_view import PictureView
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import Chip, ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.stars import Stars

MOST = 4


class ComparePane(QFrame):
    """One of the pictures with its marks. The keys rate it; for the mouse there are stars."""

    rated = Signal(int, int)
    """The picture's number, stars."""
    reject_wanted = Signal(int)
    entered = Signal()
    models_wanted = Signal()

    def __init__(self, gallery: Gallery, images: FullImages, theme: Theme) -> None:
        super().__init__()
        self._gallery = gallery
        self.number: int | None = None
        self.setProperty("kind", "pane")
        self.view = PictureView(gallery, images, theme)
        self.canvas = self.view.canvas
        self.canvas.setAccessibleName(self.tr("Picture to compare"))
        self.canvas.installEventFilter(self)
        self.stars = Stars(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back (X)"), theme)
        self.reject_button.setCheckable(True)
        self.badge = label(role="strong")
        self.note = DrawnNote(theme, short=True)
        self.note.setContentsMargins(Space.S, 0, Space.S, Space.XS)
        self.note.models_wanted.connect(self.models_wanted)
        # Tab goes from picture to picture; the keys do what these do.
        for one in (self.stars, self.reject_button, self.note.models_button):
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = row(
            self.stars, self.reject_button, REST, self.badge, margins=(Space.S, 0, Space.S, Space.XS), gap=Space.XS
        )
        column(filling(self.view), foot, self.note, margins=(2, 2, 2, 2), gap=Space.XS, of=self)
        self.stars.rated.connect(self._rate)
        self.reject_button.clicked.connect(self._reject)

    def show_number(self, number: int, look: tuple[float, QPointF] | None = None) -> None:
        """Shows a picture of the model; what is not known of it yet comes with `PictureModel.came`."""
        self.number = number
        place = self._gallery.model.place_of(number)
        row = self._gallery.model.row_of(number)
        if row is None:
            row = self._gallery.model.row(place) if place >= 0 else None
        if row is not None:
            self.show_row(row, look)

    def show_row(self, row: PictureRow, look: tuple[float, QPointF] | None) -> None:
        self.view.show_picture(row, look)
        self.stars.set_rating(row.rating)
        self.reject_button.setChecked(row.rejected)
        worth = self._gallery.worth(row)
        known = worth.score is not None
        self.badge.setText(likeness.badge(worth) if known else "")
        self.badge.setToolTip(f"{likeness.said(worth)}\n{likeness.explained(worth)}" if known else "")
        restyle(self.badge, "tone", likeness.colour(worth))
        self.note.show_worth(worth)
        if worth.drawn:
            self._gallery.details(self, row.id, self._looked, ignore)

    @property
    def drawn(self) -> bool:
        """Whether something is said of the starter below the picture."""
        return not self.note.isHidden()

    def leave_room(self, room: bool) -> None:
        """Leaves the room for that also below a picture that is not the starter's."""
        policy = self.note.sizePolicy()
        policy.setRetainSizeWhenHidden(room)
        self.note.setSizePolicy(policy)

    def _looked(self, details: PictureDetails) -> None:
        if self.number == details.row.id:
            self.note.show_worth(self._gallery.worth(details.row, details))

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        return False

    def _rate(self, stars: int) -> None:
        if self.number is not None:
            self.rated.emit(self.number, stars)

    def _reject(self) -> None:
        if self.number is not None:
            self.reject_wanted.emit(self.number)


class Compare(QWidget):
    """Keys 0 to 5 rate the picture with the focus, X rejects it, arrows put the next one in its place, Tab goes on."""

    closed = Signal()
    rated = Signal(int)
    """The picture in `number`."""
    labelled = Signal(object)
    """A `Label`, or None for none."""
    reject_wanted = Signal()
    trash_wanted = Signal()
    pane_changed = Signal()
    models_wanted = Signal()

    def __init__(self, gallery: Gallery, images: FullImages, references: ReferencePhotos, theme: Theme) -> None:
        super().__init__()
        self._gallery = gallery
        self.setProperty("kind", "page")
        self.photo = PhotoPane(gallery, references, theme)
        self.photo_chip = Chip(self.tr("Photo"), self.tr("The photo beside them (P)"))
        self.photo_chip.clicked.connect(self._toggle_photo)
        self.photo.found.connect(self.photo_chip.setEnabled)
        gallery.view_changed.connect(self._show_view)
        self._show_view()
        self._look: tuple[float, QPointF] = (1.0, QPointF(0.5, 0.5))
        self._ids: list[int] = []
        self._current = 0
        self.back_button = button(self.tr("Gallery"), self.tr("Back to the grid (Escape)"), "quiet")
        icons.bind(self.back_button, "chevron-left", theme, "secondary")
        self.two = Chip(self.tr("Two"), self.tr("Two pictures beside each other"))
        self.four = Chip(self.tr("Four"), self.tr("Four pictures beside each other"))
        self.hint = ElidedLabel(
            self.tr("Tab: next picture. Arrows: another in its place. 0 to 5: stars, 6 to 9: label."), role="secondary"
        )
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = row(
            self.back_button,
            self.two,
            self.four,
            self.photo_chip,
            filling(self.hint),
            margins=(Space.M, Space.S, Space.M, Space.XS),
            gap=Space.S,
        )
        self.panes = [ComparePane(gallery, images, theme) for _ in range(MOST)]
        self._grid = QGridLayout()
        self._grid.setContentsMargins(Space.S, 0, Space.S, Space.S)
        self._grid.setSpacing(Space.S)
        for number, pane in enumerate(self.panes):
            self._grid.addWidget(pane, number // 2, number % 2)
            pane.canvas.moved.connect(partial(self._follow, pane))
            pane.entered.connect(partial(self._enter, number))
            pane.rated.connect(self._pane_rated)
            pane.reject_wanted.connect(self._pane_rejected)
            pane.models_wanted.connect(self.models_wanted)
        whole = column(head, of=self)
        whole.addLayout(row(self.photo, filling(self._grid), margins=(Space.M, 0, 0, 0)), 1)
        self.back_button.clicked.connect(self.closed)
        self.two.clicked.connect(self.show_two)
        self.four.clicked.connect(self.show_four)
        gallery.model.came.connect(self._rows_came)
        for number in range(6):
            key(str(number), partial(self.rated.emit, number), self, children=True)
        for place, name in enumerate(LABELS[:4]):
            key(str(place + 6), partial(self._label, name), self, children=True)
        for keys, act in (
            ("Escape", self.closed.emit),
            ("X", self.reject_wanted.emit),
            ("P", self._toggle_photo),
            ("Delete", self.trash_wanted.emit),
            ("Left", partial(self.walk, -1)),
            ("Right", partial(self.walk, 1)),
        ):
            key(keys, act, self, children=True)

    def _toggle_photo(self) -> None:
        self._gallery.set_view(photo=not self._gallery.view.photo)

    def _show_view(self) -> None:
        self.photo_chip.setChecked(self._gallery.view.photo)

    def _label(self, label: Label) -> None:
        row = self._gallery.model.row_of(self.number) if self.number is not None else None
        if row is not None:
            self.labelled.emit(None if row.label == label else label)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.photo.fit(event.size().width())

    @property
    def number(self) -> int | None:
        """The picture with the focus."""
        return self._ids[self._current] if self._ids else None

    @property
    def ids(self) -> list[int]:
        """The pictures in view."""
        return list(self._ids)

    def compare(self, ids: Sequence[int]) -> None:
        """Two pictures, or up to four; single ones get their neighbours."""
        self._look = (1.0, QPointF(0.5, 0.5))
        self._current = 0
        self._ids = list(ids[:MOST])
        self._set_count(2 if len(ids) <= 2 else MOST)
        self.focus()

    def focus(self) -> None:
        self.panes[self._current].canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def walk(self, step: int) -> None:
        """Puts the next (1) or the one before (-1) that is not in view in the place of the picture with the focus."""
        model = self._gallery.model
        place = model.place_of(self._ids[self._current]) + step
        while 0 <= place < model.rowCount() and model.id_at(place) in self._ids:
            place += step
        if 0 <= place < model.rowCount():
            self._ids[self._current] = model.id_at(place)
            self._show()
            self.pane_changed.emit()

    def keep_to(self) -> bool:
        """Lets go of pictures that are not shown any more; False where fewer than two are left."""
        place_of = self._gallery.model.place_of
        kept = [number for number in self._ids if place_of(number) >= 0]
        if kept == self._ids:
            return len(kept) > 1
        count = len(self._ids)
        self._ids = kept
        if not kept:
            return False
        self._set_count(count)
        return len(self._ids) > 1

    def show_two(self) -> None:
        self._set_count(2)

    def show_four(self) -> None:
        self._set_count(MOST)

    def _set_count(self, count: int) -> None:
        model = self._gallery.model
        self._ids = self._ids[:count]
        place = model.place_of(self._ids[-1]) if self._ids else -1
        others = [
            *range(place + 1, model.rowCount())[: MOST * 2],
            *reversed(range(max(place - MOST * 2, 0), max(place, 0))),
        ]
        for other in others:
            if len(self._ids) == count:
                break
            if model.id_at(other) not in self._ids:
                self._ids.append(model.id_at(other))
        self._current = min(self._current, max(len(self._ids) - 1, 0))
        self.two.setChecked(count == 2)
        self.four.setChecked(count == MOST)
        self._show()
        self.pane_changed.emit()

    def _show(self) -> None:
        for place, pane in enumerate(self.panes):
            shown = place < len(self._ids)
            pane.setVisible(shown)
            if shown:
                pane.show_number(self._ids[place], self._look)
            else:
                pane.number = None
                pane.view.clear()
        # Pictures of one size can be compared: beside a drawn one the others leave the same room.
        drawn = any(pane.drawn for pane in self.panes[: len(self._ids)])
        for pane in self.panes:
            pane.leave_room(drawn)
        self._mark()

    def _rows_came(self) -> None:
        if self.isVisible():
            self._show()

    def _follow(self, moved: ComparePane) -> None:
        self._look = moved.canvas.look
        for pane in self.panes:
            if pane is not moved and pane.isVisible():
                pane.canvas.look_at(*self._look)

    def _enter(self, place: int) -> None:
        if place < len(self._ids):
            self._current = place
            self._mark()
            self.pane_changed.emit()

    def _mark(self) -> None:
        self.photo.follow(self.number)
        for place, pane in enumerate(self.panes):
            restyle(pane, "chosen", "yes" if place == self._current else "no")

    def _pane_rated(self, number: int, stars: int) -> None:
        self._go_to(number)
        self.rated.emit(stars)

    def _pane_rejected(self, number: int) -> None:
        self._go_to(number)
        self.reject_wanted.emit()

    def _go_to(self, number: int) -> None:
        self._current = self._ids.index(number)
        self._mark()
        self.focus()
