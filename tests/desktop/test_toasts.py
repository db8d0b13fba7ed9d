"""Short messages: at the right place, with Undo, and gone by themselves unless somebody is about to use them."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fastface_desktop.app import Desktop
from fastface_desktop.ui.theme.tokens import Motion


def test_it_stands_above_the_status_bar_and_the_newest_lowest(idle: Desktop) -> None:
    toasts, window = idle.window.toasts, idle.window
    texts = ["one", "two", "three", "four"]
    for text in texts:
        toasts.show(text)
    shown = toasts.shown()
    # The oldest one made room.
    assert [toast.text for toast in shown] == texts[1:]
    bottoms = [toast.geometry().bottom() for toast in shown]
    assert bottoms == sorted(bottoms)
    assert all(toast.accessibleName() == toast.text for toast in shown)
    assert bottoms[-1] <= window.status.y() + Motion.SLOW  # while it rises


def test_undo_is_called_once_by_button_and_by_key(idle: Desktop, qtbot: QtBot) -> None:
    done: list[str] = []
    first = idle.window.toasts.show("Moved.", lambda: done.append("button"))
    assert first.undo_button is not None
    qtbot.mouseClick(first.undo_button, Qt.MouseButton.LeftButton)
    assert done == ["button"]
    assert idle.window.toasts.shown() == []
    idle.window.toasts.show("Moved again.", lambda: done.append("key"))
    idle.window.toasts.show("Said.")
    idle.window.rail.buttons["create"].setFocus()
    qtbot.keyClick(idle.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["button", "key"]
    assert not idle.window.toasts.undo_last()


def test_in_a_text_field_the_key_takes_back_what_was_typed(idle: Desktop, qtbot: QtBot) -> None:
    done: list[str] = []
    idle.window.toasts.show("Moved.", lambda: done.append("undone"))
    field = QPlainTextEdit(idle.window.page)
    field.show()
    field.setFocus()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.toPlainText() == ""
    assert done == []


def test_it_goes_by_itself_but_not_while_focus_or_pointer_are_on_it(idle: Desktop, qtbot: QtBot) -> None:
    toast = idle.window.toasts.show("Moved.", lambda: None)
    assert toast.life.interval() == Motion.TOAST
    toast.close_button.setFocus()
    toast.life.setInterval(1)
    toast.life.start()
    with qtbot.waitSignal(toast.life.timeout):
        pass
    assert toast.isVisible()
    idle.window.rail.buttons["create"].setFocus()
    QCursor.setPos(toast.mapToGlobal(toast.rect().center()))
    toast.life.start(1)
    with qtbot.waitSignal(toast.life.timeout):
        pass
    assert toast.isVisible()
    QCursor.setPos(idle.window.mapToGlobal(QPoint(2, 2)))
    toast.life.start(1)
    with qtbot.waitSignal(toast.destroyed):
        pass
    assert idle.window.toasts.shown() == []
