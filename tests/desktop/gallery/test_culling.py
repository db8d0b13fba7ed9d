"""The Gallery as a photographer culls in it: places, albums, stacks, labels, what stands still, what goes on."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_desktop.app import Desktop
from fastface_desktop.state.gallery.reference import Reference
from fastface_desktop.state.gallery.view import GalleryView
from fastface_desktop.ui.gallery.grid import PICTURES, pictures_in
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.theme.tokens import Size
from tests.core.library_help import NOW, picture
from tests.desktop.gallery_help import (
    count_is,
    fill,
    library_of,
    open_gallery,
    row_of,
    settled,
    waits_for,
)

STACK = "0123456789abcdef" * 2
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ids(home: Path) -> list[int]:
    """Six single pictures, and three of one request, the newest; the second of them came nearest."""
    with Library() as library:
        numbers = fill(library, 6)
        for seed, likeness in ((11, 0.3), (12, 0.6), (13, 0.4)):
            made = picture(seed, "a person at the sea", likeness=likeness, checkpoint="hyper-4")
            moment = NOW + timedelta(days=1, hours=seed)
            numbers.append(library.recorder.save(made, paths.pictures_folder() / "2030-01", moment, stack=STACK).id)
    return numbers


@pytest.fixture
def page(ids: list[int], idle: Desktop, qtbot: QtBot) -> GalleryPage:
    page = open_gallery(idle, qtbot)
    count_is(page, 7, qtbot)
    waits_for(qtbot, lambda: bool(page.gallery.choices.presets))
    return page


def press(page: GalleryPage, key: Qt.Key, qtbot: QtBot, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for one in modifiers:
        held |= one
    widget = page.window().focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key, held)


def choose(page: GalleryPage, *numbers: int) -> None:
    page.grid.choose(list(numbers), numbers[0])
    page.grid.setFocus()
    QApplication.processEvents()


def undo(desktop: Desktop, qtbot: QtBot) -> None:
    """Takes back what was done last, once all that was asked for is done."""
    waits_for(qtbot, lambda: desktop.window.toasts.can_undo and not desktop.library.changing)
    assert desktop.window.toasts.undo_last()


# ---- Stacks


def test_the_pictures_of_a_request_lie_on_one_another_and_unfold(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    model = page.gallery.model
    assert model.ids == [ids[7], *reversed(ids[:6])]
    stack = page.gallery.in_stack(ids[7])
    assert stack is not None
    assert (stack.count, stack.unfolded) == (3, False)
    choose(page, ids[7])
    press(page, Qt.Key.Key_S, qtbot)
    count_is(page, 9, qtbot)
    # The best first, the others beside it.
    assert model.ids[:3] == [ids[7], ids[8], ids[6]]
    assert page.grid.selected_ids() == [ids[7]]
    # A star is given where it is, and what is on top changes with the next look at the view.
    choose(page, ids[6])
    press(page, Qt.Key.Key_5, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[6]).rating == 5)
    settled(page, qtbot)
    assert model.ids[:3] == [ids[7], ids[8], ids[6]]
    tile = page.grid.picture_rect(model.index(0))
    pill = page.grid.delegate.stack_rect(tile).center()
    qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=pill)
    count_is(page, 7, qtbot)
    assert model.ids[0] == ids[6]


def test_stacks_are_made_taken_apart_and_put_back(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    choose(page, ids[0], ids[1])
    press(page, Qt.Key.Key_G, qtbot, CTRL)
    waits_for(qtbot, lambda: row_of(idle, ids[0]).stack == row_of(idle, ids[1]).stack is not None)
    page.grid.clearSelection()
    page.gallery.refresh()
    count_is(page, 6, qtbot)
    choose(page, ids[7])
    texts = [entry[0] for entry in page.page_acts.menu_entries() if entry is not None]
    assert {"Unfold or fold the stack", "Take the stack apart"} <= set(texts)
    page.marks.unstack()
    waits_for(qtbot, lambda: all(row_of(idle, number).stack is None for number in ids[6:]))
    undo(idle, qtbot)
    waits_for(qtbot, lambda: all(row_of(idle, number).stack is not None for number in ids[6:]))
    # All pictures side by side, wherever they came from.
    page.gallery.set_view(stacked=False)
    count_is(page, 9, qtbot)


# ---- Labels, and going on


def test_keys_label_and_the_same_key_takes_the_label_away(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    choose(page, ids[3])
    for key, label in (
        (Qt.Key.Key_6, "red"),
        (Qt.Key.Key_7, "yellow"),
        (Qt.Key.Key_8, "green"),
        (Qt.Key.Key_9, "blue"),
    ):
        press(page, key, qtbot)
        waits_for(qtbot, lambda label=label: row_of(idle, ids[3]).label == label)
        waits_for(
            qtbot, lambda label=label: (row := page.gallery.model.row_of(ids[3])) is not None and row.label == label
        )
    waits_for(qtbot, lambda: page.beside.inspector.labels.label == "blue")
    waits_for(qtbot, lambda: read(row_of(idle, ids[3]).path).marks.label == "blue")
    dots = page.beside.inspector.labels
    purple = QPoint(dots.width() - 10, dots.height() // 2)
    qtbot.mouseClick(dots, Qt.MouseButton.LeftButton, pos=purple)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).label == "purple")
    # No message covers the pictures: the label itself is seen.
    assert idle.window.toasts.shown() == []
    page.gallery.set_view(label="purple")
    count_is(page, 1, qtbot)
    assert page.filters.chips["label"].text() == "Purple"
    choose(page, ids[3])
    press(page, Qt.Key.Key_9, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).label == "blue")
    # It stays in view as long as somebody works with it.
    settled(page, qtbot)
    assert page.gallery.model.ids == [ids[3]]
    undo(idle, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).label == "purple")


def test_a_rating_goes_on_to_the_next_where_that_is_wanted(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    choose(page, ids[5])
    press(page, Qt.Key.Key_3, qtbot)
    assert page.grid.current_id() == ids[5]
    waits_for(qtbot, page.beside.inspector.advance.isVisible)
    page.beside.inspector.advance.click()
    assert page.gallery.view.advance
    page.grid.setFocus()
    for key in (Qt.Key.Key_4, Qt.Key.Key_X, Qt.Key.Key_7):
        press(page, key, qtbot)
    assert page.grid.current_id() == ids[2]
    waits_for(qtbot, lambda: row_of(idle, ids[5]).rating == 4)
    waits_for(qtbot, lambda: row_of(idle, ids[4]).rejected)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).label == "yellow")
    # One of many is no reason to leave the others.
    choose(page, ids[1], ids[0])
    press(page, Qt.Key.Key_2, qtbot)
    assert sorted(page.grid.selected_ids()) == [ids[0], ids[1]]
    # U takes a rejection back.
    choose(page, ids[4])
    press(page, Qt.Key.Key_U, qtbot)
    waits_for(qtbot, lambda: not row_of(idle, ids[4]).rejected)


# ---- What is left out, and what waits


def test_all_but_the_rejected_are_chosen_and_that_is_said(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    library_of(idle).marks.reject([ids[0], ids[2]])
    waits_for(qtbot, lambda: {ids[0], ids[2]} <= page.gallery.rejected)
    page.grid.setFocus()
    press(page, Qt.Key.Key_A, qtbot, CTRL)
    assert set(page.grid.selected_ids()) == {ids[7], ids[5], ids[4], ids[3], ids[1]}
    assert (page.bar.count.text(), page.bar.left_out.text()) == ("5 chosen", "2 rejected left out")
    assert page.bar.left_out.isVisible()
    choose(page, ids[1], ids[3])
    assert not page.bar.left_out.isVisible()
    page.gallery.set_view(place="rejected")
    count_is(page, 2, qtbot)
    page.grid.setFocus()
    press(page, Qt.Key.Key_A, qtbot, CTRL)
    assert page.bar.count.text() == "2 chosen"
    assert not page.bar.left_out.isVisible()


def test_only_new_pictures_of_the_view_are_told_of(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    page.gallery.set_view(text="forest")
    count_is(page, 3, qtbot)
    choose(page, ids[1])
    library = library_of(idle)
    for seed, prompt in ((71, "a person at the sea"), (72, "a person in a forest")):
        library.recorder.save(picture(seed, prompt, likeness=0.5), paths.pictures_folder() / "2030-01", NOW)
    idle.library.look()
    waits_for(qtbot, lambda: page.filters.new_chip.text() == "1 new picture")
    assert page.gallery.model.rowCount() == 3
    # Another view is another look: nothing waits there.
    page.gallery.clear_filters()
    count_is(page, 9, qtbot)
    assert not page.filters.new_chip.isVisible()


def test_comparisons_are_a_kind_of_their_own(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    cell = library_of(idle).recorder.save(picture(50), paths.pictures_folder() / "x", NOW, comparison=True).id
    idle.library.look()
    waits_for(qtbot, lambda: page.gallery.choices.places.get("comparisons") == 1)
    settled(page, qtbot)
    assert cell not in page.gallery.model.ids
    row = page.list.rows["comparisons"]
    assert row.count == 1
    row.click()
    count_is(page, 1, qtbot)
    assert page.gallery.model.ids == [cell]
    assert row.isChecked()
    assert not page.list.rows["pictures"].isChecked()


def test_places_ask_for_what_they_are_called() -> None:
    assert GalleryView(place="best").query().rating == 4
    assert GalleryView(place="best").query().rejected is False
    assert GalleryView(place="best", rating=5).query().rating == 5
    assert GalleryView(place="rejected").query().rejected is True
    assert GalleryView(place="rejected").query().comparison is None
    assert GalleryView(place="pictures").query().comparison is False
    assert GalleryView(place="comparisons").query().comparison is True
    assert GalleryView(place="album", album="Team").query().album == "Team"
    assert GalleryView(place="pictures", album="Team").query().album is None
    assert GalleryView(place="today").query().since is not None
    assert not GalleryView(place="comparisons").folds


# ---- Albums


def test_albums_are_made_renamed_and_deleted_in_the_list(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    choose(page, ids[1], ids[2])
    page.gathering.make_album()
    assert page.list.name.hasFocus()
    qtbot.keyClicks(page.list.name, "Team")
    qtbot.keyClick(page.list.name, Qt.Key.Key_Return)
    assert page.grid.hasFocus()
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"Team": 2})
    assert page.list.albums["Team"].count == 2
    assert idle.window.toasts.shown()[-1].text == "2 put into Team"
    page.list.albums["Team"].click()
    count_is(page, 2, qtbot)
    # F2 on the row renames it; the view follows.
    page.list.albums["Team"].setFocus()
    qtbot.keyClick(page.list.albums["Team"], Qt.Key.Key_F2)
    assert page.list.name.text() == "Team"
    qtbot.keyClicks(page.list.name, "The team")
    qtbot.keyClick(page.list.name, Qt.Key.Key_Return)
    waits_for(qtbot, lambda: page.gallery.view.album == "The team" and "The team" in page.list.albums)
    count_is(page, 2, qtbot)
    # A name that is taken is said in place, and nothing is lost.
    page.list.make_album()
    page.list.name.setText("the TEAM")
    qtbot.keyClick(page.list.name, Qt.Key.Key_Return)
    waits_for(qtbot, lambda: page.error.isVisible() and "already" in page.error.message.text())
    # Escape leaves the name.
    page.list.make_album()
    qtbot.keyClick(page.list.name, Qt.Key.Key_Escape)
    assert not page.list.name.isVisible()
    assert page.list.albums["The team"].hasFocus()
    qtbot.keyClick(page.list.albums["The team"], Qt.Key.Key_Delete)
    waits_for(qtbot, lambda: page.gallery.choices.albums == {})
    count_is(page, 7, qtbot)
    assert page.gallery.view.place == "pictures"
    undo(idle, qtbot)
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"The team": 2})


def test_pictures_are_dragged_into_an_album_and_taken_out(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    library_of(idle).albums.make("Website")
    library_of(idle).marks.collect([ids[0]], ["Website"])
    page.gallery.look_for_albums()
    waits_for(qtbot, lambda: page.list.albums.get("Website") is not None)
    choose(page, ids[0], ids[3])
    dragged = page.grid.dragged()
    assert dragged is not None
    assert sorted(pictures_in(dragged)) == [ids[0], ids[3]]
    assert len(dragged.urls()) == 2
    row = page.list.albums["Website"]
    assert row.takes(dragged)
    other = QMimeData()
    other.setText("words")
    assert not row.takes(other)
    where = QPointF(row.rect().center())
    drop = QDropEvent(
        where, Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    row.dropEvent(drop)
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"Website": 2})
    # What was in it before stays in it when that is taken back.
    undo(idle, qtbot)
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"Website": 1})
    assert library_of(idle).gallery.details(ids[0]).albums == ("Website",)
    page.list.albums["Website"].click()
    count_is(page, 1, qtbot)
    choose(page, ids[0])
    entry = next(one for one in page.page_acts.menu_entries() if one is not None and one[0] == "Take out of Website")
    entry[2]()
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"Website": 0})
    assert ids[0] in library_of(idle).gallery.ids(GalleryView().query())
    spoiled = QMimeData()
    spoiled.setData(PICTURES, b"x 3 \xff")
    assert pictures_in(spoiled) == [3]


def test_the_menu_of_albums_is_opened_by_a_key(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    library_of(idle).albums.make("Best of")
    page.gallery.look_for_albums()
    waits_for(qtbot, lambda: "Best of" in page.list.albums)
    choose(page, ids[2])
    entries = page.gathering.album_entries()
    assert [entry[0] for entry in entries if entry is not None] == ["Best of", "New album…"]
    first = entries[0]
    assert first is not None
    first[2]()
    waits_for(qtbot, lambda: page.gallery.choices.albums == {"Best of": 1})
    waits_for(qtbot, lambda: "Albums: Best of" in page.beside.inspector.facts.text())


# ---- The photo beside the picture


def test_the_photo_stands_beside_the_picture(page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot) -> None:
    from fastface_core.library.recipe_photos import content_hash
    from fastface_desktop.state.gallery.reference import ReferencePhotos

    photo = tmp_path / "someone.jpg"
    Image.new("RGB", (60, 80), "#336699").save(photo)
    details = page.gallery.library.library.gallery.details(ids[0]) if page.gallery.library.library else None
    assert details is not None
    assert details.recipe is not None
    used = details.recipe.photos[0].model_copy(update={"sha256": content_hash(photo)})
    from dataclasses import replace

    known = replace(details, recipe=details.recipe.model_copy(update={"photos": (used,)}))
    references = ReferencePhotos(page.gallery.library, lambda: (photo,), page)
    came: list[Reference] = []
    references.look(page, known, lambda number, found: came.append(found))
    waits_for(qtbot, lambda: bool(came))
    assert (came[0].image.width(), came[0].image.height()) == (60, 80)
    # Now it is known, and there at once: beside the picture and in the inspector.
    page.viewer.photo._references = references
    choose(page, ids[0])
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    page.beside.inspector.seen.show_photo(came[0])
    assert not page.beside.inspector.seen.photo.isNull()
    page.page_acts.open()
    waits_for(qtbot, lambda: not page.gallery.library.busy)
    page.viewer.photo._looked(known)
    assert page.viewer.photo.isHidden() == (page.viewer.width() < Size.ONE_COLUMN)
    page.gallery.set_view(inspector=False)
    waits_for(qtbot, page.viewer.photo.isVisible)
    press(page, Qt.Key.Key_P, qtbot)
    assert page.viewer.photo.isHidden()
    assert not page.viewer.photo_button.isChecked()


# ---- Little room


def test_the_list_gives_way_to_a_button_and_comes_over_the_pictures(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    assert page.list.isVisible()
    assert not page.filters.places_button.isVisible()
    idle.window.resize(1024, 700)
    waits_for(qtbot, page.filters.places_button.isVisible)
    assert not page.list.isVisible()
    assert page.filters.places_button.text() == "All pictures"
    qtbot.mouseClick(page.filters.places_button, Qt.MouseButton.LeftButton)
    assert page.list.isVisible()
    page.list.rows["best"].click()
    assert not page.list.isVisible()
    assert page.filters.places_button.text() == "Best"


@pytest.mark.parametrize("large", [False, True])
def test_little_room_shows_pictures_and_details_in_turn(
    page: GalleryPage, ids: list[int], idle: Desktop, large: bool, qtbot: QtBot
) -> None:
    if large:
        idle.settings.change(text_scale=2.0)
    else:
        idle.window.resize(*Size.SMALLEST_WINDOW)
    waits_for(qtbot, page.filters.columns.isVisible)
    assert page.grid.isVisible()
    assert not page.beside.isVisible()
    # Rows keep their height, whatever there is room for: the list scrolls.
    page.arrangement.toggle_places()
    rows = list(page.list.rows.values())
    waits_for(qtbot, lambda: all(row.height() >= row.sizeHint().height() for row in rows))
    assert all(one.geometry().bottom() < other.y() for one, other in itertools.pairwise(rows))
    page.arrangement.close_places()
    choose(page, ids[3])
    assert page.bar.isVisible()
    page.filters.columns.buttons["details"].click()
    waits_for(qtbot, page.beside.inspector.isVisible)
    assert not page.grid.isVisible()
    assert page.beside.inspector.width() == page.width()
    page.filters.columns.buttons["pictures"].click()
    assert page.grid.isVisible()
    # An export is asked for: it is brought into view, and back.
    page.grid.setFocus()
    page.beside.open_export()
    assert page.beside.exporting.isVisible()
    page.beside.close_export()
    idle.settings.change(text_scale=1.0)
    idle.window.resize(*Size.WINDOW)
    waits_for(qtbot, lambda: page.grid.isVisible() and page.beside.isVisible() and page.list.isVisible())
