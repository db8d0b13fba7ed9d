"""The page of help: both languages say the same things, everything can be found, the shortcuts are those of now."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fastface_core.paths import resource
from fastface_desktop.app import Desktop
from fastface_desktop.ui.help.content import chapters
from fastface_desktop.ui.help.page import HelpPage
from tests.desktop.conftest import PATIENCE

LANGUAGES = ("en", "de")


def opened(desktop: Desktop, qtbot: QtBot) -> HelpPage:
    qtbot.keyClick(desktop.window, Qt.Key.Key_F1)
    page = desktop.window.page
    assert isinstance(page, HelpPage)
    return page


def words(page: HelpPage) -> str:
    return "\n".join(text.text() for text in page.findChildren(QLabel) if text.isVisible())


def test_both_languages_have_the_same_chapters() -> None:
    english, german = (chapters(language) for language in LANGUAGES)
    assert [len(chapter.topics) for chapter in english] == [len(chapter.topics) for chapter in german]
    assert len(english) == 4
    assert {chapter.title for chapter in english}.isdisjoint(chapter.title for chapter in german)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_sentences(language: str) -> None:
    for chapter in chapters(language):
        for topic in chapter.topics:
            assert topic.text.endswith("."), topic.title
            assert "!" not in topic.text
            assert not re.search(r"\b(please|bitte|du|dein|dir)\b", topic.text, re.IGNORECASE), topic.title
    assert "\t" not in resource("help", f"{language}.md").read_text(encoding="utf-8")


def test_a_german_help_names_buttons_as_they_are_called(german_words: set[str]) -> None:
    """What stands in quotation marks is what somebody looks for in the window."""
    for chapter in chapters("de"):
        for topic in chapter.topics:
            for named in re.findall("„([^“]+)“", topic.text):
                assert named in german_words or named == "Scheduled", named


def test_the_english_one_too(german_words: set[str], english_words: set[str]) -> None:
    for chapter in chapters("en"):
        for topic in chapter.topics:
            for named in re.findall('"([^"]+)"', topic.text):
                assert named in english_words or named == "Scheduled", named


@pytest.fixture
def german_words() -> set[str]:
    return set(_texts("translation"))


@pytest.fixture
def english_words() -> set[str]:
    return set(_texts("source"))


def _texts(kind: str) -> list[str]:
    import xml.etree.ElementTree as ET

    return [one.text or "" for one in ET.parse(resource("translations", "fastface_de.ts")).iter(kind)]


def test_it_is_not_in_the_rail_and_opened_by_key_menu_and_palette(idle: Desktop, qtbot: QtBot) -> None:
    assert "help" not in idle.window.rail.buttons
    page = opened(idle, qtbot)
    assert page.search.hasFocus()
    assert not any(button.isChecked() for button in idle.window.rail.buttons.values())
    idle.window.show_page("create")
    assert idle.window.rail.buttons["create"].isChecked()
    menu = idle.window.menu_button.menu()
    next(action for action in menu.actions() if action.text() == "Help").trigger()
    assert idle.window.page is page
    # The next start does not begin with it.
    assert idle.settings.values.page == "create"


def test_what_is_searched_is_found(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    assert "Softmask" in words(page)
    qtbot.keyClicks(page.search, "face WEIGHT")
    shown = words(page)
    assert "Face weight" in shown
    assert "Softmask" not in shown
    page.search.clear()
    qtbot.keyClicks(page.search, "nothing of this kind")
    assert page.nothing.isVisible()
    page.search.clear()
    assert not page.nothing.isVisible()
    assert "Softmask" in words(page)


def test_shortcuts_are_those_of_now(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    qtbot.keyClicks(page.search, "show or hide the queue")
    assert "Ctrl+J" in words(page)
    idle.actions.set_key("window.queue", "Ctrl+Alt+G")
    assert "Ctrl+Alt+G" in words(page)
    assert "Ctrl+J" not in words(page)
    page.search.clear()
    assert "Shortcuts: Create" in words(page)


def test_it_speaks_german(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    qtbot.keyClicks(page.search, "rescale")
    idle.settings.change(language="de")
    qtbot.waitUntil(lambda: idle.window.page is not page, timeout=PATIENCE)
    german = idle.window.page
    assert isinstance(german, HelpPage)
    assert german.search.text() == "rescale"
    assert "Große Gewichte" in words(german)
    german.search.clear()
    assert "Erste Schritte" in words(german)
