"""The page Settings: a list of sections on the left, the chosen one on the right."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.preferences.fields import Setting
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.scrolling import scroller

_FIELDS = (QLineEdit, QComboBox, QCheckBox)
"""What changes something and is outside of a `Setting`."""
_LIST = 200
_NARROW = 500
"""So many pixels beside the list, at the usual size of text, are needed for words and controls beside one another."""
_LEAST = 340
"""With less than so many beside it, the list gives way to a menu above the section."""


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section; `build` makes it when it is first shown."""

    name: str
    title: str
    build: Callable[[], Section]


class SectionList(QFrame):
    """Arrow keys walk through it; Tab goes on to the section."""

    chosen = Signal(str)

    def __init__(self, entries: list[SectionEntry], theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "controls")
        self.setAccessibleName(self.tr("Sections"))
        self._names = [entry.name for entry in entries]
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        whole = column(PageHead(self.tr("Settings"), theme), of=self)
        stack = QVBoxLayout()
        stack.setContentsMargins(Space.M, 0, Space.M, Space.M)
        stack.setSpacing(Space.XS)
        whole.addLayout(stack, 1)
        for number, entry in enumerate(entries):
            button = QPushButton(entry.title)
            button.setProperty("kind", "entry")
            button.setCheckable(True)
            button.setAccessibleName(entry.title)
            button.setToolTip(self.tr("Show: {section}").format(section=entry.title))
            self._group.addButton(button, number)
            self.buttons[entry.name] = button
            stack.addWidget(button)
        stack.addStretch()
        self._group.idClicked.connect(self._clicked)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

    def choose(self, name: str) -> None:
        self.buttons[name].setChecked(True)

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._names[number])

    def _fit(self) -> None:
        for button in self.buttons.values():
            button.ensurePolished()
        self.setFixedWidth(max(self._theme.px(_LIST), self.minimumSizeHint().width()))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        button = self.buttons[self._names[(self._group.checkedId() + step) % len(self._names)]]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()


@dataclass(frozen=True, slots=True)
class _Kept:
    """Attributes:
    name: of the section in view; built: of those that were opened.
    fields: of `Page.keep`.
    focused: the place of the widget with the focus among those of the section.
    """

    name: str
    built: tuple[str, ...]
    fields: object
    scrolled: int
    focused: int | None


class PreferencesPage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""

    def __init__(self, sections: list[SectionEntry], *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries = {entry.name: entry for entry in sections}
        self.sections: dict[str, Section] = {}
        self.name = ""
        self._focus_next: QWidget | None = None
        self._stacked = False
        self.list = SectionList(sections, theme)
        self.list.chosen.connect(self.show_section)
        self.menu = CalmCombo(
            self.tr("Sections"),
            self.tr("Choose a section"),
            [(entry.name, entry.title, "") for entry in sections],
        )
        self.menu.picked.connect(self.show_section)
        self._head = PageHead(self.tr("Settings"), theme)
        self._head.add(self.menu)
        self._head.hide()
        self._column_of = QWidget()
        self._column_of.setMaximumWidth(theme.px(Size.COLUMN) + 2 * Space.XL)
        self._column = QVBoxLayout(self._column_of)
        # The section's title is in one line with the page's.
        self._column.setContentsMargins(Space.XL, Space.M + 2, Space.XL, Space.XL)
        self._column.addStretch()
        content = QWidget()
        content.setProperty("kind", "scrolled")
        inner = QHBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._column_of, 100)
        inner.addStretch(1)
        self.scroller = scroller(content, sideways=True)
        beside = QVBoxLayout()
        beside.addWidget(self._head)
        beside.addWidget(self.scroller, 1)
        row(self.list, filling(beside), of=self)
        theme.changed.connect(self._fit)
        self.show_section(sections[0].name)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._column_of.setMaximumWidth(self._theme.px(Size.COLUMN) + 2 * Space.XL)
        beside = self.width() - self.list.maximumWidth()
        compact = beside < self._theme.px(_LEAST)
        if compact == self._head.isHidden():
            focused = self.list.isAncestorOf(self.focusWidget() or self) or self.menu.hasFocus()
            self.list.setHidden(compact)
            self._head.setVisible(compact)
            if focused:
                self._chooser.setFocus(Qt.FocusReason.OtherFocusReason)
        stacked = beside < self._theme.px(_NARROW)
        if stacked != self._stacked:
            self._stacked = stacked
            self._stack()

    def _stack(self) -> None:
        for setting in self.findChildren(Setting):
            setting.set_stacked(self._stacked)

    def show_section(self, name: str) -> None:
        """Brings a section into view.

        Raises:
            KeyError: there is no section of that name.
        """
        self.list.choose(name)
        self.menu.choose(name)
        if name not in self.sections:
            self._build_section(name)
        for one, section in self.sections.items():
            section.setVisible(one == name)
        if name != self.name:
            self.name = name
            self.scroller.verticalScrollBar().setValue(0)
        self.sections[name].shown()

    def build_next(self) -> bool:
        """Builds a section that was not shown yet, so that its settings can be found; False where all are built."""
        name = next((name for name in self._entries if name not in self.sections), None)
        if name is not None:
            self._build_section(name).hide()
        return name is not None

    def found(self) -> list[tuple[str, str, str, QWidget]]:
        """The settings of the sections that are there: the section's name, its title, the setting's, and what it is."""
        found: list[tuple[str, str, str, QWidget]] = []
        for name, section in self.sections.items():
            settings = section.findChildren(Setting)
            named: dict[str, QWidget] = {one.title.text(): one for one in settings}
            for kind in _FIELDS:
                for field in section.findChildren(kind):
                    if not any(one.isAncestorOf(field) for one in settings):
                        named.setdefault(field.accessibleName(), field)
            found += [(name, self._entries[name].title, title, one) for title, one in named.items() if title]
        return found

    def show_setting(self, name: str, setting: QWidget) -> None:
        """Brings a setting into view, with the focus on what changes it."""
        self.show_section(name)
        self._focus_next = next(
            (one for one in (setting, *setting.findChildren(QWidget)) if one.focusPolicy() & Qt.FocusPolicy.TabFocus),
            None,
        )
        self.shown()
        self.scroller.ensureWidgetVisible(setting, 0, Space.HUGE)

    def _build_section(self, name: str) -> Section:
        section = self._entries[name].build()
        section.said.connect(self.said)
        self.sections[name] = section
        self._column.insertWidget(0, section)
        self._stack()
        return section

    @property
    def _chooser(self) -> QWidget:
        """What brings another section into view."""
        return self.menu if self.menu.isVisibleTo(self) else self.list.buttons[self.name]

    def shown(self) -> None:
        focus, self._focus_next = self._focus_next or self._chooser, None
        focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sections[self.name].shown()

    def keep(self) -> object:
        parts = self.sections[self.name].findChildren(QWidget)
        focus = self.window().focusWidget()
        focused = next((place for place, part in enumerate(parts) if part is focus), None)
        return _Kept(
            self.name, tuple(self.sections), super().keep(), self.scroller.verticalScrollBar().value(), focused
        )

    def put_back(self, kept: object) -> None:
        if not isinstance(kept, _Kept):
            return
        for one in (*kept.built, kept.name):
            self.show_section(one)
        super().put_back(kept.fields)
        self.scroller.verticalScrollBar().setValue(kept.scrolled)
        parts = self.sections[kept.name].findChildren(QWidget)
        if kept.focused is not None and kept.focused < len(parts):
            self._focus_next = parts[kept.focused]
