"""While a mouse button is down nothing moves: pictures arrive, an error comes, a download ends, and all stays put."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.errors import FastFaceError
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.widgets.inline_error import InlineError
from tests.desktop.gallery_help import count_is, fill, library_of, open_gallery
from tests.desktop.geometry import shown
from tests.desktop.presets.test_presets_page import opened as opened_presets
from tests.desktop.presets.test_presets_page import own_copy

SIZE = (1280, 800)


def places(desktop: Desktop) -> dict[QWidget, QRect]:
    QApplication.processEvents()
    window = desktop.window
    return {one: QRect(one.mapTo(window, QPoint(0, 0)), one.size()) for one in (window.page, *shown(window.page))}


def press(desktop: Desktop, at: QPoint) -> None:
    """In the window itself, as a hand does it: the application then knows that a button is down."""
    QTest.mousePress(desktop.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert QApplication.mouseButtons() == Qt.MouseButton.LeftButton


def release(desktop: Desktop, at: QPoint) -> None:
    QTest.mouseRelease(desktop.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QApplication.processEvents()


def centre(desktop: Desktop, one: QWidget, at: QPointF | None = None) -> QPoint:
    inside = at.toPoint() if at is not None else one.rect().center()
    return one.mapTo(desktop.window, inside)


def everything_happens(desktop: Desktop) -> None:
    """What may come while a hand is on something."""
    window = desktop.window
    window.show_error(FastFaceError("The disk is full.", "Free some space."))
    for error in window.page.findChildren(InlineError)[:2]:
        error.show_error(FastFaceError("It did not work.", "Try again."))
    window.toasts.show("Hyper-SD is ready.", None)
    desktop.announcer.say("The picture is made")


def told_after(desktop: Desktop) -> bool:
    return desktop.window.banner.isVisible() and desktop.window.banner.inline.isVisible()


@pytest.fixture
def wide(idle: Desktop) -> Desktop:
    idle.window.resize(*SIZE)
    return idle


def test_on_a_point_of_a_curve(wide: Desktop, qtbot: QtBot) -> None:
    page = opened_presets(wide, qtbot)
    own_copy(page, qtbot, "fastface-scale-power")
    curves = page.guidance.curves
    at = centre(wide, curves.viewport(), curves.place("identity_weight", 1))
    press(wide, at)
    before = places(wide)
    everything_happens(wide)
    assert places(wide) == before
    release(wide, at)
    assert told_after(wide)


def test_on_a_tile_while_pictures_arrive(wide: Desktop, qtbot: QtBot) -> None:
    page = open_gallery(wide, qtbot)
    library = library_of(wide)
    fill(library, 6)
    wide.library.look()
    count_is(page, 6, qtbot)
    wide.window.resize(*SIZE)
    QApplication.processEvents()
    first = page.grid.picture_rect(page.grid.model().index(2, 0))
    at = centre(wide, page.grid.viewport(), QPointF(first.center()))
    press(wide, at)
    QApplication.processEvents()
    before, rows = places(wide), page.grid.model().rowCount()
    fill(library, 3)
    wide.library.look()
    everything_happens(wide)
    # A moment for the library's answer; whatever it is, the grid stands still.
    for _ in range(20):
        QTest.qWait(5)
    assert page.grid.model().rowCount() == rows
    assert page.grid.picture_rect(page.grid.model().index(2, 0)) == first
    moved = {one: where for one, where in places(wide).items() if one in before and before[one] != where}
    # Only the chip of the new ones comes, in the head, where its place is kept.
    assert [one for one in moved if page.grid.isAncestorOf(one) or one is page.grid] == []
    release(wide, at)
    assert told_after(wide)


def test_on_a_slider(wide: Desktop, qtbot: QtBot) -> None:
    page = wide.window.pages["create"]
    assert isinstance(page, CreatePage)
    wide.window.show_page("create")
    page.form.fine.set_open(True)
    QApplication.processEvents()
    slider = page.form.face.slider
    for _ in range(5):
        QApplication.processEvents()
    page.scroller.ensureWidgetVisible(slider)
    QApplication.processEvents()
    at = centre(wide, slider)
    press(wide, at)
    before = places(wide)
    everything_happens(wide)
    page.bar.show_error(FastFaceError("There is no room.", "Free some space."))
    assert places(wide) == before
    release(wide, at)
    assert told_after(wide)
    assert page.bar.error.isVisible()
