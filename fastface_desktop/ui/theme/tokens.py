"""Every colour and every size of the window. Nothing else names one."""

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours, as #RRGGBB.

    Attributes:
        surface_0: behind pictures, and the page itself.
        surface_1: cards, rail, status bar.
        surface_2: controls.
        surface_3: controls under the pointer, chosen rows.
        text: what is read first; `secondary` explains it; `disabled` cannot be used now, and need not be legible.
        accent: the one thing to do next. `on_accent` is text upon it.
        focus: the ring around what the keyboard acts on. `link` is the same as text.
        scrim: what dims the page under a drawer.
    """

    surface_0: str
    surface_1: str
    surface_2: str
    surface_3: str
    line: str
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
    scrim: str


DARK: Final = Colours(
    surface_0="#131417",
    surface_1="#1A1C20",
    surface_2="#23262B",
    surface_3="#2D3137",
    line="#363B43",
    text="#ECEDEF",
    secondary="#A7ADB6",
    disabled="#6B727C",
    accent="#F2784B",
    accent_hover="#F68D66",
    on_accent="#16110E",
    focus="#6EA8FE",
    link="#6EA8FE",
    good="#4CC38A",
    warn="#F0B429",
    bad="#FF7B83",
    scrim="#08090A",
)

LIGHT: Final = Colours(
    surface_0="#F6F6F7",
    surface_1="#FFFFFF",
    surface_2="#EFF0F2",
    surface_3="#E3E5E8",
    line="#D5D8DD",
    text="#16181C",
    secondary="#565D67",
    disabled="#9AA1AB",
    accent="#A83810",
    accent_hover="#8F2E0B",
    on_accent="#FFFFFF",
    focus="#1F6FEB",
    link="#175ABF",
    good="#126B44",
    warn="#7D5300",
    bad="#AD2530",
    scrim="#16181C",
)

COLOUR_NAMES: Final = tuple(field.name for field in fields(Colours))


class Space:
    """Distances in pixels."""

    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    XL: Final = 24
    XXL: Final = 32


class Radius:
    CONTROL: Final = 6
    CARD: Final = 10


class Type:
    """Sizes of text in pixels, at the text size that most systems start with; `Theme.px` scales them."""

    CAPTION: Final = 11
    BODY: Final = 13
    LEAD: Final = 15
    TITLE: Final = 20
    DISPLAY: Final = 28

    REGULAR: Final = 400
    STRONG: Final = 600


class Size:
    CONTROL: Final = 32
    HIT: Final = 28
    ICON: Final = 20
    RAIL: Final = 72
    STATUS_BAR: Final = 32
    BAR: Final = 72
    DRAWER: Final = 360
    CONTROLS: Final = 340
    THUMBNAIL: Final = 96
    COLUMN: Final = 640
    WINDOW: Final = (1180, 760)
    SMALLEST_WINDOW: Final = (820, 560)


class Motion:
    """Milliseconds of a movement; `Theme.motion` makes it 0 where the system asks for less."""

    FAST: Final = 120
    SLOW: Final = 180
    TOAST: Final = 8000
