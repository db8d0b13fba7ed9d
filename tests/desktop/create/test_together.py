"""Several people in one picture, from Create over a restart to the likeness of each."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from fastface_core.domain.drawn_regions import GRID, cells_of
from fastface_core.domain.identity import Companion
from fastface_core.domain.places import Place, in_words, moved, side_by_side, word_of
from fastface_core.library.metadata import read
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage
from tests.desktop.conftest import PATIENCE, ROOT

PORTRAIT = ROOT / "examples" / "portrait.jpg"


def page_of(desktop: Desktop) -> CreatePage:
    desktop.window.show_page("create")
    page = desktop.window.page
    assert isinstance(page, CreatePage)
    return page


def photos(folder: Path, *names: str) -> list[Path]:
    return [Path(shutil.copy(PORTRAIT, folder / f"{name}.jpg")) for name in names]


def test_words_of_places_and_back() -> None:
    for words in (("left", "right"), ("right", "centre", "left")):
        assert tuple(word_of(place) for place in in_words(words)) == words
    assert word_of(Place(left=0.1, right=0.5)) is None
    halves = side_by_side(2)
    assert moved(halves, 0, "right") == halves[::-1]
    thirds = moved(halves, 0, "centre")
    assert [word_of(place) for place in thirds] == ["centre", "right"]
    drawn = Place(left=0.1, top=0.2, right=0.4, bottom=0.9)
    assert moved((drawn, halves[0]), 1, "right") == (drawn, halves[1])


def test_two_people_are_asked_for_placed_kept_and_made(
    build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    first = build()
    first.window.show()
    page = page_of(first)
    ada, bo = photos(tmp_path, "Ada", "Bo")
    page.add_photos([ada])
    page.together.add_photos([bo])
    first.session.change(aspect="exact", width=64, height=64, steps=1, seed=5, seed_locked=True, preset="baseline")
    assert [row.name.text() for row in page.together.rows] == ["Ada", "Bo"]
    page.together.rows[0].where.buttons["right"].click()
    assert [row.where.value() for row in page.together.rows] == ["right", "left"]
    page.generate()
    assert "Ada.jpg" in page.bar.consent.question.text()
    page.bar.consent.yes.click()
    assert "Bo.jpg" in page.bar.consent.question.text()
    assert not first.queue.jobs()
    page.bar.consent.yes.click()
    (job,) = first.queue.jobs()
    assert job.order.files == (ada, bo)
    # Nobody is asked twice.
    page.generate()
    assert len(first.queue.jobs()) == 2
    first.queue.remove(first.queue.jobs()[1].id)
    first.request_shutdown()
    first.saver.flush()

    second = build()
    second.show()
    (offered,) = second.queue.unfinished()
    assert offered.order == job.order
    second.unfinished.go_on()
    qtbot.waitUntil(lambda: second.queue.jobs()[0].ended, timeout=PATIENCE)
    (made,) = second.queue.jobs()[0].pictures
    assert made.recipe.people is not None
    assert [word_of(one.place) for one in made.recipe.people] == ["right", "left"]
    note = read(made.path).note
    assert note is not None
    assert len(note.of_each) == len(made.worth.of_each) == 2
    side = page_of(second).pictures.side
    assert len(side.each.text().splitlines()) == 2


def test_places_are_dragged_and_forgotten_with_their_person(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    page = page_of(idle)
    ada, bo = photos(tmp_path, "Ada", "Bo")
    page.add_photos([ada])
    page.together.add_photos([bo])
    page.together.places_button.setChecked(True)
    editor = page.pictures.places
    assert editor.isVisible()
    before = idle.session.values.where
    grip = editor.rect_of(0).center().toPoint()
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(editor, grip + QPoint(40, 0))
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=grip + QPoint(40, 0))
    there = idle.session.values.where[0]
    assert there.left > before[0].left
    assert round(there.right - there.left, 3) == 0.5
    edge = editor.rect_of(0)
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=QPoint(round(edge.left()) + 2, round(edge.center().y())))
    qtbot.mouseMove(editor, QPoint(round(edge.right()) + 200, round(edge.center().y())))
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=grip)
    narrow = idle.session.values.where[0]
    assert (round(narrow.right - narrow.left, 3), narrow.right) == (0.1, there.right)
    qtbot.keyClick(editor, Qt.Key.Key_2)
    qtbot.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert idle.session.values.where[1].bottom == 0.98
    assert [row.where.value() for row in page.together.rows] == [None, None]
    idle.session.forget_others("", {bo})
    assert not page.together.rows
    assert not editor.isVisible()
    idle.session.add_other(Companion(person="0" * 32))
    assert idle.session.values.where == before


def test_a_region_is_drawn_erased_moved_and_taken_back(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    page = page_of(idle)
    ada, bo = photos(tmp_path, "Ada", "Bo")
    page.add_photos([ada])
    page.together.add_photos([bo])
    page.together.places_button.setChecked(True)
    view, editor = page.pictures.places_view, page.pictures.places
    before = idle.session.values.where

    def share() -> float:
        drawn = idle.session.values.where[0].drawn
        return 0.0 if drawn is None else sum(map(sum, cells_of(drawn))) / GRID**2

    def stroke(start: tuple[float, float], end: tuple[float, float]) -> None:
        whole = editor.picture_rect()
        corner, size = whole.topLeft(), (whole.width(), whole.height())
        places = [(corner + QPointF(x * size[0], y * size[1])).toPoint() for x, y in (start, end)]
        qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=places[0])
        qtbot.mouseMove(editor, places[1])
        qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=places[1])

    assert not view.undo_button.isEnabled()
    view.tools.buttons["brush"].click()
    view.slider.setValue(10)
    stroke((0.3, 0.3), (0.3, 0.7))
    line = idle.session.values.where[0]
    # A stroke 0.2 wide and 0.4 long with round ends, of the picture's height; the picture is square here.
    assert share() == pytest.approx(0.2 * 0.4 + 3.14 * 0.1**2, rel=0.1)
    assert (line.left, line.top) == (pytest.approx(0.2, abs=0.03), pytest.approx(0.2, abs=0.03))
    assert "percent of the picture" in editor.accessibleDescription()
    assert [row.where.value() for row in page.together.rows] == [None, "right"]

    # What comes next is added; the eraser takes away; each is taken back as a whole.
    stroke((0.7, 0.3), (0.7, 0.7))
    assert share() == pytest.approx(2 * (0.08 + 0.0314), rel=0.1)
    view.tools.buttons["eraser"].click()
    stroke((0.3, 0.3), (0.3, 0.7))
    assert share() == pytest.approx(0.08 + 0.0314, rel=0.1)
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    view.undo_button.click()
    assert idle.session.values.where[0] == line

    # Moved as it is, and not out of the picture.
    view.tools.buttons["move"].click()
    assert not view.slider.isEnabled()
    for _ in range(40):
        qtbot.keyClick(editor, Qt.Key.Key_Left)
    moved_line = idle.session.values.where[0]
    assert moved_line.left == 0
    assert share() == pytest.approx(0.08 + 0.0314, rel=0.1)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert idle.session.values.where[0].drawn is None

    # Without a pointer: somebody by a digit, the brush by arrows, drawn by space and Shift.
    view.tools.buttons["brush"].click()
    qtbot.keyClick(editor, Qt.Key.Key_2)
    size = view.slider.value()
    qtbot.keyClick(editor, Qt.Key.Key_Plus)
    assert view.slider.value() == size + 1
    qtbot.keyClick(editor, Qt.Key.Key_Space)
    for _ in range(5):
        qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    second = idle.session.values.where[1]
    assert second.drawn is not None
    assert second.bottom - second.top > second.right - second.left

    # A rectangle that something is erased of is what is left of it; all of it gone, it is the rectangle again.
    while view.undo_button.isEnabled():
        view.undo_button.click()
    assert idle.session.values.where == before
    view.tools.buttons["eraser"].click()
    qtbot.keyClick(editor, Qt.Key.Key_1)
    view.slider.setValue(25)
    stroke((0.0, 0.0), (0.0, 1.0))
    assert 0.2 < share() < 0.3
    stroke((0.25, 0.0), (0.25, 1.0))
    stroke((0.5, 0.0), (0.5, 1.0))
    assert idle.session.values.where[0].drawn is None
    view.close_button.click()
    assert not view.isVisible()
    assert not page.together.places_button.isChecked()


def test_everybody_as_their_photos_have_them(idle: Desktop, tmp_path: Path) -> None:
    page = page_of(idle)
    ada, bo = photos(tmp_path, "Ada", "Bo")
    page.add_photos([ada])
    assert not page.together.as_photos_button.isVisible()
    page.together.add_photos([bo])
    page.together.places_button.setChecked(True)
    page.together.as_photos_button.click()
    assert not page.pictures.places.isVisible()
    assert [row.where.value() for row in page.together.rows] == [None, None]
    people = idle.session.order().request.people
    assert people is not None
    assert [one.as_photo for one in people] == [True, True]
    # Whatever place is said then is said of all.
    page.together.rows[0].where.buttons["right"].click()
    assert not page.together.as_photos_button.isChecked()
    people = idle.session.order().request.people
    assert people is not None
    assert [one.as_photo for one in people] == [None, None]
    assert [word_of(one.place) for one in people] == ["right", "left"]
