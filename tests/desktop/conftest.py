"""The whole program for tests: real engine on the starter model, real window offscreen, waits instead of sleeps."""

import gc
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_desktop.app import Desktop, application
from fastface_desktop.garbage import collect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120_000
"""Milliseconds that a test waits for the engine: importing torch and diffusers may take long on a busy machine."""


@pytest.fixture(autouse=True)
def garbage_is_collected_here() -> Generator[None]:
    """As in the program: in a thread of a download, the collector would destroy widgets of an earlier test."""
    gc.disable()
    yield
    gc.disable()
    collect()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture
def build(qtbot: QtBot) -> Generator[Callable[[], Desktop]]:
    """Builds the program as a start of it does; a second call is a second start. All are ended after the test."""
    built: list[Desktop] = []
    interval = sys.getswitchinterval()

    def make() -> Desktop:
        desktop = Desktop(application())
        built.append(desktop)
        return desktop

    yield make
    for desktop in built:
        end(desktop, qtbot)
    sys.setswitchinterval(interval)


def end(desktop: Desktop, qtbot: QtBot) -> None:
    """What `Desktop.end` does, without an event loop of asyncio."""
    desktop.request_shutdown()
    qtbot.waitUntil(lambda: not desktop.thread_of_engine.isRunning(), timeout=PATIENCE)
    desktop.finish()
    desktop.window.deleteLater()
    desktop.deleteLater()
    # Outside of an event loop nothing else deletes them, and every later style sheet would be given to them too.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def idle(build: Callable[[], Desktop], qtbot: QtBot) -> Desktop:
    """The window without an engine: what the user does in the first seconds."""
    desktop = build()
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    return desktop


@pytest.fixture
def desktop(build: Callable[[], Desktop], qtbot: QtBot) -> Desktop:
    """The window, with the engine starting behind it."""
    desktop = build()
    desktop.show()
    qtbot.waitExposed(desktop.window)
    return desktop


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A photo of one person."""
    return Path(shutil.copy(ROOT / "examples" / "portrait.jpg", tmp_path / "portrait.jpg"))


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A photo of six people."""
    import insightface

    assert insightface.__file__
    source = Path(insightface.__file__).parent / "data" / "images" / "t1.jpg"
    return Path(shutil.copy(source, tmp_path / "group.jpg"))
