"""The palette finds whatever the window has: settings, people, presets, albums, pictures, help; the impossible last."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core.library.library import Library
from fastface_desktop.app import Desktop
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.help.page import HelpPage
from fastface_desktop.ui.people.page import PeoplePage
from fastface_desktop.ui.preferences.page import PreferencesPage
from fastface_desktop.ui.presets.page import PresetsPage
from fastface_desktop.ui.shell.palette import Entry, Palette
from tests.desktop.gallery_help import PATIENCE, fill, library_of

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def there(home: Path, idle: Desktop, qtbot: QtBot) -> Desktop:
    """A library with pictures, a person and an album."""
    with Library() as library:
        library.people.add("Eileen Collins")
        ids = fill(library, 4)
        library.marks.collect(ids[:2], ["Christmas cards"])
    with qtbot.waitSignal(idle.library.opened, timeout=PATIENCE):
        idle.library.open()
    return idle


def opened(desktop: Desktop, qtbot: QtBot) -> Palette:
    desktop.window.activateWindow()
    desktop.window.show_palette()
    return desktop.window.palette_box


def found(palette: Palette, text: str, title: str, place: str, qtbot: QtBot) -> Entry:
    """What is found by a text, once it is there."""
    palette.field.setText(text)
    palette.field.textEdited.emit(text)

    def match() -> list[Entry]:
        return [entry for entry in palette.entries() if entry.title == title and entry.place.startswith(place)]

    qtbot.waitUntil(lambda: bool(match()), timeout=PATIENCE)
    return match()[0]


def go(palette: Palette, entry: Entry) -> None:
    palette.list.setCurrentIndex(palette.list.model().index(palette.entries().index(entry), 0))
    palette.take()
    assert not palette.isVisible()


def test_a_setting_is_found_and_has_the_focus(idle: Desktop, qtbot: QtBot) -> None:
    palette = opened(idle, qtbot)
    # The sections are made one after the other, beside the typing.
    found(palette, "te", "Text size", "General", qtbot)
    entry = found(palette, "proxy", "Proxy", "Network", qtbot)
    go(palette, entry)
    page = idle.window.page
    assert isinstance(page, PreferencesPage)
    assert page.name == "network"
    focus = idle.window.focusWidget()
    assert focus is not None
    assert page.sections["network"].isAncestorOf(focus)


def test_people_presets_and_help_are_found(there: Desktop, qtbot: QtBot) -> None:
    palette = opened(there, qtbot)
    qtbot.waitUntil(lambda: bool(there.people.people), timeout=PATIENCE)
    go(palette, found(palette, "eileen", "Eileen Collins", "Person", qtbot))
    page = there.window.page
    assert isinstance(page, PeoplePage)
    there.window.show_palette()
    go(palette, found(palette, "photographic", "Photographic", "Preset", qtbot))
    assert isinstance(there.window.page, PresetsPage)
    there.window.show_palette()
    topic = found(palette, "seed", "Seed", "Help", qtbot)
    go(palette, topic)
    page = there.window.page
    assert isinstance(page, HelpPage)
    assert page.search.text() == "Seed"


def test_albums_and_pictures_are_found_by_name_and_prompt(there: Desktop, qtbot: QtBot) -> None:
    palette = opened(there, qtbot)
    go(palette, found(palette, "christmas", "Christmas cards", "Album", qtbot))
    page = there.window.page
    assert isinstance(page, GalleryPage)
    qtbot.waitUntil(lambda: page.grid.model().rowCount() == 2, timeout=PATIENCE)
    there.window.show_palette()
    entry = found(palette, "forest", "a person in a forest", "Picture", qtbot)
    go(palette, entry)
    qtbot.waitUntil(lambda: len(page.grid.selected_ids()) == 1, timeout=PATIENCE)
    (chosen,) = page.grid.selected_ids()
    assert library_of(there).gallery.rows([chosen])[0].prompt == "a person in a forest"
    assert page.filters.search.text() == "forest"


def test_what_cannot_be_done_stands_last_and_says_why(idle: Desktop, qtbot: QtBot) -> None:
    idle.window.show_page("gallery")
    palette = opened(idle, qtbot)
    for text in ("", "trash", "undo"):
        palette.field.setText(text)
        palette.filter(text)
        impossible = [bool(entry.why_not) for entry in palette.entries()]
        assert any(impossible)
        assert impossible == sorted(impossible)
    # Enter does nothing there.
    last = palette.entries()[-1]
    palette.list.setCurrentIndex(palette.list.model().index(len(impossible) - 1, 0))
    palette.take()
    assert palette.isVisible()
    assert last.why_not


def test_the_menu_shows_the_keys_and_the_version(idle: Desktop) -> None:
    menu = idle.window.menu_button.menu()
    assert menu is not None
    keys = {action.text(): action.shortcut().toString() for action in menu.actions()}
    assert keys["Find an action"] == "Ctrl+K"
    assert keys["Help"] == "F1"
    assert any(text.startswith("About FastFace ") for text in keys)
