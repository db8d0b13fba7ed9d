"""The way from one page to another, and the short messages, whichever window there is."""

from collections.abc import Callable
from typing import TypeVar

from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.shell.window import MainWindow

P = TypeVar("P", bound=Page)


class Navigator:
    """Knows the window once it is there; pages are made before it."""

    def __init__(self) -> None:
        self.window: MainWindow | None = None

    def go(self, page: str) -> None:
        """Shows a page, which is made where it was not yet."""
        self._window.show_page(page)

    def page(self, name: str, kind: type[P]) -> P:
        """A page, which is made where it was not yet; it stays where it is."""
        page = self._window.pages[name]
        assert isinstance(page, kind)
        return page

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """A short message, with what takes it back."""
        self._window.toasts.show(text, undo)

    def keep(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """No message, but something that can be taken back."""
        self._window.toasts.keep(text, undo)

    def refresh_palette(self) -> None:
        """The palette finds more than when something was typed into it."""
        self._window.palette_box.refresh()

    @property
    def _window(self) -> MainWindow:
        assert self.window is not None
        return self.window
