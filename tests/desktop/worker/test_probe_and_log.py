"""The probe sees a stall; the log takes bugs with their trace and without the user's name, and the window tells."""

import logging
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fastface_desktop.app import Desktop
from fastface_desktop.log import ExceptionHook, UnexpectedError, log_file, start_log
from fastface_desktop.probe import INTERVAL, Probe
from fastface_desktop.ui.widgets.inline_error import details

STALL = 0.25


def stall() -> None:
    end = time.monotonic() + STALL
    while time.monotonic() < end:
        pass


def test_the_probe_sees_the_longest_stall(qtbot: QtBot) -> None:
    probe = Probe()
    probe.start()
    QTimer.singleShot(5 * INTERVAL, stall)
    qtbot.waitUntil(lambda: probe.longest > 0.8 * STALL)
    probe.stop()
    assert probe.longest < 40 * STALL
    assert probe.reset() > 0.8 * STALL
    assert probe.longest == 0


@pytest.fixture
def bugs() -> Generator[ExceptionHook]:
    bugs = ExceptionHook()
    bugs.install()
    yield bugs
    bugs.uninstall()


def broken(text: str) -> None:
    raise ZeroDivisionError(text)


def tell(text: str) -> None:
    """As Python does with what nobody caught."""
    try:
        broken(text)
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


@pytest.mark.qt_no_exception_capture
def test_a_bug_is_logged_with_its_trace_and_shown_once(home: Path, bugs: ExceptionHook, qtbot: QtBot) -> None:
    handler = start_log()
    assert handler is not None
    told: list[UnexpectedError] = []
    bugs.raised.connect(told.append)
    try:
        tell(f"in {Path.home()}/photos")
        tell("again")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    written = log_file().read_text(encoding="utf-8")
    assert written.count("in broken") == 2
    assert "in ~/photos" in written
    assert str(Path.home() / "photos") not in written
    assert [error.message for error in told] == ["Something unexpected happened: ZeroDivisionError."]
    assert "in broken" in details(told[0])


@pytest.mark.qt_no_exception_capture
def test_ctrl_c_is_no_bug(bugs: ExceptionHook) -> None:
    told: list[UnexpectedError] = []
    bugs.raised.connect(told.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert told == []


@pytest.mark.qt_no_exception_capture
def test_the_window_tells_of_a_bug_and_goes_on(idle: Desktop, qtbot: QtBot) -> None:
    idle.bugs.install()
    try:
        tell("x")
    finally:
        idle.bugs.uninstall()
    inline = idle.window.banner.inline
    assert inline.message.text() == "Something unexpected happened: ZeroDivisionError."
    assert idle.window.isVisible()


def test_without_a_folder_to_write_to_there_is_no_log(home: Path) -> None:
    (home / "data").write_text("a file is in the way")
    assert start_log() is None
