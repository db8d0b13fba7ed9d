"""The viewer, comparing and the export of the Gallery, as a person uses them."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.domain.request import Picture
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_desktop.app import Desktop
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.gallery.page import GalleryPage
from tests.core.library_help import NOW, recipe
from tests.desktop.gallery_help import (
    FORBIDDEN,
    count_is,
    fill,
    library_of,
    open_gallery,
    row_of,
    waits_for,
)
from tests.small_disks import mounted, room

COLOURS = ("#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff")


@pytest.fixture
def ids(home: Path) -> list[int]:
    """Six pictures, each of one colour and twice as large as a thumbnail, so that they can be told apart."""
    numbers: list[int] = []
    with Library() as library:
        for seed, colour in enumerate(COLOURS):
            image = Image.new("RGB", (640, 800 if seed % 2 else 640), colour)
            terms = {"terms": FORBIDDEN} if seed == 2 else {}
            made = Picture(0, seed, image, recipe(seed, f"picture {seed}", **terms), 0.5, None, 1.0)
            from fastface_core import paths

            numbers.append(library.recorder.save(made, paths.pictures_folder() / "2030-01", NOW).id)
    return numbers


@pytest.fixture
def page(ids: list[int], idle: Desktop, qtbot: QtBot) -> GalleryPage:
    page = open_gallery(idle, qtbot)
    count_is(page, 6, qtbot)
    page.gallery.set_view(descending=False)
    waits_for(qtbot, lambda: page.gallery.model.ids == ids)
    waits_for(qtbot, lambda: page.gallery.model.row_of(ids[0]) is not None)
    return page


def opened(page: GalleryPage, number: int, qtbot: QtBot) -> None:
    page.grid.choose([number], number)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert page.viewing.views
    shows(page, number, qtbot)


def shows(page: GalleryPage, number: int, qtbot: QtBot) -> None:
    """Waits for the picture in full size, and looks at its colour."""
    canvas = page.viewer.view.canvas
    waits_for(qtbot, lambda: canvas.image.width() == 640)
    assert page.viewer.row is not None
    assert page.viewer.row.id == number
    colour = canvas.image.pixelColor(320, 320)
    expected = QColor(COLOURS[page.gallery.model.ids.index(number)]) if page.gallery.model.rowCount() == 6 else None
    assert expected is None or colour == expected


def key(page: GalleryPage, which: Qt.Key, qtbot: QtBot) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, which)


# ---- The viewer


def test_a_picture_is_opened_walked_through_and_left(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    opened(page, ids[1], qtbot)
    assert page.viewer.place.text() == "2 of 6"
    assert not page.filters.isVisible()
    key(page, Qt.Key.Key_Right, qtbot)
    shows(page, ids[2], qtbot)
    for _ in range(5):
        key(page, Qt.Key.Key_Left, qtbot)
    shows(page, ids[0], qtbot)
    waits_for(qtbot, lambda: page.beside.inspector.prompt.text() == "picture 0")
    key(page, Qt.Key.Key_Escape, qtbot)
    assert page.viewing.at_grid
    assert page.grid.selected_ids() == [ids[0]]
    assert page.grid.hasFocus()


def test_keys_rate_and_reject_in_the_viewer(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    opened(page, ids[3], qtbot)
    key(page, Qt.Key.Key_5, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).rating == 5)
    waits_for(qtbot, lambda: page.viewer.stars.rating == 5)
    key(page, Qt.Key.Key_0, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).rating == 0)
    key(page, Qt.Key.Key_X, qtbot)
    waits_for(qtbot, lambda: page.viewer.reject_button.isChecked())
    assert row_of(idle, ids[3]).rejected


def test_zoom_in_the_viewer(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    opened(page, ids[3], qtbot)
    canvas = page.viewer.view.canvas
    key(page, Qt.Key.Key_Plus, qtbot)
    assert not canvas.fits
    key(page, Qt.Key.Key_Z, qtbot)
    assert canvas.fits
    qtbot.mouseClick(page.viewer.zoom_button, Qt.MouseButton.LeftButton)
    assert not canvas.fits


def test_what_is_thrown_away_gives_way_to_the_next(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    opened(page, ids[4], qtbot)
    key(page, Qt.Key.Key_Delete, qtbot)
    count_is(page, 5, qtbot)
    shows(page, ids[5], qtbot)
    key(page, Qt.Key.Key_Delete, qtbot)
    count_is(page, 4, qtbot)
    shows(page, ids[3], qtbot)
    library_of(idle).trash.put(ids[:4])
    count_is(page, 0, qtbot)
    assert page.viewing.at_grid
    assert page.places.currentWidget() is page.empty


def test_the_viewer_fills_the_screen_and_comes_back(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    page.grid.choose([ids[2]], ids[2])
    qtbot.keyClick(page.grid, Qt.Key.Key_F)
    assert page.viewing.fills_screen
    window = page.viewer.window()
    assert window is not idle.window
    waits_for(qtbot, window.isFullScreen)
    shows(page, ids[2], qtbot)
    qtbot.keyClick(page.viewer.view.canvas, Qt.Key.Key_Right)
    shows(page, ids[3], qtbot)
    qtbot.keyClick(page.viewer.view.canvas, Qt.Key.Key_3)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).rating == 3)
    qtbot.keyClick(page.viewer.view.canvas, Qt.Key.Key_Escape)
    assert not page.viewing.fills_screen
    assert page.viewer.window() is idle.window
    assert page.viewing.views
    assert page.viewer.isVisible()
    page.viewing.toggle_full_screen()
    # The system closes it.
    page.viewer.window().close()
    assert page.viewer.window() is idle.window
    page.viewing.back_to_grid()
    assert page.viewing.at_grid


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_file_that_is_gone_or_damaged_is_said_and_found_again(
    page: GalleryPage, ids: list[int], idle: Desktop, content: bytes | None, tmp_path: Path, qtbot: QtBot
) -> None:
    path = row_of(idle, ids[1]).path
    kept = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    page.grid.choose([ids[1]], ids[1])
    page.page_acts.open()
    waits_for(qtbot, lambda: page.viewer.view.lost.isVisible())
    assert page.viewer.view.lost.text.text() == f"{path.name} cannot be read."
    if content is None:
        folder = tmp_path / "moved"
        folder.mkdir()
        (folder / "other.png").write_bytes(kept)
        page.importing.start(folder)
        waits_for(qtbot, lambda: row_of(idle, ids[1]).path == folder / "other.png")
        waits_for(qtbot, lambda: not page.viewer.view.lost.isVisible())
        shows(page, ids[1], qtbot)


def test_a_picture_stays_in_view_while_all_is_asked_anew(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    opened(page, ids[2], qtbot)
    seen: list[bool] = []
    page.gallery.model.came.connect(lambda _: seen.append(page.viewing.views))
    with qtbot.waitSignal(page.gallery.searched):
        page.gallery.refresh()
        # What is known of the pictures may come after the list of them.
        page.gallery.model._asking.stop()
    assert page.gallery.model.row_of(ids[2]) is None
    assert page.viewing.views
    page.gallery.model._asking.start(0)
    waits_for(qtbot, lambda: page.gallery.model.row_of(ids[2]) is not None)
    shows(page, ids[2], qtbot)
    assert seen
    assert all(seen)


# ---- Comparing


def compared(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    page.grid.choose(ids)
    qtbot.keyClick(page.grid, Qt.Key.Key_C)
    assert page.viewing.compares
    waits_for(qtbot, lambda: all(pane.canvas.image.width() == 640 for pane in page.compare.panes if pane.isVisible()))


def test_two_are_compared_rated_and_walked_through(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    compared(page, [ids[0], ids[3]], qtbot)
    assert page.compare.ids == [ids[0], ids[3]]
    first, second = page.compare.panes[:2]
    assert first.canvas.hasFocus()
    assert not page.compare.panes[2].isVisible()
    key(page, Qt.Key.Key_4, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[0]).rating == 4)
    key(page, Qt.Key.Key_Tab, qtbot)
    assert second.canvas.hasFocus()
    key(page, Qt.Key.Key_X, qtbot)
    waits_for(qtbot, lambda: row_of(idle, ids[3]).rejected)
    waits_for(qtbot, lambda: second.reject_button.isChecked() and first.stars.rating == 4)
    key(page, Qt.Key.Key_Left, qtbot)
    key(page, Qt.Key.Key_Left, qtbot)
    assert page.compare.ids == [ids[0], ids[1]]
    # The one that is in view already is passed over.
    key(page, Qt.Key.Key_Left, qtbot)
    assert page.compare.ids == [ids[0], ids[1]]
    waits_for(qtbot, lambda: page.beside.inspector.prompt.text() == "picture 1")
    key(page, Qt.Key.Key_Escape, qtbot)
    assert page.viewing.at_grid
    assert page.grid.selected_ids() == [ids[0], ids[3]]


def test_zoom_and_pan_go_together(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    compared(page, ids[:4], qtbot)
    panes = page.compare.panes
    assert all(pane.isVisible() for pane in panes)
    key(page, Qt.Key.Key_Plus, qtbot)
    key(page, Qt.Key.Key_Plus, qtbot)
    looks = [pane.canvas.look for pane in panes]
    assert all(times == pytest.approx(1.25**2) for times, _ in looks)
    canvas = panes[2].canvas
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(canvas, middle + canvas.rect().topLeft() / 1 - canvas.rect().center() / 8)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    moved = canvas.look[1]
    assert moved != QPointF(0.5, 0.5)
    assert panes[0].canvas.look[1].x() == pytest.approx(moved.x(), abs=0.1)
    # Another picture in its place is looked at from as near.
    page.compare.walk(1)
    waits_for(qtbot, lambda: panes[2].canvas.image.width() == 640)
    assert panes[2].canvas.look[0] == pytest.approx(1.25**2)
    qtbot.mouseClick(page.compare.two, Qt.MouseButton.LeftButton)
    assert len(page.compare.ids) == 2
    qtbot.mouseClick(page.compare.four, Qt.MouseButton.LeftButton)
    assert len(page.compare.ids) == 4


def test_a_single_picture_is_compared_with_the_next(page: GalleryPage, ids: list[int], qtbot: QtBot) -> None:
    compared(page, [ids[1]], qtbot)
    assert page.compare.ids == [ids[1], ids[2]]


def test_what_is_thrown_away_while_comparing_is_replaced(
    page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot
) -> None:
    compared(page, [ids[0], ids[1]], qtbot)
    key(page, Qt.Key.Key_Delete, qtbot)
    count_is(page, 5, qtbot)
    assert ids[0] not in page.compare.ids
    assert len(page.compare.ids) == 2
    library_of(idle).trash.put([number for number in ids[1:] if number != ids[4]])
    count_is(page, 1, qtbot)
    waits_for(qtbot, lambda: page.viewing.at_grid)


# ---- Export


def export_of(page: GalleryPage, ids: list[int], folder: Path, qtbot: QtBot) -> None:
    page.grid.choose(ids)
    qtbot.keyClick(page.grid, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert page.beside.exporting.isVisible()
    page.beside.exporting.exporter.change(folder=folder)
    waits_for(qtbot, lambda: page.beside.exporting.example.text() != "")


def test_copies_to_share_say_nothing_of_how_they_were_made(
    page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "for others"
    export_of(page, ids[:3], folder, qtbot)
    panel = page.beside.exporting
    assert panel.title.text() == "Export 3 pictures"
    assert panel.profiles["share"].isChecked()
    assert panel.disclosure.isChecked()
    waits_for(qtbot, lambda: panel.example.text() == "For example picture-001.png")
    waits_for(qtbot, lambda: panel.warning.isVisible())
    assert panel.warning.text() == "The models of 1 of them forbid commercial use: InsightFace non-commercial."
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: panel.result.isVisible())
    assert panel.result.text() == "3 copies are written."
    assert panel.show_button.isVisible()
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["picture-001.png", "picture-002.png", "picture-003.png"]
    assert all(read(file).recipe is None for file in files)
    assert b"trainedAlgorithmicMedia" in files[0].read_bytes()
    assert b"picture 0" not in files[0].read_bytes()


def test_the_choices_change_what_is_written_and_are_kept(
    page: GalleryPage, ids: list[int], idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    export_of(page, [ids[1]], tmp_path / "out", qtbot)
    panel = page.beside.exporting
    qtbot.mouseClick(panel.profiles["client"], Qt.MouseButton.LeftButton)
    panel.form.setCurrentIndex(panel.form.findData("jpeg"))
    panel.form.activated.emit(panel.form.currentIndex())
    panel.side.setValue(400)
    panel.pattern.clear()
    qtbot.keyClicks(panel.pattern, "{seed}-{rating}")
    qtbot.keyClicks(panel.creator, "Studio")
    waits_for(qtbot, lambda: panel.example.text() == "For example 1-0.jpg")
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: panel.result.isVisible())
    written = tmp_path / "out" / "1-0.jpg"
    with Image.open(written) as image:
        assert image.format == "JPEG"
        assert max(image.size) == 400
    assert b"Studio" in written.read_bytes()
    assert idle.saver.flush()
    from fastface_desktop.state.gallery.exporting import Exporter

    kept = Exporter(idle.library, idle.settings, idle.saver).values
    assert (kept.profile, kept.form, kept.side, kept.creator) == ("client", "jpeg", 400, "Studio")
    assert kept.pattern == "{seed}-{rating}"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{prompt}", 'The naming pattern has an unknown field "prompt".'),
        ("{seed}", 'The profile share keeps "seed" to itself'),
        ("{", "a brace that is not closed"),
    ],
)
def test_a_pattern_that_does_not_go_is_said_at_once(
    page: GalleryPage, ids: list[int], tmp_path: Path, pattern: str, words: str, qtbot: QtBot
) -> None:
    export_of(page, [ids[1]], tmp_path, qtbot)
    panel = page.beside.exporting
    panel.pattern.clear()
    qtbot.keyClicks(panel.pattern, pattern)
    waits_for(qtbot, lambda: words in panel.example.text())
    assert not panel.export_button.isEnabled()
    # The whole of it is in view, however long it is.
    waits_for(qtbot, lambda: panel.example.visibleRegion().boundingRect().height() == panel.example.height())
    panel.pattern.clear()
    qtbot.keyClicks(panel.pattern, "x")
    waits_for(qtbot, lambda: panel.export_button.isEnabled())


def test_without_disclosure_it_is_said(page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot) -> None:
    export_of(page, [ids[1]], tmp_path / "out", qtbot)
    panel = page.beside.exporting
    panel.disclosure.click()
    assert panel.disclosure_text.text().startswith("Nothing in the file says")
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: panel.result.isVisible())
    (file,) = (tmp_path / "out").iterdir()
    assert b"trainedAlgorithmicMedia" not in file.read_bytes()


def test_a_disk_that_gets_full_is_said_and_the_export_goes_on_with_room(
    page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot
) -> None:
    panel = page.beside.exporting
    with mounted(tmp_path / "disk", 1 << 20) as disk:
        export_of(page, ids, disk / "out", qtbot)
        with room(disk, 8192):
            qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
            waits_for(qtbot, lambda: panel.error.isVisible())
        assert panel.error.message.text() == f"The disk that holds {disk / 'out'} is full."
        assert panel.error.hint.text()
        # What was written is whole, and nothing half is left.
        written = list((disk / "out").iterdir())
        assert all(Image.open(file).load() for file in written)
        assert len(written) < len(ids)
        qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
        waits_for(qtbot, lambda: panel.result.isVisible())
        assert not panel.error.isVisible()
        assert len(list((disk / "out").iterdir())) == len(written) + len(ids)


def test_a_folder_that_cannot_be_written_to_is_said(
    page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("")
    export_of(page, [ids[1]], tmp_path / "file" / "folder", qtbot)
    qtbot.mouseClick(page.beside.exporting.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: page.beside.exporting.error.isVisible())
    assert page.beside.exporting.error.message.text()
    assert page.beside.exporting.export_button.isVisible()


def test_nothing_is_written_over(page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "picture-001.png").write_text("mine")
    export_of(page, [ids[1]], tmp_path, qtbot)
    qtbot.mouseClick(page.beside.exporting.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: page.beside.exporting.result.isVisible())
    assert (tmp_path / "picture-001.png").read_text() == "mine"
    assert (tmp_path / "picture-001-2.png").exists()


def test_a_damaged_picture_is_named_and_the_others_are_written(
    page: GalleryPage, ids: list[int], idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    damaged = row_of(idle, ids[0]).path
    damaged.write_bytes(b"no picture")
    export_of(page, ids[:2], tmp_path / "out", qtbot)
    qtbot.mouseClick(page.beside.exporting.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, lambda: page.beside.exporting.result.isVisible())
    assert page.beside.exporting.result.text() == f"1 copy is written.\n{damaged.name} cannot be read."
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_an_export_can_be_stopped(
    page: GalleryPage, ids: list[int], idle: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    import threading

    go_on = threading.Event()
    idle.library.run_long(idle.library, lambda library, report, cancel: go_on.wait(30), ignore, ignore)
    export_of(page, ids, tmp_path / "out", qtbot)
    qtbot.mouseClick(page.beside.exporting.export_button, Qt.MouseButton.LeftButton)
    assert page.beside.exporting.cancel_button.isVisible()
    assert not page.beside.exporting.export_button.isVisible()
    qtbot.mouseClick(page.beside.exporting.cancel_button, Qt.MouseButton.LeftButton)
    go_on.set()
    waits_for(qtbot, lambda: page.beside.exporting.result.isVisible())
    assert page.beside.exporting.result.text() == "Stopped. The copies that were written stay."
    assert not (tmp_path / "out").exists()


def test_escape_closes_the_export(page: GalleryPage, ids: list[int], tmp_path: Path, qtbot: QtBot) -> None:
    export_of(page, ids[:2], tmp_path, qtbot)
    assert not page.beside.inspector.isVisible()
    key(page, Qt.Key.Key_Escape, qtbot)
    assert not page.beside.exporting.isVisible()
    assert page.beside.inspector.isVisible()
    assert page.grid.selected_ids() == ids[:2]


def test_two_programs_may_fill_the_gallery(page: GalleryPage, ids: list[int], idle: Desktop, qtbot: QtBot) -> None:
    opened(page, ids[2], qtbot)
    with Library() as other:
        fill(other, 3)
    # While one is looked at, new ones wait.
    waits_for(qtbot, lambda: page.gallery.waiting == 3)
    page.gallery.show_waiting()
    waits_for(qtbot, lambda: page.gallery.model.rowCount() == 9)
    assert page.viewer.row is not None
    assert page.viewer.row.id == ids[2]
    assert page.viewer.place.text().endswith("of 9")
