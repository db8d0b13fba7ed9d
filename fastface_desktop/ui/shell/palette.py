"""The command palette: every action and page, found by a few letters, done with Enter."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fastface_desktop.ui.shell.actions import Actions
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.basic import label

_ROWS = 9
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Attributes:
        place: the page it belongs to.
        why_not: why it cannot be done now; empty where it can.
    """

    id: str
    title: str
    place: str
    keys: str
    why_not: str


def score(wanted: str, text: str) -> float | None:
    """How well `text` fits what was typed, the larger the better; None where it does not.

    The letters have to come in this order. Those at the beginning of words and those that stand together count more.
    """
    letters = [letter for letter in _plain(wanted) if not letter.isspace()]
    found = _plain(text)
    if not letters:
        return 0.0
    best: float | None = None
    for start, letter in enumerate(found):
        if letter == letters[0] and (one := _from(letters, found, start)) is not None:
            best = one if best is None else max(best, one)
    # What is written just so comes before what merely has the letters.
    return best + len(letters) if best is not None and _plain(wanted).strip() in found else best


def _from(letters: list[str], text: str, start: int) -> float | None:
    total, place, before = 0.0, start, start - 2
    for letter in letters:
        place = text.find(letter, place)
        if place < 0:
            return None
        begins = place == 0 or not text[place - 1].isalnum()
        total += 1.0 + (2.0 if begins else 0.0) + (1.5 if place == before + 1 else 0.0)
        before, place = place, place + 1
    return total - 0.01 * len(text) - 0.02 * start


def _plain(text: str) -> str:
    """Without case and accents, so that "uber" finds what begins with an umlaut."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))


class Role(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole + 1


class _Entries(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def put(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        match role:
            case Role.ENTRY:
                return entry
            case Qt.ItemDataRole.DisplayRole:
                return entry.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (entry.title, entry.place, entry.keys, entry.why_not)))
            case _:
                return None


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(Size.CONTROL + Space.XS))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(Role.ENTRY)
        assert isinstance(entry, Entry)
        theme, rect = self._theme, QRect(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QApplication.style().StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_3"))
            painter.drawRoundedRect(rect, Radius.CONTROL, Radius.CONTROL)
        rect.adjust(Space.M, 0, -Space.M, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(Type.CAPTION))
        painter.setPen(theme.colour("secondary"))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, entry.keys)
        keys = painter.fontMetrics().horizontalAdvance(entry.keys)
        rest = rect.adjusted(0, 0, -(keys + Space.M if keys else 0), 0)
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("secondary" if entry.why_not else "text"))
        title = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignLeft, title)
        rest.setLeft(rest.left() + painter.fontMetrics().horizontalAdvance(title) + Space.M)
        painter.setFont(theme.font(Type.CAPTION))
        painter.setPen(theme.colour("secondary"))
        more = entry.why_not or entry.place
        more = painter.fontMetrics().elidedText(more, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignLeft, more)
        painter.restore()


class Palette(QFrame):
    """Lies over the top of `host`. Escape, or a click beside it, closes it."""

    def __init__(self, actions: Actions, run: Callable[[str], None], theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._actions, self._run, self._theme, self._host = actions, run, theme, host
        self._focus_before: QWidget | None = None
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Find an action"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Find an action"))
        self.field.setToolTip(self.tr("A few letters are enough; arrow keys choose, Enter does it"))
        self.field.textEdited.connect(self._filter)
        self.field.installEventFilter(self)
        self._entries = _Entries()
        self.list = QListView()
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_Painter(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Actions"))
        self.list.clicked.connect(self._take)
        self.nothing = label(self.tr("Nothing is called that."), "secondary")
        self.nothing.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(Space.XXL)
        shadow.setOffset(0, Space.S)
        colour = theme.colour("scrim")
        colour.setAlpha(120)
        shadow.setColor(colour)
        self.setGraphicsEffect(shadow)
        host.installEventFilter(self)
        self.hide()

    def entries(self) -> list[Entry]:
        """As shown."""
        return list(self._entries.entries)

    @property
    def chosen(self) -> Entry | None:
        index = self.list.currentIndex()
        return self._entries.entries[index.row()] if index.isValid() else None

    def toggle(self) -> None:
        if self.isVisible():
            self.close_palette()
        else:
            self.open_palette()

    def open_palette(self) -> None:
        """What was typed before is gone; all actions are listed."""
        self._focus_before = self.window().focusWidget()
        self.field.clear()
        self.show()
        self.raise_()
        self._filter("")
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        had_focus = self.field.hasFocus()
        self.hide()
        if had_focus and self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self, wanted: str) -> None:
        found: list[tuple[float, Entry]] = []
        for action in self._actions.all():
            if action.fixed or action.id == "window.palette":
                continue
            title, place = self._actions.title(action), self._actions.scope_title(action)
            fits = max(
                (fit for text in (title, f"{place} {title}") if (fit := score(wanted, text)) is not None), default=None
            )
            if fits is not None:
                keys, why_not = self._actions.shown_keys(action.id), self._actions.why_not(action.id)
                # What cannot be done comes after what can and fits as well.
                found.append((fits - (0.5 if why_not else 0.0), Entry(action.id, title, place, keys, why_not)))
        if wanted.strip():
            found.sort(key=lambda pair: -pair[0])
        self._entries.put([entry for _, entry in found])
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self._entries.index(0))
        self._fit()

    def _fit(self) -> None:
        width = min(self._theme.px(Size.COLUMN), self._host.width() - 2 * Space.L)
        rows = min(max(len(self._entries.entries), 1), _ROWS)
        self.list.setFixedHeight(rows * self._theme.px(Size.CONTROL + Space.XS))
        self.setFixedWidth(width)
        self.adjustSize()
        self.setMaximumHeight(self._host.height() - 2 * Space.L)
        self.move((self._host.width() - width) // 2, min(self._theme.px(Size.CONTROL) * 2, self._host.height() // 8))

    def _walk(self, steps: int) -> None:
        if count := self._entries.rowCount():
            row = self.list.currentIndex().row()
            row = (row + steps) % count if abs(steps) == 1 else min(max(row + steps, 0), count - 1)
            self.list.setCurrentIndex(self._entries.index(row))

    def _take(self, _: object = None) -> None:
        entry = self.chosen
        if entry is not None and not entry.why_not:
            self.close_palette()
            self._run(entry.id)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self._host:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._fit()
            return False
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and self.window().isActiveWindow():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        key = Qt.Key(event.key())
        if key in steps:
            if pressed:
                self._walk(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if pressed:
                self._take()
        elif key == Qt.Key.Key_Escape:
            if pressed:
                self.close_palette()
        else:
            return False
        # The page's own shortcuts wait until the palette is closed.
        event.accept()
        return True
