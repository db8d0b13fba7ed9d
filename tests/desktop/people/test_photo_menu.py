"""The menu of a photo: what its details offer, reached by the right button or the menu key."""

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fastface_desktop.state.people.people import PhotoInfo
from fastface_desktop.ui.people.photo_card import PhotoCard
from fastface_desktop.ui.people.photo_menu import PhotoMenu
from fastface_desktop.ui.theme.theme import Theme

PHOTO = PhotoInfo("ab" * 32, 1, 1, "good", (), (), True, False, None, 1.0, None, QImage())


def entries(menu: PhotoMenu) -> dict[str, bool]:
    """Each with whether it is chosen."""
    return {action.text(): action.isChecked() for action in menu.actions() if action.text()}


def test_it_offers_what_the_details_do(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    menu = PhotoMenu(PHOTO, cover=False, parent=holder)
    assert entries(menu) == {
        "Details": False,
        "Make it the cover": False,
        "Used where the verdict is good": True,
        "Use": False,
        "Do not use": False,
        "Remove": False,
    }
    used: list[object] = []
    menu.use_chosen.connect(lambda value: used.append(value))
    actions = {action.text(): action for action in menu.actions()}
    actions["Do not use"].trigger()
    actions["Used where the verdict is good"].trigger()
    assert used == [False, None]
    for text, signal in (("Details", menu.details_wanted), ("Remove", menu.remove_wanted)):
        with qtbot.waitSignal(signal):
            actions[text].trigger()
    by_hand = PhotoMenu(replace(PHOTO, by_hand=True, counts=False), cover=True, parent=holder)
    assert entries(by_hand)["Do not use"]
    assert "It is the cover" in entries(by_hand)
    assert not by_hand.cover.isEnabled()


def test_the_right_button_and_the_menu_key_ask_for_it(qapp: QApplication, qtbot: QtBot) -> None:
    card = PhotoCard(Theme(qapp, "dark"))
    qtbot.addWidget(card)
    card.resize(160, 200)
    reason = QContextMenuEvent.Reason
    for why, at in ((reason.Mouse, QPoint(7, 9)), (reason.Keyboard, QPoint(0, 0))):
        with qtbot.waitSignal(card.menu_wanted) as asked:
            QApplication.sendEvent(card, QContextMenuEvent(why, at, card.mapToGlobal(at)))
        wanted = card.mapToGlobal(card.rect().center()) if why == reason.Keyboard else card.mapToGlobal(at)
        assert asked.args == [wanted]
