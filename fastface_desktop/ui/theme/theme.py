"""The theme in force: which colours, how large the text is, and whether things move.

Follows the system unless the user has chosen dark or light. Applies itself to the whole application, at once and while
it runs; whoever paints by hand listens to `changed`.
"""

from dataclasses import asdict
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from fastface_desktop.ui import icons
from fastface_desktop.ui.theme import tokens
from fastface_desktop.ui.theme.qss import CONTROL_ICONS, style_sheet

Mode = Literal["system", "dark", "light"]


class Theme(QObject):
    """Args:
    mode: "system" follows the system, also when it changes later.
    text_scale: 1.0 is the system's own text size; 1.0 to 2.0.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system", text_scale: float = 1.0) -> None:
        super().__init__()
        self._app = app
        self._mode: Mode = mode
        self._text_scale = text_scale
        # What the system says, before the style and the palette of here say anything else.
        self._dark_system = self._is_dark(app.styleHints().colorScheme(), app.palette())
        self._system_scale = QFontInfo(app.font()).pixelSize() / tokens.Type.BODY
        self._control_icons = QTemporaryDir()
        app.setStyle("Fusion")
        self._force_scheme()
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._dark = self._wanted_dark()
        self._apply()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        return self._dark

    @property
    def colours(self) -> tokens.Colours:
        return tokens.DARK if self._dark else tokens.LIGHT

    def colour(self, name: str) -> QColor:
        """The colour of a token such as "surface_1".

        Raises:
            AttributeError: there is no such token.
        """
        return QColor(getattr(self.colours, name))

    def px(self, size: int) -> int:
        """A text size, or something that holds text, as large as the user's text is."""
        # A system whose text is a pixel smaller or larger (Windows, macOS) keeps the design's own sizes.
        system = self._system_scale if self._system_scale > 1.2 else 1.0
        return round(size * min(system, 2.0) * self._text_scale)

    def font(self, size: int, weight: int = tokens.Type.REGULAR, *, tabular: bool = False) -> QFont:
        """For text that is painted by hand; `tabular` gives all figures one width."""
        font = QFont(self._app.font())
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight(weight))
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def motion(self, milliseconds: int) -> int:
        """How long a movement takes: 0 where the system asks for none."""
        moves = self._app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
        return milliseconds if moves > 0 else 0

    def set_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._force_scheme()
        if mode == "system" and (scheme := self._app.styleHints().colorScheme()) != Qt.ColorScheme.Unknown:
            self._dark_system = scheme == Qt.ColorScheme.Dark
        self._switch()

    def set_text_scale(self, scale: float) -> None:
        if scale != self._text_scale:
            self._text_scale = scale
            self._apply()
            self.changed.emit()

    def _force_scheme(self) -> None:
        # So that the system's own dialogs and title bars follow too.
        scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light, "system": Qt.ColorScheme.Unknown}
        self._app.styleHints().setColorScheme(scheme[self._mode])

    @staticmethod
    def _is_dark(scheme: Qt.ColorScheme, palette: QPalette) -> bool:
        if scheme == Qt.ColorScheme.Unknown:
            # A desktop that has no such setting, but may have a dark style.
            return (
                palette.color(QPalette.ColorRole.Window).lightness()
                < palette.color(QPalette.ColorRole.Text).lightness()
            )
        return scheme == Qt.ColorScheme.Dark

    def _wanted_dark(self) -> bool:
        return self._dark_system if self._mode == "system" else self._mode == "dark"

    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        # While a choice is forced, the signal tells of that choice and not of the system.
        if self._mode == "system" and scheme != Qt.ColorScheme.Unknown:
            self._dark_system = scheme == Qt.ColorScheme.Dark
        self._switch()

    def _switch(self) -> None:
        if self._wanted_dark() != self._dark:
            self._dark = not self._dark
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._app.setPalette(self._palette())
        folder = self._control_icons.path()
        for name, colour in CONTROL_ICONS.items():
            icons.write_tinted(name, getattr(self.colours, colour), f"{folder}/{self._variant(name)}.svg")
        files = {name: f"{folder}/{self._variant(name)}.svg" for name in CONTROL_ICONS}
        self._app.setStyleSheet(style_sheet(self.colours, self.px, files))

    def _variant(self, name: str) -> str:
        # Qt keeps pictures by their path: the other theme's tick needs another one.
        return f"{name}-{'dark' if self._dark else 'light'}"

    def _palette(self) -> QPalette:
        named = {name: QColor(value) for name, value in asdict(self.colours).items()}
        roles = {
            QPalette.ColorRole.Window: "surface_0",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "surface_2",
            QPalette.ColorRole.AlternateBase: "surface_1",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "surface_2",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.BrightText: "text",
            QPalette.ColorRole.ToolTipBase: "surface_3",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "secondary",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.Accent: "accent",
            QPalette.ColorRole.Link: "link",
            QPalette.ColorRole.LinkVisited: "link",
            QPalette.ColorRole.Light: "surface_3",
            QPalette.ColorRole.Midlight: "surface_2",
            QPalette.ColorRole.Mid: "line",
            QPalette.ColorRole.Dark: "line",
            QPalette.ColorRole.Shadow: "scrim",
        }
        palette = QPalette()
        for role, name in roles.items():
            palette.setColor(role, named[name])
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, named["disabled"])
        return palette
