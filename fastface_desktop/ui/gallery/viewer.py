"""One picture as large as fits, alone on the page or on the whole screen."""

from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_core.library.labels import LABELS, Label
from fastface_desktop.state.gallery.full_images import FullImages
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.reference import ReferencePhotos
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.gallery.photo_pane import PhotoPane
from fastface_desktop.ui.gallery.picture_view import PictureView
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.label_dots import LabelDots
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.stars import Stars


class Viewer(QWidget):
    """Arrows walk, digits rate and label, X rejects, F fills the screen, P shows the photo, Escape goes back."""

    closed = Signal()
    walked = Signal(int)
    full_screen_wanted = Signal()
    rated = Signal(int)
    labelled = Signal(object)
    """A `Label`, or None for none."""
    reject_wanted = Signal()
    trash_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, gallery: Gallery, images: FullImages, references: ReferencePhotos, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._images, self._theme = gallery, images, theme
        self.setProperty("kind", "page")
        self.view = PictureView(gallery, images, theme)
        self.photo = PhotoPane(gallery, references, theme)
        self.photo_button = IconButton("photo", self.tr("Show or hide the photo beside it (P)"), theme)
        self.photo_button.setCheckable(True)
        self.photo.found.connect(self.photo_button.setEnabled)
        self.photo_button.clicked.connect(self.toggle_photo)
        gallery.view_changed.connect(self._show_view)
        self._show_view()
        self.back_button = button(self.tr("Gallery"), self.tr("Back to the grid (Escape)"), "quiet")
        icons.bind(self.back_button, "chevron-left", theme, "secondary")
        self.place = label(role="secondary")
        self.name = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.badge = label(role="strong")
        self.stars = Stars(theme)
        self.labels = LabelDots(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back"), theme)
        self.reject_button.setCheckable(True)
        self.zoom_button = IconButton("zoom", self.tr("Fit, or each pixel its own (double click)"), theme)
        self.trash_button = IconButton("trash", self.tr("Into the trash"), theme)
        self.full_button = IconButton("full-screen", self.tr("The whole screen, or the window again"), theme)
        bind_action(self.reject_button, "gallery.reject")
        bind_action(self.trash_button, "gallery.trash")
        bind_action(self.full_button, "gallery.full_screen")
        bar = QFrame()
        bar.setProperty("kind", "plain")
        row(
            self.back_button,
            self.place,
            filling(self.name),
            self.badge,
            self.stars,
            self.labels,
            self.reject_button,
            self.photo_button,
            self.zoom_button,
            self.trash_button,
            self.full_button,
            margins=(Space.M, Space.S, Space.M, Space.XS),
            gap=Space.S,
            of=bar,
        )
        whole = column(bar, of=self)
        around = QHBoxLayout()
        around.setContentsMargins(Space.M, 0, Space.M, Space.M)
        around.addWidget(self.photo)
        around.addWidget(self.view, 1)
        whole.addLayout(around, 1)
        self.note = DrawnNote(theme, with_match=True)
        self.note.models_wanted.connect(self.models_wanted)
        self.note.setContentsMargins(Space.M, 0, Space.M, Space.M)
        whole.addWidget(self.note)
        self.view.canvas.walked.connect(self.walked)
        self.back_button.clicked.connect(self.closed)
        self.stars.rated.connect(self.rated)
        self.labels.chosen.connect(self.labelled)
        self.reject_button.clicked.connect(self.reject_wanted)
        self.zoom_button.clicked.connect(self._zoom)
        self.trash_button.clicked.connect(self.trash_wanted)
        self.full_button.clicked.connect(self.full_screen_wanted)
        for number in range(6):
            key(str(number), partial(self.rated.emit, number), self, children=True)
        for place, name in enumerate(LABELS[:4]):
            key(str(place + 6), partial(self._label, name), self, children=True)
        for keys, act in (
            ("Escape", self.closed.emit),
            ("X", self.reject_wanted.emit),
            ("F", self.full_screen_wanted.emit),
            ("Delete", self.trash_wanted.emit),
            ("Backspace", self.trash_wanted.emit),
            ("Space", partial(self.walked.emit, 1)),
            ("PgDown", partial(self.walked.emit, 1)),
            ("PgUp", partial(self.walked.emit, -1)),
            ("Z", self._zoom),
            ("P", self.toggle_photo),
        ):
            key(keys, act, self, children=True)

    @property
    def row(self) -> PictureRow | None:
        return self.view.row

    def show_picture(self, row: PictureRow, place: int, count: int) -> None:
        """`place` from 0 among `count`."""
        self.view.show_picture(row)
        self.photo.follow(row.id)
        locale = QLocale()
        self.place.setText(
            self.tr("{place} of {count}").format(place=locale.toString(place + 1), count=locale.toString(count))
        )
        self.name.setText(row.path.name)
        self.stars.set_rating(row.rating)
        self.labels.show_label(row.label)
        self.reject_button.setChecked(row.rejected)
        worth = self._gallery.worth(row)
        known = worth.likeness is not None
        self.badge.setText(likeness.badge(worth) if known else "")
        self.badge.setToolTip(likeness.explained(worth) if known else "")
        restyle(self.badge, "tone", likeness.colour(worth))
        self.note.show_worth(worth)
        if worth.drawn:
            self._gallery.details(self, row.id, self._looked, ignore)
        marks = row.trashed is None
        for one in (self.stars, self.labels, self.reject_button, self.trash_button):
            one.setEnabled(marks)

    def _looked(self, details: PictureDetails) -> None:
        if self.row is not None and self.row.id == details.row.id:
            self.note.show_worth(self._gallery.worth(details.row, details))

    def toggle_photo(self) -> None:
        """The photo beside the picture, or the picture alone."""
        self._gallery.set_view(photo=not self._gallery.view.photo)

    def _show_view(self) -> None:
        self.photo_button.setChecked(self._gallery.view.photo)

    def _label(self, label: Label) -> None:
        row = self.row
        if row is not None:
            self.labelled.emit(None if row.label == label else label)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.photo.fit(event.size().width())
        # The name gives way first; keys rate and label as well.
        roomy = event.size().width() >= round(Size.ONE_COLUMN * self._theme.scale)
        for one in (self.name, self.labels):
            one.setVisible(roomy)

    def focus(self) -> None:
        self.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _zoom(self) -> None:
        self.view.canvas.zoom_toggle()
