"""One window a person: a second start hands its files to the first one and ends.

The first start listens on a local socket in a folder that is for this user alone, so that nobody else can listen in its
place. Its name depends on the folder of the user's data, so that two homes are two programs.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from fastface_core.bounded import parsed
from fastface_core.errors import StorageError
from fastface_core.files import make_folder, make_private
from fastface_core.paths import data_folder

_CONNECTING = 300
_ANSWERING = 4000
"""Milliseconds. A first window that does not answer for so long is no longer one."""
_TAKEN = b"taken\n"
_LONGEST = 1 << 22
_LONGEST_FOLDER = 60
"""Bytes of a folder's path: that of a socket ends at 104 (macOS), and Qt needs some for a name in between."""
# What a launcher gives to the program that it starts, so that its window may come to the front (Wayland).
_TOKEN = "XDG_ACTIVATION_TOKEN"


def server_name() -> str:
    """Of the socket of this user's program with this home: on POSIX an absolute path."""
    home = str(data_folder().absolute())
    if sys.platform == "win32":
        user = os.environ.get("USERNAME", "")
        return "fastface-" + hashlib.sha256(f"{home}\0{user}".encode()).hexdigest()[:20]
    name = hashlib.sha256(home.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    return str(_folder() / f"fastface-{name}")


def _folder() -> Path:
    """A folder of this user that nobody else can write to, and whose path is short enough for a socket's."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and len(os.fsencode(runtime)) < _LONGEST_FOLDER and _is_own(Path(runtime)):  # noqa: PTH117
        return Path(runtime)
    data = data_folder().absolute()
    if len(os.fsencode(data)) < _LONGEST_FOLDER:
        with suppress(StorageError):
            make_folder(data)
            make_private(data)
            if _is_own(data):
                return data
    return Path(tempfile.gettempdir()) / f"fastface-{os.getuid()}"


def _is_own(folder: Path) -> bool:
    """Whether a folder is this user's, and nobody else can do anything in it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def hand_over(files: Sequence[str]) -> bool:
    """Gives the files to the window that is open already, which comes to the front.

    Where that window is just being closed, this waits for its end.

    Returns:
        False when there is no such window, and this start opens its own.
    """
    name = server_name()
    if not _is_ours(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_CONNECTING):
        return False
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # otherwise Windows only lets the taskbar blink
    message = {"files": [str(Path(file).absolute()) for file in files], "token": os.environ.get(_TOKEN, "")}
    socket.write(json.dumps(message).encode() + b"\n")
    socket.flush()
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(_ANSWERING):
        answer += bytes(socket.readAll().data())
    return answer == _TAKEN


def _is_ours(name: str) -> bool:
    """Whether the listener of a name can only be this user: asked before anything is sent."""
    if sys.platform == "win32":
        return True  # a pipe that Qt makes for its user lets nobody else in
    path = Path(name)
    try:
        return _is_own(path.parent) and path.lstat().st_uid == os.getuid()
    except OSError:
        return False


class SingleInstance(QObject):
    """Listens for later starts, from `listen` until the process ends or `close`."""

    started_again = Signal(list)
    """Absolute paths of the files that the program was started with again; often none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closing = False
        self._heard: dict[QLocalSocket, bytes] = {}
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connect)

    def listen(self) -> bool:
        """False where the system allows no local socket: the program then works, but can be opened twice."""
        name = server_name()
        if sys.platform != "win32":
            folder = Path(name).parent
            with suppress(OSError):
                folder.mkdir(0o700, exist_ok=True)
            if not _is_own(folder):
                return False
        if self._server.listen(name):
            return True
        # The socket of a program that was killed, as nobody answered on it.
        QLocalServer.removeServer(name)
        return self._server.listen(name)

    @property
    def path(self) -> str:
        """Where the socket is."""
        return self._server.fullServerName()

    @property
    def waiting(self) -> int:
        """How many starts wait for an answer or for the end."""
        return len(self._heard)

    def stop_answering(self) -> None:
        """From here on a second start waits for the end of this process, and then opens its own window."""
        self._closing = True

    def close(self) -> None:
        self._server.close()
        for socket in list(self._heard):
            socket.abort()

    def _connect(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._heard[socket] = b""
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._forget)
            self._hear(socket)

    def _read(self) -> None:
        self._hear(self.sender())

    def _hear(self, socket: QObject) -> None:
        assert isinstance(socket, QLocalSocket)
        heard = self._heard[socket] = self._heard.get(socket, b"") + bytes(socket.readAll().data())
        if len(heard) > _LONGEST:
            socket.abort()
        if not heard.endswith(b"\n") or self._closing:
            return
        try:
            message = cast(Any, parsed(heard))
            files = [str(file) for file in list(message["files"])]
            token = str(message["token"])
        except (ValueError, KeyError, TypeError, RecursionError):
            socket.abort()
            return
        if token:
            os.environ[_TOKEN] = token
        socket.write(_TAKEN)
        socket.flush()
        self.started_again.emit(files)

    def _forget(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._heard.pop(socket, None)
            socket.deleteLater()
