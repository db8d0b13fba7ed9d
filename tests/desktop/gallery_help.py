"""A library with small pictures behind the window, for the tests of the Gallery."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.domain.checkpoints import Terms
from fastface_core.library.gallery import PictureRow
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_desktop.app import Desktop
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.theme.tokens import Size
from tests.core.library_help import NOW, picture

FORBIDDEN = Terms(commercial_use=False, licences=("InsightFace non-commercial",))
PATIENCE = 120_000


def fill(library: Library, count: int = 8, checkpoint: str = "hyper-4") -> list[int]:
    """Pictures an hour apart, the oldest first: odd seeds at the sea, even ones in a forest, seed 3 not for sale."""
    numbers: list[int] = []
    for seed in range(1, count + 1):
        prompt = "a person at the sea" if seed % 2 else "a person in a forest"
        changes = {"terms": FORBIDDEN} if seed == 3 else {}
        made = picture(seed, prompt, likeness=min(0.2 + seed / 20, 0.95), checkpoint=checkpoint, **changes)
        moment = NOW + timedelta(hours=seed)
        numbers.append(library.recorder.save(made, paths.pictures_folder() / "2030-01", moment).id)
    return numbers


def open_gallery(desktop: Desktop, qtbot: QtBot) -> GalleryPage:
    """Opens the library and shows the page, with everything in it that is to be seen."""
    if desktop.library.library is None:
        with qtbot.waitSignal(desktop.library.opened, timeout=PATIENCE):
            desktop.library.open()
    desktop.window.resize(*Size.WINDOW)
    desktop.window.show_page("gallery")
    page = desktop.window.page
    assert isinstance(page, GalleryPage)
    settled(page, qtbot)
    desktop.window.activateWindow()
    return page


def settled(page: GalleryPage, qtbot: QtBot) -> None:
    """Waits until all questions to the library are answered."""
    gallery = page.gallery  # pyright: ignore[reportPrivateUsage]
    qtbot.waitUntil(lambda: gallery.known and not gallery.searching, timeout=PATIENCE)


def count_is(page: GalleryPage, count: int, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.grid.model().rowCount() == count, timeout=PATIENCE)
    settled(page, qtbot)


def library_of(desktop: Desktop) -> Library:
    assert desktop.library.library is not None
    return desktop.library.library


def row_of(desktop: Desktop, number: int) -> PictureRow:
    """What the library itself says of a picture, now."""
    return library_of(desktop).gallery.rows([number])[0]


def newest(desktop: Desktop) -> list[int]:
    return library_of(desktop).gallery.ids(Query())


def waits_for(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE)


def clipboard_files() -> list[Path]:
    QApplication.processEvents()
    content = (
        QGuiApplication.clipboard().mimeData() or QMimeData()
    )  # none at all on an empty clipboard without a screen
    return [Path(url.toLocalFile()) for url in content.urls()]
