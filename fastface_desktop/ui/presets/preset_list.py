"""The list of presets: the built-in ones and the user's own, each with what it is for."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fastface_desktop.state.presets.editor import PresetEditor
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_NAME = Qt.ItemDataRole.UserRole
_TEXT = Qt.ItemDataRole.UserRole + 1
_MARK = Qt.ItemDataRole.UserRole + 2
_HEADER = Qt.ItemDataRole.UserRole + 3
_TITLE_LINES, _TEXT_LINES = 2, 3
_INSET = 3
"""Pixels around what marks the chosen row."""
_Index = QModelIndex | QPersistentModelIndex


class PresetList(QListWidget):
    chosen = Signal(str)
    delete_wanted = Signal()

    def __init__(self, presets: Presets, editor: PresetEditor, theme: Theme) -> None:
        super().__init__()
        self._presets, self._editor, self._theme = presets, editor, theme
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
        theme.changed.connect(self.scheduleDelayedItemsLayout)
        self.show_presets()

    def names(self) -> list[str]:
        """From the top."""
        found = [self.item(row).data(_NAME) for row in range(self.count())]
        return [name for name in found if name]

    def show_presets(self) -> None:
        """Everything anew; there are never many."""
        built_in = self._presets.built_in().items()
        rows: list[tuple[str, str, str, str]] = [("", self.tr("Built in"), "", "")]
        rows += [(name, translated(one.title), translated(one.description), "") for name, one in built_in]
        rows.append(("", self.tr("Your own"), "", ""))
        own = list(self._presets.own().items())
        rows += [(name, one.title, one.description, "own") for name, one in own]
        if not own:
            rows.append(("", "", self.tr("Make a copy of one, or drop a file here."), "hint"))
        marks = [(self._marks(name), name == self._editor.name) for name, *_ in rows]
        if (rows, marks) == self._shown:
            return
        self._shown = rows, marks
        self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for row, (name, title, text, _) in enumerate(rows):
            self._fill(self.item(row), name, title, text)
            if name == self._editor.name:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def _fill(self, item: QListWidgetItem, name: str, title: str, text: str) -> None:
        marks = self._marks(name)
        item.setText(title)
        item.setData(_NAME, name)
        item.setData(_TEXT, text)
        item.setData(_MARK, " · ".join(marks))
        item.setData(_HEADER, not name)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(word for word in (title, *marks, text) if word))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if name else Qt.ItemFlag.NoItemFlags)

    def _marks(self, name: str) -> list[str]:
        """What holds of a preset, in words."""
        marks: list[str] = []
        if name and self._editor.draft_of(name) is not None:
            marks.append(self.tr("not saved"))
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
    """A title, what it is for, and what holds of it; what has no room ends with three dots."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index, /) -> QSize:
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListWidget) else 200
        *_, bottom = self._layout(QRect(_INSET, 0, width - 2 * _INSET, 0), index)
        return QSize(width, bottom)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, /) -> None:
        theme = self._theme
        header = bool(index.data(_HEADER))
        rect = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected) and not header
        over = bool(state & QStyle.StateFlag.State_MouseOver) and not header
        if selected or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_3" if selected else "surface_2"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), Radius.CONTROL, Radius.CONTROL)
        lines, _ = self._layout(rect, index)
        for place, text, font, colour in lines:
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _layout(self, rect: QRect, index: _Index) -> tuple[list[tuple[QRect, str, QFont, str]], int]:
        """Each line with its place, font and colour; and where they end."""
        theme = self._theme
        header = bool(index.data(_HEADER))
        small = theme.font(Type.CAPTION)
        strong = theme.font(Type.CAPTION if header else Type.BODY, Type.STRONG)
        left, width = rect.left() + Space.S, rect.width() - 2 * Space.S
        top = rect.top() + (Space.M if header and index.row() else Space.S)
        found: list[tuple[QRect, str, QFont, str]] = []
        for words, font, colour, most in (
            (index.data(), strong, "secondary" if header else "text", _TITLE_LINES),
            (index.data(_TEXT), small, "secondary", _TEXT_LINES),
            (index.data(_MARK), small, "link", _TITLE_LINES),
        ):
            height = QFontMetrics(font).lineSpacing()
            for line in wrapped(words or "", font, width, most):
                found.append((QRect(left, top, width, height), line, font, colour))
                top += height
        return found, top + Space.S - rect.top()


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
