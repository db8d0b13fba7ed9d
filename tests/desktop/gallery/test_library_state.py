"""The library behind the window: opened after the first paint, watched, and never in the window's way."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.errors import FastFaceError, StorageError
from fastface_core.library.changes import Changes
from fastface_core.library.encoding import with_marks
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks
from fastface_core.progress import Cancelled, CancelToken, Report
from fastface_desktop.app import Desktop
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.tasks import ignore
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


def test_an_error_of_work_goes_its_own_way(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)

    def fails(library: Library) -> int:
        raise StorageError("The disk is full.", "Free some space.")

    done: list[int] = []
    failed: list[FastFaceError] = []
    state.run(state, fails, done.append, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], StorageError)
    assert not done


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

    def long(library: Library, report: Report, cancel: CancelToken) -> None:
        begun.set()
        try:
            while True:
                cancel.check()
        except Cancelled:
            ended.set()
            raise

    state.run_long(state, long, ignore, ignore)
    assert begun.wait(30)
    state.close()
    assert ended.is_set()
    assert state.library is None


def test_changes_are_done_in_their_order(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)
    goes_on = threading.Event()
    changed: list[int] = []
    state.change(state, lambda library: changed.append(1) if goes_on.wait(30) else None, ignore, ignore)
    state.change(state, lambda library: changed.append(2), ignore, ignore)
    looked: list[int] = []
    state.run(state, lambda library: len(library.people.all()), looked.append, ignore)
    qtbot.waitUntil(lambda: bool(looked))
    assert not changed
    goes_on.set()
    qtbot.waitUntil(lambda: len(changed) == 2)
    assert changed == [1, 2]


def test_closing_does_the_changes_that_wait(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    state = _opened(build, qtbot)
    begun = threading.Event()

    def until_closing(library: Library) -> None:
        begun.set()
        while state.changing:
            pass

    state.change(state, until_closing, ignore, ignore)
    state.change(state, lambda library: library.people.add("Ada"), ignore, ignore)
    assert begun.wait(30)
    state.close()
    with Library() as kept:
        assert [person.name for person in kept.people.all()] == ["Ada"]


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
