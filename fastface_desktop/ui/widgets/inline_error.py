"""An error where it happened: one sentence, the next step, and what to send to somebody who can help."""

import platform
import traceback

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from fastface_core import __version__
from fastface_core.errors import FastFaceError
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.hold import Hold
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row


def details(error: BaseException) -> str:
    """What helps somebody else to understand an error: in English, with the trace of what caused it."""
    lines = [f"FastFace Desktop {__version__}", f"{platform.platform()}, Python {platform.python_version()}"]
    if isinstance(error, FastFaceError):
        lines += [f"{type(error).__name__}: {error.message}", error.hint]
    if error.__cause__ is not None or not isinstance(error, FastFaceError):
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    return "\n".join(lines)


class IconLabel(QLabel):
    """An icon that is no button."""

    def __init__(self, name: str, colour: str, theme: Theme, *, size: int = Size.ICON) -> None:
        super().__init__()
        self._name, self._colour, self._theme, self._size = name, colour, theme, size
        theme.changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str, colour: str) -> None:
        """Another icon, or the same in another token's colour."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self._draw()

    def _draw(self) -> None:
        size = self._theme.px(self._size)
        self.setPixmap(
            icons.pixmap(self._name, self._theme.colour(self._colour).name(), size, self.devicePixelRatioF())
        )


class InlineError(QFrame):
    """Takes no room until there is something to say."""

    closed = Signal()
    came = Signal()
    """It is in view now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "error")
        self.error: FastFaceError | None = None
        self._copyable = True
        self._hold = Hold(self, self._apply)
        self.message = label(role="strong", wrap=True)
        self.hint = label(role="secondary", wrap=True)
        for text in (self.message, self.hint):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = button(
            self.tr("Copy details"), self.tr("Copy the error and what led to it, to send it to somebody"), "link"
        )
        self.copy_button.clicked.connect(self.copy_details)
        self.close_button = IconButton("close", self.tr("Close this message"), theme)
        self.close_button.clicked.connect(self._close)

        words = column(self.message, self.hint, aligned(self.copy_button, Qt.AlignmentFlag.AlignLeft), gap=Space.XS)
        row(
            aligned(IconLabel("error", "bad", theme), Qt.AlignmentFlag.AlignTop),
            filling(words),
            aligned(self.close_button, Qt.AlignmentFlag.AlignTop),
            margins=(Space.M, Space.M, Space.S, Space.S),
            gap=Space.S,
            of=self,
        )
        self.hide()

    def show_error(self, error: FastFaceError, *, copyable: bool = True) -> None:
        """Args:
        copyable: False for what the user only has to fill in, where there is nothing to send to anybody.
        """
        self.error, self._copyable = error, copyable
        self._hold.ask()

    def clear(self) -> None:
        self.error = None
        self._hold.ask()

    def _apply(self) -> None:
        """Shows what holds now; while a mouse button is down nothing is pushed."""
        error = self.error
        if error is None:
            self.hide()
            return
        self.copy_button.setVisible(self._copyable)
        self.message.setText(translated(error.message))
        self.hint.setText(translated(error.hint))
        self.setAccessibleName(f"{self.message.text()} {self.hint.text()}")
        self.copy_button.setText(self.tr("Copy details"))
        self.show()
        self.came.emit()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def copy_details(self) -> None:
        if self.error is not None:
            QGuiApplication.clipboard().setText(details(self.error))
            self.copy_button.setText(self.tr("Copied"))

    def _close(self) -> None:
        self.clear()
        self.closed.emit()
