"""Rows and columns in one call each: what is in them, the margins around them, and the gap between two parts.

A part is a widget, a layout, a number (so many pixels more of room), or one of those that say where it is.

column(self.head, filling(self.grid), self.foot, margins=(Space.XL, 0, Space.XL, 0), gap=Space.M, of=self)
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
"""Pixels at the left, above, at the right and below."""
_NONE: Margins = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Filling:
    """A part that takes the room that is left; None is empty room."""

    part: QWidget | QLayout | None
    share: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """A widget that is no larger than it has to be."""

    part: QWidget
    alignment: Qt.AlignmentFlag


Part = QWidget | QLayout | Filling | Aligned | int
REST = Filling(None, 0)
"""Empty room, where no part fills it."""


def filling(part: QWidget | QLayout | None, share: int = 1) -> Filling:
    """`share`: of the room that is left, beside those of other parts."""
    return Filling(part, share)


def aligned(part: QWidget, alignment: Qt.AlignmentFlag) -> Aligned:
    """`alignment`: where in its place it is."""
    return Aligned(part, alignment)


def row(*parts: Part, margins: Margins = _NONE, gap: int = 0, of: QWidget | None = None) -> QHBoxLayout:
    """Parts from left to right.

    Args:
        of: the widget whose layout it is.
    """
    layout = QHBoxLayout()
    _fill(layout, parts, margins, gap, of)
    return layout


def column(*parts: Part, margins: Margins = _NONE, gap: int = 0, of: QWidget | None = None) -> QVBoxLayout:
    """Parts from top to bottom; `of` as in `row`."""
    layout = QVBoxLayout()
    _fill(layout, parts, margins, gap, of)
    return layout


def _fill(layout: QBoxLayout, parts: tuple[Part, ...], margins: Margins, gap: int, of: QWidget | None) -> None:
    if of is not None:
        of.setLayout(layout)
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for part in parts:
        match part:
            case int():
                layout.addSpacing(part)
            case Aligned():
                layout.addWidget(part.part, 0, part.alignment)
            case Filling(None, share):
                layout.addStretch(share)
            case Filling(QWidget() as content, share):
                layout.addWidget(content, share)
            case Filling(QLayout() as content, share):
                layout.addLayout(content, share)
            case QWidget():
                layout.addWidget(part)
            case QLayout():
                layout.addLayout(part)
            case _:
                raise TypeError(part)
