"""After a restart the strip and the canvas show the last session, so that nobody thinks the pictures are lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage
from tests.core.library_help import NOW, picture
from tests.desktop.gallery_help import PATIENCE, fill


@pytest.fixture
def made(home: Path) -> list[Path]:
    """Of an earlier start, the oldest first; and a cell of a comparison, which is the newest."""
    with Library() as library:
        numbers = fill(library, 5)
        files = [row.path for row in library.gallery.rows(numbers)]
        later = NOW.replace(year=NOW.year + 1)
        library.recorder.save(picture(9), paths.pictures_folder() / "x", later, comparison=True)
    return files


def test_the_last_session_is_in_the_strip_and_on_the_canvas(made: list[Path], idle: Desktop, qtbot: QtBot) -> None:
    page = idle.window.pages["create"]
    assert isinstance(page, CreatePage)
    pictures = page.pictures
    with qtbot.waitSignal(idle.library.opened, timeout=PATIENCE):
        idle.library.open()
    qtbot.waitUntil(lambda: len(pictures.model.tiles()) == 5, timeout=PATIENCE)
    tiles = pictures.model.tiles()
    assert all(tile.earlier for tile in tiles)
    assert [tile.picture.path for tile in tiles if tile.picture is not None] == made[::-1]
    # The newest is in view, and what can be done with a picture can be done with it.
    qtbot.waitUntil(lambda: not pictures.canvas.image.isNull(), timeout=PATIENCE)
    assert pictures.bar.picture is not None
    assert pictures.bar.picture.path == made[-1]
    assert pictures.bar.repeat_button.isEnabled()
    # The page that is built again in another language shows them, too.
    idle.settings.change(language="de")
    qtbot.waitUntil(lambda: idle.window.pages["create"] is not page, timeout=PATIENCE)
    again = idle.window.pages["create"]
    assert isinstance(again, CreatePage)
    qtbot.waitUntil(lambda: len(again.pictures.model.tiles()) == 5, timeout=PATIENCE)


def test_a_narrow_bar_keeps_the_zoom_and_its_menu_has_the_rest(made: list[Path], idle: Desktop, qtbot: QtBot) -> None:
    page = idle.window.pages["create"]
    assert isinstance(page, CreatePage)
    bar = page.pictures.bar
    with qtbot.waitSignal(idle.library.opened, timeout=PATIENCE):
        idle.library.open()
    qtbot.waitUntil(lambda: bar.picture is not None, timeout=PATIENCE)
    hidden: set[str] = set()
    for width in range(900, 200, -50):
        bar.resize(width, bar.height())
        assert bar.zoom_button.isVisibleTo(bar)
        assert bar.repeat_button.isVisibleTo(bar)
        hidden |= {name for name in ("trash_button", "save_button") if not getattr(bar, name).isVisibleTo(bar)}
    assert hidden == {"trash_button", "save_button"}


def test_two_that_are_thrown_away_at_once_are_both_gone(made: list[Path], idle: Desktop, qtbot: QtBot) -> None:
    with qtbot.waitSignal(idle.library.opened, timeout=PATIENCE):
        idle.library.open()
    gone: list[Path] = []
    said: list[Callable[[], None]] = []
    back: list[Path] = []
    idle.marks.gone.connect(gone.append)
    idle.marks.said.connect(lambda text, undo: said.append(undo))
    idle.marks.back.connect(back.append)
    for path in made[:2]:
        idle.marks.to_trash(path)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=PATIENCE)
    assert gone == made[:2]
    said[0]()
    assert back == made[:1]
