"""Each page that takes something says so while it is dragged over it, and what letting go does."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication

from fastface_desktop.app import Desktop
from fastface_desktop.ui.shell.page import Page


def files(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def drag(page: Page, content: QMimeData) -> bool:
    """Whether the page takes it."""
    event = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(page, event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("name", "what", "words"),
    [
        ("presets", "my.json", "Let go to take over these presets"),
        ("gallery", ".", "Let go to add the pictures of this folder"),
        ("create", "photo.jpg", ""),
        ("people", "photo.jpg", "Let go to make a new person"),
        ("first-run", "photo.jpg", ""),
    ],
)
def test_what_is_dragged_over_a_page_is_answered(
    name: str, what: str, words: str, idle: Desktop, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").touch()
    idle.window.resize(1280, 800)
    idle.window.show()
    idle.window.show_page(name)
    page = idle.window.page
    assert drag(page, files(tmp_path / what))
    before = page.grab().toImage()
    # Where the page has a field for it, that one says it.
    assert page.drop_words_shown == words
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.drop_words_shown == ""
    assert page.grab().toImage() != before


def test_what_a_page_does_not_take_changes_nothing(idle: Desktop, tmp_path: Path) -> None:
    idle.window.show()
    idle.window.show_page("presets")
    content = QMimeData()
    content.setText("words")
    # They are for Create, which the window shows when they are let go.
    assert drag(idle.window.page, content)
    assert idle.window.page.drop_words_shown == ""


def test_create_with_photos_says_it_over_the_page(idle: Desktop, portrait: Path) -> None:
    idle.window.show()
    idle.window.show_page("create")
    idle.window.page.take(files(portrait))
    assert drag(idle.window.page, files(portrait))
    assert idle.window.page.drop_words_shown == "Let go to use it here"
