"""The widgets of Create by themselves: canvas, filmstrip, faces, prompt, seed, chips, sliders."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.domain import styles
from fastface_core.domain.identity import FaceQuality
from fastface_core.domain.request import MAX_PROMPT, MAX_SEED, Recipe
from fastface_core.presets import files as preset_files
from fastface_desktop.ui.create.controls import EmphasisSlider, SeedBox, Stepper
from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.create.prompt_box import PromptBox
from fastface_desktop.ui.create.strip_model import Role, StripModel, Tile
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.face_view import FaceView
from fastface_desktop.ui.widgets.segments import Segments
from fastface_desktop.ui.widgets.style_tiles import StyleTiles
from fastface_desktop.values import FaceInfo, SavedPicture, Worth
from tests.core import fitted


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "dark")


def plain(width: int, height: int, colour: str = "#808080") -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def recipe(seed: int) -> Recipe:
    return Recipe(
        program="FastFace test",
        prompt="a person",
        negative_prompt="",
        preset=preset_files.built_in()["baseline"],
        checkpoint="hyper-4",
        scheduler="ddim",
        steps=4,
        seed=seed,
        width=256,
        height=256,
        photos=(),
        device="CPU",
        dtype="float32",
    )


def picture(seed: int, likeness: float | None) -> SavedPicture:
    return SavedPicture(
        path=Path(f"{seed}.png"),
        seed=seed,
        worth=Worth.of(
            "hyper-4",
            fitted.scale(),
            likeness=likeness,
            reason=None if likeness is not None else "There is no face in the picture.",
        ),
        width=256,
        height=256,
        seconds=1.0,
        recipe=recipe(seed),
        thumbnail=plain(64, 64),
    )


def tile(job: str, index: int, likeness: float | None = 0.5, *, finished: bool = True) -> Tile:
    return Tile(job, index, QImage(), 1.0, picture(index, likeness) if finished else None)


# ---- Canvas


@pytest.fixture
def canvas(qtbot: QtBot, theme: Theme) -> Canvas:
    canvas = Canvas(theme)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def wheel(target: QWidget, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        target.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    receiver = target.viewport() if isinstance(target, QAbstractScrollArea) else target
    QApplication.sendEvent(receiver, event)


def test_a_picture_is_as_large_as_fits(canvas: Canvas) -> None:
    canvas.show_picture(plain(100, 100), None, "grey")
    assert canvas.scale == 3.0
    shown = canvas.grab().toImage()
    inside, outside = shown.pixelColor(200, 150), shown.pixelColor(20, 150)
    assert inside.name() == "#808080"
    assert outside.name() != "#808080"


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_every_corner_of_the_picture_is_where_it_belongs(
    canvas: Canvas, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on screens with more than one pixel for each of Qt's."""
    image = plain(40, 100, "#404040")
    corners = {(0, 0): "#ff0000", (30, 0): "#00ff00", (0, 90): "#0000ff", (30, 90): "#ffff00"}
    for (x, y), colour in corners.items():
        for dx in range(10):
            for dy in range(10):
                image.setPixelColor(x + dx, y + dy, QColor(colour))
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: ratio)
    canvas.show_picture(image, None, "")
    shown = QImage(int(400 * ratio), int(300 * ratio), QImage.Format.Format_RGB32)
    shown.setDevicePixelRatio(ratio)
    canvas.render(shown)
    for (x, y), colour in corners.items():
        # There is much room on the left and right of it.
        place = QPointF(140 + (x + 5) * 3, (y + 5) * 3) * ratio
        assert shown.pixelColor(place.toPoint()).name() == colour


def test_the_point_under_the_wheel_stays(canvas: Canvas) -> None:
    image = plain(200, 150, "#202020")
    image.setPixelColor(60, 40, QColor("#ff0000"))
    canvas.show_picture(image, None, "")
    at = QPointF(60.5 * 2, 40.5 * 2)
    wheel(canvas, at, 6)
    assert canvas.scale > 4
    assert canvas.grab().toImage().pixelColor(at.toPoint()).red() == 255


def test_zooming_out_stops_where_it_fits(canvas: Canvas) -> None:
    canvas.show_picture(plain(800, 600), None, "")
    wheel(canvas, QPointF(10, 10), -5)
    assert canvas.fits
    for _ in range(60):
        wheel(canvas, QPointF(10, 10), 3)
    assert canvas.scale == pytest.approx(8.0)


def test_a_double_click_shows_each_pixel_and_the_next_fits_again(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.show_picture(plain(1600, 1200), None, "")
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert canvas.scale == pytest.approx(1 / canvas.devicePixelRatioF())
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert canvas.fits


def test_keys_zoom_move_and_walk(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.show_picture(plain(400, 300), None, "")
    with qtbot.waitSignal(canvas.walked) as walked:
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert walked.args == [1]
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert not canvas.fits
    with qtbot.assertNotEmitted(canvas.walked):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.fits


def test_more_pixels_of_the_same_picture_keep_the_place(canvas: Canvas) -> None:
    canvas.show_picture(plain(200, 150), None, "")
    canvas.zoom_by(2)
    width = 200 * canvas.scale
    canvas.replace(plain(800, 600))
    assert 800 * canvas.scale == pytest.approx(width)


def test_previews_blend_into_the_picture(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.show_preview(plain(40, 30, "#000000"))
    assert canvas.is_preview
    canvas.show_picture(plain(400, 300, "#ffffff"), None, "white")
    assert not canvas.is_preview
    qtbot.waitUntil(lambda: canvas.grab().toImage().pixelColor(200, 150).name() == "#ffffff")


def test_an_empty_canvas_takes_every_key_and_wheel(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.clear()
    wheel(canvas, QPointF(10, 10), 1)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(canvas, key)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert not canvas.grab().isNull()


# ---- Filmstrip


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: object) -> StripModel:
    model = StripModel()
    model.tester = QAbstractItemModelTester(  # pyright: ignore[reportAttributeAccessIssue]
        model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    return model


def keys(model: StripModel) -> list[int]:
    return [one.index for one in model.tiles()]


def test_pictures_stand_in_the_order_of_making_or_the_best_first(model: StripModel) -> None:
    for index, likeness in enumerate([0.3, 0.7, None, 0.5]):
        model.put(tile("a", index, likeness))
    model.put(tile("a", 4, finished=False))
    assert keys(model) == [0, 1, 2, 3, 4]
    model.set_best_first(True)
    assert keys(model) == [1, 3, 0, 2, 4]
    model.put(tile("a", 4, 0.6))
    assert keys(model) == [1, 4, 3, 0, 2]
    model.set_best_first(False)
    assert keys(model) == [0, 1, 2, 3, 4]


def test_the_best_of_a_job_is_marked_and_one_alone_is_not(model: StripModel) -> None:
    model.put(tile("a", 0, 0.7))
    model.put(tile("b", 1, 0.4))
    assert not any(model.index(row).data(Role.IS_BEST) for row in range(2))
    model.put(tile("b", 2, 0.5))
    assert [model.index(row).data(Role.IS_BEST) for row in range(3)] == [False, False, True]


def test_what_was_not_finished_goes(model: StripModel) -> None:
    model.put(tile("a", 0))
    model.put(tile("a", 1, finished=False))
    model.put(tile("b", 2, finished=False))
    model.remove_unfinished("a")
    assert keys(model) == [0, 2]


def test_the_choice_stays_with_its_picture_when_the_order_changes(
    model: StripModel, theme: Theme, qtbot: QtBot
) -> None:
    strip = Filmstrip(model, theme)
    qtbot.addWidget(strip)
    for index, likeness in enumerate([0.3, 0.7, 0.5]):
        model.put(tile("a", index, likeness))
    strip.choose(("a", 2))
    model.set_best_first(True)
    chosen = strip.chosen()
    assert chosen is not None
    assert chosen.index == 2
    strip.show()
    assert not strip.grab().isNull()


def test_arrow_keys_walk_through_the_strip(model: StripModel, theme: Theme, qtbot: QtBot) -> None:
    strip = Filmstrip(model, theme)
    qtbot.addWidget(strip)
    for index in range(3):
        model.put(tile("a", index))
    strip.resize(600, strip.height())
    strip.show()
    strip.choose(("a", 0))
    with qtbot.waitSignal(strip.picture_chosen) as chosen:
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert chosen.args is not None
    assert chosen.args[0].index == 1
    with qtbot.waitSignal(strip.entered):
        qtbot.keyClick(strip, Qt.Key.Key_Return)


def test_the_wheel_moves_the_strip_and_a_narrow_one_keeps_its_choice_in_view(
    model: StripModel, theme: Theme, qtbot: QtBot
) -> None:
    strip = Filmstrip(model, theme)
    qtbot.addWidget(strip)
    for index in range(20):
        model.put(tile("a", index))
    strip.resize(900, strip.height())
    strip.show()
    strip.choose(("a", 6))
    strip.resize(300, strip.height())
    # Qt lets the last pixel stand out.
    assert strip.viewport().rect().adjusted(-1, 0, 1, 0).contains(strip.visualRect(strip.currentIndex()))
    before = strip.horizontalScrollBar().value()
    wheel(strip, QPointF(10, 10), -1)
    assert strip.horizontalScrollBar().value() > before


def test_a_likeness_is_said_in_number_and_word(model: StripModel) -> None:
    for index, (likeness, words) in enumerate([(0.61, "0.61 Strong"), (0.598, "0.59 Good"), (0.2, "0.20 Weak")]):
        model.put(tile("a", index, likeness))
        assert words in model.index(index).data(Qt.ItemDataRole.AccessibleTextRole)
    model.put(tile("b", 9, None))
    assert "No likeness" in model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "no face in the picture" in model.index(3).data(Qt.ItemDataRole.ToolTipRole)


# ---- Faces


def face(index: int, left: float) -> FaceInfo:
    quality = FaceQuality(size=90, sharpness=100, yaw=0, pitch=0, roll=0)
    return FaceInfo(index, (left, 0.2, left + 0.2, 0.6), quality, ())


@pytest.fixture
def faces(qtbot: QtBot, theme: Theme) -> FaceView:
    view = FaceView(theme)
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show_photo(plain(300, 200), [face(1, 0.1), face(2, 0.4), face(3, 0.7)], 2)
    view.show()
    return view


def test_a_face_is_chosen_by_click(faces: FaceView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(faces.face_chosen) as chosen:
        qtbot.mouseClick(faces, Qt.MouseButton.LeftButton, pos=QPoint(240, 80))
    assert chosen.args == [3]
    with qtbot.assertNotEmitted(faces.face_chosen):
        qtbot.mouseClick(faces, Qt.MouseButton.LeftButton, pos=QPoint(5, 195))


@pytest.mark.parametrize(
    ("key", "wanted"), [(Qt.Key.Key_Left, 1), (Qt.Key.Key_Right, 3), (Qt.Key.Key_1, 1), (Qt.Key.Key_3, 3)]
)
def test_a_face_is_chosen_by_key(faces: FaceView, qtbot: QtBot, key: Qt.Key, wanted: int) -> None:
    with qtbot.waitSignal(faces.face_chosen) as chosen:
        qtbot.keyClick(faces, key)
    assert chosen.args == [wanted]


def test_who_cannot_see_hears_which_face_is_chosen(faces: FaceView) -> None:
    assert faces.accessibleDescription().startswith("Face 2 of 3")


# ---- Prompt


@pytest.fixture
def prompt(qtbot: QtBot, theme: Theme) -> PromptBox:
    box = PromptBox("Prompt", "Say it", theme, (3, 6))
    qtbot.addWidget(box)
    box.resize(300, box.height())
    box.show()
    return box


def test_the_prompt_grows_with_its_text_up_to_a_limit(prompt: PromptBox) -> None:
    heights = []
    for lines in (1, 3, 5, 6, 9):
        prompt.setPlainText("\n".join(["word"] * lines))
        heights.append(prompt.height())
    assert heights[0] == heights[1] < heights[2] < heights[3] == heights[4]


def test_ctrl_enter_sends_and_enter_alone_does_not(prompt: PromptBox, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(prompt.sent):
        qtbot.keyClick(prompt, Qt.Key.Key_Return)
    with qtbot.waitSignal(prompt.sent):
        qtbot.keyClick(prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_text_that_is_too_long_is_cut(prompt: PromptBox) -> None:
    prompt.setPlainText("x" * (MAX_PROMPT + 5))
    assert len(prompt.text()) == MAX_PROMPT


def test_files_dropped_on_the_prompt_are_not_typed_into_it(prompt: PromptBox, qtbot: QtBot) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile("/photos/me.jpg")])
    with qtbot.waitSignal(prompt.files_dropped):
        prompt.insertFromMimeData(content)
    assert prompt.text() == ""
    content = QMimeData()
    content.setText("a person")
    prompt.insertFromMimeData(content)
    assert prompt.text() == "a person"


def test_a_text_that_was_put_in_can_be_taken_back(prompt: PromptBox) -> None:
    prompt.setPlainText("mine")
    prompt.set_text("restored")
    prompt.undo()
    assert prompt.text() == "mine"


# ---- The small controls


def test_a_typed_seed_is_locked_and_the_dice_rolls_another(qtbot: QtBot, theme: Theme) -> None:
    box = SeedBox(theme)
    qtbot.addWidget(box)
    box.set(5, False)
    with qtbot.waitSignals([box.changed, box.lock_changed]):
        box.field.clear()
        qtbot.keyClicks(box.field, "77")
        qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert box.lock.isChecked()
    with qtbot.waitSignal(box.changed) as rolled:
        box.dice.click()
    assert rolled.args is not None
    assert rolled.args[0] != 77


def test_a_seed_keeps_its_place_when_nothing_or_too_much_is_typed(qtbot: QtBot, theme: Theme) -> None:
    box = SeedBox(theme)
    qtbot.addWidget(box)
    box.set(5, False)
    box.field.clear()
    box.field.editingFinished.emit()
    assert box.field.text() == "5"
    with qtbot.waitSignal(box.changed) as changed:
        box.field.setText("9" * 16)
        box.field.editingFinished.emit()
    assert changed.args == [MAX_SEED]


def test_letters_are_no_seed(qtbot: QtBot, theme: Theme) -> None:
    box = SeedBox(theme)
    qtbot.addWidget(box)
    box.set(5, False)
    qtbot.keyClicks(box.field, "abc-")
    assert box.field.text() == "5"


def test_the_middle_of_a_slider_is_the_preset_and_a_double_click_goes_back(qtbot: QtBot, theme: Theme) -> None:
    slider = EmphasisSlider("Face", "How closely")
    qtbot.addWidget(slider)
    slider.resize(300, 60)
    slider.show()
    assert slider.state.text() == "as the preset"
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert slider.slider.value() == 55
    assert slider.state.text() == "closer, +5"
    qtbot.mouseDClick(slider.slider, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert slider.slider.value() == 50


def test_a_slider_without_focus_lets_the_page_scroll(qtbot: QtBot) -> None:
    slider = EmphasisSlider("Face", "How closely")
    qtbot.addWidget(slider)
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider.slider, event)
    assert slider.slider.value() == 50
    assert not event.isAccepted()


def test_segments_show_a_choice_or_none(qtbot: QtBot, theme: Theme) -> None:
    segments = Segments([("a", "portrait", "A", "first"), ("b", "square", "B", "second")], "Shape", theme)
    qtbot.addWidget(segments)
    segments.choose("a")
    with qtbot.waitSignal(segments.chosen) as chosen:
        segments.buttons["b"].click()
    assert chosen.args == ["b"]
    segments.choose(None)
    assert segments.value() is None
    segments.buttons["a"].click()
    assert segments.value() == "a"


def test_a_stepper_stops_at_its_ends(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(1, 3, "Pictures", "How many", theme)
    qtbot.addWidget(stepper)
    for _ in range(5):
        stepper.more.click()
    assert stepper.box.value() == 3
    assert not stepper.more.isEnabled()
    qtbot.keyClick(stepper.box, Qt.Key.Key_Down)
    assert stepper.box.value() == 2


def test_one_style_or_none_is_chosen(theme: Theme, qtbot: QtBot) -> None:
    tiles = StyleTiles(theme)
    qtbot.addWidget(tiles)
    tiles.offer(styles.for_checkpoint(plain=False), plain=False)
    first, second = list(tiles.tiles.values())[:2]
    first.click()
    with qtbot.waitSignal(tiles.chosen):
        second.click()
    assert not first.isChecked()
    with qtbot.waitSignal(tiles.chosen) as chosen:
        second.click()
    assert chosen.args == [None]


def test_a_chosen_style_is_in_view_even_among_the_folded_ones(theme: Theme, qtbot: QtBot) -> None:
    tiles = StyleTiles(theme)
    qtbot.addWidget(tiles)
    tiles.offer(styles.for_checkpoint(plain=False), plain=False)
    tiles.show_rows(2)
    tiles.show()
    last = list(tiles.tiles)[-1]
    assert tiles.tiles[last].isHidden()
    tiles.choose(last)
    assert not tiles.tiles[last].isHidden()
    tiles.show_rows(0)
    assert not any(tile.isHidden() for tile in tiles.tiles.values())
    # Arrow keys walk along the row and to the next one.
    first, _, _, _, below = list(tiles.tiles.values())[:5]
    tiles.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert tiles.focusWidget() is below


def test_a_tile_that_is_put_again_takes_the_place_of_the_old_one(model: StripModel) -> None:
    model.put(tile("a", 0, finished=False))
    model.put(replace(tile("a", 0, finished=False), preview=plain(8, 8)))
    assert model.rowCount() == 1
    assert not model.tiles()[0].thumbnail.isNull()


def test_key_events_that_nobody_knows_are_passed_on(canvas: Canvas) -> None:
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)
    assert not event.isAccepted()
