"""The library behind the window: opened after the first paint, watched, and never in the window's way."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.errors import FastFaceError, StorageError
from fastface_core.library.changes import Changes
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, with_marks
from fastface_core.progress import Cancelled, CancelToken
from fastface_desktop.app import Desktop
from fastface_desktop.state.library import LibraryState
from tests.core.library_help import saved


def test_the_window_opens_it_and_hears_of_changes_by_others(
    build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    state = build().library
    with qtbot.waitSignal(state.opened):
        state.open()
    with qtbot.waitSignal(state.changed, timeout=10_000) as seen, Library() as other:
        uid = other.people.add("Ada").uid
    assert seen.args is not None
    assert isinstance(seen.args[0], Changes)
    assert seen.args[0].people
    assert state.library is not None
    assert [person.uid for person in state.library.people.all()] == [uid]


def test_work_runs_elsewhere_and_its_result_comes_back_here(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)
    here = threading.get_ident()
    found: list[object] = []
    state.run(lambda library: threading.get_ident(), lambda result: found.extend((result, threading.get_ident())))
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found[0] != here
    assert found[1] == here


def test_an_error_of_work_is_its_result(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)

    def fails(library: Library) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    found: list[object] = []
    state.run(fails, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert isinstance(found[0], StorageError)


def test_coming_back_sees_what_another_program_wrote(
    build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    state = _opened(build, qtbot)
    assert state.library is not None
    made = saved(state.library, tmp_path / "made", 1)
    made.path.write_bytes(with_marks(made.path.read_bytes(), None, Marks(4, False, ("theirs",))))
    state.look_at_files()  # the files were looked at a moment ago
    assert not state._looking
    state._files_seen = 0
    state.look_at_files(Qt.ApplicationState.ApplicationInactive)
    assert not state._looking
    state.look_at_files()
    qtbot.waitUntil(lambda: not state._looking, timeout=30_000)
    assert state.library.gallery.details(made.id).tags == ("theirs",)
    assert state.library.gallery.rows([made.id])[0].rating == 4
    assert state._files_seen > 0


def test_closing_stops_long_work(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)
    begun, ended = threading.Event(), threading.Event()

    def long(library: Library, cancel: CancelToken) -> None:
        begun.set()
        try:
            while True:
                cancel.check()
        except Cancelled:
            ended.set()
            raise

    state.run_long(long, lambda result: None)
    assert begun.wait(30)
    state.close()
    assert ended.is_set()
    assert state.library is None


def test_a_damaged_library_is_said_and_nothing_is_touched(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    with Library():
        pass
    file = paths.library_folder() / "library.db"
    file.write_bytes(b"this is no database, whatever its name says" * 100)
    before = file.read_bytes()
    state = build().library
    with qtbot.waitSignal(state.failed) as seen:
        state.open()
    assert seen.args is not None
    assert isinstance(seen.args[0], FastFaceError)
    assert state.library is None
    assert file.read_bytes() == before


def _opened(build: Callable[[], Desktop], qtbot: QtBot) -> LibraryState:
    state = build().library
    with qtbot.waitSignal(state.opened):
        state.open()
    return state
