"""The program's icons: drawings of one stroke in resources/icons, tinted with a colour of the theme.

Each is 20 by 20 with `currentColor` as its only colour.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from fastface_core.paths import resource
from fastface_desktop.ui.theme.tokens import Size

if TYPE_CHECKING:  # the theme draws its style sheet's icons with this file
    from fastface_desktop.ui.theme.theme import Theme


_BEFORE_WORDS = 4
"""Pixels between a button's icon and its words, beside those that the style leaves."""


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def tinted(name: str, colour: str) -> bytes:
    """The SVG with another colour, #RRGGBB.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    return _source(name).replace("currentColor", colour).encode()


def write_tinted(name: str, colour: str, path: Path) -> None:
    """For style sheets, which can only show files."""
    path.write_bytes(tinted(name, colour))


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as `size` by `size` device-independent pixels; drawn once, for a switch of theme asks often."""
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(tinted(name, colour))).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _with_room(drawn: QPixmap, room: int) -> QPixmap:
    """With so much more at its right, or at its left below zero, which the style leaves too little of before a button's
    words."""
    ratio = drawn.devicePixelRatio()
    wide = QPixmap(drawn.width() + round(abs(room) * ratio), drawn.height())
    wide.fill(Qt.GlobalColor.transparent)
    wide.setDevicePixelRatio(ratio)
    painter = QPainter(wide)
    painter.drawPixmap(max(-room, 0), 0, drawn)
    painter.end()
    return wide


def icon(
    name: str,
    theme: Theme,
    colour: str = "text",
    chosen: str | None = None,
    size: int = Size.ICON,
    room: int = 0,
) -> QIcon:
    """The icon in the theme's colours of now; `bind` keeps one right when they change.

    Args:
        room: more of it at the right of the icon, in pixels; below zero at its left.
        colour: the token it is drawn in; `chosen` is the one for a checked button, the same when it is None.
    """
    made = QIcon()
    states = [(QIcon.Mode.Normal, QIcon.State.Off, colour), (QIcon.Mode.Disabled, QIcon.State.Off, "disabled")]
    if chosen is not None:
        states.append((QIcon.Mode.Normal, QIcon.State.On, chosen))
    for mode, state, token in states:
        for ratio in {1.0, max(screen.devicePixelRatio() for screen in QGuiApplication.screens())}:
            drawn = pixmap(name, theme.colour(token).name(), theme.px(size), ratio)
            made.addPixmap(_with_room(drawn, room) if room else drawn, mode, state)
    return made


class HasIcon(Protocol):
    """A button, an action: what `bind` can give an icon to."""

    def setIcon(self, icon: QIcon, /) -> None: ...


class Binding(QObject):
    """Keeps the icon of its owner in the theme's colours for as long as the owner lives."""

    def __init__(self, owner: HasIcon, theme: Theme, size: int) -> None:
        assert isinstance(owner, QObject)
        super().__init__(owner)
        self._owner = owner
        self._theme = theme
        self._size = size
        self._name = ""
        self._colour = "text"
        self._chosen: str | None = None
        theme.changed.connect(self._draw)

    def show(self, name: str, colour: str = "text", chosen: str | None = None) -> None:
        self._name, self._colour, self._chosen = name, colour, chosen
        self._draw()

    def _draw(self) -> None:
        words = isinstance(self._owner, QPushButton)
        room = _BEFORE_WORDS if words else 0
        behind = isinstance(self._owner, QWidget) and self._owner.layoutDirection() == Qt.LayoutDirection.RightToLeft
        drawn = icon(self._name, self._theme, self._colour, self._chosen, self._size, -room if behind else room)
        self._owner.setIcon(drawn)
        if isinstance(self._owner, QAbstractButton):
            side = self._theme.px(self._size)
            self._owner.setIconSize(QSize(side + room, side))


def bind(
    owner: HasIcon, name: str, theme: Theme, colour: str = "text", chosen: str | None = None, size: int = Size.ICON
) -> Binding:
    """Gives a button or action an icon that follows the theme. Another `show` of what it returns changes the icon.

    Args:
        size: pixels of a button's icon at the usual size of text.
    """
    binding = Binding(owner, theme, size)
    binding.show(name, colour, chosen)
    return binding
