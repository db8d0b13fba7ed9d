"""The page of help: first steps, the words that are used, and every shortcut, to be searched."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fastface_desktop.ui.help.content import Chapter, Topic, chapters
from fastface_desktop.ui.shell.action_list import Action
from fastface_desktop.ui.shell.actions import Actions, key_text
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, label
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.scrolling import scroller

_SEARCH = 240


class _Topic(QWidget):
    def __init__(self, topic: Topic) -> None:
        super().__init__()
        self.words = f"{topic.title} {topic.text}".casefold()
        whole = column(label(topic.title, "strong", wrap=True), gap=Space.XS, of=self)
        text = label(topic.text, "secondary", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        whole.addWidget(text)


class _Shortcut(QWidget):
    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self.words = f"{title} {keys}".casefold()
        line = row(filling(label(title, wrap=True), 3), gap=Space.L, of=self)
        shown = label(keys, "secondary")
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(shown, 2)


class _Part(QWidget):
    """A chapter: its title over a card."""

    def __init__(self, title: str, entries: list[_Topic] | list[_Shortcut], gap: int) -> None:
        super().__init__()
        self.entries: list[_Topic | _Shortcut] = [*entries]
        whole = column(label(title, "heading"), gap=Space.S, of=self)
        card = Card(margin=Space.L)
        card.column.setSpacing(gap)
        for entry in self.entries:
            card.column.addWidget(entry)
        whole.addWidget(card)

    def show_matching(self, words: list[str]) -> int:
        """Shows what has all the words in it; returns how many that are."""
        found = 0
        for entry in self.entries:
            fits = all(word in entry.words for word in words)
            entry.setVisible(fits)
            found += fits
        self.setVisible(found > 0)
        return found


class HelpPage(Page):
    def __init__(self, *, theme: Theme, actions: Actions, language: str) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the help"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setToolTip(self.tr("Shows what has all these words in it"))
        self.search.textChanged.connect(self._find)
        self.nothing = label(self.tr("The help says nothing about that. Try another word."), "secondary", wrap=True)
        self.nothing.hide()
        self._parts = [self._chapter(chapter) for chapter in chapters(language)]
        self._shortcuts = QVBoxLayout()
        self._shortcuts.setSpacing(Space.XL)
        self._build()
        self._show_shortcuts()
        actions.changed.connect(self._show_shortcuts)

    @property
    def parts(self) -> list[_Part]:
        """Chapters, then the shortcuts of each page."""
        return [*self._parts, *self._keys]

    def _chapter(self, chapter: Chapter) -> _Part:
        return _Part(chapter.title, [_Topic(topic) for topic in chapter.topics], Space.L)

    def _build(self) -> None:
        head = PageHead(self.tr("Help"), self._theme)
        self.search.setFixedWidth(self._theme.px(_SEARCH))
        head.add(self.search)
        column_of = QWidget()
        column_of.setProperty("kind", "scrolled")
        column_of.setMaximumWidth(self._theme.px(Size.COLUMN + Size.CONTROLS))
        column(
            self.nothing,
            *self._parts,
            self._shortcuts,
            REST,
            margins=(Space.XL, Space.XS, Space.XL, Space.XL),
            gap=Space.XL,
            of=column_of,
        )
        self.scroller = scroller(column_of)
        self.scroller.setAccessibleName(self.tr("Help"))
        self.scroller.setToolTip(self.tr("Arrow keys scroll"))
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column(head, filling(self.scroller), of=self)

    def _show_shortcuts(self) -> None:
        while (item := self._shortcuts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        by_place: dict[str, list[_Shortcut]] = {}
        for action in self._actions.all():
            if keys := self._keys_of(action):
                place = self._actions.scope_title(action)
                by_place.setdefault(place, []).append(_Shortcut(self._actions.title(action), keys))
        self._keys = [
            _Part(self.tr("Shortcuts: {place}").format(place=place), entries, Space.S)
            for place, entries in by_place.items()
        ]
        for part in self._keys:
            self._shortcuts.addWidget(part)
        self._find(self.search.text())

    def _keys_of(self, action: Action) -> str:
        return ", ".join(dict.fromkeys(key_text(key) for key in self._actions.keys(action.id)))

    def _find(self, wanted: str) -> None:
        words = wanted.casefold().split()
        found = sum(part.show_matching(words) for part in self.parts)
        self.nothing.setVisible(not found)

    def shown(self) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
