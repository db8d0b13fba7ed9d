"""What the shell asks of a page, and the pages there are: each is built when it is first shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QWidget

from fastface_desktop.ui.shell.actions import Act
from fastface_desktop.ui.widgets.drop_mark import DropMark


class Page(QWidget):
    """One screen."""

    alone = False
    """It fills the window, without rail and status bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self._drop_mark: DropMark | None = None

    def takes(self, dropped: QMimeData) -> bool:
        """Whether something dropped anywhere on the window, or handed over by a second start, is for this page."""
        return False

    def take(self, dropped: QMimeData) -> None:
        """Uses what was dropped; called when `takes` said yes, after the page was shown."""

    def set_over(self, over: bool) -> None:
        """Something that the page takes is over it, or no more. A page with a field for it shows that instead."""
        if self._drop_mark is None:
            self._drop_mark = DropMark(self)
        self._drop_mark.show_words(self.drop_words() if over else "")

    @property
    def drop_words_shown(self) -> str:
        """What is said over the page now; empty for nothing."""
        return self._drop_mark.words if self._drop_mark is not None else ""

    def drop_words(self) -> str:
        """What letting go does, in a sentence."""
        return self.tr("Let go to use it here")

    # What comes to a page that accepts drops; of others the shell takes care.

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if self.takes(event.mimeData()):
            self.set_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent, /) -> None:
        self.set_over(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent, /) -> None:
        self.set_over(False)
        event.acceptProposedAction()
        self.take(event.mimeData())

    def paste(self) -> None:
        """What is on the clipboard, as if it were dropped."""
        content = QGuiApplication.clipboard().mimeData()
        # A system without a clipboard gives none.
        if content and self.takes(content):
            self.take(content)

    def why_no_paste(self) -> str:
        """Empty where something can be pasted."""
        content = QGuiApplication.clipboard().mimeData()
        return "" if content and self.takes(content) else self.tr("Nothing on the clipboard can be used here")

    def shown(self) -> None:
        """The page has become the one in view: set the focus where work begins."""

    def acts(self) -> Mapping[str, Act]:
        """What the page does for its actions in `ui.actions.ACTIONS`: `{"gallery.trash": Act(self.trash)}`.

        The shell makes their shortcuts when the page is built; the page makes none of its own for them.
        """
        return {}

    def keep(self) -> object:
        """What is in the page and in no state, before it is built again in another language."""
        return [_written(field) for field in self._fields()]

    def put_back(self, kept: object) -> None:
        """What `keep` of the page before gave. Nothing that was typed is lost."""
        fields, texts = self._fields(), cast("list[str]", kept)
        if len(texts) == len(fields):
            for field, text in zip(fields, texts, strict=True):
                if _written(field) != text:
                    field.setText(text) if isinstance(field, QLineEdit) else field.setPlainText(text)

    def _fields(self) -> list[QLineEdit | QPlainTextEdit]:
        """Those that are written in, in the order of building. What holds a number is shown by its state."""
        found = [*self.findChildren(QLineEdit), *self.findChildren(QPlainTextEdit)]
        return [one for one in found if not one.isReadOnly() and not isinstance(one.parent(), QAbstractSpinBox)]


def _written(field: QLineEdit | QPlainTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page as the rail knows it.

    Attributes:
        name: what `MainWindow.show_page` calls it; never translated.
        icon_name: a file in resources/icons.
        title: the word in the rail, translated.
        build: makes the page. It is called once, when the page is first needed, so that the window need not wait.
        in_rail: whether it has a place in the rail; else the menu, a key or the palette leads to it.
    """

    name: str
    icon_name: str
    title: str
    build: Callable[[], Page]
    in_rail: bool = True
    at_foot: bool = False
    """It is at the rail's lower end, before the menu."""


class Pages(Mapping[str, Page]):
    """All pages by their names, in the rail's order. Looking one up builds it."""

    def __init__(self, entries: Sequence[PageEntry], built: Callable[[Page], object]) -> None:
        """`built` is called with each page that was just made."""
        self._entries = {entry.name: entry for entry in entries}
        self._pages: dict[str, Page] = {}
        self._tell = built

    def __getitem__(self, name: str) -> Page:
        if name not in self._pages:
            self._pages[name] = self._entries[name].build()
            self._tell(self._pages[name])
        return self._pages[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def built(self) -> dict[str, Page]:
        """Those that were built."""
        return dict(self._pages)

    def name_of(self, page: Page) -> str:
        """The name of a page that is built."""
        return next(name for name, one in self._pages.items() if one is page)
