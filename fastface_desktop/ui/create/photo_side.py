"""The photo beside the picture, and what of it the picture took over."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.values import Worth

_WIDTH, _WIDE = 184, 300
_WORDS = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
_LARGE = 1100
"""From this width of the canvas on the photo is larger."""


class _Photo(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        return width

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _WIDTH)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(area, Radius.PICTURE, Radius.PICTURE)
            painter.setPen(self._theme.colour("secondary"))
            painter.setFont(self._theme.font(Type.CAPTION))
            inside = area.adjusted(Space.S, Space.S, -Space.S, -Space.S)
            painter.drawText(inside, _WORDS, self.tr("No photo at hand"))
        paint_picture(painter, self.image, area, Radius.PICTURE)


class PhotoSide(QWidget):
    models_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.photo = _Photo(theme)
        self.photo.setAccessibleName(self.tr("The photo"))
        self.note = DrawnNote(theme, narrow=True)
        self.note.models_wanted.connect(self.models_wanted)
        # The picture itself leads to the models.
        self.note.models_button.hide()
        whole = column(self.photo, label(self.tr("The photo"), "caption"), gap=Space.S, of=self)
        self.each = label(role="secondary", wrap=True)
        self.each.setToolTip(self.tr("How near each of the people in the picture came"))
        self.each.hide()
        whole.addSpacing(Space.L)
        whole.addWidget(self.each)
        whole.addWidget(self.note)
        whole.addStretch()
        self.fit(0)

    def fit(self, canvas: int) -> None:
        """As wide as fits a canvas of this width."""
        self.setFixedWidth(_WIDE if canvas >= _LARGE else _WIDTH)

    def show_photo(self, image: QImage) -> None:
        self.photo.show_image(image)

    def show_worth(self, worth: Worth | None, names: Sequence[str] = ()) -> None:
        """`names`: of several people, in their order."""
        self.note.show_worth(worth)
        each = likeness.of_each(worth, names) if worth is not None else []
        self.each.setText("\n".join(each))
        self.each.setVisible(bool(each))
