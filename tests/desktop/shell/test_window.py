"""The program opens its window, loads nothing heavy, and says in one sentence why it cannot open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core import __version__
from fastface_desktop.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("torch", "diffusers", "transformers", "peft", "accelerate", "insightface", "onnxruntime", "cv2", "numpy")


def start(*arguments: str, code: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(["-c", code] if code else ["-m", "fastface_desktop"]), *arguments]
    environment = {**os.environ, **changes}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, cwd=ROOT)


def test_it_opens_and_closes_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from fastface_desktop.__main__ import main; status = main(['--exit-after-show']); "
        f"print(status, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = start(code=code)
    assert done.stdout.strip() == "0 []"
    assert done.stderr == ""


def test_opening_and_closing_takes_little_more_work_than_an_empty_window() -> None:
    """What the processes work themselves counts, and only beside one another: a busy machine slows both."""
    whole = "from fastface_desktop.__main__ import main; main(['--exit-after-show'])"
    empty = (
        "import json, sqlite3, pydantic; from PySide6.QtWidgets import QApplication, QMainWindow; "
        "app = QApplication([]); window = QMainWindow(); window.show(); app.processEvents()"
    )
    rounds = [[work(code) for code in (whole, empty)] for _ in range(3)]
    # About 4.8 on a quiet machine, where an empty window takes 0.13 s.
    assert min(ours for ours, _ in rounds) < 6 * min(theirs for _, theirs in rounds)


def work(code: str) -> float:
    """Seconds that a process works, with its modules compiled as those of an installed program are."""
    code = f"import time; {code}; print(time.process_time())"
    return float(start(code=code, PYTHONDONTWRITEBYTECODE="").stdout)


def test_the_engine_begins_once_the_window_is_drawn() -> None:
    code = (
        "import asyncio, sys, qasync; from fastface_desktop import app as program\n"
        "app = program.application(); runner = asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app))\n"
        "runner.get_loop(); desktop = program.Desktop(app); seen = []\n"
        "desktop.show()\n"
        "drawn = lambda: seen.append((desktop.thread_of_engine.isRunning(), 'torch' in sys.modules))\n"
        "program.FirstPaint(desktop.window, drawn)\n"
        "desktop.thread_of_engine.started.connect(app.quit); app.exec()\n"
        "seen.append(desktop.thread_of_engine.isRunning()); print(seen, runner.run(desktop.end()))"
    )
    done = start(code=code)
    assert done.stdout.strip() == "[(False, False), True] True", done.stderr


def test_version() -> None:
    assert start("--version").stdout.strip() == f"FastFace Desktop {__version__}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_no_screen_is_one_sentence_and_a_next_step() -> None:
    done = start(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no screen to open a window on. Start it")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ModuleNotFoundError("No module named 'PySide6'", name="PySide6"), "The window needs PySide6"),
        (
            ImportError("libEGL.so.1: cannot open shared object file: No such file or directory"),
            "Qt cannot start, because the system lacks libEGL.so.1.",
        ),
    ],
)
def test_missing_qt_is_one_sentence_and_a_next_step(
    error: ImportError, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "fastface_desktop.app":
                raise error

    monkeypatch.delitem(sys.modules, "fastface_desktop.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    assert main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_a_bug_while_importing_is_not_taken_for_missing_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "fastface_desktop.app":
                raise ModuleNotFoundError("No module named 'nothing'", name="nothing")

    monkeypatch.delitem(sys.modules, "fastface_desktop.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(ModuleNotFoundError, match="nothing"):
        main([])
