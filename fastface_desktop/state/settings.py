"""The settings as the window sees them: they tell when one changes, and keep themselves."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from fastface_core.settings import AppSettings, file_content, read_settings, settings_file
from fastface_desktop.state.saver import Saver


class Settings(QObject):
    """`values` holds all of them."""

    changed = Signal(str)

    def __init__(self, saver: Saver, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._saver = saver
        self._file = settings_file()
        self._values = read_settings(self._file)

    @property
    def values(self) -> AppSettings:
        return self._values

    def change(self, **values: Any) -> None:
        """Sets some of them, which are soon on the disk.

        Raises:
            pydantic.ValidationError: a value is not allowed; nothing is changed.
            AttributeError: there is no such setting.
        """
        before = {name: getattr(self._values, name) for name in values}
        if values == before:
            return
        # model_copy does not validate.
        self._values = AppSettings.model_validate({**self._values.model_dump(), **values})
        self._saver.put(self._file, file_content(self._values))
        for name, value in before.items():
            if getattr(self._values, name) != value:
                self.changed.emit(name)
