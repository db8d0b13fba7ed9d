"""People of the library on Create, with the real engine: chosen, asked for permission, kept, found again."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core.domain.identity import PhotoChoice
from fastface_core.library.library import Library
from fastface_core.library.people.files import Consent
from fastface_core.library.queries import Query
from fastface_core.studio.measuring import Measurer
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.people_room import eventually, good_photos, toast, undo

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, session_home: Path) -> list[object]:
    """Three photos of one person, as the starter's face models see them; looked at once for all tests."""
    measurer = Measurer()
    files = good_photos(tmp_path_factory.mktemp("photos"))
    return [(measurer.measure(PhotoChoice(file)), measurer.model, measurer.same_person) for file in files]


@pytest.fixture
def eileen(measured: list[tuple], home: Path) -> str:
    """A person of the library without a permission; a uid."""
    with Library() as library:
        uid = library.people.add("Eileen").uid
        for photo, model, same_person in measured:
            library.people.add_photo(uid, photo, model, same_person)
    return uid


def page_of(desktop: Desktop, qtbot: QtBot) -> CreatePage:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    desktop.library.open()
    qtbot.waitUntil(lambda: desktop.people.ready)
    return page


def core(desktop: Desktop) -> Library:
    assert desktop.library.library is not None
    return desktop.library.library


def done(desktop: Desktop, qtbot: QtBot, count: int = 1) -> None:
    eventually(qtbot, lambda: len(desktop.queue.jobs()) == count and all(job.ended for job in desktop.queue.jobs()))


def test_a_person_is_chosen_asked_for_and_recorded(desktop: Desktop, eileen: str, qtbot: QtBot) -> None:
    page = page_of(desktop, qtbot)
    (face,) = page.person.library.faces
    assert face.isVisible()
    assert face.accessibleName() == "Eileen"
    qtbot.mouseClick(face, LEFT)
    chosen = page.person.library
    assert chosen.chosen.isVisible()
    assert chosen.name.text() == "Eileen"
    assert chosen.photos.text() == "3 photos"
    assert chosen.permission.text() == "No permission noted"
    assert page.person.zone.isHidden()
    qtbot.keyClicks(page.form.prompt, "a person in a forest")
    page.generate()
    assert page.bar.consent.isVisible()
    assert desktop.queue.jobs() == ()
    qtbot.mouseClick(page.bar.consent.yes, LEFT)
    done(desktop, qtbot)
    (job,) = desktop.queue.jobs()
    assert job.status == JobStatus.done, job.error
    assert (job.order.person, job.order.photos) == (eileen, ())
    consent = core(desktop).people.get(eileen).consent
    assert consent is not None
    assert consent.given == date.today()
    qtbot.waitUntil(lambda: chosen.permission.text() == "Permission noted")
    # The picture says of whom it is, with the photos that count.
    assert core(desktop).gallery.count(Query(person=eileen)) == 1
    (picture,) = job.pictures
    assert {photo.sha256 for photo in picture.recipe.photos} == {
        photo.sha256 for photo in core(desktop).people.get(eileen).usable
    }
    page.generate()
    assert page.bar.consent.isHidden()
    assert len(desktop.queue.jobs()) == 2
    page.cancel()
    eventually(qtbot, lambda: all(job.ended and not job.stopping for job in desktop.queue.jobs()))

    # The settings of the picture bring the person back.
    qtbot.mouseClick(chosen.clear_button, LEFT)
    assert desktop.session.values.person is None
    assert page.person.zone.isVisible()
    page.restore(picture.recipe)
    assert desktop.session.values.person == eileen
    toast(desktop, "It was made from the photos of Eileen.", qtbot)
    undo(desktop, "It was made from the photos of Eileen.", qtbot)
    assert desktop.session.values.person is None
    core(desktop).people.take(eileen, picture.recipe.photos[0].sha256, False)
    desktop.people.look()
    qtbot.waitUntil(lambda: desktop.people.person(eileen).usable == 2)  # pyright: ignore[reportOptionalMemberAccess]
    page.restore(picture.recipe)
    toast(desktop, "It was made from another photo.", qtbot)


def test_a_permission_that_ended_is_asked_for_again(idle: Desktop, eileen: str, qtbot: QtBot) -> None:
    long_ago, ended = date.today() - timedelta(days=40), date.today() - timedelta(days=10)
    with Library() as library:
        library.people.set_consent(eileen, Consent(text="signed", given=long_ago, expires=ended))
    page = page_of(idle, qtbot)
    page.person.library.choose(eileen)
    assert page.person.library.permission.text() == "Permission ended"
    qtbot.keyClicks(page.form.prompt, "a person")
    page.generate()
    qtbot.mouseClick(page.bar.consent.no, LEFT)
    assert idle.queue.jobs() == ()
    page.generate()
    qtbot.mouseClick(page.bar.consent.yes, LEFT)
    qtbot.waitUntil(lambda: len(idle.queue.jobs()) == 1)
    consent = core(idle).people.get(eileen).consent
    assert consent == Consent(text="signed", given=date.today(), expires=date.today() + timedelta(days=30))


def test_no_way_leads_around_the_permission(desktop: Desktop, eileen: str, qtbot: QtBot) -> None:
    page = page_of(desktop, qtbot)
    page.person.library.choose(eileen)
    qtbot.keyClicks(page.form.prompt, "a person")
    # As a job of an earlier start that is gone on with.
    desktop.queue.add(desktop.session.order())
    done(desktop, qtbot)
    (job,) = desktop.queue.jobs()
    assert job.status == JobStatus.failed
    assert job.error is not None
    assert job.error.message == "No permission of Eileen is noted."
    assert core(desktop).gallery.count(Query()) == 0


def test_dropped_photos_are_kept_as_a_person(desktop: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    page = page_of(desktop, qtbot)
    photos = good_photos(tmp_path / "in")[:2]
    page.add_photos(photos)
    eventually(qtbot, lambda: all(page.person.photos.report(photo) is not None for photo in photos))
    desktop.consents.give(page.person.photos.consent_keys(), photos)
    keep = page.person.keep
    qtbot.mouseClick(keep.button, LEFT)
    assert keep.panel.name.hasFocus()
    qtbot.keyClicks(keep.panel.name, "Eileen")
    qtbot.keyClick(keep.panel.name, Qt.Key.Key_Return)
    eventually(qtbot, lambda: desktop.session.values.person is not None)
    person = core(desktop).people.find("Eileen")
    assert desktop.session.values.person == person.uid
    assert desktop.session.values.photos == ()
    assert len(person.photos) == 2
    # The answer that was given for the photos is the person's.
    assert person.consent is not None
    assert person.consent.given == date.today()
    qtbot.waitUntil(lambda: page.person.library.name.text() == "Eileen")
    undo(desktop, "The photos are kept in the library.", qtbot)
    assert [photo.path for photo in desktop.session.values.photos] == photos
    assert desktop.session.values.person is None


def test_a_name_that_is_taken_keeps_the_photos(idle: Desktop, eileen: str, tmp_path: Path, qtbot: QtBot) -> None:
    page = page_of(idle, qtbot)
    page.add_photos(good_photos(tmp_path / "in")[:1])
    qtbot.mouseClick(page.person.keep.button, LEFT)
    qtbot.keyClicks(page.person.keep.panel.name, "eileen")
    qtbot.keyClick(page.person.keep.panel.name, Qt.Key.Key_Return)
    qtbot.waitUntil(page.person.keep.panel.error.isVisible)
    assert "already" in page.person.keep.panel.error.message.text()
    assert len(idle.session.values.photos) == 1


def test_photos_come_in_the_place_of_a_person_and_back(
    idle: Desktop, eileen: str, tmp_path: Path, qtbot: QtBot
) -> None:
    page = page_of(idle, qtbot)
    page.add_photos(good_photos(tmp_path / "in"))
    page.person.library.choose(eileen)
    assert idle.session.values.photos == ()
    undo(idle, "Another person is chosen.", qtbot)
    assert len(idle.session.values.photos) == 3
    assert page.person.library.chosen.isHidden()
    page.person.library.choose(eileen)
    page.add_photos(good_photos(tmp_path / "in")[:1])
    assert idle.session.values.person is None
    assert page.person.filled.isVisible()


def test_many_are_chosen_from_by_typing(idle: Desktop, eileen: str, qtbot: QtBot) -> None:
    with Library() as library:
        for number in range(9):
            library.people.add(f"Person {number}")
    page = page_of(idle, qtbot)
    card = page.person.library
    # Those of whom a picture can be made are offered first.
    assert [face.accessibleName() for face in card.faces] == ["Eileen"]
    qtbot.mouseClick(card.all_button, LEFT)
    picker = card.picker
    qtbot.waitUntil(picker.isVisible)
    qtbot.keyClick(picker.search, Qt.Key.Key_Escape)
    assert picker.isHidden()
    assert card.all_button.hasFocus()
    qtbot.keyClick(card.all_button, Qt.Key.Key_Space)
    qtbot.keyClicks(picker.search, "person")
    assert picker.model.rowCount() == 9
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert card.name.text() == "Person 1"
    assert picker.isHidden()
    page.generate()
    assert page.bar.error.message.text() == "There is no photo of Person 1 that can be used."
    assert idle.queue.jobs() == ()


def test_locked_people_are_asked_to_be_unlocked(idle: Desktop, eileen: str, qtbot: QtBot) -> None:
    idle.session.choose_person(eileen)
    with Library() as library:
        library.people.store.protect("correct horse")
    page = page_of(idle, qtbot)
    assert page.person.library.name.text() == "The people are locked"
    qtbot.keyClicks(page.form.prompt, "a person")
    page.generate()
    assert page.bar.error.message.text() == "The people are locked."
    assert idle.queue.jobs() == ()
    qtbot.mouseClick(page.person.library.unlock_button, LEFT)
    assert idle.window.page is idle.window.pages["people"]


def test_whoever_was_forgotten_elsewhere_is_taken_out(idle: Desktop, eileen: str, qtbot: QtBot) -> None:
    page = page_of(idle, qtbot)
    page.person.library.choose(eileen)
    with Library() as other:
        other.forget(eileen, pictures=False)
    qtbot.waitUntil(lambda: idle.session.values.person is None)
    assert page.person.zone.isVisible()


def test_a_job_of_a_person_survives_a_start(build: Callable[[], Desktop], eileen: str, qtbot: QtBot) -> None:
    first = build()
    first.session.choose_person(eileen)
    first.session.change(prompt="a person")
    first.queue.add(first.session.order())
    first.saver.flush()
    (job,) = build().queue.unfinished()
    assert (job.order.person, job.order.photos) == (eileen, ())


def test_the_choice_survives_a_start(build: Callable[[], Desktop], eileen: str, qtbot: QtBot) -> None:
    first = build()
    page_of(first, qtbot).person.library.choose(eileen)
    first.saver.flush()
    second = build()
    assert page_of(second, qtbot).person.library.name.text() == "Eileen"
