"""One window a person: a second start hands its files to the first one and ends.

The first start listens on a local socket that only this user can reach. Its name depends on the folder of the user's
data, so that two homes are two programs.
"""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from fastface_core.paths import data_folder

_CONNECTING = 300
_ANSWERING = 4000
"""Milliseconds. A first window that does not answer for so long is no longer one."""
_TAKEN = b"taken\n"
_LONGEST = 1 << 22
# What a launcher gives to the program that it starts, so that its window may come to the front (Wayland).
_TOKEN = "XDG_ACTIVATION_TOKEN"


def server_name() -> str:
    """Of the socket of this user's program with this home."""
    home = str(data_folder().absolute())
    return "fastface-" + hashlib.sha256(f"{home}\0{_user()}".encode()).hexdigest()[:20]


def _user() -> str:
    return str(os.getuid()) if sys.platform != "win32" else os.environ.get("USERNAME", "")


def hand_over(files: Sequence[str]) -> bool:
    """Gives the files to the window that is open already, which comes to the front.

    Where that window is just being closed, this waits for its end.

    Returns:
        False when there is no such window, and this start opens its own.
    """
    socket = QLocalSocket()
    socket.connectToServer(server_name())
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
        if self._server.listen(server_name()):
            return True
        # The socket of a program that was killed, as nobody answered on it.
        QLocalServer.removeServer(server_name())
        return self._server.listen(server_name())

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
            message = json.loads(heard)
            files = [str(file) for file in list(message["files"])]
            token = str(message["token"])
        except (ValueError, KeyError, TypeError):
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
