"""What the tests of the page People have in common: the open page, photos of a person, what a toast takes back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fastface_desktop.app import Desktop
from fastface_desktop.ui.people.page import PeoplePage
from tests.desktop.conftest import PATIENCE, ROOT

PORTRAIT = ROOT / "examples" / "portrait.jpg"


def page_of(desktop: Desktop, qtbot: QtBot) -> PeoplePage:
    """The page, in view, with the library open."""
    desktop.library.open()
    desktop.window.show_page("people")
    page = desktop.window.pages["people"]
    assert isinstance(page, PeoplePage)
    qtbot.waitUntil(lambda: desktop.people.ready)
    return page


def good_photos(folder: Path) -> list[Path]:
    """Three photos of one person whose face is large enough."""
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(PORTRAIT) as opened:
        large = opened.convert("RGB").resize((opened.width * 2, opened.height * 2), Image.Resampling.LANCZOS)
    pixels = np.asarray(large)
    made = {
        "one.jpg": pixels,
        "two.jpg": pixels[:, ::-1],
        "three.jpg": np.clip(pixels.astype(np.int16) + 25, 0, 255).astype(np.uint8),
    }
    for name, content in made.items():
        Image.fromarray(np.ascontiguousarray(content)).save(folder / name, quality=95)
    return [folder / name for name in made]


def small_photo(folder: Path) -> Path:
    """The same person, too small to serve."""
    return Path(shutil.copy(PORTRAIT, folder / "small.jpg"))


def files(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def drop(target: QWidget, *paths: Path) -> None:
    """As from another program: the pointer comes in, then lets go."""
    at = QPointF(target.rect().center())
    content, actions = files(*paths), Qt.DropAction.CopyAction
    button, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), actions, content, button, key)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(at, actions, content, button, key))


def name_it(page: PeoplePage, name: str, qtbot: QtBot) -> str:
    """Types a name into the question for it; returns the uid once the person is in view."""
    assert page.new.isVisible()
    assert page.new.name.hasFocus()
    qtbot.keyClicks(page.new.name, name)
    qtbot.keyClick(page.new.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view.person is not None and page.view.person.name == " ".join(name.split()))
    assert page.view.person is not None
    return page.view.person.uid


def all_kept(desktop: Desktop, page: PeoplePage, count: int, qtbot: QtBot) -> None:
    """Waits until the engine looked at everything, and the page shows so many photos."""

    def done() -> bool:
        person = page.view.person
        return person is not None and not desktop.intake.left(person.uid) and len(person.photos) == count

    qtbot.waitUntil(done, timeout=PATIENCE)


def toast(desktop: Desktop, text: str, qtbot: QtBot) -> None:
    """Waits for a message."""
    qtbot.waitUntil(lambda: any(text in one.text for one in desktop.window.toasts.shown()), timeout=PATIENCE)


def undo(desktop: Desktop, text: str, qtbot: QtBot) -> None:
    """Waits for a message, and presses its Undo."""
    toast(desktop, text, qtbot)
    shown = next(one for one in desktop.window.toasts.shown() if text in one.text)
    assert shown.undo_button is not None
    qtbot.mouseClick(shown.undo_button, Qt.MouseButton.LeftButton)


def eventually(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE)
