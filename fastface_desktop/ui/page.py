"""What the shell asks of a page."""

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """One screen, with an entry in the rail.

    Attributes:
        name: what `MainWindow.show_page` calls it; never translated.
        icon_name: a file in resources/icons.
        title: the word in the rail, translated.
    """

    name: str
    icon_name: str
    title: str

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")

    def takes(self, dropped: QMimeData) -> bool:
        """Whether something dropped anywhere on the window, or handed over by a second start, is for this page."""
        return False

    def take(self, dropped: QMimeData) -> None:
        """Uses what was dropped; called when `takes` said yes, after the page was shown."""

    def shown(self) -> None:
        """The page has become the one in view: set the focus where work begins."""
