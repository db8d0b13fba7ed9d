"""The list of presets: the built-in ones and the user's own, each with a picture that it made."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QTextLayout,
    QTransform,
)
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fastface_desktop.state.presets.work import PresetWork
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets.samples import sample_of
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type

_NAME = Qt.ItemDataRole.UserRole
_TEXT = Qt.ItemDataRole.UserRole + 1
_HEADER = Qt.ItemDataRole.UserRole + 2
_PICTURE = Qt.ItemDataRole.DecorationRole
_WIDTH, _HEIGHT = 40, 53
"""Pixels of a picture."""
_INSET = 12
"""Pixels beside what marks the chosen row."""
_HEAD, _LINE, _HINT_LINES = 28, 20, 3
_Index = QModelIndex | QPersistentModelIndex


class PresetList(QListWidget):
    chosen = Signal(str)
    delete_wanted = Signal()

    def __init__(self, work: PresetWork, theme: Theme) -> None:
        super().__init__()
        presets, editor = work.presets, work.editor
        self._presets, self._editor, self._effect, self._theme = presets, editor, work.effect, theme
        self._shown: object = None
        self.setAccessibleName(self.tr("Presets"))
        self.setToolTip(self.tr("Choose a preset to see it"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Rows(theme))
        self.currentItemChanged.connect(self._current_changed)
        presets.changed.connect(self.show_presets)
        editor.changed.connect(self.show_presets)
        editor.opened.connect(self.show_presets)
        work.effect.looked.connect(self.show_presets)
        theme.changed.connect(self.scheduleDelayedItemsLayout)
        self.show_presets()

    def names(self) -> list[str]:
        """From the top."""
        found = [self.item(row).data(_NAME) for row in range(self.count())]
        return [name for name in found if name]

    def show_presets(self) -> None:
        """Builds the whole list; there are never many."""
        built_in = self._presets.built_in().items()
        rows: list[tuple[str, str, str]] = [("", self.tr("Built in"), "")]
        for name, one in built_in:
            title, text = translated(one.title), translated(one.description)
            plain = plain_name(name, title)
            rows.append((name, plain, title if plain != title else text))
        rows.append(("", self.tr("Your own"), ""))
        own = list(self._presets.own().items())
        rows += [(name, one.title, one.description) for name, one in own]
        if not own:
            rows.append(("", "", self.tr("Make a copy of one, or drop a file here.")))
        marks = [(self._marks(name), name == self._editor.name, self._look(name).cacheKey()) for name, *_ in rows]
        if (rows, marks) == self._shown:
            return
        self._shown = rows, marks
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for row, (name, title, text) in enumerate(rows):
            self._fill(self.item(row), name, title, text)
            if name == self._editor.name:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def _fill(self, item: QListWidgetItem, name: str, title: str, text: str) -> None:
        marks = self._marks(name)
        item.setText(title)
        item.setData(_NAME, name)
        item.setData(_TEXT, " · ".join(marks) or text)
        item.setData(_PICTURE, self._look(name))
        item.setData(_HEADER, not name)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(word for word in (title, *marks, text) if word))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if name else Qt.ItemFlag.NoItemFlags)

    def _look(self, name: str) -> QImage:
        """What it made last, or its sample."""
        preset = self._presets.find(name) if name else None
        if preset is None:
            return QImage()
        made = self._effect.looks.get(name)
        return made if made is not None else sample_of(self._editor.draft_of(name) or preset)

    def _marks(self, name: str) -> list[str]:
        """What holds of a preset, in words."""
        marks: list[str] = []
        if name and self._editor.draft_of(name) is not None:
            marks.append(self.tr("Changed, not saved"))
        if name and name == self._presets.default:
            marks.append(self.tr("default"))
        if name and name == self._presets.used:
            marks.append(self.tr("on Create"))
        return marks

    def _current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and (name := item.data(_NAME)):
            self.chosen.emit(name)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Rows(QStyledItemDelegate):
    """A picture, a name, and what it is or what holds of it; what has no room ends with three dots."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index, /) -> QSize:
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListWidget) else 200
        px = self._theme.px
        if not index.data(_HEADER):
            return QSize(width, max(px(_HEIGHT), 2 * px(_LINE)) + 2 * Space.S)
        if index.data():
            return QSize(width, px(_HEAD) + Space.M if index.row() else px(_LINE) + Space.XS)
        return QSize(width, len(self._hint(index, width)) * px(_LINE) + Space.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, /) -> None:
        theme, rect = self._theme, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if index.data(_HEADER):
            self._paint_words(painter, rect.adjusted(2 * Space.S + Space.XS, 0, -_INSET, 0), index)
            painter.restore()
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_3" if chosen else "surface_2"))
            painter.drawRoundedRect(rect.adjusted(_INSET, 1, -_INSET, -1), Radius.PICTURE, Radius.PICTURE)
        picture = QRectF(rect.left() + _INSET + Space.S, 0, theme.px(_WIDTH), theme.px(_HEIGHT))
        picture.moveCenter(QPointF(picture.center().x(), rect.center().y() + 0.5))
        _paint_picture(painter, picture, index.data(_PICTURE), theme)
        left = round(picture.right()) + Space.M
        width, line = rect.right() - _INSET - Space.S - left, theme.px(_LINE)
        top = rect.center().y() - line + 1
        strong, small = theme.font(Type.BODY, Type.STRONG if chosen else Type.REGULAR), theme.font(Type.CAPTION)
        for number, (words, font, colour) in enumerate(
            ((index.data(), strong, "text"), (index.data(_TEXT), small, "secondary"))
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            text = painter.fontMetrics().elidedText(words or "", Qt.TextElideMode.ElideRight, width)
            place = QRect(left, top + number * line, width, line)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        """The head of a group, or what to do where it is empty."""
        painter.setFont(self._theme.font(Type.CAPTION))
        painter.setPen(self._theme.colour("secondary"))
        if index.data():
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, index.data())
            return
        line = self._theme.px(_LINE)
        for number, text in enumerate(self._hint(index, rect.width() + 2 * Space.S + Space.XS + _INSET)):
            place = QRect(rect.left(), rect.top() + Space.S + number * line, rect.width(), line)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _hint(self, index: _Index, width: int) -> list[str]:
        room = width - 2 * Space.S - Space.XS - _INSET
        return wrapped(index.data(_TEXT) or "", self._theme.font(Type.CAPTION), room, _HINT_LINES)


def _paint_picture(painter: QPainter, area: QRectF, picture: QImage, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if picture.isNull():
        painter.setBrush(theme.colour("surface_3"))
        painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        side = theme.px(Size.ICON_TEXT)
        drawn = icons.pixmap("presets", theme.colour("secondary").name(), side, painter.device().devicePixelRatioF())
        painter.drawPixmap(area.center() - QPointF(side / 2, side / 2), drawn)
        return
    scale = max(area.width() / picture.width(), area.height() / picture.height())
    left = area.x() + (area.width() - picture.width() * scale) / 2
    brush = QBrush(picture)
    brush.setTransform(QTransform.fromTranslate(left, area.y()).scale(scale, scale))
    painter.setBrush(brush)
    painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)


def wrapped(text: str, font: QFont, width: int, most: int) -> list[str]:
    """A text in lines of a width in pixels, at most so many; what has no room ends with three dots."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    lines: list[str] = []
    while text and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        rest = text[line.textStart() :]
        if len(lines) == most - 1:
            lines.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width))
            break
        lines.append(rest[: line.textLength()].rstrip())
    layout.endLayout()
    return lines
