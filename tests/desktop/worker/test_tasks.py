"""Work beside the window: its result, its failure, its progress and its end come back into the window's thread."""

import threading
from collections.abc import Generator
from typing import assert_type

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from fastface_core.errors import FastFaceError, StorageError
from fastface_core.progress import CancelToken, Report, Stage
from fastface_desktop.state.tasks import Tasks, ignore, while_alive


@pytest.fixture
def tasks(qtbot: QtBot) -> Generator[Tasks]:
    made = Tasks(threads=1)
    yield made
    made.close()


def test_a_result_comes_back_into_this_thread_with_its_type(tasks: Tasks, qtbot: QtBot) -> None:
    found: list[tuple[int, int]] = []

    def done(worker: int) -> None:
        assert_type(worker, int)
        found.append((worker, threading.get_ident()))

    tasks.run(tasks, threading.get_ident, done)
    assert tasks.busy
    qtbot.waitUntil(lambda: bool(found))
    assert found[0][0] != found[0][1] == threading.get_ident()
    assert not tasks.busy


def test_an_error_is_given_to_failed_alone(tasks: Tasks, qtbot: QtBot) -> None:
    def work() -> int:
        raise StorageError("The disk is full.", "Free some space.")

    done: list[int] = []
    failed: list[FastFaceError] = []
    tasks.run(tasks, work, done.append, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], StorageError)
    assert not done


def test_a_bug_is_raised_here_and_the_task_is_over(tasks: Tasks, qtbot: QtBot) -> None:
    stopped: list[bool] = []
    with qtbot.capture_exceptions() as raised:
        tasks.run(tasks, lambda: 1 // 0, ignore, ignore)
        tasks.start(tasks, lambda report, cancel: 1 // 0, ignore, ignore, cancelled=lambda: stopped.append(True))
        qtbot.waitUntil(lambda: not tasks.busy)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError] * 2
    assert stopped == [True]


def test_progress_comes_before_the_result_and_in_its_order(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []

    def work(report: Report, cancel: CancelToken) -> str:
        report(Stage("one"))
        report(Stage("two"))
        return "made"

    tasks.start(tasks, work, heard.append, reported=heard.append)
    qtbot.waitUntil(lambda: not tasks.busy)
    assert heard == [Stage("one"), Stage("two"), "made"]


def test_a_task_is_stopped_while_it_runs_and_while_it_waits(tasks: Tasks, qtbot: QtBot) -> None:
    begun = threading.Event()
    ended: list[str] = []

    def work(report: Report, cancel: CancelToken) -> None:
        begun.set()
        cancel.wait(60)

    def never(report: Report, cancel: CancelToken) -> None:
        raise AssertionError

    running = tasks.start(tasks, work, ignore, cancelled=lambda: ended.append("running"))
    waiting = tasks.start(tasks, never, ignore, cancelled=lambda: ended.append("waiting"))
    assert begun.wait(30)
    waiting.cancel()
    running.cancel()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert ended == ["running", "waiting"]


def test_nothing_is_called_once_the_owner_is_gone(tasks: Tasks, qtbot: QtBot) -> None:
    go_on = threading.Event()
    page = QObject()
    heard: list[object] = []

    def work(report: Report, cancel: CancelToken) -> None:
        assert go_on.wait(30)
        report(Stage("one"))

    tasks.start(page, work, heard.append, heard.append, reported=heard.append)
    guarded = while_alive(page, heard.append)
    delete(page)
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    guarded("late")
    assert heard == []


def test_closing_stops_what_runs_and_drops_what_waits(tasks: Tasks, qtbot: QtBot) -> None:
    begun = threading.Event()
    done: list[object] = []

    def work(report: Report, cancel: CancelToken) -> None:
        begun.set()
        cancel.wait(60)

    tasks.start(tasks, work, done.append, cancelled=lambda: done.append("cancelled"))
    tasks.run(tasks, lambda: done.append("ran"), done.append)
    assert begun.wait(30)
    tasks.close()
    assert not tasks.busy
    assert done == []


def test_a_token_is_set_with_the_one_it_belongs_to_and_not_the_other_way_round() -> None:
    parent = CancelToken()
    one, other = parent.child(), parent.child()
    one.cancel()
    assert (parent.cancelled, other.cancelled) == (False, False)
    parent.cancel()
    assert other.cancelled
    assert parent.child().cancelled
