"""Runs the program until it is in a given state, closes its window, and says what is left, one state after the other.

    python -m tests.desktop.closing PHOTO STATE...

Prints a JSON line for each: the state in which the window was closed, the seconds until everything had ended and how
many of them the process worked itself, and the threads that still run.
"""

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from fastface_core.files import make_folder
from fastface_core.settings import AppSettings, file_content, settings_file
from fastface_desktop.app import Desktop, application, live
from fastface_desktop.single_instance import SingleInstance
from fastface_desktop.values import JobStatus

STATES = ("importing", "loading", "idle", "generating", "error")
_LATER = 60
"""Milliseconds after the state was met: somewhere in the middle of it."""


class Closing(QObject):
    """Closes the window once the engine is in a state."""

    def __init__(self, desktop: Desktop, state: str, photo: Path) -> None:
        super().__init__(desktop)
        self._desktop, self._state, self._photo = desktop, state, photo
        self._ordered = self._loaded = False
        self.closed_at = 0.0
        self.worked = 0.0
        self.closed_in = ""
        desktop.engine.changed.connect(self._look)
        desktop.queue.changed.connect(self._look_at_job)

    def _look(self) -> None:
        status = self._desktop.engine.status
        self._loaded = self._loaded or status == "loading"
        if self._state == "generating" and status == "ready" and not self._ordered:
            self._ordered = True
            session = self._desktop.session
            session.add_photos([self._photo])
            session.change(prompt="portrait of a person in a forest", count=8)
            self._desktop.queue.add(session.order())
        elif self._state == "idle":
            if status == "ready" and self._loaded:  # it is ready once before it loads, too
                self._close_soon()
        elif status == {"error": "failed"}.get(self._state, self._state):
            self._close_soon()

    def _look_at_job(self, job: str) -> None:
        found = self._desktop.queue.job(job)
        if found is not None and found.status is JobStatus.running and found.step:
            self._close_soon()

    def _close_soon(self) -> None:
        if not self.closed_at:
            self.closed_at = time.monotonic()
            QTimer.singleShot(_LATER, self._close)

    def _close(self) -> None:
        self.closed_in = self._desktop.engine.status
        self.closed_at, self.worked = time.monotonic(), time.process_time()
        self._desktop.window.close()


def close_in(app: QApplication, state: str, photo: Path) -> dict[str, object]:
    """The program, from its start to its end."""
    make_folder(settings_file().parent)
    settings_file().write_bytes(file_content(AppSettings(device="cuda:9" if state == "error" else "auto")))
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        desktop = Desktop(app)
        closing = Closing(desktop, state, photo)
        whole = runner.run(live(desktop, SingleInstance(desktop), [], exit_after_show=False))
        seconds, worked = time.monotonic() - closing.closed_at, time.process_time() - closing.worked
    threads = [thread.name for thread in threading.enumerate() if not thread.name.startswith(("Main", "Dummy"))]
    found: dict[str, object] = {
        "state": state,
        "closed_in": closing.closed_in,
        "seconds": seconds,
        "worked": worked,
        "whole": whole,
        "threads": threads,
        "engine_ended": desktop.thread_of_engine.isFinished(),
    }
    desktop.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def main() -> None:
    app = application()
    photo, *states = sys.argv[1:]
    for state in states:
        found = close_in(app, state, Path(photo))
        print(json.dumps(found), flush=True)
        if not found["whole"]:
            os._exit(1)  # as the program itself does where a thread does not end


if __name__ == "__main__":
    main()
