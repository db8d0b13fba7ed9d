"""Create with the real engine on the starter model: from dropped photos to saved pictures, as a person does it."""

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.metadata import read_recipe
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.conftest import PATIENCE, ROOT

PERSON = ROOT / "tests" / "data" / "starter" / "person-0.jpg"


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> CreatePage:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    return page


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A photo of one person, close by."""
    return Path(shutil.copy(PERSON, tmp_path / "person.jpg"))


def dropped(page: CreatePage, *files: Path) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    page.take(content)


def looked_at(page: CreatePage, path: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.person.photos.report(path) is not None, timeout=PATIENCE)


def make(page: CreatePage, desktop: Desktop, qtbot: QtBot, count: int = 1) -> str:
    """Presses Generate and waits until all is done; the job's id."""
    page.form.count.set(count)
    before = {job.id for job in desktop.queue.jobs()}
    page.generate()
    if page.bar.consent.isVisible():
        qtbot.mouseClick(page.bar.consent.yes, Qt.MouseButton.LeftButton)
    job = next(job.id for job in desktop.queue.jobs() if job.id not in before)
    qtbot.waitUntil(lambda: is_over(desktop, job), timeout=PATIENCE)
    return job


def is_over(desktop: Desktop, job: str) -> bool:
    found = desktop.queue.job(job)
    return found is not None and found.ended and not found.stopping


def test_from_a_dropped_photo_to_saved_pictures(
    page: CreatePage, desktop: Desktop, person: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dropped(page, person)
    qtbot.keyClicks(page.form.prompt, "a person in a forest, smiling")
    page.form.styles.tiles["watercolor"].click()
    previews: list[QImage] = []
    desktop.queue.preview.connect(lambda job, index, image: previews.append(image))
    # Pressed long before the engine is there.
    job = make(page, desktop, qtbot, count=2)

    done = desktop.queue.job(job)
    assert done is not None
    assert (done.status, done.pictures_done, done.error) == (JobStatus.done, 2, None)
    assert len(previews) > 2
    saved = sorted(paths.pictures_folder().rglob("*.png"))
    assert len(saved) == 2
    assert read_recipe(saved[0]).prompt == "watercolor painting of a person in a forest, smiling"

    tiles = page.pictures.model.tiles()
    assert [tile.picture is not None for tile in tiles] == [True, True]
    assert page.pictures.canvas.image.size().toTuple() == (done.pictures[0].width, done.pictures[0].height)
    assert not page.pictures.canvas.is_preview
    assert not page.pictures.running.isVisible()

    # Walk back, then do with it what can be done.
    qtbot.keyClick(page.pictures.canvas, Qt.Key.Key_Left)
    first = page.pictures.picture
    assert first is not None
    assert first.seed == done.pictures[0].seed

    page.pictures.bar.save_to(tmp_path / "copy")
    qtbot.waitUntil((tmp_path / "copy.png").exists)
    assert (tmp_path / "copy.png").read_bytes() == first.path.read_bytes()
    page.pictures.bar.copy()
    clipboard = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in clipboard.urls()] == [str(first.path)]
    assert QGuiApplication.clipboard().image().size() == page.pictures.canvas.image.size()

    # The same once more from another seed: one picture, and the page stays as it is.
    page.form.prompt.setPlainText("something else")
    before = {one.id for one in desktop.queue.jobs()}
    page.pictures.bar.repeat_button.click()
    again = next(one for one in desktop.queue.jobs() if one.id not in before)
    assert again.order.request.prompt == done.order.request.prompt
    assert again.order.request.seed != first.seed
    assert again.order.request.count == 1
    assert page.form.prompt.text() == "something else"
    qtbot.waitUntil(lambda: is_over(desktop, again.id), timeout=PATIENCE)
    assert len(page.pictures.model.tiles()) == 3

    # A dropped picture brings back the settings that made it, and Undo takes them away again.
    dropped(page, first.path)
    qtbot.waitUntil(lambda: page.form.prompt.text() == "a person in a forest, smiling")
    assert page.form.styles.value() == "watercolor"
    assert (desktop.session.values.seed, desktop.session.values.seed_locked) == (first.seed, True)
    assert page.pictures.canvas.file == first.path
    assert desktop.window.toasts.shown()[-1].text == "The settings of this picture are back."
    desktop.window.toasts.undo_last()
    assert page.form.prompt.text() == "something else"

    # With these settings the same picture comes out again.
    dropped(page, first.path)
    qtbot.waitUntil(lambda: page.form.prompt.text() == "a person in a forest, smiling")
    repeated = desktop.queue.job(make(page, desktop, qtbot))
    assert repeated is not None
    with Image.open(first.path) as one, Image.open(repeated.pictures[0].path) as other:
        assert one.tobytes() == other.tobytes()

    # Without the photo it was made from, that is said.
    page.person.remove_all()
    page.pictures.bar.use_settings()
    assert desktop.window.toasts.shown()[-1].text.endswith("It was made from another photo.")


def test_cancel_keeps_what_is_finished_and_the_next_job_runs(
    page: CreatePage, desktop: Desktop, person: Path, qtbot: QtBot
) -> None:
    dropped(page, person)
    qtbot.keyClicks(page.form.prompt, "a person")
    page.form.count.set(60)
    page.generate()
    page.bar.consent.yes.click()
    job = desktop.queue.jobs()[0].id
    with qtbot.waitSignal(desktop.queue.picture_done, timeout=PATIENCE):
        pass
    with qtbot.waitSignal(desktop.queue.preview, timeout=PATIENCE):
        pass
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    cancelled = desktop.queue.job(job)
    assert cancelled is not None
    assert cancelled.status == JobStatus.cancelled
    qtbot.waitUntil(lambda: is_over(desktop, job), timeout=PATIENCE)
    assert all(tile.picture is not None for tile in page.pictures.model.tiles())
    assert len(list(paths.pictures_folder().rglob("*.png"))) == len(page.pictures.model.tiles()) >= 1
    done = desktop.queue.job(make(page, desktop, qtbot))
    assert done is not None
    assert done.status == JobStatus.done


def test_a_face_of_a_group_is_chosen_by_click_and_key(
    page: CreatePage, desktop: Desktop, group: Path, qtbot: QtBot
) -> None:
    dropped(page, group)
    looked_at(page, group, qtbot)
    report = page.person.photos.report(group)
    assert report is not None
    assert len(report.faces) == 6
    assert "6 faces" in page.person.verdict.text()
    QApplication.processEvents()
    second = page.person.view.face_rect(report.faces[1]).center().toPoint()
    qtbot.mouseClick(page.person.view, Qt.MouseButton.LeftButton, pos=second)
    assert desktop.session.values.photos[0].face == 2
    qtbot.keyClick(page.person.view, Qt.Key.Key_Right)
    assert desktop.session.values.photos[0].face == 3
    assert "Face 3 of 6" in page.person.view.accessibleDescription()
    qtbot.keyClicks(page.form.prompt, "a person")
    order = desktop.session.order()
    assert order.photos[0].face == 3


def test_every_kind_of_bad_file_gets_its_sentence_and_a_good_one_beside_it_is_kept(
    page: CreatePage, desktop: Desktop, person: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.form.prompt, "a person at night")
    bad = {
        "Vertrag.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "broken.jpg": person.read_bytes()[:900],
        "empty.png": b"",
        "notes.txt": b"hello",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    Image.new("RGB", (300, 300), "steelblue").save(tmp_path / "sky.jpg")
    dropped(page, *(tmp_path / name for name in bad), tmp_path / "sky.jpg", tmp_path / "gone.jpg", person)
    looked_at(page, person, qtbot)
    qtbot.waitUntil(lambda: len(desktop.session.values.photos) == 1, timeout=PATIENCE)
    assert desktop.session.values.photos[0].path == person
    assert page.person.error.message.text() == "6 files cannot be used."
    for name in ("Vertrag.pdf", "broken.jpg", "empty.png"):
        assert name in page.person.error.hint.text()
    assert page.form.prompt.text() == "a person at night"
    # A single one is told with its own sentence and next step.
    dropped(page, tmp_path / "sky.jpg")
    qtbot.waitUntil(page.person.error.isVisible, timeout=PATIENCE)
    assert "face" in page.person.error.message.text()
    assert page.person.error.hint.text()


def test_a_picture_made_before_can_be_dragged_out_as_its_file(
    page: CreatePage, desktop: Desktop, person: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped(page, person)
    qtbot.keyClicks(page.form.prompt, "a person")
    make(page, desktop, qtbot)
    picture = page.pictures.picture
    assert picture is not None
    dragged: list[Path] = []
    # The system's own loop of a drag would wait for a mouse that is not there.
    monkeypatch.setattr(
        "PySide6.QtGui.QDrag.exec",
        lambda drag, *_: dragged.extend(Path(url.toLocalFile()) for url in drag.mimeData().urls()),
    )
    canvas = page.pictures.canvas
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(canvas, middle + QPoint(40, 0))
    assert dragged == [picture.path]


def test_a_job_that_fails_is_explained_on_the_page(
    page: CreatePage, desktop: Desktop, person: Path, qtbot: QtBot
) -> None:
    dropped(page, person)
    looked_at(page, person, qtbot)
    qtbot.keyClicks(page.form.prompt, "a person")
    person.unlink()
    desktop.thread_of_engine.load("starter")
    failed = desktop.queue.job(make(page, desktop, qtbot))
    assert failed is not None
    assert failed.status == JobStatus.failed
    assert failed.error is not None
    assert page.bar.error.message.text() == failed.error.message
    assert page.form.prompt.text() == "a person"
