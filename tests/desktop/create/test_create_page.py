"""The page Create before the engine is there: filling it in, dropping anything on it, and what it says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.domain.identity import FaceQuality
from fastface_core.errors import PhotoError
from fastface_core.models import installed
from fastface_core.paths import data_folder
from fastface_core.presets import files as preset_files
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.state.session import PORTRAIT
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.values import FaceInfo, PhotoReport


def page_of(desktop: Desktop) -> CreatePage:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    return page


@pytest.fixture
def page(idle: Desktop) -> CreatePage:
    return page_of(idle)


def drop(target: QWidget, content: QMimeData) -> None:
    """As from another program: the pointer comes in, then lets go."""
    at = QPointF(target.rect().center())
    actions = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), actions, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    event = QDropEvent(at, actions, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, event)
    assert event.isAccepted()


def files(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def words(text: str) -> QMimeData:
    content = QMimeData()
    content.setText(text)
    return content


def fill(page: CreatePage, photo: Path, qtbot: QtBot, prompt: str = "a person in a forest") -> None:
    page.add_photos([photo])
    page.form.prompt.setFocus()
    qtbot.keyClicks(page.form.prompt, prompt)


# ---- What is missing is said where it is missing


def test_without_a_photo_the_card_says_so(page: CreatePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.form.prompt, "a person")
    qtbot.mouseClick(page.bar.generate_button, Qt.MouseButton.LeftButton)
    assert page.person.error.message.text() == "There is no photo yet."
    assert page.person.error.isVisible()
    assert page.form.prompt.text() == "a person"


def test_without_a_prompt_it_is_a_portrait(page: CreatePage, idle: Desktop, portrait: Path) -> None:
    page.add_photos([portrait])
    page.generate()
    page.bar.consent.yes.click()
    assert idle.queue.jobs()[0].order.request.prompt == PORTRAIT


def test_what_was_asked_for_before_is_a_click_away(page: CreatePage, portrait: Path, qtbot: QtBot) -> None:
    fill(page, portrait, qtbot, "a person by the sea")
    page.generate()
    page.bar.consent.yes.click()
    page.form.prompt.setPlainText("something else")
    menu = page.form.history_button.menu()
    menu.aboutToShow.emit()
    (entry,) = menu.actions()
    entry.trigger()
    assert page.form.prompt.text() == "a person by the sea"


def test_a_photo_takes_the_complaint_away(page: CreatePage, portrait: Path) -> None:
    page.generate()
    assert page.person.error.isVisible()
    page.add_photos([portrait])
    assert page.person.error.isHidden()


# ---- Permission


def test_permission_is_asked_once_and_kept(page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot) -> None:
    fill(page, portrait, qtbot)
    page.generate()
    assert page.bar.consent.isVisible()
    assert idle.queue.jobs() == ()
    assert page.bar.consent.yes.hasFocus()
    qtbot.keyClick(page.bar.consent.yes, Qt.Key.Key_Space)
    assert [job.status for job in idle.queue.jobs()] == [JobStatus.running]
    page.generate()
    assert page.bar.consent.isHidden()
    assert len(idle.queue.jobs()) == 2


def test_a_no_makes_nothing_and_asks_again(page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot) -> None:
    fill(page, portrait, qtbot)
    page.generate()
    page.bar.consent.no.click()
    assert idle.queue.jobs() == ()
    page.generate()
    assert page.bar.consent.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.bar.consent.isHidden()
    assert idle.queue.jobs() == ()


def test_a_consent_is_kept_by_the_photos_content_and_its_face(
    page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill(page, portrait, qtbot)
    page.generate()
    page.bar.consent.yes.click()
    report = PhotoReport(portrait, QImage(), 10, 10, (), 2, None, "ab" * 32)
    idle.photos.inspected.emit(portrait, report)
    assert idle.saver.flush()
    kept = json.loads((data_folder() / "consents.json").read_text())
    assert list(kept) == ["ab" * 32 + ":2"]
    assert str(portrait) not in json.dumps(kept)


# ---- Everything can be dropped, anywhere


@pytest.mark.parametrize("where", ["page", "prompt", "canvas"])
def test_photos_can_be_dropped_anywhere(
    page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot, where: str
) -> None:
    target = {"page": page, "prompt": page.form.prompt.viewport(), "canvas": page.pictures.stack}[where]
    receiver = target if target.acceptDrops() else page
    drop(receiver, files(portrait))
    assert [photo.path for photo in idle.session.values.photos] == [portrait]
    assert page.form.prompt.text() == ""


def test_a_drag_over_the_page_lights_the_drop_zone(page: CreatePage, portrait: Path) -> None:
    dark = page.person.zone.grab().toImage()
    at = QPoint(5, 5)
    content = files(portrait)
    enter = QDragEnterEvent(
        at, Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(page, enter)
    assert page.person.zone.grab().toImage() != dark


def test_text_goes_into_the_prompt_after_what_is_there_and_can_be_taken_back(
    page: CreatePage, idle: Desktop, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.form.prompt, "a person")
    drop(page, words("in a\nforest"))
    assert page.form.prompt.text() == "a person, in a forest"
    toast = idle.window.toasts.shown()[-1]
    assert toast.undo_button is not None
    toast.undo_button.click()
    assert page.form.prompt.text() == "a person"


def test_five_thousand_photos_are_bounded_and_told_and_nothing_typed_is_lost(
    page: CreatePage, idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.form.prompt, "a person at night")
    drop(page, files(*(tmp_path / f"{number}.jpg" for number in range(5000))))
    assert 0 < len(idle.session.values.photos) < 100
    assert page.person.remark.isVisible()
    assert "files were dropped" in page.person.remark.text()
    assert page.form.prompt.text() == "a person at night"


def test_a_full_card_takes_no_more_and_says_so(page: CreatePage, idle: Desktop, tmp_path: Path) -> None:
    for batch in range(4):
        drop(page, files(*(tmp_path / f"{batch}-{number}.jpg" for number in range(30))))
    count = len(idle.session.values.photos)
    drop(page, files(tmp_path / "one-more.jpg"))
    assert len(idle.session.values.photos) == count
    assert page.person.remark.isVisible()


def test_an_empty_folder_gets_its_sentence(page: CreatePage, idle: Desktop, tmp_path: Path) -> None:
    (tmp_path / "Holidays").mkdir()
    drop(page, files(tmp_path / "Holidays"))
    assert page.person.remark.text() == "There are no photos in the folder Holidays."
    assert idle.session.values.photos == ()


def test_an_address_gets_its_sentence(page: CreatePage) -> None:
    content = QMimeData()
    content.setUrls([QUrl("https://example.org/a.jpg")])
    drop(page, content)
    assert page.person.remark.text().startswith("That is an address on the web.")


def test_a_png_that_is_no_picture_of_ours_is_a_photo(
    page: CreatePage, idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "me.png"
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(path))
    drop(page, files(path))
    qtbot.waitUntil(lambda: [photo.path for photo in idle.session.values.photos] == [path])


def test_the_clipboard_is_as_good_as_a_drop(page: CreatePage) -> None:
    QApplication.clipboard().setText("a person in the mountains")
    page.paste()
    assert page.form.prompt.text() == "a person in the mountains"


def test_pixels_without_a_file_become_a_photo_once(page: CreatePage, idle: Desktop, qtbot: QtBot) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    QApplication.clipboard().setImage(image)
    page.pictures.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(idle.session.values.photos) == 1)
    kept = idle.session.values.photos[0].path
    assert kept.parent == data_folder() / "pasted"
    assert QImage(str(kept)).size() == image.size()
    page.paste()
    qtbot.waitUntil(lambda: not idle.background.busy)
    assert len(idle.session.values.photos) == 1
    assert len(list(kept.parent.iterdir())) == 1


def test_text_is_pasted_into_the_prompt_that_has_the_focus(page: CreatePage, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("in a city")
    qtbot.keyClicks(page.form.prompt, "a person ")
    qtbot.keyClick(page.form.prompt, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.form.prompt.text() == "a person in a city"


# ---- Photos in the card


def test_what_cannot_be_used_is_told_and_not_kept(
    page: CreatePage, idle: Desktop, portrait: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "Zeugnis.pdf"
    bad.write_bytes(b"%PDF-1.7")
    page.add_photos([portrait, bad])
    error = PhotoError("Zeugnis.pdf is not a photo in a form that can be read.", "Choose a JPEG.")
    idle.photos.inspected.emit(bad, PhotoReport(bad, QImage(), error=error))
    assert [photo.path for photo in idle.session.values.photos] == [portrait]
    assert page.person.error.message.text() == error.message
    another = tmp_path / "broken.jpg"
    page.person.add([another])
    assert page.person.error.isHidden()


def test_several_bad_files_are_told_together(page: CreatePage, idle: Desktop, tmp_path: Path) -> None:
    bad = [tmp_path / f"{number}.txt" for number in range(5)]
    page.add_photos(bad)
    for path in bad:
        error = PhotoError(f"{path.name} is not a photo in a form that can be read.", "Choose a JPEG.")
        idle.photos.inspected.emit(path, PhotoReport(path, QImage(), error=error))
    assert page.person.error.message.text() == "5 files cannot be used."
    assert "0.txt is not a photo" in page.person.error.hint.text()
    assert page.person.zone.isVisible()


def test_a_photo_is_seen_before_the_engine_is_there(page: CreatePage, portrait: Path, qtbot: QtBot) -> None:
    page.add_photos([portrait])
    empty = page.person.view.grab().toImage()
    qtbot.waitUntil(lambda: page.person.view.grab().toImage() != empty)
    assert page.person.verdict.text() == "Looking for the face…"


def test_all_who_do_not_belong_are_marked_at_once_and_removed_at_once(
    page: CreatePage, idle: Desktop, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(4)]
    page.add_photos(paths)
    quality = FaceQuality(size=300, sharpness=200, yaw=0, pitch=0, roll=0)
    face = FaceInfo(1, (0.2, 0.2, 0.8, 0.8), quality, ())
    for number, path in enumerate(paths):
        report = PhotoReport(path, QImage(), 10, 10, (face,), 1, None, f"{number}" * 64)
        idle.photos.inspected.emit(path, report)
    assert not page.person.strangers.isVisible()
    # As the engine answers the question that was asked of all four.
    number, asked = idle.photos._compared
    assert asked == tuple(paths)
    idle.thread_of_engine.strangers_seen.emit(number, (2, 1))
    assert page.person.strangers.isVisible()
    assert page.person.strangers_words.text() == "2 photos seem to show someone else."
    assert ["Someone else" in page.person.tiles.tile(path).toolTip() for path in paths] == [False, True, True, False]
    page.person.strangers_button.click()
    assert [photo.path for photo in idle.session.values.photos] == [paths[0], paths[3]]
    assert not page.person.strangers.isVisible()
    idle.window.toasts.undo_last()
    assert [photo.path for photo in idle.session.values.photos] == paths


def test_photos_are_taken_out_and_put_back(page: CreatePage, idle: Desktop, tmp_path: Path) -> None:
    paths = [tmp_path / "a.jpg", tmp_path / "b.jpg", tmp_path / "c.jpg"]
    page.add_photos(paths)
    page.person.remove_button.click()
    assert [photo.path for photo in idle.session.values.photos] == paths[1:]
    idle.window.toasts.undo_last()
    assert [photo.path for photo in idle.session.values.photos] == paths
    page.person.clear_button.click()
    assert page.person.zone.isVisible()
    idle.window.toasts.undo_last()
    assert len(idle.session.values.photos) == 3


# ---- The form is the session


def test_every_control_fills_the_session(page: CreatePage, idle: Desktop, qtbot: QtBot) -> None:
    form = page.form
    form.fine.set_open(True)
    qtbot.keyClicks(form.prompt, "a person")
    qtbot.keyClicks(form.negative, "hat")
    form.styles.tiles["oil"].click()
    form.preset.setCurrentIndex(form.preset.findData("baseline"))
    form.preset.activated.emit(form.preset.currentIndex())
    form.face.slider.setValue(70)
    form.text.slider.setValue(30)
    form.aspect.buttons["square"].click()
    form.count.more.click()
    form.seed.field.setText("42")
    form.seed.field.editingFinished.emit()
    form.advanced.steps.setValue(6)
    form.advanced.adapter.setValue(1.2)
    form.advanced.scheduler.setCurrentIndex(form.advanced.scheduler.findData("euler"))
    form.advanced.scheduler.activated.emit(form.advanced.scheduler.currentIndex())
    assert not form.advanced.goal_likeness.isEnabled()
    form.advanced.goal_pictures.setValue(3)
    assert form.advanced.goal_likeness.value() == installed.starter().scale.good  # type: ignore[union-attr]
    form.advanced.goal_likeness.setValue(0.7)
    values = idle.session.values
    assert (values.prompt, values.negative_prompt, values.style) == ("a person", "hat", "oil")
    assert (values.preset, values.face, values.text, values.aspect) == ("baseline", 70, 30, "square")
    assert (values.count, values.seed, values.seed_locked) == (2, 42, True)
    assert (values.steps, values.adapter_strength, values.scheduler) == (6, 1.2, "euler")
    assert (values.goal_pictures, values.goal_match, values.goal_likeness) == (3, 0.7, None)


def test_an_exact_size_is_no_shape(page: CreatePage, idle: Desktop) -> None:
    advanced = page.form.advanced
    advanced.width_box.setValue(323)
    advanced.height_box.setValue(256)
    advanced.width_box.editingFinished.emit()
    assert (idle.session.values.aspect, idle.session.size()) == ("exact", (320, 256))
    assert page.form.aspect.value() is None
    page.form.aspect.buttons["square"].click()
    assert idle.session.values.aspect == "square"
    assert advanced.width_box.value() == idle.session.size()[0]


def test_the_starter_draws_squares_only_and_the_other_shapes_say_so(page: CreatePage, idle: Desktop) -> None:
    assert idle.session.values.aspect == "portrait"
    assert page.form.aspect.value() == "square"
    assert idle.session.size() == (256, 256)
    assert not page.form.aspect.buttons["portrait"].isEnabled()
    assert "squares" in page.form.aspect.buttons["portrait"].toolTip()


def test_every_preset_says_what_it_is_for(page: CreatePage) -> None:
    form = page.form
    for index in range(form.preset.count()):
        form.preset.setCurrentIndex(index)
        form.preset.activated.emit(index)
        preset = preset_files.built_in()[form.preset.currentData()]
        # A plain name stands in the list, and the term below it.
        term = "" if form.preset.currentText() == preset.title else f"{preset.title}. "
        assert form.preset_text.text() == term + preset.description


def test_own_presets_are_offered(build: Callable[[], Desktop]) -> None:
    mine = preset_files.renamed(preset_files.find("baseline"), "mine").model_copy(update={"title": "Mine"})
    preset_files.save_own(mine)
    page = page_of(build())
    assert page.form.preset.findText("Mine") >= 0


def test_the_page_is_filled_as_it_was_left(build: Callable[[], Desktop], portrait: Path, qtbot: QtBot) -> None:
    first = build()
    page = page_of(first)
    fill(page, portrait, qtbot, "a person at the beach")
    page.form.styles.tiles["ink"].click()
    page.form.count.set(3)
    assert first.saver.flush()
    second = page_of(build())
    assert second.form.prompt.text() == "a person at the beach"
    assert second.form.styles.value() == "ink"
    assert second.form.count.box.value() == 3
    assert second.person.filled.isVisibleTo(second)


# ---- Waiting for the engine


def test_a_job_waits_for_the_engine_and_can_be_cancelled_by_key(
    page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill(page, portrait, qtbot)
    qtbot.keyClick(page.form.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    page.bar.consent.yes.click()
    assert page.pictures.running.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert idle.queue.jobs()[0].status == JobStatus.cancelled


def test_each_picture_gets_its_seed_unless_it_is_locked(
    page: CreatePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill(page, portrait, qtbot)
    page.generate()
    page.bar.consent.yes.click()
    page.generate()
    page.form.seed.lock.click()
    page.generate()
    page.generate()
    seeds = [job.order.request.seed for job in idle.queue.jobs()]
    assert len(set(seeds)) == 3
    assert seeds[2] == seeds[3]


# ---- For everybody


def test_every_control_has_a_tooltip_and_an_accessible_name(page: CreatePage, portrait: Path) -> None:
    page.add_photos([portrait])
    page.form.advanced.set_open(True)
    QApplication.processEvents()
    bare = [
        f"{type(widget).__name__} {widget.objectName()}"
        for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QSlider)
        for widget in page.findChildren(kind)
        if widget.isVisibleTo(page)
        and not (
            widget.toolTip() and (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        )
    ]
    assert bare == []


def test_tab_goes_from_top_to_bottom_and_then_to_generate(page: CreatePage, qtbot: QtBot) -> None:
    page.person.zone.setFocus()
    page.form.fine.set_open(True)
    seen: list[QWidget] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    wanted = [
        page.person.zone,
        page.form.prompt,
        page.form.styles.tiles["photo"],
        page.form.fine.header,
        page.form.preset,
        page.form.face.slider,
        page.form.text.slider,
        page.form.seed.field,
        page.form.negative,
        page.form.advanced.header,
        page.form.count.box,
        page.bar.generate_button,
    ]
    places = [seen.index(widget) for widget in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("size", [(820, 560), (1180, 760)])
def test_no_text_is_cut(page: CreatePage, idle: Desktop, portrait: Path, size: tuple[int, int]) -> None:
    idle.window.resize(*size)
    page.form.advanced.set_open(True)
    page.generate()
    page.add_photos([portrait])
    QApplication.processEvents()
    for label in page.findChildren(QLabel):
        if not label.isVisible() or not label.text() or type(label) is not QLabel:
            continue
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.fontMetrics().height()
        assert label.height() >= needed, label.text()
        if not label.wordWrap():
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()


@pytest.mark.parametrize("scale", [1.25, 1.5, 2.0])
def test_large_text_widens_the_controls_and_leaves_the_picture_room(
    page: CreatePage, idle: Desktop, scale: float
) -> None:
    idle.window.resize(1180, 760)
    idle.theme.set_text_scale(scale)
    QApplication.processEvents()
    page.form.advanced.set_open(True)
    QApplication.processEvents()
    content = page.scroller.widget()
    assert content is not None
    assert content.width() <= page.scroller.viewport().width()
    # Where both halves have no room, each has the page to itself, and Make brings the picture.
    assert page.columns.on is (scale == 2.0)
    assert page.pictures.isVisible() is not page.columns.on
    page.columns.show_half("picture")
    QApplication.processEvents()
    assert page.pictures.width() >= 300
    assert page.pictures.width() == page.width() or not page.columns.on
    page.columns.show_half("settings")
    QApplication.processEvents()
    for label in page.form.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()


def test_only_generate_is_filled_with_the_accent(page: CreatePage) -> None:
    primary = [button for button in page.findChildren(QAbstractButton) if button.property("kind") in ("primary", "big")]
    assert primary == [page.bar.generate_button]
    assert page.bar.generate_button.font().weight() >= QFont.Weight.DemiBold


def test_errors_are_shown_in_the_page_and_never_over_it(page: CreatePage) -> None:
    page.generate()
    assert QApplication.activeModalWidget() is None
    assert any(error.isVisible() for error in page.findChildren(InlineError))
