"""A second start hands its files over and ends; a start while the window closes waits for the end and opens its own."""

import json
import os
import stat
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QProcessEnvironment
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from fastface_desktop import single_instance
from fastface_desktop.single_instance import SingleInstance, hand_over

ROOT = Path(__file__).resolve().parents[3]
WAIT = 60_000


@pytest.fixture
def first(home: Path, qtbot: QtBot) -> Generator[SingleInstance]:
    instance = SingleInstance()
    assert instance.listen()
    yield instance
    instance.close()


def start_again(*files: str, home: Path, folder: Path) -> QProcess:
    """What a second start does before it opens anything; says whether it was answered."""
    process = QProcess()
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("FASTFACE_HOME", str(home))
    environment.insert("PYTHONPATH", str(ROOT))
    process.setProcessEnvironment(environment)
    process.setWorkingDirectory(str(folder))
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from fastface_desktop.single_instance import hand_over; print(hand_over(sys.argv[1:]))"
    )
    process.start(sys.executable, ["-c", code, *files])
    return process


def answer(process: QProcess) -> str:
    return bytes(process.readAllStandardOutput().data()).decode().strip()


def test_a_second_start_hands_its_files_over(first: SingleInstance, home: Path, tmp_path: Path, qtbot: QtBot) -> None:
    process = start_again("a b.jpg", "/tmp/ü.png", home=home, folder=tmp_path)
    with qtbot.waitSignal(process.finished, timeout=WAIT), qtbot.waitSignal(first.started_again, timeout=WAIT) as heard:
        pass
    # Its folder is another one than ours.
    assert heard.args == [[str(tmp_path / "a b.jpg"), "/tmp/ü.png"]]
    assert answer(process) == "True"


def test_without_a_first_one_a_start_opens_its_own(home: Path, qtbot: QtBot) -> None:
    started = time.monotonic()
    assert not hand_over(["a.jpg"])
    assert time.monotonic() - started < 2


def test_another_home_is_another_program(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    other = tmp_path / "other"
    other.mkdir()
    process = start_again("a.jpg", home=other, folder=tmp_path)
    with qtbot.waitSignal(process.finished, timeout=WAIT):
        pass
    assert answer(process) == "False"


def test_a_start_while_the_window_closes_waits_for_its_end(
    first: SingleInstance, home: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first.stop_answering()
    heard: list[object] = []
    first.started_again.connect(heard.append)
    process = start_again("a.jpg", home=home, folder=tmp_path)
    qtbot.waitUntil(lambda: first.waiting == 1, timeout=WAIT)
    assert process.state() == QProcess.ProcessState.Running
    first.close()
    with qtbot.waitSignal(process.finished, timeout=WAIT):
        pass
    assert answer(process) == "False"
    assert heard == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes what a killed program leaves")
def test_what_a_killed_program_left_is_in_nobodys_way(home: Path, qtbot: QtBot) -> None:
    left = SingleInstance()
    assert left.listen()
    path = Path(left.path)
    kept = path.with_suffix(".kept")
    os.link(path, kept)
    left.close()
    kept.rename(path)
    second = SingleInstance()
    assert second.listen()
    second.close()


@pytest.mark.parametrize(
    "message", [b"nonsense\n", b"[]\n", b'{"files": 5, "token": ""}\n', b'{"files": ["a"]}\n', b"\xff\n"]
)
def test_nonsense_on_the_socket_does_no_harm(message: bytes, first: SingleInstance, qtbot: QtBot) -> None:
    heard: list[object] = []
    first.started_again.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(first.path)
    assert socket.waitForConnected(1000)
    with qtbot.waitSignal(socket.disconnected):
        socket.write(message)
    assert heard == []


def test_the_token_of_the_launcher_comes_along(
    first: SingleInstance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    socket = QLocalSocket()
    socket.connectToServer(first.path)
    assert socket.waitForConnected(1000)
    with qtbot.waitSignal(first.started_again):
        socket.write(json.dumps({"files": [], "token": "abc"}).encode() + b"\n")
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "abc"


def test_only_this_user_can_reach_it(first: SingleInstance) -> None:
    if sys.platform != "win32":
        assert Path(first.path).stat().st_mode & 0o077 == 0
    assert Path(single_instance.server_name()).name.startswith("fastface-")


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of POSIX")
def test_nobody_else_can_take_its_place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = SingleInstance()
    assert instance.listen()
    socket = Path(instance.path)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0
    instance.close()
    # A folder that others can write to, or that is somebody else's, is neither listened in nor talked to.
    loose = tmp_path / "loose"
    loose.mkdir(0o777)
    loose.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(loose))
    assert Path(single_instance.server_name()).parent != loose
    monkeypatch.setattr(single_instance, "server_name", lambda: str(loose / "socket"))
    other = QLocalServer()
    assert other.listen(str(loose / "socket"))
    assert not hand_over(["a.jpg"])
    assert not other.hasPendingConnections()
    assert not SingleInstance().listen()
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of POSIX")
def test_the_system_says_where_sockets_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Path(tempfile.mkdtemp())
    try:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        assert Path(single_instance.server_name()).parent == runtime
        monkeypatch.setenv("FASTFACE_HOME", str(tmp_path / ("long" * 50)))
        monkeypatch.setenv("XDG_RUNTIME_DIR", "")
        assert Path(single_instance.server_name()).parent == Path(tempfile.gettempdir()) / f"fastface-{os.getuid()}"
    finally:
        runtime.rmdir()
