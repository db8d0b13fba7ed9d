"""A window that is worked in for long stays as it began: open files, threads and temporary folders."""

import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_desktop.app import Desktop
from tests.core.library_help import saved

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files in /proc")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Python and Qt put temporary files, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def counts() -> tuple[int, int, int]:
    """Open files, threads (of Python), and entries of the folder for temporary files."""
    return (
        len(list(Path("/proc/self/fd").iterdir())),
        threading.active_count(),
        len(list(Path(tempfile.gettempdir()).iterdir())),
    )


@pytest.mark.parametrize("times", [34, pytest.param(1000, marks=pytest.mark.slow)])
def test_stars_and_pictures_leave_no_open_file(times: int, build: Callable[[], Desktop], qtbot: QtBot) -> None:
    desktop = build()
    state = desktop.library
    with qtbot.waitSignal(state.opened):
        state.open()
    done: list[object] = []

    def act(number: int) -> None:
        """A picture, a star, the file that says it, and a look at the gallery: each in the background."""
        assert state.library is not None
        waited = len(done) + 3
        folder = paths.pictures_folder() / "2030-01"
        state.run(state, lambda library: saved(library, folder, number).id, done.append, done.append)
        state.run_long(state, lambda library, report, cancel: library.marks.write_pending(50), done.append, done.append)
        state.run(
            state,
            lambda library: library.marks.rate(library.gallery.ids(Query()), number % 6),
            done.append,
            done.append,
        )
        qtbot.waitUntil(lambda: len(done) == waited)

    for number in range(6):
        act(number)
    before = counts()
    for number in range(6, 6 + times):
        act(number)
    assert not [one for one in done if isinstance(one, Exception)]
    after = counts()
    # A thread of the pool may have been idle before, and SQLite has three files for each.
    assert after[0] <= before[0] + 3
    assert after[1:] == before[1:]


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_pages_are_opened_again_and_again(
    times: int, build: Callable[[], Desktop], qtbot: QtBot, qapp: QApplication
) -> None:
    desktop = build()
    with qtbot.waitSignal(desktop.library.opened):
        desktop.library.open()
    names = list(desktop.window.rail.buttons)
    assert len(names) > 4

    def look(times: int) -> None:
        for _ in range(times):
            for name in names:
                desktop.window.show_page(name)
                qapp.processEvents()
        qtbot.waitUntil(lambda: not desktop.background.busy)

    look(3)
    before = counts()
    look(times)
    after = counts()
    assert after[0] <= before[0] + 3
    assert after[1] <= before[1] + 1
    assert after[2] == before[2]


def test_starts_leave_no_temporary_folder(build: Callable[[], Desktop], temporary: Path) -> None:
    build()
    build()
    assert not list(temporary.iterdir())


def test_threads_that_come_and_go_share_connections() -> None:
    with Library() as library:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(40):
            thread = threading.Thread(target=lambda: library.gallery.count(Query()))
            thread.start()
            thread.join()
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3
