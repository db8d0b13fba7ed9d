"""The page People without an engine: names, notes, permission, search, keys, and the lock."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.people.files import Client, Consent
from fastface_desktop.app import Desktop
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.people.page import PeoplePage
from fastface_desktop.ui.shared.people_cards import Role
from tests.core import library_help
from tests.desktop.conftest import PATIENCE
from tests.desktop.people_room import drop, files, name_it, page_of, toast, undo

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def someone(tmp_path: Path) -> str:
    """Ada with two photos; a uid."""
    with Library() as library:
        return library_help.person(library, tmp_path / "photos").uid


@pytest.fixture
def page(someone: str, idle: Desktop, qtbot: QtBot) -> PeoplePage:
    return page_of(idle, qtbot)


def opened(page: PeoplePage, uid: str, qtbot: QtBot) -> None:
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None and page.view.person.uid == uid)


def core(desktop: Desktop) -> Library:
    assert desktop.library.library is not None
    return desktop.library.library


# ---- Everyone


def test_nobody_yet_says_what_to_do(idle: Desktop, qtbot: QtBot) -> None:
    page = page_of(idle, qtbot)
    assert page.places.currentWidget() is page.empty
    assert page.zone.isVisible()
    assert page.search.isHidden()
    qtbot.waitUntil(page.zone.hasFocus)


def test_a_person_by_button_and_keys(idle: Desktop, qtbot: QtBot) -> None:
    page = page_of(idle, qtbot)
    qtbot.mouseClick(page.new_button, LEFT)
    uid = name_it(page, "Änne  Ödegård", qtbot)
    assert page.view.area.zone.isVisible()
    assert not page.view.create_button.isEnabled()
    assert "large, sharp face" in page.view.coach.title.text()
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.cards, timeout=PATIENCE)
    assert page.cards.hasFocus()
    person = page.cards.currentIndex().data(Role.PERSON)
    assert (person.uid, person.name) == (uid, "Änne Ödegård")
    assert "No photo yet" in page.cards.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(page.cards, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view.person is not None)


def test_a_name_that_is_taken_or_empty_is_said_beside_it(page: PeoplePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.new_button, LEFT)
    qtbot.keyClicks(page.new.name, "ADA")
    qtbot.keyClick(page.new.name, Qt.Key.Key_Return)
    qtbot.waitUntil(page.new.error.isVisible)
    assert "already" in page.new.error.message.text()
    assert page.new.name.selectedText() == "ADA"
    qtbot.keyClicks(page.new.name, "   ")
    qtbot.keyClick(page.new.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "1 to 100" in page.new.error.message.text())
    qtbot.keyClick(page.new.name, Qt.Key.Key_Escape)
    assert page.new.isHidden()


def test_many_are_searched(idle: Desktop, qtbot: QtBot) -> None:
    with Library() as library:
        for number in range(12):
            library.people.add(f"Person {number:02}")
    page = page_of(idle, qtbot)
    assert page.search.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(page.search, "11 per")
    assert page.model.rowCount() == 1
    qtbot.keyClicks(page.search, "x")
    assert page.places.currentWidget() is page.no_hit
    assert "11 perx" in page.nobody.text()
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 12
    assert page.places.currentWidget() is page.cards


def test_whoever_is_in_view_stays_in_another_language(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    page.view.client.notes.setPlainText("typed meanwhile")
    idle.settings.change(language="de")
    qtbot.waitUntil(lambda: idle.window.pages["people"] is not page)
    rebuilt = idle.window.pages["people"]
    assert isinstance(rebuilt, PeoplePage)
    qtbot.waitUntil(lambda: rebuilt.view.client.notes.toPlainText() == "typed meanwhile")
    assert rebuilt.view.create_button.text() == "Bilder erstellen"
    idle.settings.change(language="en")
    qtbot.waitUntil(lambda: idle.window.pages["people"] is not rebuilt)


def test_another_program_is_followed(page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot) -> None:
    opened(page, someone, qtbot)
    with Library() as other:
        other.people.rename(someone, "Beatrix")
    qtbot.waitUntil(lambda: page.view.name.text() == "Beatrix")
    with Library() as other:
        other.forget(someone, pictures=False)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.everyone)
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.empty)


def test_a_damaged_person_hides_no_other(idle: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    with Library() as library:
        library_help.person(library, tmp_path / "photos")
        broken = library.people.add("Ben").uid
    (paths.people_folder() / broken / "person.json").write_text("{")
    page = page_of(idle, qtbot)
    said = [page.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(page.model.rowCount())]
    assert said[0] == "Name not readable, No photo yet, File damaged"
    assert [words.startswith("Ada, 2 photos") for words in said[1:]] == [True]
    assert [person.name for person in idle.people.people] == ["Ada"]


def test_a_person_is_damaged_and_restored_while_in_view(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    file = paths.people_folder() / someone / "person.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    idle.people.look()
    qtbot.waitUntil(page.damaged.isVisible)
    assert page.damaged.name.text() == "Ada"
    assert page.damaged.error.isVisible()
    # Photos that are dropped now are somebody else's: a name is asked for.
    page.take(files(*sorted((file.parent / "photos").iterdir())))
    assert page.new.isVisible()
    qtbot.keyClick(page.new.name, Qt.Key.Key_Escape)
    qtbot.keyClick(page.cards, Qt.Key.Key_Return)
    assert page.damaged.isVisible()
    file.write_bytes(whole)
    idle.people.look()
    qtbot.waitUntil(lambda: page.view.isVisible() and page.view.person is not None)
    file.write_bytes(whole[:100])
    idle.people.look()
    qtbot.waitUntil(page.damaged.isVisible)
    with Library() as other:
        other.forget(someone, pictures=False)
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.empty)
    assert page.everyone.isVisible()


# ---- Name and notes


def test_the_name_is_changed_in_place_and_taken_back(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    page.view.name.selectAll()
    qtbot.keyClicks(page.view.name, "Beatrix")
    qtbot.keyClick(page.view.name, Qt.Key.Key_Return)
    toast(idle, "Ada is called Beatrix now.", qtbot)
    assert core(idle).people.get(someone).name == "Beatrix"
    undo(idle, "Beatrix", qtbot)
    qtbot.waitUntil(lambda: core(idle).people.get(someone).name == "Ada")


def test_a_name_that_cannot_be_is_said_and_the_old_one_stays(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    page.view.name.clear()
    qtbot.keyClick(page.view.name, Qt.Key.Key_Return)
    qtbot.waitUntil(page.view.error.isVisible)
    assert page.view.name.text() == "Ada"
    assert core(idle).people.get(someone).name == "Ada"


def test_notes_are_kept_when_the_field_is_left(page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot) -> None:
    opened(page, someone, qtbot)
    page.view.client.notes.setFocus()
    qtbot.keyClicks(page.view.client.notes, "likes hats")
    page.view.name.setFocus()
    toast(idle, "The notes are kept.", qtbot)
    assert core(idle).people.get(someone).notes == "likes hats"
    undo(idle, "The notes are kept.", qtbot)
    qtbot.waitUntil(lambda: core(idle).people.get(someone).notes == "")


def test_client_and_groups_are_noted_searched_and_taken_back(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    client = page.view.client

    def write(field: QLineEdit, text: str) -> None:
        field.setFocus()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    write(client.contact, "studio@example.org")
    write(client.job, "2026-118")
    noted = Client(contact="studio@example.org", job="2026-118")
    qtbot.waitUntil(lambda: core(idle).people.get(someone).client == noted)
    toast(idle, "The client is noted.", qtbot)
    write(client.groups, "Website, Team, team")
    qtbot.waitUntil(lambda: core(idle).people.get(someone).groups == ("Team", "Website"))
    undo(idle, "The groups are noted.", qtbot)
    qtbot.waitUntil(lambda: core(idle).people.get(someone).groups == ())
    core(idle).people.set_groups(someone, ["Team"])
    other = core(idle).people.add("Zoe").uid
    idle.people.look()
    page.back()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2 and page.group.isVisible())
    page.group.setCurrentIndex(page.group.findData("Team"))
    page.group.activated.emit(page.group.currentIndex())
    assert [page.model.row_of(uid) for uid in (someone, other)] == [0, -1]
    page.group.setCurrentIndex(0)
    page.group.activated.emit(0)
    page.sorting.setCurrentIndex(page.sorting.findData("newest"))
    page.sorting.activated.emit(1)
    assert page.model.row_of(other) == 0
    page.search.setText("2026-118")
    assert [page.model.row_of(uid) for uid in (someone, other)] == [0, -1]


def test_a_signed_paper_is_attached_sealed_and_gone_with_the_person(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(page, someone, qtbot)
    paper = tmp_path / "Signed release.pdf"
    paper.write_bytes(b"%PDF-1.7 signed by Ada")
    (tmp_path / "program.pdf").write_bytes(b"#!/bin/sh")
    drop(page, paper)
    qtbot.waitUntil(lambda: len(page.view.papers.rows) == 1)
    (row,) = page.view.papers.rows.values()
    assert row.name.text() == "Signed release.pdf"
    assert row.open.isEnabled()
    drop(page, tmp_path / "program.pdf")
    qtbot.waitUntil(page.view.error.isVisible)
    assert "no PDF and no picture" in page.view.error.message.text()
    row.remove.trigger()
    qtbot.waitUntil(lambda: page.view.papers.rows == {})
    folder = core(idle).people.store.folder / someone / "papers"
    assert list(folder.iterdir()) == []
    undo(idle, "The document was erased.", qtbot)
    qtbot.waitUntil(lambda: len(page.view.papers.rows) == 1)
    core(idle).people.store.protect("correct horse battery")
    (file,) = folder.iterdir()
    assert b"signed" not in file.read_bytes()
    assert core(idle).people.papers.content(someone, file.name.partition(".")[0]) == paper.read_bytes()
    idle.people.look()
    qtbot.waitUntil(lambda: not next(iter(page.view.papers.rows.values())).open.isEnabled())


def test_what_is_asked_at_the_end_of_the_panel_is_in_view(page: PeoplePage, someone: str, qtbot: QtBot) -> None:
    """Its buttons lay below the fold, and nothing scrolled."""
    opened(page, someone, qtbot)
    panel, width = page.view.forget_panel, page.view.panel.width()
    qtbot.mouseClick(panel.ask_button, LEFT)
    port = page.view.right.viewport()

    def seen(widget: QWidget) -> bool:
        return port.rect().contains(QRect(widget.mapTo(port, QPoint(0, 0)), widget.size()))

    qtbot.waitUntil(lambda: seen(panel.yes) and seen(panel.no))
    assert page.view.panel.width() == width


def test_notes_survive_going_back(page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot) -> None:
    opened(page, someone, qtbot)
    page.view.client.notes.setPlainText("typed, then Escape")
    page.view.client.contact.setText("studio@example.org")
    page.view.client.groups.setText("family, friends")
    page.back()
    qtbot.waitUntil(lambda: core(idle).people.get(someone).notes == "typed, then Escape")
    qtbot.waitUntil(lambda: core(idle).people.get(someone).client.contact == "studio@example.org")
    qtbot.waitUntil(lambda: core(idle).people.get(someone).groups == ("family", "friends"))


def test_the_pictures_of_a_person_are_in_the_gallery(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    folder = paths.pictures_folder() / "2030-01"
    library_help.saved(core(idle), folder, 1, person=someone)
    library_help.saved(core(idle), folder, 2)
    opened(page, someone, qtbot)
    qtbot.waitUntil(lambda: page.view.pictures_button.text() == "1 picture made")
    qtbot.mouseClick(page.view.pictures_button, LEFT)
    gallery = idle.window.pages["gallery"]
    assert isinstance(gallery, GalleryPage)
    assert idle.window.page is gallery
    qtbot.waitUntil(lambda: gallery.grid.model().rowCount() == 1)


# ---- Permission


def test_a_permission_is_noted_changed_ended_and_taken_back(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    opened(page, someone, qtbot)
    panel = page.view.consent
    qtbot.mouseClick(panel.remove_button, LEFT)
    qtbot.waitUntil(lambda: core(idle).people.get(someone).consent is None)
    qtbot.waitUntil(lambda: panel.edit_button.text() == "Note it…")
    undo(idle, "No permission is noted any more.", qtbot)
    qtbot.waitUntil(lambda: core(idle).people.get(someone).consent is not None)

    qtbot.waitUntil(lambda: panel.edit_button.text() == "Change…")
    qtbot.mouseClick(panel.edit_button, LEFT)
    assert isinstance(panel.words, QPlainTextEdit)
    assert panel.words.hasFocus()
    panel.words.clear()
    qtbot.mouseClick(panel.save_button, LEFT)
    assert panel.error.message.text() == "Nothing is written yet."
    qtbot.keyClicks(panel.words, "signed, in the blue folder")
    panel.ends.setChecked(True)
    panel.given.setDate(QDate.currentDate().addDays(-20))
    panel.expires.setDate(QDate.currentDate().addDays(-30))
    qtbot.mouseClick(panel.save_button, LEFT)
    assert panel.error.message.text() == "The permission ends before it was given."
    panel.expires.setDate(QDate.currentDate().addDays(-1))
    qtbot.mouseClick(panel.save_button, LEFT)
    qtbot.waitUntil(lambda: panel.state.text().startswith("Ended on"))
    consent = core(idle).people.get(someone).consent
    assert consent == Consent(
        text="signed, in the blue folder",
        given=date.today() - timedelta(days=20),
        expires=date.today() - timedelta(days=1),
    )
    page.back()
    qtbot.waitUntil(lambda: page.model.data(page.model.index(0), Role.PERSON).permission == "ended")  # pyright: ignore[reportAttributeAccessIssue]


def test_escape_closes_from_the_inside_out(page: PeoplePage, someone: str, qtbot: QtBot) -> None:
    opened(page, someone, qtbot)
    page.view.consent.edit()
    page.view.forget_panel.ask()
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.view.consent.editor.isHidden()
    assert page.view.forget_panel.question.isVisible()
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.view.forget_panel.question.isHidden()
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.everyone


# ---- The lock


def answer(page: PeoplePage, qtbot: QtBot, *words: str) -> None:
    """Types into the fields that are there, then Enter."""
    shown = [field for field in page.lock_panel.fields() if field.isVisible()]
    for field, text in zip(shown, words, strict=True):
        field.clear()
        qtbot.keyClicks(field, text)
    qtbot.keyClick(shown[-1], Qt.Key.Key_Return)


def refused(page: PeoplePage, text: str, qtbot: QtBot) -> None:
    error = page.lock_panel.error
    qtbot.waitUntil(lambda: error.isVisible() and text in error.message.text(), timeout=PATIENCE)


def test_the_lock_from_the_first_passphrase_to_the_last(
    page: PeoplePage, idle: Desktop, someone: str, qtbot: QtBot
) -> None:
    panel = page.lock_panel
    qtbot.mouseClick(page.lock_button, LEFT)
    assert "the people are lost" in panel.warning.text()
    assert panel.warning.isVisible()
    answer(page, qtbot, "correct horse", "correct house")
    assert panel.error.message.text() == "The new passphrases are not the same."
    answer(page, qtbot, "short", "short")
    refused(page, "shorter than 8", qtbot)
    answer(page, qtbot, "correct horse", "correct horse")
    toast(idle, "The people are encrypted.", qtbot)
    assert b"Ada" not in (paths.people_folder() / someone / "person.json").read_bytes()
    qtbot.waitUntil(lambda: idle.people.protected and page.lock_button.text() == "Lock", timeout=PATIENCE)

    opened(page, someone, qtbot)
    page.lock()
    assert page.places.currentWidget() is page.locked
    assert page.stack.currentWidget() is page.everyone
    # Nothing personal is in the window any more.
    assert page.model.rowCount() == 0
    assert idle.people.people == ()
    assert (page.view.person, page.view.name.text(), page.view.area.cards) == (None, "", {})
    assert not page.new_button.isEnabled()

    answer(page, qtbot, "correct hose")
    refused(page, "The passphrase is wrong.", qtbot)
    assert panel.old.hasFocus()
    answer(page, qtbot, "correct horse")
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.cards, timeout=PATIENCE)
    assert page.model.rowCount() == 1
    assert all(not field.text() for field in panel.fields())

    _, change, remove = page.lock_button.menu_of_lock.actions()
    change.trigger()
    answer(page, qtbot, "wrong", "battery staple", "battery staple")
    refused(page, "The passphrase is wrong.", qtbot)
    answer(page, qtbot, "correct horse", "battery staple", "battery staple")
    toast(idle, "The passphrase is changed.", qtbot)

    remove.trigger()
    answer(page, qtbot, "correct horse")
    refused(page, "The passphrase is wrong.", qtbot)
    answer(page, qtbot, "battery staple")
    toast(idle, "The people are not encrypted any more.", qtbot)
    qtbot.waitUntil(lambda: not idle.people.protected, timeout=PATIENCE)
    assert b"Ada" in (paths.people_folder() / someone / "person.json").read_bytes()


def test_a_start_with_locked_people_asks(idle: Desktop, someone: str, tmp_path: Path, qtbot: QtBot) -> None:
    with Library() as library:
        library.people.store.protect("correct horse")
    page = page_of(idle, qtbot)
    assert page.places.currentWidget() is page.locked
    assert page.lock_panel.task == "unlock"
    assert not page.takes(files(tmp_path / "a.jpg"))
    answer(page, qtbot, "correct horse")
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.cards, timeout=PATIENCE)
