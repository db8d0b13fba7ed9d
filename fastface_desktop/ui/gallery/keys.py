"""Keys that count while a list or a picture has the focus: in a text, letters are text."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def key(keys: str, act: Callable[[], object], widget: QWidget, *, children: bool = False) -> None:
    """`act` is done while `widget` has the focus; with `children` also while something in it has."""
    shortcut = QShortcut(QKeySequence(keys), widget)
    context = Qt.ShortcutContext
    shortcut.setContext(context.WidgetWithChildrenShortcut if children else context.WidgetShortcut)
    shortcut.activated.connect(act)
