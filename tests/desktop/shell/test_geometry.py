"""Every page in both languages, usual and large text, small and large windows: nothing is cut or goes sideways."""

import itertools
import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.settings import settings_file
from fastface_desktop.app import Desktop
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.ring import FocusRing
from tests.desktop import geometry

PAGES = ("create", "gallery", "people", "presets", "compare", "models", "preferences", "help")
WINDOWS = ((1024, 700), (1280, 800), (1920, 1080))
FEW = (("en", 1.0, (1280, 800)), ("de", 2.0, (1024, 700)))
ALL = tuple(itertools.product(("en", "de"), (1.0, 2.0), WINDOWS))


def laid_out() -> None:
    """Until no layout has anything left to do."""
    for _ in range(10):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def opened(build: Callable[[], Desktop], language: str, scale: float, size: tuple[int, int], qtbot: QtBot) -> Desktop:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(json.dumps({"language": language, "text_scale": scale, "first_run_seen": True}))
    desktop = build()
    desktop.window.resize(*size)
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    return desktop


def title_of(page: QWidget) -> QLabel:
    """The page's title: the highest, and of those the one at the left."""
    titles = [one for one in page.findChildren(QLabel) if one.property("role") == "title" and one.isVisible()]
    return min(titles, key=lambda one: (one.mapTo(page, QPoint(0, 0)).y() // 8, one.mapTo(page, QPoint(0, 0)).x()))


def looked_at(desktop: Desktop, qtbot: QtBot) -> list[str]:
    """What is wrong on any page."""
    window, found = desktop.window, []
    for name in (*PAGES, "first-run"):
        window.show_page(name)
        if name == "models":
            qtbot.waitUntil(lambda: desktop.downloads.models is not None, timeout=20_000)
        laid_out()
        page = window.page
        found += [f"{name}: {fault}" for part in (page, window.rail, window.status) for fault in geometry.faults(part)]
        if len(bright := geometry.bright_buttons(page)) > 1:
            found.append(f"{name}: several bright buttons: {bright}")
        if len(window.findChildren(FocusRing)) != 1:
            found.append(f"{name}: not one ring")
    return found


def titles_apart(desktop: Desktop) -> list[str]:
    """Pages whose title is not where the others have it."""
    window, apart = desktop.window, []
    for name in PAGES:
        window.show_page(name)
        laid_out()
        title = title_of(window.page)
        at = title.mapTo(window.page, title.rect().center()).y(), title.mapTo(window.page, QPoint(0, 0)).x()
        middle = round(Size.HEAD * desktop.theme.scale / 2)
        if abs(at[0] - middle) > 3 or abs(at[1] - Space.XL) > 1:
            apart.append(f"{name}: {title.text()} at {at}, not {(middle, Space.XL)}")
    return apart


@pytest.mark.parametrize(("language", "scale", "size"), FEW)
def test_nothing_is_cut(
    language: str, scale: float, size: tuple[int, int], build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = opened(build, language, scale, size, qtbot)
    assert looked_at(desktop, qtbot) == []
    if scale == 1.0:
        assert titles_apart(desktop) == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scale", "size"), [case for case in ALL if case not in FEW])
def test_nothing_is_cut_anywhere(
    language: str, scale: float, size: tuple[int, int], build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = opened(build, language, scale, size, qtbot)
    assert looked_at(desktop, qtbot) == []


def test_what_is_cut_is_found(qtbot: QtBot) -> None:
    """The measure itself: a word in a place too narrow for it, and a button past its page's side."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(200, 100)
    word = QLabel("a word that is longer than its place", page)
    word.setGeometry(0, 0, 40, 20)
    beyond = QWidget(page)
    beyond.setGeometry(180, 40, 60, 20)
    page.show()
    found = geometry.faults(page)
    assert any("cut by" in fault for fault in found)
    assert any("past the page's sides" in fault for fault in found)
