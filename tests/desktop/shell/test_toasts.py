"""Short messages: at the right place, with Undo, and gone by themselves unless somebody is about to use them."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fastface_desktop.app import Desktop
from fastface_desktop.ui.theme.tokens import Motion, Space


def test_there_is_one_at_a_time_at_the_lower_right_above_the_status_bar(idle: Desktop) -> None:
    toasts, window = idle.window.toasts, idle.window
    for text in ("one", "two"):
        toasts.show(text)
    (shown,) = toasts.shown()
    assert (shown.text, shown.accessibleName()) == ("two", "two")
    assert shown.geometry().right() == window.body.width() - Space.L - 1
    assert shown.geometry().bottom() <= window.status.y()


def test_what_is_seen_where_it_was_done_covers_nothing_and_can_be_taken_back(idle: Desktop) -> None:
    done: list[str] = []
    toasts = idle.window.toasts
    toasts.show("Moved.", lambda: done.append("moved"))
    toasts.keep("4 stars.", lambda: done.append("four"))
    toasts.keep("5 stars.", lambda: done.append("five"))
    assert [toast.text for toast in toasts.shown()] == ["Moved."]
    while toasts.can_undo:
        toasts.undo_last()
    assert done == ["five", "four", "moved"]
    assert toasts.shown() == []


def test_a_click_on_its_words_makes_room_for_the_button_below(idle: Desktop, qtbot: QtBot) -> None:
    toasts = idle.window.toasts
    shown = toasts.show("Moved.", lambda: None)
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(Space.S, shown.height() // 2))
    assert toasts.shown() == []
    # What it told of can still be taken back.
    assert toasts.can_undo


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
