"""The page Gallery as a person uses it: typing, clicking, keys, dragging, and taking things back."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTableView
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_desktop.app import Desktop
from fastface_desktop.state.gallery.view import Days
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.gallery.filter_chips import LIKENESSES
from fastface_desktop.ui.gallery.grid import PictureGrid
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.day_field import DayField
from tests.core.library_help import NOW, picture
from tests.desktop.gallery_help import (
    clipboard_files,
    count_is,
    fill,
    library_of,
    newest,
    open_gallery,
    row_of,
    settled,
    waits_for,
)
from tests.desktop.shell.test_accessibility import described, focusable


@pytest.fixture
def ids(home: Path, request: pytest.FixtureRequest) -> list[int]:
    with Library() as library:
        uid = library.people.add("Ada Adler").uid
        numbers = fill(library, 8, getattr(request, "param", "hyper-4"))
        library.database.connection().execute(
            "UPDATE pictures SET person_id = (SELECT id FROM people WHERE uid = ?) WHERE id = ?", (uid, numbers[0])
        )
    return numbers


@pytest.fixture
def page(ids: list[int], idle: Desktop, qtbot: QtBot) -> GalleryPage:
    page = open_gallery(idle, qtbot)
    count_is(page, 8, qtbot)
    waits_for(qtbot, lambda: bool(page.gallery.choices.presets))
    return page


def point_of(page: GalleryPage, number: int) -> QPoint:
    model = page.gallery.model
    return page.grid.picture_rect(model.index(model.place_of(number))).center()


def click(page: GalleryPage, number: int, qtbot: QtBot, *keys: Qt.KeyboardModifier) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in keys:
        modifiers |= one
    qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, modifiers, point_of(page, number))


def press(page: GalleryPage, key: Qt.Key, qtbot: QtBot) -> None:
    widget = page.window().focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key)


def undo(desktop: Desktop, qtbot: QtBot) -> None:
    waits_for(qtbot, lambda: desktop.window.toasts.can_undo)
    assert desktop.window.toasts.undo_last()


def choose_in(page: GalleryPage, chip: str, text: str, qtbot: QtBot) -> None:
    """Opens the menu of a chip and clicks an entry."""
    menu = page.filters.chips[chip].menu_of_values()
    action = next(one for one in menu.actions() if one.text().startswith(text))
    action.trigger()
    menu.deleteLater()
    settled(page, qtbot)


def move_days(desktop: Desktop, ids: list[int]) -> None:
    """The pictures are of the first days of March 2020, one a day, at noon."""
    with library_of(desktop).database.change() as connection:
        for day, number in enumerate(ids, start=1):
            noon = datetime(2020, 3, day, 12).astimezone()
            connection.execute("UPDATE pictures SET created = ? WHERE id = ?", (round(noon.timestamp() * 1000), number))


@contextmanager
def english() -> Generator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en"))
    try:
        yield
    finally:
        QLocale.setDefault(before)


# ---- Looking for pictures


def test_the_newest_comes_first_and_their_number_is_said(page: GalleryPage, ids: list[int]) -> None:
    assert page.gallery.model.ids == ids[::-1]
    assert page.filters.count.text() == "8 pictures"
    assert page.places.currentWidget() is page.grid


def test_words_find_pictures_while_they_are_typed(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.search.hasFocus()
    qtbot.keyClicks(page.filters.search, "forest")
    count_is(page, 4, qtbot)
    assert page.gallery.model.ids == [ids[7], ids[5], ids[3], ids[1]]
    # Digits are text here, and rate nothing.
    qtbot.keyClicks(page.filters.search, " 5")
    count_is(page, 0, qtbot)
    assert all(row.rating == 0 for row in library_of_page(page).gallery.rows(ids))
    assert page.places.currentWidget() is page.empty
    assert page.empty.title.text() == "No picture is like that"
    # Its panel stays, or the page would jump while words are typed, but invites to nothing.
    assert page.beside.isVisible()
    assert page.beside.inspector.empty.text() == "There is no picture here."
    qtbot.mouseClick(page.empty.clear_button, Qt.MouseButton.LeftButton)
    count_is(page, 8, qtbot)
    assert page.filters.search.text() == ""


def library_of_page(page: GalleryPage) -> Library:
    library = page.gallery.library.library
    assert library is not None
    return library


def test_the_name_of_a_person_finds_their_pictures(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    qtbot.keyClicks(page.filters.search, "ada")
    count_is(page, 1, qtbot)
    assert page.gallery.model.ids == [ids[0]]


def test_chips_filter_together_and_say_what_they_do(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    library = library_of_page(page)
    library.marks.rate([ids[6], ids[7]], 4)
    library.marks.tag([ids[6]], ["best"])
    waits_for(qtbot, lambda: "best" in page.gallery.choices.tags)
    choose_in(page, "rating", "★★★★", qtbot)
    count_is(page, 2, qtbot)
    assert page.filters.chips["rating"].isChecked()
    assert page.filters.chips["rating"].text().startswith("★★★★ and more")
    choose_in(page, "tag", "best", qtbot)
    count_is(page, 1, qtbot)
    assert page.gallery.model.ids == [ids[6]]
    assert page.filters.clear_button.isVisible()
    qtbot.mouseClick(page.filters.clear_button, Qt.MouseButton.LeftButton)
    count_is(page, 8, qtbot)
    assert not page.filters.chips["rating"].isChecked()


@pytest.mark.parametrize(
    ("chip", "text", "expected"),
    [
        ("person", "Ada Adler", 1),
        ("person", "Nobody known", 7),
        ("preset", "baseline", 8),
        ("checkpoint", "hyper-4", 8),
        ("likeness", "Likeness ≥ 0.60", 1),
        ("likeness", "Likeness ≥ 0.40", 5),
        ("likeness", "Likeness ≥ 0.80", 0),
        ("made", "Today", 8),
        ("rejected", "Only", 0),
    ],
)
def test_every_chip_filters(page: GalleryPage, chip: str, text: str, expected: int, qtbot: QtBot) -> None:
    choose_in(page, chip, text, qtbot)
    count_is(page, expected, qtbot)
    assert page.filters.chips[chip].accessibleName().count(":") == 1


def test_the_likeness_found_is_the_number_on_the_badge(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    """Filtered by the number: what is called good differs from model to model."""
    click(page, ids[7], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.badge.text() == "0.60")
    choose_in(page, "likeness", "Likeness ≥ 0.60", qtbot)
    count_is(page, 1, qtbot)
    assert page.gallery.model.ids == [ids[7]]
    assert page.filters.chips["likeness"].text().startswith("Likeness ≥ 0.60")


@given(st.floats(-1, 1))
def test_what_is_said_to_be_enough_is_found(value: float) -> None:
    with english():
        for least in LIKENESSES:
            assert (float(likeness.number(value)) >= least) == (value >= least)


# ---- Days


def type_day(field: DayField, day: str, qtbot: QtBot) -> None:
    """As one who came by Tab: the first part is selected, and gives way to what is typed."""
    field.setSelectedSection(field.sectionAt(0))
    qtbot.keyClicks(field, day)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_days_are_typed_and_either_may_be_open(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    move_days(idle, ids)
    days, chip = page.filters.days, page.filters.chips["made"]
    assert not days.isVisible()
    choose_in(page, "made", "Choose days", qtbot)
    assert days.isVisible()
    assert days.first.hasFocus()
    # What is offered is in force: the days up to today, in which nothing was made.
    count_is(page, 0, qtbot)
    type_day(days.first, "03/01/2020", qtbot)
    type_day(days.last, "03/03/2020", qtbot)
    count_is(page, 3, qtbot)
    assert page.gallery.model.ids == [ids[2], ids[1], ids[0]]
    assert chip.text() == "3/1/2020 – 3/3/2020"  # noqa: RUF001
    assert chip.accessibleName() == "Date: 3/1/2020 – 3/3/2020"  # noqa: RUF001
    qtbot.mouseClick(days.until_box, Qt.MouseButton.LeftButton)
    assert not days.last.isEnabled()
    count_is(page, 8, qtbot)
    assert chip.text() == "From 3/1/2020"
    qtbot.mouseClick(days.until_box, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(days.from_box, Qt.MouseButton.LeftButton)
    count_is(page, 3, qtbot)
    assert chip.text() == "Until 3/3/2020"
    qtbot.mouseClick(days.close_button, Qt.MouseButton.LeftButton)
    assert not days.isVisible()
    assert chip.hasFocus()
    assert chip.text() == "Until 3/3/2020"
    # The days themselves are in the menu, and lead back to their line as well.
    for entry in ("Until 3/3/2020", "Choose days"):
        choose_in(page, "made", entry, qtbot)
        assert days.isVisible()
        assert chip.text() == "Until 3/3/2020"
    assert (days.from_box.isChecked(), days.until_box.isChecked()) == (False, True)
    choose_in(page, "made", "Any time", qtbot)
    count_is(page, 8, qtbot)
    assert not days.isVisible()
    assert not chip.isChecked()


def test_days_in_the_wrong_order_are_said_beside_them(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    move_days(idle, ids)
    page.gallery.set_view(made=Days(first=date(2020, 3, 2), last=date(2020, 3, 4)))
    count_is(page, 3, qtbot)
    choose_in(page, "made", "3/2/2020", qtbot)
    days = page.filters.days
    type_day(days.first, "03/09/2020", qtbot)
    assert days.wrong.text() == "The last day is before the first."
    assert days.last.accessibleDescription() == days.wrong.text()
    assert page.gallery.view.made == Days(first=date(2020, 3, 2), last=date(2020, 3, 4))
    type_day(days.last, "03/09/2020", qtbot)
    assert days.wrong.text() == ""
    assert page.filters.chips["made"].text() == "3/9/2020"
    count_is(page, 0, qtbot)
    qtbot.mouseClick(page.filters.clear_button, Qt.MouseButton.LeftButton)
    count_is(page, 8, qtbot)
    assert not days.isVisible()


def test_large_text_and_a_small_window_cut_nothing_above_the_grid(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    days, filters = page.filters.days, page.filters
    page.gallery.set_view(made=Days(first=date(2020, 3, 2), last=date(2020, 3, 4)))
    choose_in(page, "made", "3/2/2020", qtbot)
    type_day(days.first, "03/09/2020", qtbot)
    idle.theme.set_text_scale(1.5)
    idle.window.resize(idle.window.minimumSize())
    parts = [days.from_box, days.first, days.until_box, days.last, days.wrong, days.close_button]
    parts += [filters.search, *filters.chips.values(), filters.clear_button, filters.places_button, filters.sort]
    shown = [part for part in parts if part.isVisible()]
    waits_for(qtbot, lambda: all(part.visibleRegion().boundingRect() == part.rect() for part in shown))
    assert days.wrong in shown
    idle.theme.set_text_scale(1.0)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the month is a window of its own
def test_a_day_is_chosen_from_a_month_with_keys_alone(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    page.gallery.set_view(made=Days(first=date(2020, 3, 2)))
    choose_in(page, "made", "From 3/2/2020", qtbot)
    qtbot.keyClick(page.filters.days.first, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    month = QApplication.activePopupWidget()
    assert month is not None
    table = month.findChild(QTableView)
    assert table is not None
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.gallery.view.made == Days(first=date(2020, 3, 10))
    assert QApplication.activePopupWidget() is None


def test_days_are_said_in_the_form_of_the_language(page: GalleryPage, idle: Desktop, qtbot: QtBot) -> None:
    page.gallery.set_view(made=Days(first=date(2020, 3, 2), last=date(2020, 4, 1)))
    idle.settings.change(language="de")
    waits_for(qtbot, lambda: idle.window.page is not page)
    again = idle.window.page
    assert isinstance(again, GalleryPage)
    assert again.filters.chips["made"].text() == "02.03.2020 – 01.04.2020"  # noqa: RUF001
    choose_in(again, "made", "02.03.2020", qtbot)
    assert again.filters.days.first.text() == "02.03.2020"


def test_the_order_can_be_another(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    menu = page.filters.sort.menu_of_values()
    next(one for one in menu.actions() if one.text() == "Oldest first").trigger()
    waits_for(qtbot, lambda: page.gallery.model.ids == ids)
    assert page.filters.sort.text().startswith("Oldest first")


def test_an_empty_library_says_what_to_do(idle: Desktop, qtbot: QtBot) -> None:
    page = open_gallery(idle, qtbot)
    waits_for(qtbot, lambda: page.places.currentWidget() is page.empty)
    assert page.empty.title.text() == "Your pictures will be here"
    assert page.empty.import_button.isVisible()
    # Where nothing can be chosen, no room waits for its details.
    assert not page.beside.isVisible()
    qtbot.mouseClick(page.empty.create_button, Qt.MouseButton.LeftButton)
    assert isinstance(idle.window.page, CreatePage)


def test_new_pictures_wait_while_somebody_rates(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    before = list(page.gallery.model.ids)
    click(page, ids[-1], qtbot)
    place = point_of(page, ids[-1])
    made = picture(77, "a person in the rain", likeness=0.5, checkpoint="hyper-4")
    library_of(idle).recorder.save(made, paths.pictures_folder() / "2030-01", NOW)
    idle.library.look()
    waits_for(qtbot, page.filters.new_chip.isVisible)
    assert page.filters.new_chip.text() == "1 new picture"
    # A star is noted, asked for again, and nothing has moved.
    press(page, Qt.Key.Key_4, qtbot)
    waits_for(qtbot, lambda: idle.window.toasts.can_undo)
    settled(page, qtbot)
    assert page.gallery.model.ids == before
    assert point_of(page, ids[-1]) == place
    # No message covers the pictures.
    assert idle.window.toasts.shown() == []
    page.filters.new_chip.click()
    waits_for(qtbot, lambda: page.grid.model().rowCount() == len(before) + 1)
    assert not page.filters.new_chip.isVisible()
    # The keys go on where they were.
    assert page.grid.hasFocus()


def test_the_size_changes_by_keys_wheel_and_slider(page: GalleryPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert page.grid.side == 224
    page.grid.size_wanted.emit(-1)
    assert page.grid.side == 192
    page.filters.size_slider.setValue(3)
    assert page.grid.side == 96
    qtbot.keyClick(page.grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert page.grid.side == 96


# ---- Marks


def test_keys_rate_what_is_chosen_and_undo_takes_it_back(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    click(page, ids[7], qtbot)
    click(page, ids[5], qtbot, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.isVisible()
    assert page.bar.count.text() == "2 chosen"
    qtbot.keyClick(page.grid, Qt.Key.Key_4)
    waits_for(qtbot, lambda: [row_of(idle, ids[at]).rating for at in (7, 6, 5)] == [4, 0, 4])
    waits_for(qtbot, lambda: page.bar.stars.rating == 4)
    undo(idle, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[7]).rating == 0)
    waits_for(qtbot, lambda: page.bar.stars.rating == 0)


def test_stars_can_be_clicked(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[2], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.stars.isVisible())
    stars = page.beside.inspector.stars
    third = QPoint(int(stars.width() * 0.5), stars.height() // 2)
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    waits_for(qtbot, lambda: row_of(idle, ids[2]).rating == 3)
    waits_for(qtbot, lambda: page.beside.inspector.stars.rating == 3)
    # Once more on the same one takes them away.
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    waits_for(qtbot, lambda: row_of(idle, ids[2]).rating == 0)


def test_the_stars_are_soon_in_the_file(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    from fastface_core.library.metadata import read

    click(page, ids[2], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_5)
    waits_for(qtbot, lambda: read(row_of(idle, ids[2]).path).marks.rating == 5)


def test_x_rejects_and_takes_that_back(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[1], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_X)
    waits_for(qtbot, lambda: row_of(idle, ids[1]).rejected)
    waits_for(qtbot, lambda: (row := page.gallery.model.row_of(ids[1])) is not None and row.rejected)
    qtbot.keyClick(page.grid, Qt.Key.Key_X)
    waits_for(qtbot, lambda: not row_of(idle, ids[1]).rejected)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the list of completions is a window of its own
def test_tags_are_typed_completed_and_taken_away(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    library_of(idle).marks.tag([ids[0]], ["holiday"])
    waits_for(qtbot, lambda: "holiday" in page.gallery.choices.tags)
    click(page, ids[3], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    qtbot.keyClick(page.grid, Qt.Key.Key_T)
    field = page.beside.inspector.tags.field
    assert field.hasFocus()
    qtbot.keyClicks(field, "best, client 7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    waits_for(qtbot, lambda: set(page.beside.inspector.tags.chips) == {"best", "client 7"})
    qtbot.keyClicks(field, "holi")
    completer = field.completer()
    assert completer is not None
    assert completer.currentCompletion() == "holiday"
    popup = completer.popup()
    assert popup is not None
    popup.setCurrentIndex(completer.completionModel().index(0, 0))
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    waits_for(qtbot, lambda: "holiday" in page.beside.inspector.tags.chips)
    qtbot.mouseClick(page.beside.inspector.tags.chips["best"], Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: library_of(idle).gallery.details(ids[3]).tags == ("client 7", "holiday"))


def test_a_tag_that_is_too_long_is_said_in_place(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    click(page, ids[3], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    page.beside.tag()
    page.beside.inspector.tags.field.setText("x" * 70)
    qtbot.keyClick(page.beside.inspector.tags.field, Qt.Key.Key_Return)
    waits_for(qtbot, lambda: page.error.isVisible())
    assert page.error.message.text() == "A tag has 1 to 64 letters."


def test_all_pictures_can_be_chosen_and_let_go(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page.grid.selected_ids() == ids[::-1]
    waits_for(qtbot, lambda: page.beside.inspector.title.text() == "8 pictures")
    qtbot.keyClick(page.grid, Qt.Key.Key_Escape)
    assert page.grid.selected_ids() == []
    assert not page.bar.isVisible()
    click(page, ids[7], qtbot)
    click(page, ids[4], qtbot, Qt.KeyboardModifier.ShiftModifier)
    assert page.grid.selected_ids() == [ids[7], ids[6], ids[5], ids[4]]


def test_a_rectangle_chooses_what_it_touches(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    first = page.grid.visualRect(page.gallery.model.index(0))
    second = page.grid.visualRect(page.gallery.model.index(1))
    # Between the pictures nothing is hit, and a rectangle begins.
    start = QPoint(first.left() + 1, first.top() + 1)
    assert not page.grid.indexAt(start).isValid()
    view = page.grid.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in (0.3, 0.6, 1.0):
        QTest.mouseMove(view, start + QPoint(int((second.center().x() - start.x()) * step), int(80 * step)))
        QApplication.processEvents()
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=second.center())
    assert page.grid.selected_ids() == [ids[7], ids[6]]


# ---- The trash


def test_delete_throws_away_and_undo_brings_back(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    before = row_of(idle, ids[5]).path
    click(page, ids[5], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    count_is(page, 7, qtbot)
    assert not before.exists()
    undo(idle, qtbot)
    count_is(page, 8, qtbot)
    assert before.exists()


def test_the_trash_is_looked_into_put_back_and_emptied_after_a_question(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    page.grid.choose(ids[:3])
    page.marks.to_trash()
    count_is(page, 5, qtbot)
    page.gallery.set_view(place="trash")
    count_is(page, 3, qtbot)
    click(page, ids[0], qtbot)
    assert page.bar.restore_button.isVisible()
    assert not page.bar.tag_button.isVisible()
    assert not page.bar.stars.isVisible()
    qtbot.keyClick(page.grid, Qt.Key.Key_4)  # stars are not given here
    qtbot.keyClick(page.grid, Qt.Key.Key_R)
    count_is(page, 2, qtbot)
    assert row_of(idle, ids[0]).rating == 0
    waits_for(qtbot, lambda: page.gallery.choices.trashed == 2 and page.filters.empty_button.isVisible())
    qtbot.mouseClick(page.filters.empty_button, Qt.MouseButton.LeftButton)
    assert page.notice.isVisible()
    assert "(2)" in page.notice.text.text()
    qtbot.mouseClick(page.notice.buttons[1], Qt.MouseButton.LeftButton)
    assert not page.notice.isVisible()
    assert page.grid.model().rowCount() == 2
    page.marks.ask_to_empty()
    files = [row.path for row in library_of(idle).gallery.rows(ids[1:3])]
    qtbot.mouseClick(page.notice.buttons[0], Qt.MouseButton.LeftButton)
    count_is(page, 0, qtbot)
    assert not any(path.exists() for path in files)
    assert page.empty.title.text() == "The trash is empty"
    assert not page.beside.isVisible()
    qtbot.mouseClick(page.empty.pictures_button, Qt.MouseButton.LeftButton)
    count_is(page, 6, qtbot)
    assert page.beside.isVisible()


def test_delete_in_the_trash_asks(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    library_of(idle).trash.put([ids[0]])
    page.gallery.set_view(place="trash")
    count_is(page, 1, qtbot)
    click(page, ids[0], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    assert page.notice.text.text() == "Delete this picture for good? Nothing brings it back."
    qtbot.mouseClick(page.notice.buttons[0], Qt.MouseButton.LeftButton)
    count_is(page, 0, qtbot)
    assert ids[0] not in newest(idle)


def test_a_file_that_is_gone_cannot_be_thrown_away_and_says_so(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    row_of(idle, ids[4]).path.unlink()
    click(page, ids[4], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    waits_for(qtbot, lambda: page.error.isVisible())
    assert "is not where it was" in page.error.message.text()
    assert ids[4] in page.gallery.model.ids


# ---- Details, and what is done with a picture


def test_the_details_say_what_made_the_picture(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    click(page, ids[0], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    facts = page.beside.inspector.facts.text()
    for part in ("Person: Ada Adler", "Preset: ", "Model: hyper-4", "Seed: 1", "Steps: 4, ddim", "Size: 64"):
        assert part in facts
    assert page.beside.inspector.prompt.text() == "a person at the sea"
    assert page.beside.inspector.badge.text() == "0.25"
    assert "Commercial use is allowed." in page.beside.inspector.terms.text()
    click(page, ids[2], qtbot)
    waits_for(qtbot, lambda: "Not for commercial use" in page.beside.inspector.terms.text())
    assert "InsightFace non-commercial" in page.beside.inspector.terms.text()


def test_the_details_can_be_put_away(page: GalleryPage, qtbot: QtBot) -> None:
    assert page.beside.inspector.isVisible()
    qtbot.keyClick(page.grid, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not page.beside.inspector.isVisible()
    qtbot.mouseClick(page.filters.inspector_button, Qt.MouseButton.LeftButton)
    assert page.beside.inspector.isVisible()


def test_the_settings_go_to_create(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[1], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.settings_button.isVisible())
    qtbot.mouseClick(page.beside.inspector.settings_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: isinstance(idle.window.page, CreatePage))
    values = idle.session.values
    assert (values.prompt, values.seed, values.seed_locked) == ("a person in a forest", 2, True)
    assert (values.width, values.height) == (64, 72)


def test_varying_takes_another_seed(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[1], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_V)
    waits_for(qtbot, lambda: isinstance(idle.window.page, CreatePage))
    assert idle.session.values.prompt == "a person in a forest"
    assert idle.session.values.seed != 2
    assert not idle.session.values.seed_locked


@pytest.mark.parametrize("ids", ["starter"], indirect=True)
def test_repeating_puts_a_job_into_the_queue(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[0], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    qtbot.keyClick(page.grid, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    waits_for(qtbot, lambda: bool(idle.queue.jobs()))
    order = idle.queue.jobs()[0].order
    assert order.person == row_of(idle, ids[0]).person
    assert (order.request.prompt, order.request.count) == ("a person at the sea", 1)
    assert order.request.seed != 1
    assert isinstance(idle.window.page, GalleryPage)


@pytest.mark.parametrize("ids", ["starter"], indirect=True)
def test_repeating_without_the_photo_says_what_to_do(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    click(page, ids[1], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.details is not None)
    qtbot.mouseClick(page.beside.inspector.repeat_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: page.error.isVisible())
    assert page.error.message.text() == "The photo that this picture was made from is not at hand."
    assert not idle.queue.jobs()


def test_a_picture_is_copied_as_pixels_and_as_a_file(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    click(page, ids[6], qtbot)
    qtbot.keyClick(page.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    waits_for(qtbot, lambda: clipboard_files() == [row_of(idle, ids[6]).path])
    assert QGuiApplication.clipboard().image().width() == 64
    page.grid.choose(ids[:2])
    qtbot.keyClick(page.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    waits_for(qtbot, lambda: len(clipboard_files()) == 2)
    QGuiApplication.clipboard().clear()


def test_a_copy_is_saved_and_a_folder_that_refuses_is_said(
    page: GalleryPage, ids: list[int], idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    click(page, ids[6], qtbot)
    page.acts_on.save_to(tmp_path / "mine")
    waits_for(qtbot, lambda: (tmp_path / "mine.png").exists())
    assert (tmp_path / "mine.png").read_bytes() == row_of(idle, ids[6]).path.read_bytes()
    (tmp_path / "file").write_text("")
    page.acts_on.save_to(tmp_path / "file" / "mine.png")
    waits_for(qtbot, lambda: page.error.isVisible())


def test_what_is_dragged_out_are_the_files(page: GalleryPage, ids: list[int], idle: Desktop) -> None:
    assert page.grid.dragged() is None
    page.grid.choose([ids[2], ids[5]])
    content = page.grid.dragged()
    assert content is not None
    assert [Path(url.toLocalFile()) for url in content.urls()] == [row_of(idle, ids[at]).path for at in (5, 2)]


def test_the_menu_offers_what_the_keys_do(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    click(page, ids[2], qtbot)
    texts = [entry[0] for entry in page.page_acts.menu_entries() if entry is not None]
    assert texts[:3] == ["Use these settings", "Vary", "Repeat"]
    assert "Into the trash" in texts
    page.grid.choose(ids)
    texts = [entry[0] for entry in page.page_acts.menu_entries() if entry is not None]
    assert "Repeat" not in texts
    assert "Export" in texts


def test_the_menu_shows_the_keys_of_now(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    click(page, ids[2], qtbot)
    idle.actions.set_key("gallery.repeat", "Ctrl+Alt+R")
    idle.actions.set_key("gallery.export", "")
    keys = {entry[0]: entry[1] for entry in page.page_acts.menu_entries() if entry is not None}
    assert (keys["Repeat"], keys["Export"], keys["Vary"]) == ("Ctrl+Alt+R", "", "V")


def test_every_key_is_in_the_list_of_actions(page: GalleryPage, idle: Desktop) -> None:
    known = {action.id for action in idle.actions.all()}
    assert set(page.acts()) <= known
    assert {"gallery.rate", "gallery.reject", "gallery.trash", "gallery.full_screen"} <= known
    assert idle.actions.why_not("gallery.repeat") == "Choose one picture first."
    page.grid.choose(page.gallery.model.ids[:1])
    assert idle.actions.why_not("gallery.repeat") == ""


# ---- Duplicates, and folders


def test_duplicates_are_shown_together(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    import shutil

    page.gallery.set_view(place="duplicates")
    count_is(page, 0, qtbot)
    assert page.empty.title.text() == "There are no duplicates"
    original = row_of(idle, ids[3]).path
    copy = Path(shutil.copy(original, original.with_name("again.png")))
    new = library_of(idle).recorder.record(copy).id
    count_is(page, 2, qtbot)
    assert page.gallery.model.ids == [ids[3], new]
    waits_for(qtbot, page.notice.isVisible)
    qtbot.mouseClick(page.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert page.grid.selected_ids() == [new]
    assert library_of(idle).gallery.count(Query()) == 9


def test_a_dropped_folder_is_imported(page: GalleryPage, idle: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    from PIL import Image

    folder = tmp_path / "old pictures"
    folder.mkdir()
    Image.new("RGB", (30, 40), "#336699").save(folder / "a.jpg")
    (folder / "b.png").write_bytes(b"no picture")
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(folder))])
    assert page.takes(content)
    idle.window.take(content)
    waits_for(qtbot, lambda: page.notice.isVisible())
    assert page.notice.text.text() == "New: 0. Unreadable: 1. Not made by FastFace: 1."
    qtbot.mouseClick(page.notice.buttons[0], Qt.MouseButton.LeftButton)
    count_is(page, 9, qtbot)
    assert (folder / "a.jpg").exists()


def test_an_import_can_be_stopped(page: GalleryPage, idle: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    go_on = threading.Event()
    # What takes long goes one after the other: until this is done the import waits.
    idle.library.run_long(idle.library, lambda library, report, cancel: go_on.wait(30), ignore, ignore)
    page.importing.start(tmp_path)
    assert page.importing.isVisible()
    qtbot.mouseClick(page.importing.cancel_button, Qt.MouseButton.LeftButton)
    assert page.importing.text.text() == "Stopping"
    go_on.set()
    waits_for(qtbot, lambda: page.notice.isVisible() and not page.importing.isVisible())
    assert page.notice.text.text() == "The import was stopped. What was taken in stays."


def test_a_moved_picture_is_found_again(
    page: GalleryPage, ids: list[int], idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    old = row_of(idle, ids[2]).path
    old.rename(elsewhere / "renamed.png")
    click(page, ids[2], qtbot)
    page.acts_on.folder_found.emit(elsewhere)
    waits_for(qtbot, lambda: row_of(idle, ids[2]).path == elsewhere / "renamed.png")
    assert page.grid.selected_ids() == [ids[2]]
    waits_for(qtbot, lambda: page.beside.inspector.name.text() == "renamed.png")


def test_a_finished_picture_is_told_of_at_once_and_moves_nothing(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    click(page, ids[4], qtbot)
    new = fill(library_of(idle), 9)[-1]
    idle.queue.picture_done.emit("job", None)
    waits_for(qtbot, lambda: page.gallery.waiting > 0)
    page.filters.new_chip.click()
    count_is(page, 17, qtbot)
    assert new in page.gallery.model.ids
    assert page.grid.selected_ids() == [ids[4]]


def test_the_page_is_made_anew_in_another_language(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    page.gallery.set_view(rating=0, text="forest")
    count_is(page, 4, qtbot)
    idle.settings.change(language="de")
    waits_for(qtbot, lambda: idle.window.page is not page)
    again = idle.window.page
    assert isinstance(again, GalleryPage)
    assert again.gallery is page.gallery
    assert again.filters.search.text() == "forest"
    assert again.grid.model().rowCount() == 4


def test_everything_on_the_page_has_a_name_a_tooltip_and_room_to_be_hit(
    page: GalleryPage, ids: list[int], qtbot: QtBot
) -> None:
    page.grid.choose(ids[:2])
    page.marks.to_trash()
    count_is(page, 6, qtbot)
    page.notice.say("Well?", ("Yes", "It is done", lambda: None))
    page.beside.open_export()
    page.beside.inspector.show()
    widgets = focusable(page)
    assert len(widgets) > 40
    assert [described(one) for one in widgets if not one.accessibleName()] == []
    # Pictures are not covered by words; something is said of each.
    controls = [one for one in widgets if not isinstance(one, (Canvas, PictureGrid))]
    assert [described(one) for one in controls if not one.toolTip()] == []
    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    small = [described(one) for one in buttons if one.height() < Size.HIT or one.width() < Size.HIT]
    assert small == []


def test_alone_the_details_keep_their_place_without_a_picture(idle: Desktop, qtbot: QtBot) -> None:
    page = open_gallery(idle, qtbot)
    assert not page.beside.isVisible()
    idle.theme.set_text_scale(2.0)
    idle.window.resize(1024, 700)
    assert page.arrangement.one_column
    page.arrangement.show_column("details")
    assert page.beside.isVisible()
    assert page.beside.inspector.empty.text() == "There is no picture here."
    # The head stays at the top.
    assert page.filters.y() == 0
    page.arrangement.show_column("pictures")
    assert not page.beside.isVisible()
