"""Tab goes through a page as it is read, also where parts of it were built again."""

import itertools
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def reading_order(holder: QWidget) -> list[QWidget]:
    """What Tab can reach below a widget, in the order of its layouts."""
    return [widget for widget in _below(holder) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]


def set_tab_order(widgets: list[QWidget]) -> None:
    for before, after in itertools.pairwise(widgets):
        QWidget.setTabOrder(before, after)


def _below(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    if isinstance(widget, QScrollArea):
        if (inside := widget.widget()) is not None:
            yield from _below(inside)
    elif (layout := widget.layout()) is not None:
        yield from _in(layout)


def _in(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield from _below(widget)
        elif (inside := item.layout()) is not None:
            yield from _in(inside)
