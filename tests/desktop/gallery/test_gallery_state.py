"""The state behind the Gallery: what is shown, in which order, and how it follows the library."""

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fastface_core.errors import SettingsError
from fastface_core.library.gallery import PictureRow
from fastface_core.library.library import Library
from fastface_desktop.app import Desktop
from fastface_desktop.state.gallery import asking
from fastface_desktop.state.gallery.asking import Choices
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.list_changes import Steps, runs, steps
from fastface_desktop.state.gallery.picture_model import PictureModel
from fastface_desktop.state.gallery.thumbnails import Thumbnails, rounded
from fastface_desktop.state.gallery.view import Days, GalleryView, read_view, view_content
from fastface_desktop.state.tasks import ignore
from tests.desktop.gallery_help import PATIENCE, count_is, fill, library_of, open_gallery, row_of


def follow(old: list[int], new: list[int], found: Steps) -> list[int]:
    """What the model does with the steps."""
    model = PictureModel()
    model.fill(old)
    model.follow(new, found)
    return model.ids


_distinct = st.lists(st.integers(0, 60), unique=True, max_size=40)


@given(_distinct, st.sets(st.integers(0, 60)), st.lists(st.integers(61, 90), unique=True, max_size=20), st.randoms())
def test_steps_lead_from_one_list_to_the_other(old: list[int], gone: set[int], come: list[int], chance: object) -> None:
    new = [number for number in old if number not in gone]
    for number in come:
        new.insert(chance.randint(0, len(new)), number)  # type: ignore[attr-defined]
    found = steps(old, new)
    assert found is not None
    assert follow(old, new, found) == new


def test_another_order_or_too_much_is_shown_anew() -> None:
    assert steps([1, 2, 3], [3, 2, 1]) is None
    assert steps(list(range(0, 1000, 2)), list(range(1000))) is None
    assert steps([1, 2], [1, 2]) == Steps((), ())
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]


def test_the_view_says_what_is_asked() -> None:
    today = date(2030, 5, 6)
    view = GalleryView(
        place="trash", text="forest", rating=3, likeness=0.6, made="week", tag="best", rejected="without"
    )
    query = view.query(today)
    assert (query.trashed, query.text, query.rating, query.tags, query.rejected) == (
        True,
        "forest",
        3,
        ("best",),
        False,
    )
    assert query.likeness == (0.6, None)
    assert query.since == datetime(2030, 4, 30).astimezone()
    assert query.until is None
    assert view.filtered
    assert not view.without_filters().filtered
    assert view.without_filters().place == "trash"


@pytest.mark.parametrize(
    ("first", "last", "since", "until"),
    [
        (date(2030, 5, 6), date(2030, 5, 6), datetime(2030, 5, 6), datetime(2030, 5, 7)),
        (None, date(2030, 12, 31), None, datetime(2031, 1, 1)),
        (date(2030, 5, 6), None, datetime(2030, 5, 6), None),
    ],
)
def test_both_days_are_meant_whole(
    first: date | None, last: date | None, since: datetime | None, until: datetime | None
) -> None:
    query = GalleryView(made=Days(first=first, last=last)).query()
    assert query.since == (since.astimezone() if since else None)
    assert query.until == (until.astimezone() if until else None)


@pytest.mark.parametrize(
    "days",
    [{}, {"first": "2030-05-06", "last": "2030-05-05"}, {"first": "1500-01-01"}, {"last": "9999-12-31"}],
)
def test_days_that_are_none_change_nothing(idle: Desktop, days: dict[str, str]) -> None:
    gallery = Gallery(idle.library, idle.saver, radius=0)
    with pytest.raises(SettingsError):
        gallery.set_view(made=days)
    assert gallery.view.made is None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed here")
def test_a_day_begins_at_midnight_on_either_side_of_a_change_of_the_clocks(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(time.tzset)
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        since = GalleryView(made="week").query(date(2030, 4, 3)).since
    assert since == datetime(2030, 3, 27, 23, tzinfo=UTC)


def test_size_order_and_filters_are_kept_but_not_the_trash_nor_the_words(tmp_path: Path) -> None:
    file = tmp_path / "gallery.json"
    view = GalleryView(place="trash", text="forest", rating=3, size=224, sort="score", descending=False)
    file.write_bytes(view_content(view))
    kept = read_view(file)
    assert (kept.place, kept.text) == ("pictures", "")
    assert (kept.rating, kept.size, kept.sort, kept.descending) == (3, 224, "score", False)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"size": 5, "sort": "colour", "rating": 3}', '{"made": {}, "rating": 3}']
)
def test_a_damaged_file_of_the_view_keeps_nobody_out(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gallery.json"
    file.write_text(content)
    view = read_view(file)
    assert (view.size, view.sort) == (192, "date")
    assert view.rating == (3 if "rating" in content else 0)


def test_a_value_that_is_not_allowed_changes_nothing(idle: Desktop, qtbot: QtBot) -> None:
    page = open_gallery(idle, qtbot)
    gallery = page.gallery
    with pytest.raises(SettingsError):
        gallery.set_view(size=5)
    assert gallery.view.size == 192


def test_only_rows_that_are_looked_at_are_asked_for(qtbot: QtBot) -> None:
    model = PictureModel()
    model.fill(list(range(100_000)))
    asked: list[list[int]] = []
    model.wanted.connect(asked.append)
    assert model.row(50_000) is None
    assert model.row(50_001) is None
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) == 1
    assert {50_000, 50_001} <= set(asked[0])
    assert len(asked[0]) < 300
    # Nothing more until the answer is there.
    assert model.row(10) is None
    model.take(asked[0], [])
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert 10 in asked[1]


def test_a_start_shows_what_the_last_one_did(idle: Desktop, build: object, qtbot: QtBot) -> None:
    page = open_gallery(idle, qtbot)
    days = Days(first=date(2030, 1, 2), last=date(2030, 1, 31))
    page.gallery.set_view(size=224, sort="rating", rating=2, made=days)
    assert idle.saver.flush()
    second = build()  # type: ignore[operator]
    view = open_gallery(second, qtbot).gallery.view
    assert (view.size, view.sort, view.rating, view.made) == (224, "rating", 2, days)


def test_another_program_s_changes_appear_within_a_second(idle: Desktop, qtbot: QtBot) -> None:
    with Library() as library:
        ids = fill(library, 3)
    page = open_gallery(idle, qtbot)
    count_is(page, 3, qtbot)
    with Library() as other:
        other.marks.rate([ids[0]], 4)
        other.trash.put([ids[1]])
        new = fill(other, 5)[-1]
    qtbot.waitUntil(lambda: page.grid.model().rowCount() == 7 and new in page.gallery.model.ids, timeout=3000)
    qtbot.waitUntil(lambda: (row := page.gallery.model.row_of(ids[0])) is not None and row.rating == 4, timeout=3000)
    assert ids[1] not in page.gallery.model.ids


def test_an_album_that_came_while_albums_were_looked_for_is_found(
    idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = open_gallery(idle, qtbot).gallery
    qtbot.waitUntil(lambda: not gallery._choosing, timeout=PATIENCE)
    looked, goes_on, choices = threading.Event(), threading.Event(), asking.choices

    def slow(library: Library) -> Choices:
        found = choices(library)
        looked.set()
        goes_on.wait(30)
        return found

    monkeypatch.setattr(asking, "choices", slow)
    gallery.look_for_albums()
    assert looked.wait(30)
    library_of(idle).albums.make("Later")
    gallery.look_for_albums()
    goes_on.set()
    qtbot.waitUntil(lambda: "Later" in gallery.choices.albums, timeout=PATIENCE)


def test_of_two_changes_of_a_picture_the_later_one_is_shown(
    idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library() as library:
        (number,) = fill(library, 1)
    gallery, state = open_gallery(idle, qtbot).gallery, idle.library
    qtbot.waitUntil(lambda: gallery.model.row_of(number) is not None and not state.busy, timeout=PATIENCE)
    library = library_of(idle)
    looked, goes_on, rows = threading.Event(), threading.Event(), library.gallery.rows

    def slow_at_first(numbers: Sequence[int]) -> tuple[PictureRow, ...]:
        found = rows(numbers)
        if not looked.is_set():
            looked.set()
            goes_on.wait(30)
        return found

    monkeypatch.setattr(library.gallery, "rows", slow_at_first)
    library.marks.rate([number], 3)
    state.look()
    assert looked.wait(30)
    library.marks.rate([number], 4)
    state.look()
    later: list[int] = []
    state.run(state, lambda library: len(library.people.all()), later.append, ignore)
    qtbot.waitUntil(lambda: bool(later), timeout=PATIENCE)
    goes_on.set()
    qtbot.waitUntil(lambda: not state.busy, timeout=PATIENCE)
    row = gallery.model.row_of(number)
    assert row is not None
    assert row.rating == 4


def test_what_is_chosen_and_where_the_view_is_stay_when_pictures_come_and_go(idle: Desktop, qtbot: QtBot) -> None:
    with Library() as library:
        ids = fill(library, 60)
    page = open_gallery(idle, qtbot)
    count_is(page, 60, qtbot)
    grid = page.grid
    grid.choose([ids[10], ids[12]], ids[12])
    grid.scrollTo(grid.currentIndex(), grid.ScrollHint.PositionAtTop)
    top = grid.visualRect(grid.currentIndex()).top()
    assert grid.verticalScrollBar().value() > 0
    # One row of new pictures, so that everything moves by a whole row.
    columns = (grid.viewport().width() - 1) // grid.gridSize().width()
    page.gallery.holds = lambda: False
    with Library() as other:
        fill(other, columns)
    count_is(page, 60 + columns, qtbot)
    assert grid.selected_ids() == [ids[12], ids[10]]
    assert grid.current_id() == ids[12]
    assert grid.visualRect(grid.currentIndex()).top() == top
    library_of(idle).trash.put([ids[59], ids[12]])
    count_is(page, 58 + columns, qtbot)
    assert grid.selected_ids() == [ids[10]]


def test_changes_by_the_thousand_are_followed(idle: Desktop, qtbot: QtBot) -> None:
    with Library() as library:
        ids = fill(library, 4)
    page = open_gallery(idle, qtbot)
    page.grid.choose([ids[2]])
    page.gallery.set_view(sort="score", descending=False)
    count_is(page, 4, qtbot)
    qtbot.waitUntil(lambda: page.gallery.model.ids == ids, timeout=PATIENCE)
    assert page.grid.selected_ids() == [ids[2]]


# ---- Thumbnails


def colour_of(image: QImage) -> QColor:
    return image.pixelColor(image.width() // 2, image.height() // 2)


def coloured(library: Library, number: int, colour: str) -> PictureRow:
    """Gives a picture a thumbnail of one colour, as if it showed that."""
    from PIL import Image

    row = library.gallery.rows([number])[0]
    library.thumbnails.put(Image.new("RGB", (40, 40), colour), row.pixels)
    return row


def test_a_thumbnail_belongs_to_the_pixels(idle: Desktop, qtbot: QtBot) -> None:
    open_gallery(idle, qtbot)
    library = library_of(idle)
    ids = fill(library, 2)
    red, blue = coloured(library, ids[0], "#ff0000"), coloured(library, ids[1], "#0000ff")
    thumbnails = Thumbnails(idle.library)
    assert thumbnails.find(red, 100) is None
    assert thumbnails.find(blue, 100) is None
    qtbot.waitUntil(lambda: None not in (thumbnails.find(red, 100), thumbnails.find(blue, 100)), timeout=PATIENCE)
    first, second = thumbnails.find(red, 100), thumbnails.find(blue, 100)
    assert first is not None
    assert second is not None
    assert colour_of(first).red() > 200 > colour_of(first).blue()
    assert colour_of(second).blue() > 200 > colour_of(second).red()
    assert max(first.width(), first.height()) == 100
    thumbnails.close()


def test_a_picture_on_its_way_to_the_trash_is_tried_again_there(idle: Desktop, qtbot: QtBot) -> None:
    open_gallery(idle, qtbot)
    library = library_of(idle)
    (number,) = fill(library, 1)
    before = row_of(idle, number)
    library.trash.put([number])
    thumbnails = Thumbnails(idle.library)
    qtbot.waitUntil(lambda: (image := thumbnails.find(before, 64)) is not None and image.isNull(), timeout=PATIENCE)
    after = row_of(idle, number)
    qtbot.waitUntil(lambda: (image := thumbnails.find(after, 64)) is not None and not image.isNull(), timeout=PATIENCE)
    thumbnails.close()


def test_images_in_memory_are_bounded(idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    open_gallery(idle, qtbot)
    library = library_of(idle)
    rows = library.gallery.rows(fill(library, 6))
    monkeypatch.setattr("fastface_desktop.state.gallery.thumbnails._BYTES", 3 * 64 * 64 * 4)
    thumbnails = Thumbnails(idle.library)
    for row in rows:
        thumbnails.find(row, 64)
        qtbot.waitUntil(lambda row=row: thumbnails.find(row, 64) is not None, timeout=PATIENCE)
    assert thumbnails.held <= 3 * 64 * 64 * 4
    assert thumbnails.find(rows[-1], 64) is not None
    assert thumbnails.find(rows[0], 64) is None
    thumbnails.close()


def test_corners_are_round_and_the_shape_is_kept() -> None:
    image = QImage(40, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    made = rounded(image, 100, 20.0, 2.0)
    assert (made.width(), made.height(), made.devicePixelRatio()) == (50, 100, 2.0)
    assert made.pixelColor(0, 0).alpha() == 0
    assert made.pixelColor(25, 50).red() == 255


def test_the_view_is_what_the_file_holds(tmp_path: Path) -> None:
    view = GalleryView(person="ab" * 16, tag="client 7", made=Days(first=date(2030, 1, 2)))
    file = tmp_path / "v.json"
    file.write_bytes(view_content(view))
    written = json.loads(file.read_text())
    assert (written["tag"], written["made"]) == ("client 7", {"first": "2030-01-02", "last": None})
    assert read_view(file) == view
