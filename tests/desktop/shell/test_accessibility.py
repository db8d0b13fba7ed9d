"""Whatever takes the focus has a name and a tooltip, is reached by Tab, and is large enough to be hit."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fastface_core.errors import FastFaceError
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.canvas import Canvas
from tests.desktop.shell.test_queue_drawer import order


@pytest.fixture
def full(idle: Desktop) -> Desktop:
    """Everything of the shell is in view: page, queue with jobs, message, error."""
    idle.queue.add(order("first"))
    idle.queue.add(order("second"))
    idle.window.drawer.open_drawer()
    idle.window.toasts.show("Moved.", lambda: None)
    idle.window.show_error(FastFaceError("It did not work.", "Try again."))
    QApplication.processEvents()
    return idle


def focusable(window: QWidget) -> list[QWidget]:
    """What Tab can reach. The field inside of a spin box is that box, and a mere scroll area nothing of its own."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(widget, QLineEdit) and isinstance(widget.parent(), QAbstractSpinBox))
        and not (isinstance(widget.parent(), QAbstractScrollArea) and widget.objectName() == "qt_scrollarea_viewport")
        and not widget.objectName().startswith("qt_")
        and type(widget) is not QScrollArea
        and not (widget.parent() or widget).inherits("QComboBoxPrivateContainer")
    ]


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r} in {type(widget.parent()).__name__}"


def test_everything_that_takes_the_focus_has_a_name_and_a_tooltip(full: Desktop) -> None:
    widgets = focusable(full.window)
    assert len(widgets) > 20
    assert [described(widget) for widget in widgets if not widget.accessibleName()] == []
    # Pictures are not covered by words; their list says something of each.
    controls = [widget for widget in widgets if not isinstance(widget, (Canvas, Filmstrip))]
    assert [described(widget) for widget in controls if not widget.toolTip()] == []


def test_every_button_in_view_is_large_enough(full: Desktop) -> None:
    small = [
        f"{described(button)}: {button.width()} x {button.height()}"
        for button in full.window.findChildren(QAbstractButton)
        if button.isVisible()
        and (button.height() < Size.HIT or button.width() < Size.HIT)
        # A line of text that is a link may be as high as its line.
        and button.property("kind") not in ("status",)
    ]
    assert small == []


def test_tab_walks_through_the_whole_window_and_comes_back(idle: Desktop, qtbot: QtBot) -> None:
    window = idle.window
    window.activateWindow()
    start = window.rail.buttons["create"]
    start.setFocus()
    walked: list[QWidget] = []
    for _ in range(200):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        focused = window.focusWidget()
        if focused is start:
            break
        walked.append(focused)
    assert window.focusWidget() is start
    assert window.menu_button in walked
    assert window.status.queue_button in walked
    assert any(window.page.isAncestorOf(widget) for widget in walked)
    # Nothing is met that is not in view: a closed drawer keeps its buttons to itself.
    assert all(widget.isVisible() for widget in walked)


def test_the_focus_is_seen(idle: Desktop, qtbot: QtBot) -> None:
    """One ring is around what keys act on: from the first key on, and no more once the mouse is used."""
    window = idle.window
    window.activateWindow()
    start, ring = window.rail.buttons["create"], window.ring
    start.setFocus()
    qtbot.keyClick(start, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: ring.target is window.focusWidget())
    target = window.focusWidget()
    assert target is not None
    around = ring.geometry()
    assert around.contains(QRect(target.mapTo(window.body, QPoint(0, 0)), target.size()))
    qtbot.mouseClick(window.status.queue_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ring.target is None)
