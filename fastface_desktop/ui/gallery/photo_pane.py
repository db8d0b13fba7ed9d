"""The photo that a picture was made from, beside it: likeness is a comparison."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.library.gallery import PictureDetails
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.reference import Reference, ReferencePhotos
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.layout import REST, column

_WIDTH, _SHARE = 280, 0.28
"""Of the room: pixels at most, and as much of it as the photo may take."""


class PhotoPane(QWidget):
    """Takes no room where there is no photo, where it is put away, and where there is too little room."""

    found = Signal(bool)
    """Whether there is a photo."""

    def __init__(self, gallery: Gallery, references: ReferencePhotos, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._references, self._theme = gallery, references, theme
        self._number: int | None = None
        self._room = 0
        self.photo = _Photo()
        self.photo.setAccessibleName(self.tr("The photo"))
        column(
            REST,
            self.photo,
            label(self.tr("The photo"), "caption"),
            REST,
            margins=(0, 0, Space.M, 0),
            gap=Space.S,
            of=self,
        )
        gallery.view_changed.connect(self._show)
        self.hide()

    def follow(self, number: int | None) -> None:
        """Shows the photo of a picture."""
        if number == self._number:
            return
        self._number = number
        if number is not None and self._gallery.library.library is not None:
            self._gallery.details(self, number, self._looked, ignore)

    def fit(self, room: int) -> None:
        """`room`: the width for photo and pictures."""
        self._room = room
        self.setFixedWidth(max(min(_WIDTH, round(room * _SHARE)), 1))
        self._show()

    @property
    def has_photo(self) -> bool:
        return not self.photo.image.isNull()

    def _looked(self, details: PictureDetails) -> None:
        if details.row.id == self._number:
            self._references.look(self, details, self._came)

    def _came(self, number: int, reference: Reference) -> None:
        if number == self._number:
            self.photo.show_image(reference.image)
            self.found.emit(self.has_photo)
            self._show()

    def _show(self) -> None:
        roomy = self._room >= round(Size.ONE_COLUMN * self._theme.scale)
        self.setVisible(self.has_photo and self._gallery.view.photo and roomy)


class _Photo(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        if self.image.isNull():
            return width
        return min(round(width * self.image.height() / self.image.width()), 2 * width)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        paint_picture(painter, self.image, QRectF(self.rect()), Radius.PICTURE)
