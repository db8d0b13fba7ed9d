"""The list of actions, and what it feeds: shortcuts and their editor, tooltips, the palette."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.settings import read_settings
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.preferences.page import PreferencesPage
from fastface_desktop.ui.preferences.shortcuts import Shortcuts
from fastface_desktop.ui.shell.action_list import ACTIONS
from fastface_desktop.ui.shell.actions import Refusal
from fastface_desktop.ui.shell.matching import score
from fastface_desktop.ui.shell.palette import Palette

CTRL = Qt.KeyboardModifier.ControlModifier


def opened(desktop: Desktop, qtbot: QtBot) -> Palette:
    qtbot.keyClick(desktop.window, Qt.Key.Key_K, CTRL)
    palette = desktop.window.palette_box
    assert palette.isVisible()
    return palette


def shortcuts(desktop: Desktop) -> Shortcuts:
    desktop.window.show_page("preferences")
    page = desktop.window.page
    assert isinstance(page, PreferencesPage)
    page.show_section("shortcuts")
    found = page.sections["shortcuts"]
    assert isinstance(found, Shortcuts)
    return found


# ---- The list


def test_the_usual_keys_never_meet(idle: Desktop) -> None:
    """No two actions that count at the same time have a key in common, and all keys are keys."""
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    for action in idle.actions.all():
        for key in action.keys:
            assert QKeySequence(key).count() == 1, action
            if action.fixed or key == "Escape":
                continue
            # Keys without Ctrl or Alt are left to what has the focus, and are nobody else's either.
            others = idle.actions.meeting(action.id, key)
            assert others == [], (action, key)


def test_every_action_of_a_page_is_done_by_it(idle: Desktop) -> None:
    """What is listed and can be chosen is offered, once its page is there."""
    for name in idle.window.pages:
        assert idle.window.pages[name] is not None
    assert [one.id for one in idle.actions.all() if not one.fixed and not idle.actions.offered(one.id)] == []


def test_a_shortcut_counts_where_its_page_is_in_view(
    idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(CreatePage, "choose_files", lambda self: asked.append(1))
    idle.window.retranslate(idle.pages.entries())
    idle.window.show_page("create")
    qtbot.keyClick(idle.window, Qt.Key.Key_O, CTRL)
    assert len(asked) == 1
    idle.window.show_page("preferences")
    qtbot.keyClick(idle.window, Qt.Key.Key_O, CTRL)
    assert len(asked) == 1


# ---- The palette


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("gal", "Gallery", "Small global queue"),
        ("mtp", "Make the pictures", "Empty the trash"),
        ("pict", "Make the pictures", "Stop it, cut"),
        ("make the pictures", "Make the pictures", "Make the chosen picture again with another seed"),
        ("que", "Show or hide the queue", "Quit the programme"),
    ],
)
def test_what_fits_better_comes_first(typed: str, better: str, worse: str) -> None:
    one, other = score(typed, better), score(typed, worse)
    assert one is not None
    assert other is None or one > other


def test_letters_that_are_not_there_do_not_fit() -> None:
    assert score("xyz", "Make the pictures") is None
    assert score("seriutcip", "pictures") is None
    assert score("", "anything") == 0.0
    assert score("ubersicht", "Übersicht") is not None


def test_it_goes_to_a_page(idle: Desktop, qtbot: QtBot) -> None:
    palette = opened(idle, qtbot)
    assert palette.field.hasFocus()
    titles = [entry.title for entry in palette.entries()]
    assert {"Create", "Gallery", "People", "Presets", "Models", "Settings", "Help", "Make the pictures"} <= set(titles)
    assert titles[0] == "Create"
    assert next(entry for entry in palette.entries() if entry.title == "Help").keys == "F1"
    qtbot.keyClicks(palette.field, "models")
    assert palette.chosen is not None
    assert palette.chosen.id == "page.models"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert idle.window.pages.name_of(idle.window.page) == "models"


def test_arrows_walk_and_escape_brings_back(idle: Desktop, qtbot: QtBot) -> None:
    idle.window.show_page("create")
    button = idle.window.status.queue_button
    button.setFocus()
    palette = opened(idle, qtbot)
    first = palette.chosen
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.chosen == palette.entries()[1] != first
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.chosen == palette.entries()[-1]
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert button.hasFocus()
    # The same key opens and closes.
    opened(idle, qtbot)
    qtbot.keyClick(palette.field, Qt.Key.Key_K, CTRL)
    assert not palette.isVisible()


def test_what_cannot_be_done_says_why_and_is_not_done(idle: Desktop, qtbot: QtBot) -> None:
    idle.window.show_page("create")
    palette = opened(idle, qtbot)
    qtbot.keyClicks(palette.field, "stop what is")
    # Whatever else is called like that comes before.
    last = palette.entries()[-1]
    assert (last.id, last.why_not) == ("create.cancel", "Nothing is being made")
    palette.list.setCurrentIndex(palette.list.model().index(len(palette.entries()) - 1, 0))
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_an_action_of_another_page_is_done_there(idle: Desktop, qtbot: QtBot) -> None:
    idle.window.show_page("preferences")
    palette = opened(idle, qtbot)
    qtbot.keyClicks(palette.field, "make the pictures")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert idle.window.pages.name_of(idle.window.page) == "create"
    page = idle.window.page
    assert isinstance(page, CreatePage)
    # Without a photo it says so, as the button does.
    assert page.person.error.isVisible()


def test_nothing_found_is_said(idle: Desktop, qtbot: QtBot) -> None:
    palette = opened(idle, qtbot)
    qtbot.keyClicks(palette.field, "qqqqzzzz")
    assert palette.entries() == []
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    for _ in range(8):
        qtbot.keyClick(palette.field, Qt.Key.Key_Backspace)
    assert palette.entries()
    assert not palette.nothing.isVisible()


def test_it_closes_when_something_else_is_used(idle: Desktop, qtbot: QtBot) -> None:
    palette = opened(idle, qtbot)
    idle.window.rail.buttons["create"].setFocus(Qt.FocusReason.MouseFocusReason)
    assert not palette.isVisible()


def test_it_is_read_aloud(idle: Desktop, qtbot: QtBot) -> None:
    palette = opened(idle, qtbot)
    spoken = palette.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Create, Page, Ctrl+1"


# ---- Tooltips


def test_a_tooltip_ends_with_the_keys_of_now(idle: Desktop) -> None:
    button = idle.window.status.queue_button
    assert button.toolTip() == "Show the queue (Ctrl+J)"
    idle.actions.set_key("window.queue", "Ctrl+Alt+J")
    assert button.toolTip() == "Show the queue (Ctrl+Alt+J)"
    idle.actions.set_key("window.queue", "")
    assert button.toolTip() == "Show the queue"
    idle.actions.put_back("window.queue")
    assert button.toolTip() == "Show the queue (Ctrl+J)"


def test_no_tooltip_says_keys_twice(idle: Desktop) -> None:
    from PySide6.QtWidgets import QWidget

    for name in idle.window.pages:
        page = idle.window.pages[name]
        twice = [one.toolTip() for one in page.findChildren(QWidget) if one.toolTip().count("(Ctrl+") > 1]
        assert twice == []


# ---- The editor


def test_new_keys_count_at_once_and_are_kept(idle: Desktop, qtbot: QtBot) -> None:
    editor = shortcuts(idle)
    row = editor.rows["window.queue"]
    assert row.field.text() == "Ctrl+J"
    row.field.setFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_G, CTRL | Qt.KeyboardModifier.AltModifier)
    assert row.field.text() == "Ctrl+Alt+G"
    assert row.usual.isVisible()
    qtbot.keyClick(idle.window, Qt.Key.Key_G, CTRL | Qt.KeyboardModifier.AltModifier)
    assert idle.window.drawer.open
    idle.window.drawer.close_drawer()
    qtbot.keyClick(idle.window, Qt.Key.Key_J, CTRL)
    assert not idle.window.drawer.open
    idle.saver.flush()
    assert read_settings().shortcuts == {"window.queue": ("Ctrl+Alt+G",)}
    idle.window.toasts.undo_last()
    assert row.field.text() == "Ctrl+J"
    assert idle.settings.values.shortcuts == {}


def test_keys_that_are_taken_are_said_and_not_given(idle: Desktop, qtbot: QtBot) -> None:
    editor = shortcuts(idle)
    row = editor.rows["create.generate"]
    qtbot.keyClick(row.field, Qt.Key.Key_J, CTRL)
    assert row.problem.text() == "Ctrl+J is already used for: Show or hide the queue."
    assert row.problem.isVisible()
    assert idle.settings.values.shortcuts == {}
    # Keys of a picture that has the focus are keys as well.
    qtbot.keyClick(row.field, Qt.Key.Key_C, CTRL)
    assert "Copy the picture" in row.problem.text()
    for key in (Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_Left):
        qtbot.keyClick(row.field, key)
        assert "for writing" in row.problem.text()
    qtbot.keyClick(row.field, Qt.Key.Key_F9)
    assert not row.problem.isVisible()
    assert idle.settings.values.shortcuts == {"create.generate": ("F9",)}


def test_the_keys_of_two_pages_may_be_the_same(idle: Desktop) -> None:
    idle.actions.set_key("create.generate", "Ctrl+Alt+M")
    other = next(one for one in ACTIONS if one.scope == "gallery" and not one.fixed)
    idle.actions.set_key(other.id, "Ctrl+Alt+M")
    assert idle.actions.keys(other.id) == ("Ctrl+Alt+M",)
    with pytest.raises(Refusal, match=re.escape("Make the pictures")):
        idle.actions.set_key("window.queue", "Ctrl+Alt+M")


def test_escape_leaves_a_key_as_it_is_and_backspace_empties_it(idle: Desktop, qtbot: QtBot) -> None:
    editor = shortcuts(idle)
    row = editor.rows["window.queue"]
    row.field.setFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert row.field.text() == "Ctrl+J"
    assert not row.field.hasFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_Backspace)
    assert row.field.text() == ""
    qtbot.keyClick(idle.window, Qt.Key.Key_J, CTRL)
    assert not idle.window.drawer.open
    row.usual.click()
    assert row.field.text() == "Ctrl+J"
    QTest.keyClick(row.field, Qt.Key.Key_Control)
    assert row.field.text() == "Ctrl+J"


def test_the_usual_keys_are_taken_back_from_who_has_them_now(idle: Desktop) -> None:
    idle.actions.set_key("window.queue", "")
    idle.actions.set_key("create.generate", "Ctrl+J")
    idle.actions.put_back("window.queue")
    assert idle.actions.keys("window.queue") == ("Ctrl+J",)
    assert idle.actions.keys("create.generate") == ()
    editor = shortcuts(idle)
    assert editor.usual_button.isEnabled()
    editor.usual_button.click()
    assert idle.actions.keys("create.generate") == ("Ctrl+Enter", "Ctrl+Return")
    assert not editor.usual_button.isEnabled()
    idle.window.toasts.undo_last()
    assert idle.actions.keys("create.generate") == ()


def test_keys_in_the_file_that_are_none_are_passed_over(idle: Desktop) -> None:
    idle.settings.change(shortcuts={"window.queue": ("Nonsense+Key", "Ctrl+Alt+Q"), "gone.action": ("Ctrl+1",)})
    assert idle.actions.keys("window.queue") == ("Ctrl+Alt+Q",)


def test_the_editor_is_searched_by_name_and_key(idle: Desktop, qtbot: QtBot) -> None:
    editor = shortcuts(idle)
    qtbot.keyClicks(editor.search, "ctrl+j")
    assert [name for name, row in editor.rows.items() if row.isVisible()] == ["window.queue"]
    editor.search.clear()
    qtbot.keyClicks(editor.search, "Diagn")
    assert [name for name, row in editor.rows.items() if row.isVisible()] == ["window.diagnostics"]
    QApplication.processEvents()
