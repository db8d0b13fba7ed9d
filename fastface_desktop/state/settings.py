"""The settings as the window sees them: they tell when one changes, and keep themselves."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fastface_core.errors import StorageError
from fastface_core.settings import AppSettings, read_settings, write_settings

_CALM = 300
"""Milliseconds: moving the window is one writing, not hundreds."""


class Settings(QObject):
    """`values` holds all of them. Changes are written a moment later, and at the latest by `save`."""

    changed = Signal(str)
    failed = Signal(object)
    """A `StorageError`: the settings cannot be kept. Told once."""

    def __init__(self, values: AppSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values = read_settings() if values is None else values
        self._told = False
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self.save)

    def set(self, name: str, value: Any) -> None:
        """Changes one setting.

        Raises:
            pydantic.ValidationError: the value is not allowed.
            AttributeError: there is no such setting.
        """
        if getattr(self.values, name) == value:
            return
        # model_copy does not validate.
        self.values = AppSettings.model_validate({**self.values.model_dump(), name: value})
        self._calm.start()
        self.changed.emit(name)

    def save(self) -> None:
        """Writes what has changed."""
        self._calm.stop()
        try:
            write_settings(self.values)
        except StorageError as error:
            if not self._told:
                self._told = True
                self.failed.emit(error)
