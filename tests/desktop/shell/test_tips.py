"""Tooltips: below what they explain, wrapped, of the widget that has one, gone with the first key or press."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLabel, QListView, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.tips import Tips

# Of every window of this kind, when Qt draws without a screen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise")

LONG = "Opens the folder in which all pictures of this person lie, wherever that is, and shows the newest of them first"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(300, 300)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def tips(qapp: QApplication, window: QWidget) -> Tips:
    return Tips(Theme(qapp), window)


def point_at(tips: Tips, widget: QWidget, at: QPoint) -> bool:
    """Whether Qt's own tooltip is not wanted any more."""
    tips.watch(widget)
    event = QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at))
    return tips.eventFilter(widget, event)


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def test_a_tip_is_wrapped_below_its_button_and_ends_with_a_key(tips: Tips, window: QWidget, qtbot: QtBot) -> None:
    button = QPushButton("Folder", window)
    button.setToolTip(LONG)
    button.setGeometry(100, 40, 90, 32)
    button.show()
    assert point_at(tips, button, QPoint(5, 5))
    tip = tips.tip
    assert tip.isVisible()
    assert tip.text == LONG
    assert tip.width() <= 280
    assert tip.height() > 2 * tip.fontMetrics().height()
    assert tip.geometry().top() > on_screen(button).bottom()
    qtbot.keyClick(button, Qt.Key.Key_A)
    assert not tip.isVisible()
    assert point_at(tips, button, QPoint(5, 5))
    tips.watch(window)
    assert not tip.isVisible()


def test_without_room_below_it_is_above(tips: Tips, window: QWidget) -> None:
    button = QPushButton("Folder", window)
    button.setToolTip(LONG)
    button.setGeometry(100, 260, 90, 32)
    button.show()
    window.move(0, window.screen().availableGeometry().bottom() - 300)
    assert point_at(tips, button, QPoint(5, 5))
    assert tips.tip.geometry().bottom() < on_screen(button).top()


def test_who_has_none_says_that_of_what_it_lies_in(tips: Tips, window: QWidget) -> None:
    holder = QWidget(window)
    column = QVBoxLayout(holder)
    inside = QLabel("words")
    column.addWidget(inside)
    holder.show()
    # Nobody says anything: Qt may.
    assert not point_at(tips, inside, QPoint(2, 2))
    holder.setToolTip("All of it")
    assert point_at(tips, inside, QPoint(2, 2))
    assert tips.tip.text == "All of it"
    holder.setToolTip("")
    window.setToolTip("Never")
    assert not point_at(tips, inside, QPoint(2, 2))


def test_a_line_of_a_list_says_its_own(tips: Tips, window: QWidget) -> None:
    view = QListView(window)
    model = QStandardItemModel()
    for words in ("first", "second"):
        item = QStandardItem(words)
        item.setToolTip(f"The {words}")
        model.appendRow(item)
    view.setModel(model)
    view.resize(200, 200)
    view.show()
    second = view.visualRect(model.index(1, 0))
    assert point_at(tips, view.viewport(), second.center())
    assert tips.tip.text == "The second"
    assert tips.tip.geometry().top() > view.viewport().mapToGlobal(second.bottomLeft()).y()
    assert not point_at(tips, view.viewport(), QPoint(5, 190))


def test_a_widget_that_is_gone_is_listened_to_no_more(tips: Tips, window: QWidget, qtbot: QtBot) -> None:
    button = QPushButton(window)
    button.setToolTip("Soon gone")
    button.show()
    assert point_at(tips, button, QPoint(2, 2))
    with qtbot.waitSignal(button.destroyed):
        button.deleteLater()
    tips.watch(window)
    assert not tips.tip.isVisible()
    tips.close()
