"""The theme in force: which colours, how large the text is, and whether things move.

Follows the system unless the user has chosen dark or light. Palette and font are the application's; the style sheet is
given to the parts of the window that asked for it (`dress`), and on a change at once only to those in view: the others
take it when they are shown. Widgets that paint themselves listen to `changed`.
"""

from dataclasses import asdict
from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QToolTip, QWidget
from shiboken6 import isValid

from fastface_core.paths import cache_folder, resource
from fastface_desktop.ui.theme import icons, tokens
from fastface_desktop.ui.theme.qss import CONTROL_ICONS, style_sheet

Mode = Literal["system", "dark", "light"]

FONTS: Final = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")
_SYSTEM_FONT: Final = "systemFont"
"""The property of the application that holds what its font was before the first theme."""


@cache
def _family() -> str:
    """The window's own font; empty where the system cannot read it."""
    loaded = [QFontDatabase.addApplicationFont(str(resource("fonts", name))) for name in FONTS]
    return "" if -1 in loaded else QFontDatabase.applicationFontFamilies(loaded[0])[0]


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
        if app.property(_SYSTEM_FONT) is None:
            app.setProperty(_SYSTEM_FONT, app.font())
        self._system_font: QFont = app.property(_SYSTEM_FONT)
        self._system_scale = QFontInfo(self._system_font).pixelSize() / tokens.Type.BODY
        self._sheet = ""
        self._dressed: dict[QWidget, str] = {}
        """Parts of the window, and the sheet that each has now."""
        # Not a temporary folder: at the end of a program, or when it is killed, nobody removes it.
        self._control_icons = cache_folder() / "control-icons"
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

    @property
    def scale(self) -> float:
        """How much larger than the design's all text is: 1.0 and more."""
        return self.px(1000) / 1000

    def dress(self, part: QWidget) -> None:
        """Gives a part of the window the style sheet, now and after each change. Parts do not lie in one another."""
        self._dressed[part] = self._sheet
        part.setStyleSheet(self._sheet)
        part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            self._put_on(watched)
        return False

    def _put_on(self, part: QWidget) -> None:
        if self._dressed.get(part, self._sheet) != self._sheet:
            self._dressed[part] = self._sheet
            part.setStyleSheet(self._sheet)

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
        palette = self._palette()
        self._app.setPalette(palette)
        QToolTip.setPalette(palette)
        font = self._font()
        if font != self._app.font():
            self._app.setFont(font)
        self._control_icons.mkdir(parents=True, exist_ok=True)
        files = {name: self._control_icons / f"{self._variant(name)}.svg" for name in CONTROL_ICONS}
        for name, colour in CONTROL_ICONS.items():
            icons.write_tinted(name, getattr(self.colours, colour), files[name])
        self._sheet = style_sheet(self.colours, self.px, {name: file.as_posix() for name, file in files.items()})
        self._dressed = {part: sheet for part, sheet in self._dressed.items() if isValid(part)}
        for part in list(self._dressed):
            if part.isVisible():
                self._put_on(part)

    def _font(self) -> QFont:
        font = QFont(self._system_font)
        if family := _family():
            font = QFont(family)
            sharp = max(screen.devicePixelRatio() for screen in self._app.screens()) > 1
            hinting = QFont.HintingPreference
            font.setHintingPreference(hinting.PreferNoHinting if sharp else hinting.PreferVerticalHinting)
        font.setPixelSize(self.px(tokens.Type.BODY))
        # Figures that count up or down keep their places.
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

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
            QPalette.ColorRole.ToolTipBase: "tip",
            QPalette.ColorRole.ToolTipText: "on_tip",
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
