"""How well a person's photos hold together: each with its agreement with the others."""

from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fastface_desktop.state.people.people import PersonDetails, PhotoInfo
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.round_face import paint_face

_SMALL, _BAR, _WIDTH = 22, 4, 144
_FIRST = 4
"""Bars that are seen at once."""


class AgreementBars(QWidget):
    """A bar for each photo, which a click shows. What the bars say is in the accessible description too."""

    photo_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._photos: tuple[PhotoInfo, ...] = ()
        self._least: float | None = None
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Agreement of each photo with the others"))

    def show_photos(self, photos: tuple[PhotoInfo, ...], least: float | None) -> None:
        """Args:
        least: the agreement that still means the same person; None where that is not known.
        """
        self._photos, self._least = photos, least
        self.setAccessibleDescription(". ".join(self._line(number, one) for number, one in enumerate(photos, start=1)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, len(self._photos) * self._row())

    def _row(self) -> int:
        return max(_SMALL, self._theme.px(Type.BODY) * 3 // 2) + Space.XS

    def _line(self, number: int, photo: PhotoInfo) -> str:
        said = self.tr("nothing to compare with") if photo.agreement is None else _number(photo.agreement)
        return self.tr("Photo {number}: {agreement}, {used}").format(
            number=number, agreement=said, used=words.whether_used(photo)
        )

    def _at(self, y: float) -> int | None:
        row = int(y // self._row())
        return row if 0 <= row < len(self._photos) else None

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        over = self._at(event.position().y()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        row = self._at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.photo_chosen.emit(self._photos[row].sha256)

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QHelpEvent):
            row = self._at(event.pos().y())
            if row is not None:
                QToolTip.showText(event.globalPos(), self._line(row + 1, self._photos[row]), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self._theme.font(Type.CAPTION, tabular=True))
        number = painter.fontMetrics().horizontalAdvance("-0.00")
        for row, photo in enumerate(self._photos):
            top = row * self._row()
            middle = top + self._row() / 2
            circle = QRectF(0, middle - _SMALL / 2, _SMALL, _SMALL)
            painter.setOpacity(1.0 if photo.counts else 0.45)
            paint_face(painter, circle, photo.crop, self._theme, self.devicePixelRatioF())
            painter.setOpacity(1.0)
            left = circle.right() + Space.M
            bar = QRectF(left, middle - _BAR / 2, self.width() - left - number - Space.S, _BAR)
            paint_bar(painter, bar, photo.agreement, self._least, self._theme, used=photo.counts)
            painter.setPen(self._theme.colour("text" if photo.counts else "secondary"))
            text = "" if photo.agreement is None else _number(photo.agreement)
            area = QRectF(bar.right(), top, self.width() - bar.right(), self._row())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def paint_bar(
    painter: QPainter, bar: QRectF, value: float | None, least: float | None, theme: Theme, *, used: bool
) -> None:
    """From 0 to 1, with a mark at the least that means the same person."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("surface_3"))
    painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
    if value is not None and value > 0:
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * min(value, 1.0), bar.height()))
        other = least is not None and value < least
        painter.setBrush(theme.colour("bad" if other else "good" if used else "disabled"))
        painter.drawRoundedRect(filled, bar.height() / 2, bar.height() / 2)
    if least is not None:
        painter.setBrush(theme.colour("text"))
        painter.drawRect(QRectF(bar.x() + bar.width() * least, bar.y() - 2, 1, bar.height() + 4))


class IdentityPanel(Card):
    photo_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self.said = label(role="caption", wrap=True)
        self.bars = AgreementBars(theme)
        self.bars.photo_chosen.connect(self.photo_chosen)
        self.more = button("", self.tr("Show all bars, or the first ones"), "section")
        self.more.setCheckable(True)
        self._icon = icons.bind(self.more, "chevron-right", theme, "secondary", size=Size.ICON_TEXT)
        self.more.toggled.connect(self._show_bars)
        self._photos: tuple[PhotoInfo, ...] = ()
        self._least: float | None = None
        self.column.setSpacing(Space.XS)
        self.column.addWidget(label(self.tr("Identity"), "heading"))
        self.column.addWidget(self.said)
        self.column.addWidget(self.bars)
        self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_person(self, person: PersonDetails) -> None:
        usable, count = person.usable, len(person.photos)
        if usable == 0:
            text = self.tr("No photo is used yet.")
        elif person.agreement is None and person.same_person is None:
            # Whether they agree cannot be told by this recogniser.
            text = self.tr("1 photo is used.") if usable == 1 else self.tr("{count} photos are used.")
            text = text.format(count=usable)
            if usable < count:
                text = self.tr("{usable} of {count} photos are used.").format(usable=usable, count=count)
        elif person.agreement is None:
            text = self.tr("One photo is used: there is nothing to compare it with yet.")
        else:
            text = self.tr("{usable} of {count} photos, they agree at {agreement}").format(
                usable=usable, count=count, agreement=_number(person.agreement)
            )
        self.said.setText(text)
        self.setToolTip(
            self.tr("Agreement is the cosine of a photo's face embedding to the mean of the others: 1 is the same")
            if person.same_person is not None
            else ""
        )
        self._photos = tuple(photo for photo in person.photos if photo.verdict is not None)
        self._least = person.same_person
        self._show_bars()

    def _show_bars(self) -> None:
        seen = len(self._photos) > 1 and self._least is not None
        left = len(self._photos) - _FIRST
        self.bars.setVisible(seen)
        self.more.setVisible(seen and left > 0)
        whole = self.more.isChecked()
        self.bars.show_photos(self._photos if whole else self._photos[:_FIRST], self._least)
        self.more.setText(self.tr("Fewer") if whole else self.tr("{count} more").format(count=left))
        self.more.setAccessibleName(self.more.text())
        self._icon.show("chevron-down" if whole else "chevron-right", "secondary")


def _number(value: float) -> str:
    return QLocale().toString(value, "f", 2)
