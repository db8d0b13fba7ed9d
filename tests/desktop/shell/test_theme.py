"""Colours can be read, are named in one place, and change everywhere at once; icons are drawn in them."""

import itertools
import re
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from fastface_core.paths import resource
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.qss import CONTROL_ICONS, style_sheet
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, LIGHT, Colours
from fastface_desktop.ui.widgets.basic import label

ROOT = Path(__file__).resolve().parents[3]
SURFACES = ("surface_0", "surface_1", "surface_2", "surface_3")
WORDS = ("text", "secondary", "link", "good", "warn", "bad")
LABELS = ("red", "yellow", "green", "blue", "purple")
AA_TEXT, AA_SHAPE = 4.5, 3.0
"""WCAG 2: text, and icons, lines and states."""
ICONS = sorted(path.stem for path in resource("icons").glob("*.svg") if path.stem != "app")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_every_surface(colours: Colours) -> None:
    for word, surface in itertools.product(WORDS, SURFACES):
        assert contrast(getattr(colours, word), getattr(colours, surface)) >= AA_TEXT, (word, surface)
    for accent in (colours.accent, colours.accent_hover):
        assert contrast(colours.on_accent, accent) >= AA_TEXT
    for word in (colours.on_tip, colours.undo):
        assert contrast(word, colours.tip) >= AA_TEXT
    # A badge over white: 78 percent of its ground.
    channels = [round(0.78 * int(colours.badge[at : at + 2], 16) + 0.22 * 255) for at in (1, 3, 5)]
    assert contrast(colours.on_badge, "#" + "".join(f"{one:02X}" for one in channels)) >= 8.5


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_shapes_are_told_from_their_ground(colours: Colours) -> None:
    for shape, surface in itertools.product(("accent", "field"), SURFACES):
        assert contrast(getattr(colours, shape), getattr(colours, surface)) >= AA_SHAPE, (shape, surface)
    for label_colour, surface in itertools.product(LABELS, ("surface_0", "surface_1")):
        assert contrast(getattr(colours, label_colour), getattr(colours, surface)) >= AA_SHAPE, label_colour
    for curve in (colours.accent, colours.curve):
        assert contrast(curve, colours.surface_1) >= AA_TEXT


# What the design computed for surface 0 to 3; later colours may be told apart better, never worse.
LEAST = {
    "dark": {
        "text": (15.9, 14.7, 12.9, 10.8),
        "secondary": (8.1, 7.5, 6.6, 5.5),
        "link": (7.9, 7.3, 6.4, 5.3),
        "good": (8.9, 8.3, 7.3, 6.1),
        "warn": (10.0, 9.3, 8.1, 6.8),
        "bad": (8.2, 7.6, 6.7, 5.6),
        "accent": (6.7, 6.2, 5.4, 4.5),
        "field": (4.5, 4.2, 3.6, 3.0),
        "focus": (16.9, 15.7, 13.7, 11.5),
    },
    "light": {
        "text": (15.5, 16.8, 14.3, 12.7),
        "secondary": (6.3, 6.9, 5.9, 5.2),
        "link": (5.8, 6.3, 5.3, 4.7),
        "good": (6.3, 6.8, 5.8, 5.1),
        "warn": (6.5, 7.0, 6.0, 5.3),
        "bad": (6.4, 6.9, 5.9, 5.2),
        "accent": (4.6, 5.0, 4.3, 3.8),
        "field": (4.1, 4.4, 3.8, 3.3),
        "focus": (16.9, 18.2, 15.5, 13.7),
    },
}


@pytest.mark.parametrize(("name", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_no_colour_is_told_apart_worse_than_it_was_designed(name: str, colours: Colours) -> None:
    for token, wanted in LEAST[name].items():
        for surface, least in zip(SURFACES, wanted, strict=True):
            assert contrast(getattr(colours, token), getattr(colours, surface)) >= least - 0.1, (token, surface)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_the_focus_is_seen_on_every_surface(colours: Colours) -> None:
    for surface in SURFACES:
        assert contrast(colours.focus, getattr(colours, surface)) >= 3, surface


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_the_style_sheet_has_no_colour_of_its_own(colours: Colours) -> None:
    sheet = style_sheet(colours, int, dict.fromkeys(CONTROL_ICONS, "file.svg"))
    assert "$" not in sheet
    named = {getattr(colours, field.name) for field in fields(colours)}
    assert set(re.findall(r"#\w+", sheet)) <= named
    assert sheet.count("{") == sheet.count("}")


def test_only_the_tokens_name_colours() -> None:
    named = re.compile(r"#[0-9a-fA-F]{6}\b|QColor\(\"|QColor\(\d|GlobalColor\.(?!transparent)")
    for file in sorted((ROOT / "fastface_desktop").rglob("*.py")):
        if file.name != "tokens.py":
            assert not named.search(file.read_text(encoding="utf-8")), file


def shade(image: QImage) -> QColor:
    """The most opaque pixel."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda pixel: pixel.alpha())


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "dark")


def test_choosing_changes_everything_at_once(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton("Text")
    qtbot.addWidget(button)
    theme.dress(button)
    button.show()
    icons.bind(button, "gallery", theme)
    assert theme.dark
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("light")
    assert not theme.dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.surface_0)
    assert theme.colour("bad") == QColor(LIGHT.bad)
    assert button.palette().color(QPalette.ColorRole.ButtonText) == QColor(LIGHT.text)
    # The edge of a line is see-through, and its colour rounded.
    drawn, wanted = shade(button.icon().pixmap(20, 20).toImage()), QColor(LIGHT.text)
    assert max(abs(a - b) for a, b in zip(drawn.getRgb()[:3], wanted.getRgb()[:3], strict=True)) <= 2  # type: ignore[index]


def test_choosing_the_same_again_changes_nothing(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("dark")


def test_it_follows_the_system_and_not_while_a_theme_is_chosen(theme: Theme, qapp: QApplication) -> None:
    changed = qapp.styleHints().colorSchemeChanged
    theme.set_mode("system")
    changed.emit(Qt.ColorScheme.Light)
    assert not theme.dark
    changed.emit(Qt.ColorScheme.Dark)
    assert theme.dark
    theme.set_mode("light")
    changed.emit(Qt.ColorScheme.Dark)
    assert not theme.dark


def test_a_dark_style_of_the_system_is_seen_without_a_setting(qapp: QApplication) -> None:
    palette = QPalette(QColor(DARK.surface_2), QColor(DARK.surface_0))
    qapp.setPalette(palette)
    assert Theme(qapp).dark


def test_text_grows_with_the_users_choice(theme: Theme, qtbot: QtBot) -> None:
    title = label("Title", "title")
    qtbot.addWidget(title)
    theme.dress(title)
    title.show()
    small = title.fontMetrics().height()
    theme.set_text_scale(2.0)
    assert title.fontMetrics().height() == pytest.approx(2 * small, rel=0.1)
    theme.set_text_scale(1.0)


def test_what_is_not_in_view_changes_when_it_is_shown(theme: Theme, qtbot: QtBot) -> None:
    seen, hidden = label("Seen", "bad"), label("Hidden", "bad")
    for one in (seen, hidden):
        qtbot.addWidget(one)
        theme.dress(one)
    seen.show()
    theme.set_mode("light")
    assert LIGHT.bad in seen.styleSheet()
    assert DARK.bad in hidden.styleSheet()
    hidden.show()
    assert hidden.styleSheet() == seen.styleSheet()
    assert hidden.palette().color(hidden.foregroundRole()) == QColor(LIGHT.bad)


def test_the_windows_own_font_is_there_in_both_weights(theme: Theme, qapp: QApplication) -> None:
    for weight in (400, 600):
        font = theme.font(13, weight)
        assert (QFontInfo(font).family(), QFontInfo(font).weight()) == ("Inter", weight)
    assert qapp.font().featureValue(QFont.Tag("tnum")) == 1


def test_an_unknown_colour_is_a_bug(theme: Theme) -> None:
    with pytest.raises(AttributeError):
        theme.colour("surface_9")


def test_figures_have_one_width(theme: Theme) -> None:
    assert theme.font(13, tabular=True).featureValue(theme.font(13).Tag("tnum")) == 1


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_the_colour_asked_for(name: str, qapp: QApplication) -> None:
    image = icons.pixmap(name, DARK.accent, 20, 2.0).toImage()
    assert image.width() == 40
    pixels = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
    inked = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert 20 < len(inked) < 900
    wanted = QColor(DARK.accent)
    for pixel in inked:  # smoothing rounds
        differences = (pixel.red() - wanted.red(), pixel.green() - wanted.green(), pixel.blue() - wanted.blue())
        assert max(map(abs, differences)) <= 2, pixel.name()
    # Nothing is cut at the edge.
    edge = [image.pixelColor(x, y).alpha() for x in range(40) for y in (0, 39)]
    assert max(edge) == 0


def test_every_icon_that_is_asked_for_exists() -> None:
    asked = re.compile(
        r'(?:bind\([\w.]+, |IconButton\(\s*|IconLabel\(\s*|icon_name = |set_icon\(|show_icon\()"([a-z-]+)"'
    )
    found = set(CONTROL_ICONS)
    for file in (ROOT / "fastface_desktop").rglob("*.py"):
        found |= set(asked.findall(file.read_text(encoding="utf-8")))
    assert {"queue", "close", "more"} <= found
    assert found <= set(ICONS)


def test_the_programs_icon_is_sharp_in_every_size(qapp: QApplication) -> None:
    icon = QIcon(str(resource("icons", "app.svg")))
    for size in (16, 32, 256):
        image = icon.pixmap(size, size).toImage()
        assert (image.width(), image.pixelColor(size // 2, 2 * size // 16).alpha()) == (size, 255)
