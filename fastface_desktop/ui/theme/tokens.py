"""Every colour and every size of the window. Nothing else names one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours, as #RRGGBB.

    Attributes:
        surface_0: the page, and behind pictures.
        surface_1: rail, side panels, status bar, cards, sheets.
        surface_2: buttons, fields, chips.
        surface_3: what is chosen or pressed, a bar's ground; `surface_4` is that under the pointer.
        segment: the chosen one of several beside each other.
        line: an outline around an empty place that takes something. `field` is the line below a field.
        text: what is read first; `secondary` explains it; `disabled` cannot be used now, and need not be legible.
        accent: the one thing to do next. `on_accent` is text upon it.
        link: text that leads somewhere, and the icon of the page in view.
        focus: the ring around what keys act on.
        tip: messages and tooltips; `on_tip` is text upon it, `undo` its link.
        badge: what is said on a picture; `on_badge` is text upon it. Both are the same in either theme.
        curve: the second curve of a plot; the first has the accent.
        scrim: what dims the page under a sheet, and shadows.
        red, yellow, green, blue, purple: the user's labels of pictures.
    """

    surface_0: str
    surface_1: str
    surface_2: str
    surface_3: str
    surface_4: str
    segment: str
    line: str
    field: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    focus: str
    link: str
    good: str
    warn: str
    bad: str
    tip: str
    on_tip: str
    undo: str
    badge: str
    on_badge: str
    curve: str
    scrim: str
    red: str
    yellow: str
    green: str
    blue: str
    purple: str


DARK: Final = Colours(
    surface_0="#131314",
    surface_1="#1B1B1D",
    surface_2="#262628",
    surface_3="#333336",
    surface_4="#47474B",
    segment="#47474B",
    line="#333336",
    field="#7C7C82",
    text="#EDEDEE",
    secondary="#ABABB0",
    disabled="#6F6F75",
    accent="#F2784B",
    accent_hover="#F68D66",
    on_accent="#17110E",
    focus="#F4F4F5",
    link="#F58D66",
    good="#58C893",
    warn="#EDB54A",
    bad="#FF8A8F",
    tip="#3C3C40",
    on_tip="#F1F1F2",
    undo="#F5A184",
    badge="#121213",
    on_badge="#F4F4F5",
    curve="#7FB2FF",
    scrim="#08080A",
    red="#E5484D",
    yellow="#E2B007",
    green="#30A46C",
    blue="#3E8BFF",
    purple="#A06CD5",
)

LIGHT: Final = Colours(
    surface_0="#F2F2F1",
    surface_1="#FBFBFA",
    surface_2="#E9E9E7",
    surface_3="#DCDCD9",
    surface_4="#C6C6C2",
    segment="#FBFBFA",
    line="#DCDCD9",
    field="#767672",
    text="#1A1A1B",
    secondary="#585859",
    disabled="#97979A",
    accent="#C2410C",
    accent_hover="#A83810",
    on_accent="#FFFFFF",
    focus="#111112",
    link="#A83810",
    good="#12663F",
    warn="#774F00",
    bad="#A8222E",
    tip="#2B2B2E",
    on_tip="#F1F1F2",
    undo="#F5A184",
    badge="#121213",
    on_badge="#F4F4F5",
    curve="#1D5FBF",
    scrim="#0A0A0B",
    red="#C93038",
    yellow="#A07400",
    green="#1B8550",
    blue="#2F6FDB",
    purple="#8650C0",
)


class Space:
    """Distances in pixels: between things in a control and controls S, between fields L, between sections SECTION."""

    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    FIELD: Final = 20
    XL: Final = 24
    SECTION: Final = 28
    XXL: Final = 32
    HUGE: Final = 48


class Radius:
    NUMBER: Final = 4
    CONTROL: Final = 6
    PICTURE: Final = 8
    CARD: Final = 10
    SHEET: Final = 14


class Type:
    """Sizes of text in pixels, at the text size that most systems start with; `Theme.px` scales them."""

    SMALL: Final = 11
    CAPTION: Final = 12
    BODY: Final = 13
    LEAD: Final = 15
    TITLE: Final = 20
    DISPLAY: Final = 28
    FIRST: Final = 34
    """The one sentence of the first run."""

    REGULAR: Final = 400
    STRONG: Final = 600

    TRACKING: Final = {"heading": 99.4, "title": 98.6, "display": 98.0, "first": 97.8}
    """Percent of the usual distance between letters, for the roles of labels that are set tighter."""


class Size:
    CONTROL: Final = 32
    HIT: Final = 28
    BIG: Final = 44
    """The bright button of a page."""
    NUMBER: Final = 26
    PILL: Final = 24
    ICON: Final = 20
    ICON_BUTTON: Final = 18
    ICON_TEXT: Final = 16
    ICON_SMALL: Final = 12
    HEAD: Final = 56
    RAIL: Final = 72
    RAIL_TILE: Final = 54
    STATUS_BAR: Final = 28
    BAR: Final = 120
    SCROLL_BAR: Final = 12
    DRAWER: Final = 336
    PLACES: Final = 204
    INSPECTOR: Final = 328
    ONE_COLUMN: Final = 760
    """Narrower than this the Gallery has one column, and a switch in its head."""
    HALVES: Final = 648
    """Narrower than this the halves of a page stand in one column."""
    CONTROLS: Final = 400
    CONTROLS_SMALL: Final = 360
    ROOMY: Final = 1108
    """From this width of a page on its panels have their usual width."""
    CONTROLS_MOST: Final = 520
    THUMBNAIL: Final = 96
    COLUMN: Final = 640
    SENTENCE: Final = 460
    """No lead is wider; a caption no wider than `CAPTION`."""
    CAPTION: Final = 360
    WINDOW: Final = (1280, 800)
    SMALLEST_PAGE: Final = 720
    """Wide enough for a page to stay beside the queue."""
    SMALLEST_WINDOW: Final = (820, 560)


class Ring:
    """Around what keys act on."""

    WIDTH: Final = 2
    AWAY: Final = 2
    RADIUS: Final = 4
    """More than that of the thing."""


class Motion:
    """Milliseconds of a movement; `Theme.motion` makes it 0 where the system asks for less."""

    RISE: Final = 140
    SLOW: Final = 180
    TOAST: Final = 6000
