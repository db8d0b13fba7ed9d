"""What the engine's thread is asked, and in which order it takes it; and where garbage is collected."""

import gc
import importlib
import sys
import threading
import weakref
from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fastface_core.progress import CancelToken
from fastface_desktop.garbage import GarbageCollector
from fastface_desktop.state.engine import EngineState
from fastface_desktop.worker import EngineThread
from fastface_desktop.worker.importing import ImportStopped, watched
from fastface_desktop.worker.inbox import Inbox, LoadTask, PhotoTask, ThumbnailTask

PHOTO, LOAD = PhotoTask(Path("a.jpg")), LoadTask("starter")
THUMBNAIL = ThumbnailTask("job", Path("a.png"))


def test_photos_come_first_and_old_thumbnails_last() -> None:
    inbox = Inbox()
    for task in (THUMBNAIL, LOAD, PHOTO):
        inbox.put(task)
    assert [inbox.next() for _ in range(3)] == [PHOTO, LOAD, THUMBNAIL]


def test_photos_that_are_no_longer_wanted_are_dropped_and_nothing_else() -> None:
    inbox = Inbox()
    inbox.put(PHOTO)
    inbox.put(LOAD)
    inbox.drop_photos()
    assert inbox.small() is None
    assert inbox.next() == LOAD


def test_a_closed_inbox_is_empty_and_takes_nothing() -> None:
    inbox = Inbox()
    inbox.put(LOAD)
    inbox.close()
    inbox.put(PHOTO)
    assert inbox.closed
    assert inbox.next() is None


def test_held_work_waits_for_photos_until_it_is_let_go_cancelled_or_closed() -> None:
    for request_shutdown in ("go", "cancel", "close"):
        inbox, cancel = Inbox(), CancelToken()
        inbox.hold(True)
        inbox.put(PHOTO)
        seen: list[object] = []

        def wait(inbox: Inbox = inbox, cancel: CancelToken = cancel, seen: list[object] = seen) -> None:
            while (task := inbox.small_while_held(cancel)) is not None:
                seen.append(task)
            seen.append("goes on")

        waiting = threading.Thread(target=wait)
        waiting.start()
        match request_shutdown:
            case "go":
                inbox.hold(False)
            case "cancel":
                cancel.cancel()
                inbox.wake()
            case _:
                inbox.close()
        waiting.join(30)
        assert not waiting.is_alive()
        assert seen[-1] == "goes on"


def test_work_that_is_not_held_does_not_wait() -> None:
    inbox = Inbox()
    inbox.put(PHOTO)
    assert inbox.small_while_held(CancelToken()) is None
    assert inbox.small() == PHOTO


def test_an_import_is_watched_in_its_own_thread_alone_and_can_be_stopped() -> None:
    seen: list[str] = []
    before = list(sys.meta_path)
    gc.enable()
    sys.modules.pop("this", None)
    with watched(lambda: seen.append("module")):
        other = threading.Thread(target=lambda: __import__("xml.sax.expatreader"))
        other.start()
        other.join()
        assert seen == []
        assert not gc.isenabled()

    def stop() -> None:
        raise ImportStopped

    sys.modules.pop("colorsys", None)
    with pytest.raises(ImportStopped), watched(stop):
        importlib.import_module("colorsys")
    assert "colorsys" not in sys.modules
    assert sys.meta_path == before
    assert gc.isenabled()


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot) -> Generator[GarbageCollector]:
    collector = GarbageCollector(EngineState(EngineThread("cpu")))
    yield collector
    collector.stop()


def test_garbage_is_collected_by_the_window_and_by_no_other_thread(collector: GarbageCollector, qtbot: QtBot) -> None:
    assert not gc.isenabled()
    cycle = Cycle()
    gone = weakref.ref(cycle)
    del cycle
    kept: list[Cycle] = []

    def collected() -> bool:
        # What earlier tests let go of counts against what is new: so there is ever more, as in a program that works.
        kept.extend(Cycle() for _ in range(2000))
        return gone() is None

    assert not collected()
    qtbot.waitUntil(collected, timeout=20_000)
    collector.stop()
    assert gc.isenabled()
