"""The command palette: every action and page, and whatever else the window has, found by a few letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from fastface_desktop.state.debounce import Debounce
from fastface_desktop.ui.shell.actions import Actions
from fastface_desktop.ui.shell.matching import plain, score
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.layout import column

_ROWS = 9
_DEBOUNCE = 120
"""Milliseconds after the last letter until pictures are searched."""
_SHORTEST = 2
"""Letters that are needed for anything but actions."""
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Attributes:
        place: the page it belongs to.
        why_not: why it cannot be done now; empty where it can.
        go: brings what is no action into view.
    """

    id: str
    title: str
    place: str
    keys: str
    why_not: str
    go: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What can be found besides actions: a setting, a person, an album, a picture.

    Attributes:
        place: what it is.
        go: brings it into view.
        words: more that it is found by, and that is not shown.
        why_not: why it cannot be gone to now.
    """

    title: str
    place: str
    go: Callable[[], object]
    words: str = ""
    why_not: str = ""


class Finder(Protocol):
    """Knows what there is besides actions."""

    def items(self) -> Sequence[Item]:
        """Everything that is at hand."""
        ...

    def search(self, text: str, then: Callable[[Sequence[Item]], None]) -> None:
        """What has to be looked for: `then` gets it in the order in which it is to be shown."""
        ...


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


def _same(one: Entry, other: Entry) -> bool:
    return (one.id, one.title, one.place) == (other.id, other.title, other.place)


def _entry(item: Item) -> Entry:
    return Entry("", item.title, item.place, "", item.why_not, item.go)


class Palette(QFrame):
    """Lies over the top of `host`. Escape, or a click beside it, closes it."""

    def __init__(self, actions: Actions, run: Callable[[str], None], theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._actions, self._run, self._theme, self._host = actions, run, theme, host
        self._focus_before: QWidget | None = None
        self.finder: Finder | None = None
        self._looked_for: tuple[str, Sequence[Item]] = ("", ())
        self._debounce = Debounce(_DEBOUNCE, self._look, self)
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Find an action"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("An action, a setting, a person, an album, a picture…"))
        self.field.setAccessibleName(self.tr("Find an action"))
        self.field.setToolTip(self.tr("A few letters are enough; arrow keys choose, Enter does it"))
        self.field.textEdited.connect(self._typed)
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
        self.list.clicked.connect(self.take)
        self.nothing = label(self.tr("Nothing is called that."), "secondary")
        self.nothing.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column(self.field, self.list, self.nothing, margins=(Space.M, Space.M, Space.M, Space.M), gap=Space.S, of=self)
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
        self.filter("")
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        had_focus = self.field.hasFocus()
        self.hide()
        if had_focus and self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _typed(self, wanted: str) -> None:
        self.filter(wanted)
        self._debounce.start()

    def _look(self) -> None:
        wanted = self.field.text().strip()
        if self.finder is not None and len(wanted) >= _SHORTEST:
            self.finder.search(wanted, partial(self._take_found, wanted))

    def _take_found(self, wanted: str, items: Sequence[Item]) -> None:
        if isValid(self) and self.isVisible() and wanted == self.field.text().strip():
            self._looked_for = wanted, items
            self.refresh()

    def refresh(self) -> None:
        """More can be found than when the last letter was typed."""
        if not self.isVisible():
            return
        chosen = self.chosen
        self.filter(self.field.text())
        # Nobody's choice moves on because more was found.
        place = next(
            (at for at, entry in enumerate(self._entries.entries) if chosen is not None and _same(entry, chosen)), None
        )
        if place is not None:
            self.list.setCurrentIndex(self._entries.index(place))

    def filter(self, wanted: str) -> None:
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
                found.append((fits, Entry(action.id, title, place, keys, why_not)))
        if wanted.strip():
            found += self._others(wanted)
            found.sort(key=lambda pair: -pair[0])
        # What cannot be done now comes last, whatever it is called.
        found.sort(key=lambda pair: bool(pair[1].why_not))
        entries = [entry for _, entry in found]
        if self._looked_for[0] == wanted.strip():
            entries += [_entry(item) for item in self._looked_for[1]]
            entries.sort(key=lambda entry: bool(entry.why_not))
        self._entries.put(entries)
        found_any = bool(entries)
        self.list.setVisible(found_any)
        self.nothing.setVisible(not found_any)
        if found_any:
            self.list.setCurrentIndex(self._entries.index(0))
        self._fit()

    def _others(self, wanted: str) -> list[tuple[float, Entry]]:
        if self.finder is None or len(wanted.strip()) < _SHORTEST:
            return []
        found: list[tuple[float, Entry]] = []
        for item in self.finder.items():
            texts = (item.title, f"{item.place} {item.title}")
            fits = max((fit for text in texts if (fit := score(wanted, text)) is not None), default=None)
            # Long texts have nearly all letters somewhere: what is not shown has to say it just so.
            words = plain(wanted).split()
            if fits is None and item.words and all(word in plain(item.words) for word in words):
                fits = 0.0
            if fits is not None:
                found.append((fits, _entry(item)))
        return found

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

    def take(self, _: object = None) -> None:
        entry = self.chosen
        if entry is not None and not entry.why_not:
            self.close_palette()
            if entry.go is not None:
                entry.go()
            else:
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
                self.take()
        elif key == Qt.Key.Key_Escape:
            if pressed:
                self.close_palette()
        else:
            return False
        # The page's own shortcuts wait until the palette is closed.
        event.accept()
        return True
