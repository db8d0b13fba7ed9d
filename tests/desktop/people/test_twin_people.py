"""Corrections of a person of the library: by the real engine on People and on Create, kept over a restart."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.twin import Corrections
from fastface_core.library.library import Library
from fastface_core.studio.measuring import Measurer
from fastface_desktop.app import Desktop
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.people_room import eventually, good_photos, page_of
from tests.desktop.twin_room import starter_draws

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True, scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with starter_draws(tmp_path_factory.mktemp("pack")):
        yield


@pytest.fixture
def eva(home: Path, tmp_path: Path) -> str:
    measurer = Measurer()
    with Library() as library:
        uid = library.people.add("Eva").uid
        for file in good_photos(tmp_path / "eva")[:2]:
            photo = measurer.measure(PhotoChoice(file))
            library.people.add_photo(uid, photo, measurer.model, measurer.same_person)
    return uid


def drawn(twin: DrawnPerson, qtbot: QtBot) -> None:
    eventually(qtbot, lambda: twin.seen is not None and twin.settled)
    assert twin.seen is not None
    assert twin.seen.error is None


def kept(desktop: Desktop, uid: str) -> Corrections | None:
    assert desktop.library.library is not None
    return desktop.library.library.people.get(uid).corrections


def test_what_is_corrected_is_kept_with_the_person_and_used_on_create(
    build: Callable[[], Desktop], eva: str, qtbot: QtBot
) -> None:
    desktop = build()
    desktop.show()
    page = page_of(desktop, qtbot)
    page.open_person(eva)
    view = page.view
    qtbot.waitUntil(lambda: view.person is not None)
    drawn(view.drawn_person, qtbot)
    assert view.twin.isVisible()
    assert not view.twin.picture.image.isNull()
    before = view.twin.picture.image
    chips = view.twin.chips
    qtbot.mouseClick(chips.chips["beard"], LEFT)
    qtbot.mouseClick(chips.editor("beard").chips["full"], LEFT)  # pyright: ignore[reportAttributeAccessIssue]
    drawn(view.drawn_person, qtbot)
    assert view.twin.picture.image != before
    assert chips.chips["beard"].text() == "Full beard"
    qtbot.waitUntil(lambda: kept(desktop, eva) == Corrections(beard="full"))
    page.escape()
    assert chips.panel.isHidden()
    assert page.stack.currentWidget() is view

    # On Create the same is asked for; what is changed there is kept too, and shown on People.
    desktop.window.show_page("create")
    create = desktop.window.pages["create"]
    assert isinstance(create, CreatePage)
    create.person.library.choose(eva)
    drawn(desktop.twin, qtbot)
    assert create.person.twin.isVisible()
    assert create.person.twin_picture.isHidden() or create.person.filled.isHidden()
    assert desktop.session.values.corrections == Corrections(beard="full")
    qtbot.keyClicks(create.form.prompt, "a person")
    assert desktop.session.order().request.corrections == Corrections(beard="full")
    desktop.twin.correct(glasses="square")
    both = Corrections(beard="full", glasses="square")
    assert view.drawn_person.corrections == both
    qtbot.waitUntil(lambda: kept(desktop, eva) == both)
    # The session's own file says nothing of a person of the library.
    desktop.saver.flush()
    assert "full" not in desktop.session.file.read_text().split('"prompt"')[0]

    again = build()
    again.show()
    again.library.open()
    qtbot.waitUntil(lambda: again.session.values.corrections == both)
    drawn(again.twin, qtbot)
    assert again.twin.seen is not None
    assert again.twin.seen.twin is not None
    assert again.twin.seen.twin.beard == "full"
    again.twin.correct(beard=None, glasses=None)
    qtbot.waitUntil(lambda: kept(again, eva) is None)
