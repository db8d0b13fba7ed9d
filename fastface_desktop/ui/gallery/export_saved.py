"""Ways of exporting that are kept under a name: chosen, kept, deleted."""

from pydantic import ValidationError
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QWidget

from fastface_desktop.state.gallery.exporting import Exporter
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.layout import column, filling, row

_LONGEST = 60


class SavedExports(QWidget):
    def __init__(self, exporter: Exporter, theme: Theme) -> None:
        super().__init__()
        self._exporter = exporter
        self.menu_button = QPushButton(self.tr("Saved exports"))
        self.menu_button.setAccessibleName(self.menu_button.text())
        self.menu_button.setToolTip(self.tr("Choose a way of exporting that was kept, or keep this one"))
        icons.bind(self.menu_button, "save", theme, "secondary", size=Size.ICON_TEXT)
        self.menu = QMenu(self.menu_button)
        self.menu.aboutToShow.connect(self.fill)
        self.menu_button.setMenu(self.menu)
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST)
        self.name.setPlaceholderText(self.tr("Name, for example: Prints A4"))
        self.name.setAccessibleName(self.tr("Name of this way of exporting"))
        self.name.setToolTip(self.tr("Under this name everything that is chosen here is kept"))
        self.name.returnPressed.connect(self.keep)
        self.keep_button = button(self.tr("Keep"), self.tr("Keep everything that is chosen here under this name"))
        self.keep_button.clicked.connect(self.keep)
        self.close_button = IconButton("close", self.tr("Close without keeping"), theme)
        self.close_button.clicked.connect(self.close_name)
        self.problem = label(self.tr("Type a name of 1 to 60 letters; at most 50 are kept."), "warn", wrap=True)
        self.problem.hide()
        self._asking = QWidget()
        row(filling(self.name), self.keep_button, self.close_button, gap=Space.S, of=self._asking)
        self._asking.hide()
        column(self.menu_button, self._asking, self.problem, gap=Space.S, of=self)

    def fill(self) -> None:
        """The menu, with what is kept now."""
        self.menu.clear()
        saved = self._exporter.values.saved
        for name in sorted(saved, key=str.casefold):
            self.menu.addAction(name).triggered.connect(self._use)
        if saved:
            self.menu.addSeparator()
        self.menu.addAction(self.tr("Keep what is chosen…")).triggered.connect(self.ask)
        if saved:
            away = self.menu.addMenu(self.tr("Delete"))
            for name in sorted(saved, key=str.casefold):
                away.addAction(name).triggered.connect(self._forget)

    def ask(self) -> None:
        """Asks under which name."""
        self._asking.show()
        self.name.setFocus()

    def close_name(self) -> None:
        self._asking.hide()
        self.problem.hide()
        self.name.clear()

    def keep(self) -> None:
        try:
            self._exporter.save_as(self.name.text())
        except ValidationError:
            self.problem.show()
            return
        self.close_name()

    def _use(self) -> None:
        self._exporter.use_saved(_text_of(self.sender()))

    def _forget(self) -> None:
        self._exporter.forget_saved(_text_of(self.sender()))


def _text_of(action: object) -> str:
    return getattr(action, "text", lambda: "")()
