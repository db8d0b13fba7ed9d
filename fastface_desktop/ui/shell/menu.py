"""The menu at the foot of the rail: how the program looks and speaks, and what helps."""

from collections.abc import Sequence
from functools import partial
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from fastface_core import __version__
from fastface_core.settings import Appearance, AppSettings, Language
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.shell.actions import Actions, bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size

TEXT_SCALES = (1.0, 1.25, 1.5, 2.0)


class MenuButton(QToolButton):
    help_wanted = Signal()
    palette_wanted = Signal()
    first_run_wanted = Signal()
    diagnostics_wanted = Signal()
    quit_wanted = Signal()
    batch_wanted = Signal()
    page_wanted = Signal(str)
    """A page for which the rail has no room."""

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setProperty("kind", "rail")
        self.setText(self.tr("More"))
        self.setToolTip(self.tr("Appearance, language, help"))
        bind_action(self, "window.menu")
        self.setAccessibleName(self.tr("More"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        icons.bind(self, "more", theme, "secondary", size=Size.ICON)

        menu = self._menu = QMenu(self)
        self._pages: list[QAction] = []
        appearance = {"system": self.tr("As the system"), "dark": self.tr("Dark"), "light": self.tr("Light")}
        self._choice(menu, "theme", {mode: appearance[mode] for mode in get_args(Appearance)}, self.tr("Appearance"))
        scales = {scale: f"{scale * 100:.0f} %" for scale in TEXT_SCALES}
        self._choice(menu, "text_scale", scales, self.tr("Text size"))
        names = {"system": self.tr("As the system"), "en": "English", "de": "Deutsch"}
        self._choice(menu, "language", {name: names[name] for name in get_args(Language)}, self.tr("Language"))
        menu.addSeparator()
        batch = menu.addAction(self.tr("Batch…"))
        batch.triggered.connect(self.batch_wanted)
        find = menu.addAction(self.tr("Find an action"))
        find.triggered.connect(self.palette_wanted)
        help_action = menu.addAction(self.tr("Help"))
        help_action.triggered.connect(self.help_wanted)
        self._with_keys = {"window.batch": batch, "window.palette": find, "window.help": help_action}
        menu.addAction(self.tr("First steps")).triggered.connect(self.first_run_wanted)
        menu.addAction(self.tr("Diagnostics")).triggered.connect(self.diagnostics_wanted)
        leave = menu.addAction(self.tr("Quit"))
        leave.setShortcut(QKeySequence(QKeySequence.StandardKey.Quit))
        leave.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here; the window has the shortcut
        leave.triggered.connect(self.quit_wanted)
        menu.addSeparator()
        about = menu.addAction(self.tr("About FastFace {version}").format(version=__version__))
        about.triggered.connect(self.diagnostics_wanted)
        self.setMenu(menu)

    def offer_pages(self, pages: Sequence[tuple[str, str]]) -> None:
        """Names and titles of pages for which the rail has no room: they come first in the menu."""
        for old in self._pages:
            self._menu.removeAction(old)
            old.deleteLater()
        first = next(iter(self._menu.actions()), None)
        self._pages = []
        for name, title in pages:
            action = QAction(title, self._menu)
            action.triggered.connect(partial(self.page_wanted.emit, name))
            self._pages.append(action)
        if self._pages:
            line = QAction(self._menu)
            line.setSeparator(True)
            self._pages.append(line)
        self._menu.insertActions(first, self._pages) if first is not None else self._menu.addActions(self._pages)

    def show_keys(self, actions: Actions) -> None:
        """The keys of what the menu does as well, as they are now."""
        for id, action in self._with_keys.items():
            action.setShortcuts([QKeySequence(key) for key in actions.keys(id)])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _choice(
        self, menu: QMenu, name: str, texts: dict[object, str] | dict[str, str] | dict[float, str], title: str
    ) -> None:
        part = menu.addMenu(title)
        group = QActionGroup(part)
        for value, text in texts.items():
            action = part.addAction(text)
            action.setCheckable(True)
            action.setData((name, value))
            action.setChecked(getattr(self._settings.values, name) == value)
            group.addAction(action)
        group.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        name, value = action.data()
        assert name in AppSettings.model_fields
        self._settings.change(**{name: value})
