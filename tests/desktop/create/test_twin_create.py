"""The drawn twin on Create, with the real engine: drawn after the drop, corrected by chips, part of the request."""

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fastface_core.domain.twin import Corrections
from fastface_desktop.app import Desktop
from fastface_desktop.state.session import Session
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.people_room import eventually
from tests.desktop.twin_room import starter_draws

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True, scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with starter_draws(tmp_path_factory.mktemp("pack")):
        yield


def page_of(desktop: Desktop) -> CreatePage:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    return page


def drawn(desktop: Desktop, qtbot: QtBot) -> QImage:
    """Waits for the drawing that was asked for last."""
    eventually(qtbot, lambda: desktop.twin.seen is not None and desktop.twin.settled)
    assert desktop.twin.seen is not None
    assert desktop.twin.seen.error is None
    return desktop.twin.seen.image


def test_a_dropped_photo_is_drawn_and_a_chip_corrects_drawing_and_request(
    desktop: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    page = page_of(desktop)
    assert page.person.twin_picture.isHidden()
    page.add_photos([portrait])
    first = drawn(desktop, qtbot)
    assert (first.width(), first.height()) == (256, 256)
    person = page.person
    assert person.twin_picture.isVisible()
    assert person.twin.isHidden()
    assert person.twin_picture.image == first
    # Beside the photo the drawing explains itself; only what is wrong is said.
    assert not person.twin_words.isVisible()
    chips = person.twin_chips
    assert all(chip.isVisible() for chip in chips.chips.values())
    assert chips.chips["glasses"].accessibleName().startswith("Glasses: No glasses.")

    qtbot.mouseClick(chips.chips["glasses"], LEFT)
    assert chips.panel.isVisible()
    assert person.asks
    choice = chips.editor("glasses")
    qtbot.mouseClick(choice.chips["round"], LEFT)  # pyright: ignore[reportAttributeAccessIssue]
    assert drawn(desktop, qtbot) != first
    assert chips.chips["glasses"].text() == "Round glasses"
    assert "Corrected by you." in chips.chips["glasses"].toolTip()
    qtbot.keyClicks(page.form.prompt, "a person")
    order = desktop.session.order()
    assert order.request.corrections == Corrections(glasses="round")

    page.cancel()
    assert chips.panel.isHidden()
    assert chips.chips["glasses"].hasFocus()
    qtbot.mouseClick(chips.chips["glasses"], LEFT)
    qtbot.mouseClick(chips.reset_button, LEFT)
    assert drawn(desktop, qtbot) == first
    assert desktop.session.order().request.corrections is None

    # Skin and hair, by keys.
    qtbot.mouseClick(chips.chips["skin"], LEFT)
    slider = chips.editor("skin").slider  # pyright: ignore[reportAttributeAccessIssue]
    start = slider.value()
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value() == start + 10
    darker = drawn(desktop, qtbot)
    assert darker != first
    said = desktop.twin.corrections.skin
    assert said is not None
    seen = desktop.twin.seen
    assert seen is not None
    assert seen.measured is not None
    assert sum(said) < sum(seen.measured.skin)
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert desktop.twin.corrections.nothing
    qtbot.mouseClick(chips.chips["hair"], LEFT)
    chips.editor("hair")
    qtbot.mouseClick(chips.length.chips["long"], LEFT)
    qtbot.mouseClick(chips.palette_of_hair.swatches["red"], LEFT)
    assert drawn(desktop, qtbot) != first
    assert chips.chips["hair"].text() == "Hair, long"
    assert desktop.twin.corrections.hair_length == "long"

    # It comes back with the photo at the next start, and goes with it.
    desktop.saver.flush()
    again = Session(desktop.saver)
    assert again.values.corrections == desktop.twin.corrections
    said_of = desktop.session.values.corrections
    person.remove_all()
    assert desktop.session.values.corrections is None
    assert not desktop.twin.drawn
    assert person.twin_picture.isHidden()
    toast = next(one for one in desktop.window.toasts.shown() if "taken out" in one.text)
    assert toast.undo_button is not None
    qtbot.mouseClick(toast.undo_button, LEFT)
    assert desktop.session.values.corrections == said_of
    drawn(desktop, qtbot)
