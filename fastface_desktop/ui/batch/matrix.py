"""People in rows, looks in columns, and the number of pictures in each cell."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from fastface_core.domain import styles
from fastface_desktop.state.batch.draft import Draft, DraftLook, DraftPerson
from fastface_desktop.state.compare.cell_images import CellImages
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.samples import sample

_HEAD, _FACE, _SAMPLE = 232, 72, 56
_WIDE, _NARROW, _HIGH = 172, 112, 88
_MOST = 1.5
"""How many times as wide as usual the columns are for large text; pictures stay as they are."""
_LINE = Type.BODY + Space.XS + 1
_MANY = 5
"""Looks from which on the columns are narrow."""

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    CELL = Qt.ItemDataRole.UserRole + 1


class MatrixModel(QAbstractTableModel):
    """The first row has the looks, the first column the people."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._shape = (0, 0)
        draft.changed.connect(self._changed)
        self._changed()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._draft.people) + 1

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._draft.looks) + 1

    def person(self, index: Index) -> DraftPerson | None:
        people = self._draft.people
        return people[index.row() - 1] if 0 < index.row() <= len(people) else None

    def look(self, index: Index) -> DraftLook | None:
        looks = self._draft.looks
        return looks[index.column() - 1] if 0 < index.column() <= len(looks) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        person, look = self.person(index), self.look(index)
        if role == Role.CELL:
            return person, look, self._draft.count(person, look) if person and look else 0
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if person is not None and look is not None:
            count = self._draft.count(person, look)
            pictures = self.tr("1 picture") if count == 1 else self.tr("{count} pictures").format(count=count)
            return f"{person.name}, {look_title(look)}: {pictures}"
        return person.name if person is not None else look_title(look) if look is not None else ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.row() == 0 and index.column() == 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _changed(self) -> None:
        shape = (self.rowCount(), self.columnCount())
        if shape != self._shape:
            self.beginResetModel()
            self._shape = shape
            self.endResetModel()
        elif self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(shape[0] - 1, shape[1] - 1))


def look_title(look: DraftLook) -> str:
    """What a look is called."""
    style = styles.find(look.style)
    text = " ".join(look.text.split())
    if style is not None:
        return style.title.text(QLocale().name())
    return text[:1].upper() + text[1:] if text else QCoreApplication.translate("batch", "Portrait")


def look_words(look: DraftLook) -> str:
    """What is said below its name."""
    return " ".join(look.text.split()) if look.style is not None else ""


class Matrix(QTableView):
    """Digits, plus and minus set a cell; a click fills an empty one, dragging on fills the others. A click on a head
    fills its row or column, Delete on one takes it away."""

    note_wanted = Signal(str)
    """The permission of a person (uid) is to be noted."""

    def __init__(self, draft: Draft, people: PeopleState, images: CellImages, theme: Theme) -> None:
        super().__init__()
        self._draft, self._people, self._theme = draft, people, theme
        self._painting: int | None = None
        self.matrix = MatrixModel(draft)
        self.setModel(self.matrix)
        self.setItemDelegate(_Delegate(people, images, draft, theme, self))
        self.setProperty("kind", "grid")
        self.setAccessibleName(self.tr("Pictures of each person in each look"))
        self.setToolTip(
            self.tr(
                "Digits, + and - set a cell; a click on a person or a look fills its row or column, Delete removes it"
            )
        )
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setMinimumSectionSize(1)
        # Qt would draw an edge where the two bars meet.
        self.setCornerWidget(QWidget())
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.matrix.modelReset.connect(self._fit)
        theme.changed.connect(self._fit)
        people.changed.connect(self.viewport().update)
        people.image_came.connect(self._image_came)
        images.came.connect(self._image_came)
        self._fit()

    def _image_came(self, *_: object) -> None:
        self.viewport().update()

    def _fit(self) -> None:
        scale, looks = min(self._theme.scale, _MOST), len(self._draft.looks)
        head, wide = round(_HEAD * scale), round((_WIDE if looks < _MANY else _NARROW) * scale)
        for column in range(looks + 1):
            self.setColumnWidth(column, (wide if column else head) + Space.M)
        line = self._theme.px(_LINE)
        top, high = max(_SAMPLE, 2 * line) + Space.L, max(_HIGH, 3 * line) + Space.M
        for row in range(self.matrix.rowCount()):
            self.setRowHeight(row, high if row else top)
        # The looks and one person are in view, however low the window is.
        self.setMinimumHeight(top + high + Space.XXL)

    def ring_rect(self) -> QRect:
        index = self.currentIndex()
        if not index.isValid():
            return self.viewport().rect()
        return _body(self.visualRect(index))

    # ---- Mouse

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        person, look = self.matrix.person(index), self.matrix.look(index)
        self.setCurrentIndex(index)
        if person is not None and look is not None:
            self._press_cell(person, look, index, event.position().x())
        elif person is not None:
            self._press_person(person, index, event.position().y())
        elif look is not None:
            self._draft.fill_column(look)

    def _press_cell(self, person: DraftPerson, look: DraftLook, index: QModelIndex, x: float) -> None:
        count = self._draft.count(person, look)
        body = _body(self.visualRect(index))
        if count == 0:
            count = 1
        elif x < body.x() + body.width() / 3:
            count -= 1
        elif x > body.right() - body.width() / 3:
            count += 1
        self._painting = count
        self._draft.set_count(person, look, count)

    def _press_person(self, person: DraftPerson, index: QModelIndex, y: float) -> None:
        body = _body(self.visualRect(index))
        if person.uid is not None and not self._draft.permitted(person) and y > body.center().y():
            self.note_wanted.emit(person.uid)
        else:
            self._draft.fill_row(person)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self._painting is None or not index.isValid() or index == self.currentIndex():
            return
        person, look = self.matrix.person(index), self.matrix.look(index)
        if person is not None and look is not None:
            self.setCurrentIndex(index)
            self._draft.set_count(person, look, self._painting)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._painting = None
        super().mouseReleaseEvent(event)

    # ---- Keys

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        index = self.currentIndex()
        person, look = self.matrix.person(index), self.matrix.look(index)
        key, text = event.key(), event.text()
        if person is not None and look is not None:
            if not self._key_of_cell(person, look, key, text):
                super().keyPressEvent(event)
        elif (act := self._act_of_head(person, look, key)) is not None:
            act()
        else:
            super().keyPressEvent(event)

    def _key_of_cell(self, person: DraftPerson, look: DraftLook, key: int, text: str) -> bool:
        count = self._draft.count(person, look)
        if text.isascii() and text.isdigit():
            self._draft.set_count(person, look, int(text))
        elif text in ("+", "-"):
            self._draft.set_count(person, look, count + (1 if text == "+" else -1))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._draft.set_count(person, look, 0)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._draft.set_count(person, look, 0 if count else 1)
        else:
            return False
        return True

    def _act_of_head(self, person: DraftPerson | None, look: DraftLook | None, key: int) -> Callable[[], None] | None:
        remove = key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        fill = key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if person is not None and remove:
            return lambda: self._draft.remove_person(person)
        if person is not None and fill:
            return lambda: self._draft.fill_row(person)
        if look is not None and remove:
            return lambda: self._draft.remove_look(look)
        if look is not None and fill:
            return lambda: self._draft.fill_column(look)
        return None


def _body(rect: QRect) -> QRect:
    """Of a cell without the gap at its right and below."""
    return rect.adjusted(0, 0, -Space.M, -Space.M)


class _Delegate(QStyledItemDelegate):
    def __init__(self, people: PeopleState, images: CellImages, draft: Draft, theme: Theme, view: Matrix) -> None:
        super().__init__(view)
        self._people, self._images, self._draft, self._theme, self._view = people, images, draft, theme, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        person, look, count = index.data(Role.CELL)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if person is not None and look is not None:
            lively = bool(state & QStyle.StateFlag.State_MouseOver) or index == self._view.currentIndex()
            self._paint_cell(painter, _body(rect), count, lively)
        elif person is not None:
            self._paint_person(painter, _body(rect), person)
        elif look is not None:
            self._paint_look(painter, rect.adjusted(0, 0, -Space.M, 0), look)
        painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRect, count: int, lively: bool) -> None:
        theme, area = self._theme, QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
        if count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_3" if lively else "surface_2"))
        else:
            painter.setPen(theme.colour("surface_4" if lively else "line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, Radius.PICTURE, Radius.PICTURE)
        if not count:
            self._icon(painter, "plus", "secondary", rect.center().x(), rect.center().y())
            return
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font(Type.TITLE, Type.STRONG if lively else Type.REGULAR, tabular=True))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, QLocale().toString(count))
        if lively:
            away = min(theme.px(Space.XXL), rect.width() // 3)
            self._icon(painter, "minus", "secondary", rect.center().x() - away, rect.center().y())
            self._icon(painter, "plus", "secondary", rect.center().x() + away, rect.center().y())

    def _paint_person(self, painter: QPainter, rect: QRect, person: DraftPerson) -> None:
        side = _FACE
        top = rect.y() + (rect.height() - side) // 2
        self._picture(painter, QRect(rect.x(), top, side, side), self._face(person), "user")
        left = rect.x() + side + Space.M
        width = rect.right() - left
        permitted = self._draft.permitted(person)
        lines: list[tuple[str, str, int, str]] = [(person.name, "text", Type.STRONG, "")]
        if permitted:
            lines.append((self._photos(person), "secondary", Type.REGULAR, "check" if person.uid else "photo"))
        else:
            lines.append((self.tr("Permission missing"), "warn", Type.REGULAR, "warning"))
            lines.append((self.tr("Note it…"), "link", Type.REGULAR, ""))
        self._lines(painter, QRect(left, rect.y(), width, rect.height()), lines)

    def _paint_look(self, painter: QPainter, rect: QRect, look: DraftLook) -> None:
        side = _SAMPLE
        plain = self._view.property("plain")
        image = sample(f"style-{look.style}") if look.style is not None and plain else QImage()
        narrow = rect.width() < _WIDE
        self._picture(painter, QRect(rect.x(), rect.y(), side, side), image, "sparkle")
        left = rect.x() + side + Space.S
        words = QRect(left, rect.y(), rect.right() - left, max(side, 2 * self._theme.px(_LINE)))
        lines = [(look_title(look), "text", Type.STRONG, "")]
        if (said := look_words(look)) and not narrow:
            lines.append((said, "secondary", Type.REGULAR, ""))
        self._lines(painter, words, lines)

    def _photos(self, person: DraftPerson) -> str:
        known = self._people.person(person.uid)
        count = len(person.photos) if person.uid is None else known.usable if known is not None else 0
        return self.tr("1 photo") if count == 1 else self.tr("{count} photos").format(count=count)

    def _face(self, person: DraftPerson) -> QImage:
        if person.photos:
            return self._images.find(person.photos[0]) or QImage()
        known = self._people.person(person.uid)
        return known.cover if known is not None else QImage()

    def _picture(self, painter: QPainter, rect: QRect, image: QImage, icon: str) -> None:
        if image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(rect, Radius.CONTROL, Radius.CONTROL)
            self._icon(painter, icon, "secondary", rect.center().x(), rect.center().y())
        paint_picture(painter, image, QRectF(rect), Radius.CONTROL, above=1 / 3)

    def _lines(self, painter: QPainter, rect: QRect, lines: list[tuple[str, str, int, str]]) -> None:
        theme = self._theme
        height = theme.px(_LINE)
        top = rect.y() + (rect.height() - height * len(lines)) // 2
        for text, colour, weight, icon in lines:
            left = rect.x()
            if icon:
                side = theme.px(Size.ICON_TEXT)
                tone = "good" if icon == "check" else colour
                self._icon(painter, icon, tone, left + side // 2, top + height // 2, Size.ICON_TEXT)
                left += side + Space.XS
            painter.setFont(theme.font(Type.BODY if weight == Type.STRONG else Type.CAPTION, weight))
            painter.setPen(theme.colour(colour))
            width = rect.right() - left
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(left, top, width, height), Qt.AlignmentFlag.AlignVCenter, shown)
            top += height

    def _icon(self, painter: QPainter, name: str, colour: str, x: int, y: int, size: int = Size.ICON_BUTTON) -> None:
        side = self._theme.px(size)
        drawn = icons.pixmap(name, self._theme.colour(colour).name(), side, painter.device().devicePixelRatioF())
        painter.drawPixmap(x - side // 2, y - side // 2, drawn)
