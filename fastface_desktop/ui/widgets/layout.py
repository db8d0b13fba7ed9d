"""Rows and columns in one call each: what is in them, the margins around them, and the gap between two parts.

column(self.head, filling(self.grid), self.foot, margins=(Space.XL, 0, Space.XL, 0), gap=Space.M, of=self)
"""

from dataclasses import dataclass

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
"""Pixels at the left, above, at the right and below."""
_NONE: Margins = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Filling:
    """A part that takes the room that is left; None is empty room."""

    part: QWidget | QLayout | None
    share: int


REST = Filling(None, 0)
"""Empty room, where no part fills it."""


def filling(part: QWidget | QLayout, share: int = 1) -> Filling:
    """`share`: of the room that is left, beside those of other parts."""
    return Filling(part, share)


def row(
    *parts: QWidget | QLayout | Filling, margins: Margins = _NONE, gap: int = 0, of: QWidget | None = None
) -> QHBoxLayout:
    """Parts from left to right.

    Args:
        of: the widget whose layout it is.
    """
    layout = QHBoxLayout()
    _fill(layout, parts, margins, gap, of)
    return layout


def column(
    *parts: QWidget | QLayout | Filling, margins: Margins = _NONE, gap: int = 0, of: QWidget | None = None
) -> QVBoxLayout:
    """Parts from top to bottom; `of` as in `row`."""
    layout = QVBoxLayout()
    _fill(layout, parts, margins, gap, of)
    return layout


def _fill(
    layout: QBoxLayout, parts: tuple[QWidget | QLayout | Filling, ...], margins: Margins, gap: int, of: QWidget | None
) -> None:
    if of is not None:
        of.setLayout(layout)
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for part in parts:
        content, share = (part.part, part.share) if isinstance(part, Filling) else (part, 0)
        if content is None:
            layout.addStretch(share)
        elif isinstance(content, QWidget):
            layout.addWidget(content, share)
        else:
            layout.addLayout(content, share)
