"""A person's photos with the real engine on the starter model: dropped, judged, overruled, removed, and put back."""

import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_desktop.app import Desktop
from fastface_desktop.state.people.intake import MOST
from fastface_desktop.ui.people.page import PeoplePage
from tests.desktop.conftest import PATIENCE
from tests.desktop.people_room import (
    all_kept,
    drop,
    eventually,
    good_photos,
    name_it,
    page_of,
    small_photo,
    undo,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> PeoplePage:
    return page_of(desktop, qtbot)


def core(desktop: Desktop, page: PeoplePage) -> Person:
    """The person in view, as the library has it."""
    assert desktop.library.library is not None
    assert page.view.person is not None
    return desktop.library.library.people.get(page.view.person.uid)


def first_card(page: PeoplePage, place: int = 0) -> str:
    """The hash of the photo at a place."""
    assert page.view.person is not None
    return page.view.person.photos[place].sha256


def test_from_dropped_photos_to_a_person_and_back(
    desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    photos = [*good_photos(tmp_path / "in"), small_photo(tmp_path)]
    (tmp_path / "Vertrag.pdf").write_bytes(b"%PDF-1.7")
    Image.new("RGB", (300, 300), (90, 120, 90)).save(tmp_path / "wall.png")
    drop(page, *photos, tmp_path / "Vertrag.pdf", tmp_path / "wall.png", tmp_path / "gone.jpg", photos[0])
    assert "6 photos will be added." in page.new.words.text()
    qtbot.waitUntil(lambda: len(page.new.tiles) == 6)
    name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 4, qtbot)

    area = page.view.area
    person = page.view.person
    assert person is not None
    assert [photo.verdict for photo in person.photos] == ["good", "good", "good", "small"]
    assert [photo.counts for photo in person.photos] == [True, True, True, False]
    # The starter's recogniser cannot tell whether photos agree, and nothing is said of it.
    assert person.same_person is None
    assert person.agreement is None
    assert all(photo.agreement is None for photo in person.photos)
    assert page.view.identity.bars.isHidden()
    card = area.cards[first_card(page, 3)]
    assert "Too small" in card.accessibleName()
    assert "Not used" in card.accessibleName()
    assert "pixels wide" in card.accessibleDescription()
    assert "pixels wide" in card.toolTip()
    assert "2 files cannot be used." in area.error.message.text()
    for name in ("wall.png", "gone.jpg"):
        assert name in area.error.hint.text()
    # The signed paper that was dropped with them is the person's.
    assert [paper.name for paper in person.papers] == ["Vertrag.pdf"]
    assert page.view.identity.said.text() == "3 of 4 photos are used."
    assert area.progress.isHidden()
    # What stands for a photo is a part of it, once it was decoded.
    eventually(qtbot, lambda: desktop.people.image(person.uid, person.photos[0]).width() == 256)
    # Nothing of a file's name, and nothing of the person's, is in a name below the data folder.
    names = " ".join(str(path.relative_to(paths.people_folder())) for path in paths.people_folder().rglob("*"))
    assert "Eileen" not in names
    assert "one" not in names

    page.back()
    shown = page.cards.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert shown == "Eileen, 3 of 4 photos used, No permission noted"


def test_a_photo_is_overruled_made_the_cover_and_removed(
    desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(page, *good_photos(tmp_path / "in"), small_photo(tmp_path))
    name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 4, qtbot)
    area, panel = page.view.area, page.view.area.panel
    small = first_card(page, 3)
    qtbot.mouseClick(area.cards[small], LEFT)
    assert panel.isVisible()
    assert panel.use.value() == "auto"
    qtbot.mouseClick(panel.use.buttons["yes"], LEFT)
    eventually(qtbot, lambda: core(desktop, page).photos[3].counts)
    qtbot.waitUntil(lambda: panel.use.value() == "yes" and "because you said so" in panel.title.text())
    undo(desktop, "The photo is used.", qtbot)
    eventually(qtbot, lambda: not core(desktop, page).photos[3].by_hand)

    qtbot.mouseClick(area.cards[first_card(page, 1)], LEFT)
    qtbot.mouseClick(panel.use.buttons["no"], LEFT)
    eventually(qtbot, lambda: not core(desktop, page).photos[1].counts)
    qtbot.waitUntil(lambda: "2 of 4" in page.view.identity.said.text())
    qtbot.waitUntil(lambda: panel.use.value() == "no")
    qtbot.mouseClick(panel.use.buttons["auto"], LEFT)
    eventually(qtbot, lambda: core(desktop, page).photos[1].counts)

    before = core(desktop, page).cover
    qtbot.mouseClick(panel.cover_button, LEFT)
    eventually(qtbot, lambda: core(desktop, page).cover == first_card(page, 1) != before)
    qtbot.waitUntil(lambda: "Cover" in area.cards[first_card(page, 1)].accessibleName())
    undo(desktop, "The photo is the cover.", qtbot)
    eventually(qtbot, lambda: core(desktop, page).cover == before)

    gone = first_card(page, 0)
    area.cards[gone].setFocus()
    qtbot.keyClick(area.cards[gone], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: gone not in area.cards)
    content = b"".join(path.read_bytes() for path in paths.people_folder().rglob("*") if path.is_file())
    assert gone.encode() not in content
    undo(desktop, "The photo was erased.", qtbot)
    qtbot.waitUntil(lambda: gone in area.cards)
    assert first_card(page, 0) == gone


def test_another_face_in_a_photo_is_meant(desktop: Desktop, page: PeoplePage, group: Path, qtbot: QtBot) -> None:
    drop(page, group)
    name_it(page, "Joey", qtbot)
    all_kept(desktop, page, 1, qtbot)
    area = page.view.area
    sha256 = first_card(page)
    before = core(desktop, page).photos[0]
    assert before.measured is not None
    assert before.measured.faces_found == 6
    qtbot.mouseClick(area.cards[sha256], LEFT)
    assert "6 faces" in area.panel.faces.text()
    view = area.panel.view
    qtbot.waitUntil(lambda: len(view.faces) == 6, timeout=PATIENCE)
    view.setFocus()
    other = 4 if before.face != 4 else 3
    qtbot.keyClick(view, Qt.Key(Qt.Key.Key_0 + other))
    eventually(qtbot, lambda: core(desktop, page).photos[0].face == other)
    after = core(desktop, page).photos[0].measured
    assert after is not None
    assert float(after.face.embedding @ before.measured.face.embedding) < 0.9
    undo(desktop, "Another face is meant.", qtbot)
    eventually(qtbot, lambda: core(desktop, page).photos[0].face == before.face)


def test_a_picture_from_the_clipboard_leaves_no_copy(
    desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(good_photos(tmp_path / "in")[0])))
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.new.isVisible)
    name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 1, qtbot)
    qtbot.waitUntil(lambda: not list((paths.data_folder() / "pasted-people").iterdir()))
    QApplication.clipboard().clear()


def test_thousands_are_bounded_told_and_stopped(
    desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    good = good_photos(tmp_path / "in")
    qtbot.mouseClick(page.new_button, LEFT)
    uid = name_it(page, "Eileen", qtbot)
    many = [good[0], *(tmp_path / f"{number}.jpg" for number in range(5000))]
    start = time.thread_time()
    drop(page, *many)
    QCoreApplication.processEvents()
    assert time.thread_time() - start < 0.5
    assert page.view.area.remark.text().endswith(f"{MOST} are taken. A handful of good photos is enough.")
    assert desktop.intake.left(uid) == MOST
    assert page.view.area.progress.isVisible()
    eventually(qtbot, lambda: page.view.person is not None and len(page.view.person.photos) == 1)
    if desktop.intake.left(uid):
        qtbot.mouseClick(page.view.area.stop_button, LEFT)
    # What is being written at that moment comes to its end.
    assert desktop.intake.left(uid) <= 1
    qtbot.waitUntil(lambda: desktop.intake.left(uid) == 0)
    qtbot.waitUntil(page.view.area.progress.isHidden)


def test_the_same_photo_again_is_said(desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot) -> None:
    good = good_photos(tmp_path / "in")
    drop(page, good[0])
    name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 1, qtbot)
    drop(page, good[0])
    eventually(qtbot, page.view.area.error.isVisible)
    assert page.view.area.error.message.text() == "one.jpg is there already."


def test_added_photos_are_taken_back(desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot) -> None:
    good = good_photos(tmp_path / "in")
    drop(page, good[0])
    name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 1, qtbot)
    undo(desktop, "The photo was added.", qtbot)
    all_kept(desktop, page, 0, qtbot)
    drop(page, *good[1:])
    all_kept(desktop, page, 2, qtbot)
    undo(desktop, "2 photos were added.", qtbot)
    all_kept(desktop, page, 0, qtbot)
    assert page.view.area.zone.isVisible()


def test_measures_that_are_lost_are_made_again(
    desktop: Desktop, page: PeoplePage, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(page, *good_photos(tmp_path / "in")[:2])
    uid = name_it(page, "Eileen", qtbot)
    all_kept(desktop, page, 2, qtbot)
    page.back()
    for file in (paths.people_folder() / uid).glob("faces-*"):
        file.write_bytes(b"damaged")
    page.open_person(uid)
    eventually(qtbot, lambda: [photo.verdict for photo in core(desktop, page).photos if photo.verdict] != [])
    eventually(qtbot, lambda: all(photo.verdict for photo in core(desktop, page).photos))


def test_photos_of_locked_people_are_measured_from_memory(
    desktop: Desktop, page: PeoplePage, group: Path, qtbot: QtBot
) -> None:
    with Library() as library:
        library.people.store.protect("correct horse")
    desktop.people.look()
    qtbot.waitUntil(lambda: desktop.people.locked)
    qtbot.keyClicks(page.lock_panel.old, "correct horse")
    qtbot.keyClick(page.lock_panel.old, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desktop.people.locked)
    drop(page, group)
    name_it(page, "Joey", qtbot)
    all_kept(desktop, page, 1, qtbot)
    qtbot.mouseClick(page.view.area.cards[first_card(page)], LEFT)
    view = page.view.area.panel.view
    qtbot.waitUntil(lambda: len(view.faces) == 6, timeout=PATIENCE)
    everything = b"".join(path.read_bytes() for path in paths.people_folder().rglob("*") if path.is_file())
    assert b"Joey" not in everything
    assert group.read_bytes()[:64] not in everything
    page.lock()
    assert view.faces == () or page.view.area.panel.isHidden()
