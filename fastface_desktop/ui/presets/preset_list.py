"""The list of presets: the built-in ones and the user's own, each with what it is for."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fastface_desktop.state.preset_editor import PresetEditor
from fastface_desktop.state.presets import Presets
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_NAME = Qt.ItemDataRole.UserRole
_TEXT = Qt.ItemDataRole.UserRole + 1
_MARK = Qt.ItemDataRole.UserRole + 2
_HEADER = Qt.ItemDataRole.UserRole + 3
_MOST_LINES = 3
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
    """A title, what it is for in up to three lines, and what holds of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index, /) -> QSize:
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListWidget) else 200
        return QSize(width, self._layout(QRect(3, 0, width - 6, 10000), index)[-1].bottom() + Space.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, /) -> None:
        theme = self._theme
        header = bool(index.data(_HEADER))
        rect = option.rect.adjusted(3, 0, -3, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected) and not header
        over = bool(state & QStyle.StateFlag.State_MouseOver) and not header
        if selected or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_3" if selected else "surface_2"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), Radius.CONTROL, Radius.CONTROL)
        title, text, mark = self._layout(rect, index)
        if header:
            painter.setFont(theme.font(Type.CAPTION, Type.STRONG))
            painter.setPen(theme.colour("secondary"))
            painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, index.data())
        else:
            painter.setFont(theme.font(Type.BODY, Type.STRONG))
            painter.setPen(theme.colour("text"))
            elided = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, title.width())
            painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(theme.font(Type.CAPTION))
        painter.setPen(theme.colour("secondary"))
        painter.drawText(text, _WRAPPED, index.data(_TEXT) or "")
        if index.data(_MARK):
            painter.setPen(theme.colour("link"))
            painter.drawText(mark, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, index.data(_MARK))
        painter.restore()

    def _layout(self, rect: QRect, index: _Index) -> tuple[QRect, QRect, QRect]:
        """Where title, text and mark go."""
        theme = self._theme
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        strong, small = QFontMetrics(theme.font(Type.BODY, Type.STRONG)), QFontMetrics(theme.font(Type.CAPTION))
        title_height = strong.height() if index.data() else 0
        top = inner.top() + (Space.M if index.data(_HEADER) and index.row() else Space.S)
        title = QRect(inner.left(), top, inner.width(), title_height)
        text_height = 0
        if words := index.data(_TEXT):
            bounds = small.boundingRect(QRect(0, 0, inner.width(), 10000), _WRAPPED, words)
            text_height = min(bounds.height(), small.lineSpacing() * _MOST_LINES)
        text = QRect(inner.left(), title.bottom() + 1, inner.width(), text_height)
        mark_height = small.height() if index.data(_MARK) else 0
        mark = QRect(inner.left(), text.bottom() + 1, inner.width(), mark_height)
        return title, text, mark


_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
