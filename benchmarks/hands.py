"""Somebody's eyes, mouse and keys on a window of the program: seen through AT-SPI, done through the X server.

Run by the system's own Python, which has pyatspi, in a session of its own: `benchmarks/three_ways.py` makes one. Knows
nothing of Qt: what is to be clicked is found by its name, and the mouse is moved to where it stands.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gi  # type: ignore[import-not-found]
import pyatspi  # type: ignore[import-not-found]
from gi.repository import Atspi, GLib  # type: ignore[import-not-found]

assert gi
ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0
"""Seconds for anything to happen."""
_LOOK = 0.1
_HOLDS = (0.5, 2.0, 8.0)
"""Seconds over a place where files are dropped; longer after each time that they were not taken."""
_REST = 0.3
"""After a click or a key: nobody is quicker."""
_STEPS = 8
"""Movements of the mouse in a drag."""
_MODIFIERS = {"shift": 1, "ctrl": 4, "alt": 8}
_KEYS = {"enter": 0xFF0D, "escape": 0xFF1B, "tab": 0xFF09, "delete": 0xFFFF, "backspace": 0xFF08, "home": 0xFF50}
_KEYS |= {"left": 0xFF51, "up": 0xFF52, "right": 0xFF53, "down": 0xFF54, "end": 0xFF57}
_KEYS |= {f"f{n}": 0xFFBD + n for n in range(1, 13)}
_FILES = """
import sys
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

class Files(QWidget):
    def mousePressEvent(self, event):
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(name) for name in sys.argv[1:]])
        drag.setMimeData(data)
        print(drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.CopyAction, flush=True)
        # Whoever takes the files asks for them after this.
        QTimer.singleShot(60_000, app.quit)

app = QApplication(["files"])
files = Files()
files.setWindowTitle("Files to drag")
files.setGeometry(1300, 20, 200, 200)
files.show()
sys.exit(app.exec())
"""
"""Another program, from which files are dragged."""


class NotSeen(Exception):
    """What was waited for did not come."""


class Killed(Exception):
    """The program was killed, at the moment that was set."""


class Box(NamedTuple):
    """On the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def at(self, across: float = 0.5, down: float = 0.5) -> tuple[int, int]:
        return self.x + round(self.width * across), self.y + round(self.height * down)


def _below(one: Any) -> Iterator[Any]:
    """Everything in view."""
    for place in range(one.childCount):
        child = one.getChildAtIndex(place)
        if child is not None and child.getState().contains(pyatspi.STATE_SHOWING):
            yield child
            yield from _below(child)


def box(one: Any) -> Box:
    found = one.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    return Box(found.x, found.y, found.width, found.height)


def has(one: Any, state: str) -> bool:
    return one.getState().contains(getattr(pyatspi, f"STATE_{state.upper()}"))


class Person:
    """Who works with one window. Counts what it does, and how long the window lets it wait."""

    def __init__(self, python: Path, home: Path, log: Path) -> None:
        self._python, self._home, self._log = python, home, log
        self._process: subprocess.Popen[bytes] | None = None
        self._other: subprocess.Popen[bytes] | None = None
        self.actions = 0
        self.kill_at = math.inf
        """On the clock of `time.monotonic`."""
        self.answers: list[float] = []
        """Seconds until the window answered, each time that it was looked at."""
        Atspi.set_timeout(60_000, 60_000)

    # ---- The program

    def start(self, *files: Path) -> float:
        """Starts the program; seconds until its window is there."""
        began = time.monotonic()
        command = [str(self._python), "-m", "fastface_desktop", *map(str, files)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log)
        self.until(lambda: next(self._windows(), None), "the window")
        return time.monotonic() - began

    def _environment(self) -> dict[str, str]:
        return os.environ | {"FASTFACE_HOME": str(self._home), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}

    def kill(self) -> None:
        """As a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """As its close button does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)
        self._process = None

    # ---- Seeing

    def _windows(self) -> Iterator[Any]:
        """Of the program, the one that was opened last first: menus and dialogs lie over the window.

        What was killed stays listed for a while, and each question to it waits for an answer that does not come: its
        process is asked of the bus, which knows.
        """
        running = None if self._process is None else self._process.pid
        for application in pyatspi.Registry.getDesktop(0):
            if application is not None and application.get_process_id() == running:
                yield from reversed([one for one in application if one is not None and has(one, "showing")])

    def until(self, found: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Looks again and again.

        Raises:
            NotSeen: it did not come.
        """
        context = GLib.MainContext.default()
        end = time.monotonic() + patience
        while time.monotonic() < end:
            while context.iteration(False):
                pass
            if self._process is not None and self._process.poll() is not None:
                raise NotSeen(f"the program ended with {self._process.returncode} before {what}")
            try:
                if (one := found()) is not None:
                    return one
            except (GLib.Error, RuntimeError):
                pass  # it went away while it was looked at
            self.pause(_LOOK)
        raise NotSeen(what)

    def pause(self, seconds: float) -> None:
        """Waits.

        Raises:
            Killed: the moment came.
        """
        time.sleep(seconds)
        if time.monotonic() >= self.kill_at:
            self.kill_at = math.inf
            self.kill()
            raise Killed

    def look(self, name: str = "", role: str = "", *, usable: bool = False) -> Any:
        """The first thing in view whose name begins so; None where there is none, or it cannot be used."""
        for window in self._windows():
            began = time.monotonic()
            box(window)
            self.answers.append(time.monotonic() - began)
            for one in _below(window):
                named = one.name.startswith(name) and (not role or one.getRoleName() == role)
                if named and (not usable or has(one, "sensitive")):
                    return one
        return None

    def all(self, name: str = "", role: str = "") -> list[Any]:
        return [
            one
            for window in self._windows()
            for one in _below(window)
            if one.name.startswith(name) and (not role or one.getRoleName() == role)
        ]

    def wait(self, name: str, role: str = "", *, usable: bool = False, patience: float = PATIENCE) -> Any:
        return self.until(lambda: self.look(name, role, usable=usable), f"{role} {name!r}", patience)

    # ---- Doing

    def click(self, name: str, role: str = "", *, twice: bool = False, held: str = "") -> Any:
        """On what begins so, once it can be used and stands still."""
        one = self.wait(name, role, usable=True)
        before = None
        while (now := box(one)) != before:
            before = now
            self.pause(_LOOK)
        self.make_room(now.at())
        self.press(*now.at(), twice=twice, held=held)
        return one

    def make_room(self, place: tuple[int, int]) -> None:
        """A message that lies over what is wanted is clicked away."""
        if (closing := self.look("Close this message")) is not None:
            x, y, width, height = box(closing.parent)
            if x <= place[0] < x + width and y <= place[1] < y + height:
                self.press(x + 8, y + height // 2)

    def press(self, x: int, y: int, *, twice: bool = False, held: str = "") -> None:
        self.actions += 1
        mouse = pyatspi.Registry.generateMouseEvent
        mouse(x, y, "abs")
        self._hold(held, down=True)
        for _ in range(2 if twice else 1):
            mouse(x, y, "b1p")
            mouse(x, y, "b1r")
        self._hold(held, down=False)
        self.pause(_REST)

    def drag(self, start: tuple[int, int], end: tuple[int, int], hold: float = 0.0) -> None:
        """`hold`: seconds over the end before the button is let go, as long as nothing shows that it is taken."""
        self.actions += 1
        mouse = pyatspi.Registry.generateMouseEvent
        mouse(*start, "abs")
        mouse(*start, "b1p")
        for step in range(1, _STEPS + 1):
            x, y = (round(a + (b - a) * step / _STEPS) for a, b in zip(start, end, strict=True))
            mouse(x, y, "abs")
            time.sleep(0.05)
        for step in range(round(hold / _LOOK)):
            mouse(end[0] + step % 2, end[1], "abs")
            time.sleep(_LOOK)
        mouse(*end, "b1r")
        self.pause(_REST)

    def drop(self, files: Sequence[Path], place: tuple[int, int]) -> None:
        """Drags files from another program and lets them go there.

        Raises:
            NotSeen: the window did not take them.
        """
        if self._other is not None:
            self._other.kill()
            self._other.wait()
        command = [str(self._python), "-c", _FILES, *map(str, files)]
        self._other = subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        source = self.until(lambda: _other("Files to drag"), "the files")
        assert self._other.stdout is not None
        for hold in _HOLDS:
            # Between two programs that are slow to answer each other nothing is taken before they have.
            self.drag(box(source).at(), place, hold)
            if self._other.stdout.readline() == b"True\n":
                return
        raise NotSeen("the window takes the files")

    def keys(self, *chords: str) -> None:
        """Each like "ctrl+k", "x" or "right"."""
        for chord in chords:
            self.actions += 1
            *held, key = chord.split("+")
            self._hold("+".join(held), down=True)
            pyatspi.Registry.generateKeyboardEvent(_KEYS.get(key) or ord(key), None, pyatspi.KEY_SYM)
            self._hold("+".join(held), down=False)
            self.pause(_REST)

    def write(self, text: str) -> None:
        """Where the keys act; counts as one action."""
        self.actions += 1
        pyatspi.Registry.generateKeyboardEvent(0, text, pyatspi.KEY_STRING)

    @staticmethod
    def _hold(names: str, *, down: bool) -> None:
        mask = sum(_MODIFIERS[name] for name in names.split("+") if name)
        if mask:
            kind = Atspi.KeySynthType.LOCKMODIFIERS if down else Atspi.KeySynthType.UNLOCKMODIFIERS
            Atspi.generate_keyboard_event(mask, None, kind)

    def waited(self) -> dict[str, float]:
        """How long the window let it wait for an answer, in seconds; begins anew."""
        sorted_ = sorted(self.answers) or [math.nan]
        self.answers = []
        return {"median": round(sorted_[len(sorted_) // 2], 3), "longest": round(sorted_[-1], 3)}


def _other(title: str) -> Any:
    for application in pyatspi.Registry.getDesktop(0):
        for window in application or ():
            if window is not None and window.name == title:
                return window
    return None


if __name__ == "__main__":
    sys.exit("This is a part of benchmarks/three_ways.py.")
