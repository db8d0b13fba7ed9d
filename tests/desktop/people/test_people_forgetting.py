"""Forgetting in the window: afterwards nothing of the person is in any file of the program, nor in the window."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.compare import parse as words
from fastface_core.compare import records
from fastface_core.compare.grid import Grid
from fastface_core.domain.identity import PhotoChoice
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.presets import files as preset_files
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.people_room import all_kept, drop, eventually, good_photos, name_it, page_of, toast

LEFT = Qt.MouseButton.LeftButton
NOW = datetime(2030, 1, 2, tzinfo=UTC)
NAME = "Quendolina Zyxw"


def pieces(library: Library, uid: str, photos: list[Path]) -> dict[str, bytes]:
    """Parts of everything that says who it is."""
    person = library.people.get(uid)
    found = {"name": NAME.encode(), "uid": uid.encode(), "notes": b"likes xylophones", "path": photos[0].name.encode()}
    for number, photo in enumerate(person.photos):
        assert photo.measured is not None
        data = library.people.photo_bytes(uid, photo.sha256)
        found[f"photo {number}"] = data[700:760]
        found[f"end of photo {number}"] = data[-300:-240]
        found[f"hash {number}"] = photo.sha256.encode()
        found[f"crop {number}"] = photo.measured.face.crop[112].tobytes()[:64]
        found[f"embedding {number}"] = photo.measured.face.embedding.tobytes()[100:164]
    return found


def where(home: Path, wanted: dict[str, bytes]) -> set[str]:
    """Which of them are in any file below a folder, or in a file's name."""
    found: set[str] = set()
    for file in home.rglob("*"):
        name = os.fsencode(file)
        content = file.read_bytes() if file.is_file() else b""
        found |= {what for what, piece in wanted.items() if piece in content or piece in name}
    return found


def filled(desktop: Desktop, home: Path, tmp_path: Path, qtbot: QtBot) -> tuple[str, dict[str, bytes]]:
    """A person with photos, pictures, and everything that the window keeps of them."""
    page = page_of(desktop, qtbot)
    photos = [photo.rename(photo.with_name(f"Quendolina-{photo.name}")) for photo in good_photos(tmp_path / "in")]
    drop(page, *photos)
    uid = name_it(page, NAME, qtbot)
    all_kept(desktop, page, 3, qtbot)
    page.view.client.notes.setPlainText("likes xylophones")
    page.back()

    create = desktop.window.pages["create"]
    assert isinstance(create, CreatePage)
    desktop.window.show_page("create")
    create.person.library.choose(uid)
    create.form.prompt.setPlainText("a person")
    create.generate()
    qtbot.mouseClick(create.bar.consent.yes, LEFT)
    eventually(qtbot, lambda: [job.status for job in desktop.queue.jobs()] == [JobStatus.done])
    # The same photos dropped on Create: their hashes go to the consents, their paths to queue and session.
    create.add_photos(photos)
    eventually(qtbot, lambda: all(create.person.photos.report(photo) is not None for photo in photos))
    desktop.queue.pause()
    create.generate()
    qtbot.mouseClick(create.bar.consent.yes, LEFT)
    desktop.session.choose_person(uid)
    create.generate()
    create.add_photos(photos[:1])
    (paths.data_folder() / "pasted").mkdir(exist_ok=True)
    (paths.data_folder() / "pasted" / "1234.jpg").write_bytes(photos[1].read_bytes())
    axis = words.axis("rescale=0,1", preset_files.find)
    grid = Grid(preset=preset_files.find("baseline"), checkpoint="starter", seeds=(3,), columns=axis)
    records.keep(records.begun(grid, (), uid, records.hashes_of([PhotoChoice(photo) for photo in photos]), NOW))
    # Whose pictures were looked at in the gallery.
    page.pictures_wanted.emit(uid)
    desktop.saver.flush()
    library = desktop.library.library
    assert library is not None
    wanted = pieces(library, uid, photos)
    assert where(home, wanted) == set(wanted)
    assert wanted["uid"] in (paths.data_folder() / "gallery.json").read_bytes()
    assert wanted["hash 0"] in (paths.data_folder() / "consents.json").read_bytes()
    assert wanted["uid"] in (paths.data_folder() / "queue.json").read_bytes()
    assert wanted["path"] in (paths.data_folder() / "queue.json").read_bytes()
    assert wanted["path"] in (paths.data_folder() / "session.json").read_bytes()
    return uid, wanted


def test_no_byte_is_left_in_any_file(desktop: Desktop, home: Path, tmp_path: Path, qtbot: QtBot) -> None:
    uid, wanted = filled(desktop, home, tmp_path, qtbot)
    page = page_of(desktop, qtbot)
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None and page.view.person.pictures == 1)
    panel = page.view.forget_panel
    qtbot.mouseClick(panel.ask_button, LEFT)
    assert panel.no.hasFocus()
    assert NAME in panel.title.text()
    assert "3 photos" in panel.goes.text()
    assert "no longer say" in panel.stays.text()
    assert "1 picture" in panel.pictures.text() or "the picture" in panel.pictures.text()
    panel.pictures.setChecked(True)
    assert "no longer say" not in panel.stays.text()
    qtbot.mouseClick(panel.yes, LEFT)
    toast(desktop, "is forgotten, and 1 picture is erased.", qtbot)
    for one in desktop.window.toasts.shown():
        one.dismiss()
    desktop.saver.flush()

    assert where(home, wanted) == set()
    assert records.kept() == ()
    assert desktop.queue.jobs() == ()
    assert (desktop.session.values.person, desktop.session.values.photos) == (None, ())
    assert desktop.people.people == ()
    assert desktop.people.person(uid) is None
    assert page.places.currentWidget() is page.empty
    assert page.view.area.cards == {}
    # The user's own files are untouched.
    assert len(list((tmp_path / "in").iterdir())) == 3


def test_pictures_stay_when_they_are_to_stay(desktop: Desktop, home: Path, tmp_path: Path, qtbot: QtBot) -> None:
    uid, wanted = filled(desktop, home, tmp_path, qtbot)
    page = page_of(desktop, qtbot)
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None and page.view.person.pictures == 1)
    page.view.forget_panel.ask()
    qtbot.mouseClick(page.view.forget_panel.yes, LEFT)
    toast(desktop, f"{NAME} is forgotten.", qtbot)
    desktop.saver.flush()
    # A picture's recipe names the hashes of the photos it was made from, which tell nothing without the photos.
    hashes = {what for what in wanted if what.startswith("hash")}
    assert where(home, wanted) <= hashes
    library = desktop.library.library
    assert library is not None
    assert library.gallery.count(Query()) == 1
    assert library.gallery.count(Query(person="")) == 1
    for name in ("consents.json", "queue.json", "session.json"):
        content = (paths.data_folder() / name).read_bytes()
        assert not any(wanted[what] in content for what in hashes)


def test_the_gallery_of_the_start_before(idle: Desktop, home: Path, qtbot: QtBot) -> None:
    with Library() as library:
        uid = library.people.add(NAME).uid
    kept = paths.data_folder() / "gallery.json"
    kept.write_text(f'{{"person": "{uid}", "rating": 3}}')
    page = page_of(idle, qtbot)
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None)
    page.view.forget_panel.ask()
    qtbot.mouseClick(page.view.forget_panel.yes, LEFT)
    toast(idle, f"{NAME} is forgotten.", qtbot)
    idle.saver.flush()
    assert where(home, {"uid": uid.encode(), "name": NAME.encode()}) == set()
    assert b'"rating": 3' in kept.read_bytes()


def test_while_a_picture_of_the_person_is_made(desktop: Desktop, home: Path, tmp_path: Path, qtbot: QtBot) -> None:
    uid, wanted = filled(desktop, home, tmp_path, qtbot)
    page = page_of(desktop, qtbot)
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None and page.view.person.pictures == 1)
    steps: list[str] = []
    desktop.queue.preview.connect(lambda job, index, image: steps.append(job))
    desktop.queue.resume()
    eventually(qtbot, lambda: bool(steps))
    page.view.forget_panel.ask()
    page.view.forget_panel.pictures.setChecked(True)
    qtbot.mouseClick(page.view.forget_panel.yes, LEFT)
    eventually(qtbot, lambda: page.stack.currentWidget() is page.everyone)
    desktop.saver.flush()
    found = where(home, wanted)
    assert not {what for what in found if not what.startswith("hash")}
    assert desktop.queue.jobs() == ()


def test_somebody_whose_file_is_damaged(desktop: Desktop, home: Path, tmp_path: Path, qtbot: QtBot) -> None:
    uid, wanted = filled(desktop, home, tmp_path, qtbot)
    (paths.people_folder() / uid / "person.json").write_text("{")
    page = page_of(desktop, qtbot)
    desktop.people.look()
    qtbot.waitUntil(lambda: desktop.people.damaged_person(uid) is not None)
    qtbot.waitUntil(page.cards.hasFocus)
    qtbot.keyClick(page.cards, Qt.Key.Key_Home)
    qtbot.keyClick(page.cards, Qt.Key.Key_Return)
    view = page.damaged
    qtbot.waitUntil(view.isVisible)
    assert view.back_button.hasFocus()
    assert "cannot be read" in view.error.message.text()
    assert "forget this person" in view.error.hint.text()
    assert "3" in view.left.text()
    qtbot.mouseClick(view.forget_panel.ask_button, LEFT)
    assert view.forget_panel.title.text() == "Forget this person?"
    assert "3 photos" in view.forget_panel.goes.text()
    qtbot.keyClick(view.forget_panel.no, Qt.Key.Key_Escape)
    assert view.forget_panel.question.isHidden()
    qtbot.mouseClick(view.forget_panel.ask_button, LEFT)
    view.forget_panel.pictures.setChecked(True)
    qtbot.mouseClick(view.forget_panel.yes, LEFT)
    toast(desktop, "The person is forgotten, and 1 picture is erased.", qtbot)
    for one in desktop.window.toasts.shown():
        one.dismiss()
    desktop.saver.flush()
    assert where(home, wanted) == set()
    assert desktop.queue.jobs() == ()
    assert (desktop.session.values.person, desktop.session.values.photos) == (None, ())
    assert desktop.people.damaged == ()
    assert page.places.currentWidget() is page.empty


@pytest.mark.parametrize("keys", [Qt.Key.Key_Escape])
def test_keeping_keeps(idle: Desktop, keys: Qt.Key, qtbot: QtBot) -> None:
    with Library() as library:
        uid = library.people.add(NAME).uid
    page = page_of(idle, qtbot)
    page.open_person(uid)
    qtbot.waitUntil(lambda: page.view.person is not None)
    page.view.forget_panel.ask()
    qtbot.keyClick(page.view.forget_panel.no, keys)
    assert page.view.forget_panel.question.isHidden()
    assert page.model.rowCount() == 1
