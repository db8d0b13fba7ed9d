"""What a page's layout must keep, measured on what is in view: words whole, nothing past an edge, one bright button.

Text is measured with the widget's own font; what scrolls up and down may lie below the window's edge, nothing may lie
past its sides.
"""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from fastface_desktop.ui.compare.grid_view import PictureTable
from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.presets.guidance_card import GuidanceCard
from fastface_desktop.ui.widgets.basic import ElidedLabel

_ROUNDING = 2
"""Pixels by which Qt's hints and what is drawn may differ."""
_MAY_SCROLL_SIDEWAYS = (Filmstrip, PictureTable, GuidanceCard)
"""The strip, the grid of Compare, and the curves of a preset with many steps."""
BRIGHT = ("primary", "big")
"""Kinds of buttons that are filled with the accent."""


def shown(within: QWidget) -> list[QWidget]:
    """Everything in view below a widget."""
    return [one for one in within.findChildren(QWidget) if one.isVisibleTo(within.window()) and one.width() > 0]


def described(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")() or widget.accessibleName()
    return f"{type(widget).__name__} {text[:60]!r} in {type(widget.parentWidget()).__name__}"


def faults(page: QWidget) -> list[str]:
    """What is cut, or past the sides, or scrolls sideways; empty where all is well."""
    found = shown(page)
    return [*_cut(found), *_past_the_sides(found, page), *_sideways(found), *_below_their_place(found)]


def bright_buttons(page: QWidget) -> list[str]:
    return [one.accessibleName() for one in shown(page) if one.property("kind") in BRIGHT and one.isEnabled()]


def _below_their_place(widgets: list[QWidget]) -> Iterator[str]:
    """What lies where nothing scrolls to it: below the end of what it is in."""
    for one in widgets:
        place = one.parentWidget()
        if place is None or isinstance(place.parentWidget(), QAbstractScrollArea):
            continue
        if one.focusPolicy() and one.geometry().bottom() > place.height() + _ROUNDING:
            yield f"out of reach below: {described(one)}"


def _cut(widgets: list[QWidget]) -> Iterator[str]:
    for one in widgets:
        missing = 0
        if isinstance(one, ElidedLabel):
            # It says the whole in its tooltip; so few letters that nothing is told are none.
            missing = 0 if one.width() >= min(one.sizeHint().width(), 3 * one.fontMetrics().height()) else 1
        elif isinstance(one, QLabel):
            missing = _cut_label(one)
        elif isinstance(one, (QPushButton, QToolButton, QCheckBox, QRadioButton)):
            missing = _cut_button(one)
        elif isinstance(one, QComboBox):
            words = one.fontMetrics().horizontalAdvance(one.currentText())
            missing = words - one.width() if not one.toolTip() else 0
        if missing > _ROUNDING:
            yield f"cut by {missing}: {described(one)}"


def _cut_label(one: QLabel) -> int:
    if not one.text() or one.textFormat() == Qt.TextFormat.RichText:
        return 0
    area, metrics = one.contentsRect(), one.fontMetrics()
    if one.wordWrap():
        flags = int(Qt.TextFlag.TextWordWrap)
        need = metrics.boundingRect(QRect(0, 0, area.width(), 1 << 20), flags, one.text())
        return max(need.height() - area.height(), need.width() - area.width())
    wide = max(metrics.horizontalAdvance(line) for line in one.text().splitlines() or [""])
    return max(wide - area.width(), metrics.height() * (one.text().count("\n") + 1) - area.height() - 3)


def _cut_button(one: QAbstractButton) -> int:
    if not one.text() or type(one).paintEvent not in (
        QPushButton.paintEvent,
        QToolButton.paintEvent,
        QCheckBox.paintEvent,
        QRadioButton.paintEvent,
    ):
        return 0  # what paints its own words also shortens or wraps them
    if isinstance(one, QToolButton) and one.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return 0
    return one.fontMetrics().horizontalAdvance(one.text().replace("&", "")) - one.contentsRect().width()


def _past_the_sides(widgets: list[QWidget], page: QWidget) -> Iterator[str]:
    for one in widgets:
        if isinstance(one, QScrollArea) or one.objectName().startswith("qt_"):
            continue
        holder = one.parentWidget()
        left = one.mapTo(page, QPoint(0, 0)).x()
        if _moves_sideways(one):
            continue
        if left < -_ROUNDING or left + one.width() > page.width() + _ROUNDING:
            yield f"past the page's sides ({left} to {left + one.width()} of {page.width()}): {described(one)}"
        elif holder is not None and _is_viewport(holder.parentWidget()):
            over = one.x() + one.width() - holder.width()
            if over > _ROUNDING:
                yield f"{over} past the sides of its holder: {described(one)}"


def _is_viewport(widget: QWidget | None) -> bool:
    return isinstance(widget, QScrollArea)


def _moves_sideways(widget: QWidget) -> bool:
    holder: QWidget | None = widget
    while holder is not None:
        if isinstance(holder, _MAY_SCROLL_SIDEWAYS):
            return True
        holder = holder.parentWidget()
    return False


def _sideways(widgets: list[QWidget]) -> Iterator[str]:
    for one in widgets:
        if isinstance(one, QAbstractScrollArea) and not _moves_sideways(one):
            bar = one.horizontalScrollBar()
            if bar.isVisible() or (isinstance(one, QScrollArea) and bar.maximum() > 0):
                yield f"scrolls {bar.maximum()} to the side: {described(one)}"
