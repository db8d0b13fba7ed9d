"""Doing something once, after whatever leads to it has come to rest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Debounce(QTimer):
    """Each `start` begins the wait again; `call` is called once it is over, in the window's thread."""

    def __init__(self, milliseconds: int, call: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(milliseconds)
        self.timeout.connect(call)
