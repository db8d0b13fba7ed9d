"""Closing the window ends the program, whatever it is doing: everything, soon, and in order."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.closing import STATES

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 3.0
"""Seconds that may pass until the process has ended. What it works itself is counted, and not for how long a busy
machine lets it wait; `benchmarks/window.py` times what a person sees."""


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FASTFACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=280)


def test_closing_while_the_libraries_are_imported_ends_everything(home: Path) -> None:
    for _ in range(2):  # a process imports them once
        check_closing(["importing"], home)


@pytest.mark.slow
def test_closing_in_any_other_state_ends_everything(home: Path) -> None:
    check_closing([state for state in STATES if state != "importing" for _ in range(2)], home)


def check_closing(states: list[str], home: Path) -> None:
    done = run("-m", "tests.desktop.closing", str(ROOT / "examples" / "portrait.jpg"), *states, home=home)
    assert done.returncode == 0, done.stderr
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert [found["state"] for found in rounds] == states
    for found in rounds:
        state = found["state"]
        met = {"idle": "ready", "error": "failed", "generating": "working"}.get(state, state)
        assert found["closed_in"] == met
        assert found["worked"] < LONGEST
        assert found["whole"]
        assert found["engine_ended"]
        assert found["threads"] == []
    # Qt says it when a thread is destroyed while it runs.
    assert "QThread" not in done.stderr


def test_a_signal_closes_the_window_in_order(home: Path) -> None:
    """A session of the desktop that ends, or Ctrl-C in a terminal."""
    code = (
        "import os, signal, sys; from PySide6.QtCore import QTimer; from fastface_desktop import app\n"
        "show = app.Desktop.show\n"
        "def shown(self, files=()):\n"
        "    show(self, files)\n"
        "    self.settings.change(theme='dark')\n"
        "    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.{name}))\n"
        "app.Desktop.show = shown\n"
        "print('ended', app.run())"
    )
    for name in ("SIGINT", "SIGTERM"):
        if name == "SIGTERM" and sys.platform == "win32":
            continue
        assert hasattr(signal, name)
        done = run("-c", code.replace("{name}", name), home=home)
        assert done.stdout.strip() == "ended 0", done.stderr
        assert json.loads((home / "data" / "settings.json").read_text(encoding="utf-8"))["theme"] == "dark"
        (home / "data" / "settings.json").unlink()
