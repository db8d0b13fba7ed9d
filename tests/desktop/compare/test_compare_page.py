"""The page Compare as it is used: choosing, beginning, looking, keeping; by mouse and by keys."""

import csv
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.compare import records
from fastface_core.compare.axes import NumberAxis, PresetAxis, TextAxis
from fastface_core.compare.heat import Heat
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files
from fastface_desktop.app import Desktop
from fastface_desktop.ui.compare.axis_editor import AxisEditor
from fastface_desktop.ui.compare.page import ComparePage
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.presets.page import PresetsPage
from fastface_desktop.ui.widgets.canvas import Canvas
from tests.desktop.conftest import PATIENCE
from tests.desktop.presets.test_presets_page import timed
from tests.desktop.shell.test_accessibility import described, focusable

__all__ = ["timed"]


def page_of(desktop: Desktop) -> ComparePage:
    desktop.window.show_page("compare")
    page = desktop.window.pages["compare"]
    assert isinstance(page, ComparePage)
    return page


def fill_create(desktop: Desktop, photo: Path, qtbot: QtBot) -> None:
    """A person and a prompt, small and quick."""
    create = desktop.window.pages["create"]
    assert isinstance(create, CreatePage)
    create.add_photos([photo])
    desktop.session.change(
        prompt="portrait of a person", preset="baseline", aspect="exact", width=64, height=64, steps=1
    )


def choose(editor: AxisEditor, setting: str | None, values: str, qtbot: QtBot) -> None:
    editor.setting.setCurrentIndex(editor.setting.findData(setting))
    editor.numbers.selectAll()
    qtbot.keyClicks(editor.numbers, values)


def cell(page: ComparePage, view: Any, column: int, row: int) -> QPoint:
    return view.visualRect(page.model.index(row, column)).center()


def click(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def until_made(page: ComparePage, count: int, qtbot: QtBot) -> None:
    def made() -> bool:
        opened = page.comparisons.current
        return opened is not None and len(opened.made) == count and not page.comparisons.busy

    qtbot.waitUntil(made, timeout=PATIENCE)


# ---- Before the engine is there


@pytest.fixture
def page(idle: Desktop) -> ComparePage:
    return page_of(idle)


def test_what_is_missing_is_said_where_it_begins(
    page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    click(page.setup.begin_button, qtbot)
    assert page.setup.error.message.text() == "There is no photo yet."
    fill_create(idle, portrait, qtbot)
    assert page.setup.error.isHidden()
    for values, says in (("one", "no list of numbers"), ("", "no list of numbers"), ("7", "not allowed")):
        choose(page.setup.columns, "rescale", values, qtbot)
        qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert says in page.setup.error.message.text()
    choose(page.setup.columns, "exponent", "1, 2", qtbot)
    click(page.setup.begin_button, qtbot)
    assert "has no Power exponent" in page.setup.error.message.text()
    page.setup.seeds.setText("one")
    click(page.setup.begin_button, qtbot)
    assert not page.comparisons.busy


def test_how_many_pictures_it_makes_is_said_while_choosing(
    page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill_create(idle, portrait, qtbot)
    choose(page.setup.columns, "rescale", "0, 0.5, 1", qtbot)
    choose(page.setup.rows, "adapter_strength", "0.5..1/4", qtbot)
    page.setup.seeds.selectAll()
    qtbot.keyClicks(page.setup.seeds, "1, 2")
    qtbot.waitUntil(lambda: "24 pictures" in page.setup.summary.text())
    page.setup.rows.setting.setCurrentIndex(0)
    qtbot.waitUntil(lambda: "6 pictures" in page.setup.summary.text())


def test_one_picture_too_many_values_and_texts_of_any_kind(
    page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill_create(idle, portrait, qtbot)
    setup = page.setup
    setup.rows.setting.setCurrentIndex(0)
    choose(setup.columns, "rescale", "0.5", qtbot)
    qtbot.waitUntil(lambda: setup.summary.text().endswith(" 1 picture"))
    for values, says in (
        ("0..1/200", "50 values at most"),
        ("nan", "no list of numbers"),
        ("0..inf/3", "no list of numbers"),
        (",,", "no list of numbers"),
    ):
        choose(setup.columns, "rescale", values, qtbot)
        qtbot.waitUntil(lambda says=says: says in setup.summary.text())
    # What was typed for a setting is there again when one comes back to it.
    choose(setup.columns, "rescale", "0, 0.3", qtbot)
    setup.columns.setting.setCurrentIndex(setup.columns.setting.findData("prompt"))
    setup.columns.text.setPlainText('a "cat", with | bar\n\n  b, c; d \n' + "x" * 5000)
    qtbot.waitUntil(lambda: setup.summary.text().endswith(" 3 pictures"))
    assert setup.grid().columns.values == ('a "cat", with | bar', "b, c; d", "x" * 5000)
    setup.columns.text.setPlainText("\n".join(f"prompt {number}" for number in range(51)))
    qtbot.waitUntil(lambda: "50 values at most" in setup.summary.text())
    setup.columns.setting.setCurrentIndex(setup.columns.setting.findData("rescale"))
    assert setup.columns.numbers.text() == "0, 0.3"


def test_a_thousand_cells_do_not_hold_up_the_window(
    page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    fill_create(idle, portrait, qtbot)
    choose(page.setup.columns, "rescale", "0..1/40", qtbot)
    choose(page.setup.rows, "adapter_strength", "0..1/25", qtbot)
    grid = page.setup.grid()
    comparisons = page.comparisons
    records.keep(records.begun(grid, (), None, ("a" * 64,), datetime.now().astimezone()))
    comparisons.look()
    qtbot.waitUntil(lambda: bool(comparisons.list.kept))
    comparisons.open(comparisons.list.kept[0].id)
    qtbot.waitUntil(lambda: comparisons.current is not None)
    assert len(comparisons.left) == 1000
    start = time.process_time()
    for _ in range(10):
        comparisons.came.emit((3, 0, 0))
        comparisons.changed.emit()
    # Each of them was several seconds.
    assert time.process_time() - start < 2


def test_nothing_begins_without_permission(page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot) -> None:
    fill_create(idle, portrait, qtbot)
    click(page.setup.begin_button, qtbot)
    assert page.setup.consent.isVisible()
    click(page.setup.consent.no, qtbot)
    assert page.comparisons.current is None
    assert not page.comparisons.busy


@pytest.fixture
def editor(idle: Desktop) -> AxisEditor:
    editor = page_of(idle).setup.columns
    editor.offer(list(preset_files.built_in().values()), [("starter", "Starter"), ("lcm", "LCM")], 4)
    return editor


def test_an_editor_gives_what_is_chosen(editor: AxisEditor, qtbot: QtBot) -> None:
    choose(editor, "sharpness", "2, 4.5", qtbot)
    editor.part.setCurrentIndex(editor.part.findData("up"))
    editor.step.setCurrentIndex(editor.step.findData(2))
    assert editor.axis() == NumberAxis(setting="sharpness", part="up", step=2, values=(2, 4.5))
    choose(editor, "rescale", "0..1/3", qtbot)
    # What cannot be said of this setting is not said, whatever was chosen before.
    assert editor.axis() == NumberAxis(setting="rescale", values=(0, 0.5, 1))
    assert editor.part.isHidden()
    choose(editor, "size", "512x512, 832 x 1216", qtbot)
    assert editor.axis() == TextAxis(setting="size", values=("512x512", "832x1216"))
    editor.setting.setCurrentIndex(editor.setting.findData("prompt"))
    editor.text.setPlainText("a cat, sitting\n\na dog")
    assert editor.axis() == TextAxis(setting="prompt", values=("a cat, sitting", "a dog"))
    editor.setting.setCurrentIndex(editor.setting.findData("preset"))
    with pytest.raises(SettingsError, match="nothing to compare"):
        editor.axis()
    for row in (1, 3):
        editor.list.item(row).setCheckState(Qt.CheckState.Checked)
    built_in = list(preset_files.built_in().values())
    assert editor.axis() == PresetAxis(values=(built_in[1], built_in[3]))
    editor.offer(built_in[:4], [], 2)
    assert editor.axis() == PresetAxis(values=(built_in[1], built_in[3]))


@pytest.mark.parametrize(
    ("text", "values"),
    [("0,4; 0,8", (0.4, 0.8)), ("0,4", (0.4,)), ("0,4, 0,8", (0.4, 0.8)), ("1; 2", (1, 2)), ("0.4; 0.8", (0.4, 0.8))],
)
def test_numbers_may_be_written_as_in_german(
    editor: AxisEditor, text: str, values: tuple[float, ...], qtbot: QtBot
) -> None:
    editor.setLocale(QLocale(QLocale.Language.German))
    editor.setting.setCurrentIndex(editor.setting.findData("lora_strength"))
    editor.setting.setCurrentIndex(editor.setting.findData("adapter_strength"))
    assert editor.numbers.text() == "0,4; 0,6; 0,8; 1; 1,2"
    assert editor.axis() == NumberAxis(setting="adapter_strength", values=(0.4, 0.6, 0.8, 1, 1.2))
    choose(editor, "adapter_strength", text, qtbot)
    assert editor.axis() == NumberAxis(setting="adapter_strength", values=values)


# ---- With the engine


@pytest.fixture
def done(desktop: Desktop, portrait: Path, qtbot: QtBot) -> ComparePage:
    """A comparison of 3 x 2, begun as a person does it, and made."""
    fill_create(desktop, portrait, qtbot)
    page = page_of(desktop)
    choose(page.setup.columns, "identity_weight", "1, 1.5, 2", qtbot)
    choose(page.setup.rows, "adapter_strength", "0.2, 0.8", qtbot)
    click(page.setup.begin_button, qtbot)
    click(page.setup.consent.yes, qtbot)
    until_made(page, 6, qtbot)
    return page


def test_a_comparison_from_choosing_to_keeping(
    done: ComparePage, desktop: Desktop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, window = done, desktop.window
    # Nobody is asked twice, and the grid has the focus.
    assert page.grid.isVisible()
    assert page.run.state.text() == "All 6 pictures are there."
    assert not page.run.go_button.isVisible()

    # A cell by mouse in one view is the cell in the other.
    qtbot.mouseClick(page.heat.viewport(), Qt.MouseButton.LeftButton, pos=cell(page, page.heat, 1, 1))
    assert page.grid.currentIndex() == page.model.index(1, 1)
    assert page.cell.title.text() == "Identity weight 1.5, Adapter strength 0.8"
    # And by keys: right, then large, on to the next picture, and back.
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    assert page.cell.place == (2, 1, 0)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(page.large.canvas.isVisible, timeout=PATIENCE)
    assert page.large.caption.text() == "Identity weight 2, Adapter strength 0.8"
    opened = page.comparisons.current
    assert opened is not None
    assert page.large.canvas.image == QImage(str(opened.made[2, 1, 0].path))
    qtbot.keyClick(page.large.canvas, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: "1.5" in page.large.caption.text(), timeout=PATIENCE)
    assert page.cell.place == (1, 1, 0)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert page.grid.isVisible()

    # A preset of one's own.
    page.cell.name.selectAll()
    qtbot.keyClicks(page.cell.name, "Mine")
    qtbot.keyClick(page.cell.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "mine" in desktop.presets.own(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(window.toasts.shown()))
    saved = preset_files.find("mine")
    assert (saved.adapter_strength, saved.guidance.identity_weight, saved.width) == (0.8, 1.5, 64)
    page.cell.name.clear()
    click(page.cell.save_button, qtbot)
    assert page.cell.error.isVisible()

    # As a picture, and as a table.
    files = [tmp_path / "grid.png", tmp_path / "grid.csv"]
    for file in files:
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", staticmethod(lambda *_, file=file: (str(file.with_suffix("")), ""))
        )
        click(page.run.sheet_button if file.suffix == ".png" else page.run.table_button, qtbot)
        qtbot.waitUntil(file.is_file, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not QImage(str(files[0])).isNull(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(list(csv.reader(files[1].read_text("utf-8-sig").splitlines()))) == 7)

    # Its settings on Create.
    click(page.cell.create_button, qtbot)
    assert window.page is window.pages["create"]
    assert desktop.session.preset().adapter_strength == 0.8


def test_after_another_start_it_is_there_and_can_be_dropped(
    done: ComparePage, build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    again = build()
    again.window.show()
    page = page_of(again)
    qtbot.waitUntil(lambda: page.comparisons.current is not None, timeout=PATIENCE)
    assert page.run.state.text() == "All 6 pictures are there."
    assert page.choice.currentData() == page.comparisons.list.kept[0].id
    places = [shot.place for shot in page.comparisons.current.shots]  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: all(page.comparisons.image(place) is not None for place in places), timeout=PATIENCE)
    click(page.run.remove_button, qtbot)
    assert page.setup.isVisible()
    assert page.choice.count() == 1
    (toast,) = again.window.toasts.shown()
    assert toast.undo is not None
    toast.undo()
    qtbot.waitUntil(lambda: page.comparisons.current is not None, timeout=PATIENCE)
    assert page.choice.count() == 2


def test_it_pauses_goes_on_and_stops_by_its_buttons(desktop: Desktop, portrait: Path, qtbot: QtBot) -> None:
    fill_create(desktop, portrait, qtbot)
    page = page_of(desktop)
    choose(page.setup.columns, "identity_weight", "1..2/20", qtbot)
    page.setup.rows.setting.setCurrentIndex(0)
    click(page.setup.begin_button, qtbot)
    click(page.setup.consent.yes, qtbot)

    def made() -> int:
        opened = page.comparisons.current
        return len(opened.made) if opened else 0

    qtbot.waitUntil(lambda: made() >= 2, timeout=PATIENCE)
    click(page.run.pause_button, qtbot)
    qtbot.waitUntil(lambda: page.comparisons.status == "paused", timeout=PATIENCE)
    assert page.run.go_button.isVisible()
    assert not page.run.pause_button.isVisible()
    paused = made()
    click(page.run.go_button, qtbot)
    qtbot.waitUntil(lambda: made() > paused, timeout=PATIENCE)
    assert not page.choice.isEnabled()
    qtbot.keyClick(desktop.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.comparisons.status == "idle", timeout=PATIENCE)
    assert made() < 20
    assert f"{made()} of 20" in page.run.state.text()
    # To begin another leaves this one in the list.
    qtbot.keyClick(desktop.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.setup.isVisible()
    assert page.choice.count() == 2


def test_the_heat_map_says_numbers_and_colours_only_repeat_them(done: ComparePage) -> None:
    """Pictures this small have no face: the likeness is told to the model as a larger one would have it."""
    page = done
    page.model._heat = Heat({(0, 0, 0): 0.2, (1, 0, 0): 0.6, (2, 1, 0): 0.4})
    page.heat.viewport().update()
    index = page.model.index(0, 1)
    assert "0.60" in page.model.data(index, Qt.ItemDataRole.AccessibleTextRole)  # type: ignore[operator]
    shown = page.heat.viewport().grab().toImage()

    def colour(column: int, row: int) -> tuple[int, int, int]:
        box = page.heat.visualRect(page.model.index(row, column))
        found = shown.pixelColor(box.left() + 7, box.center().y())
        return found.red(), found.green(), found.blue()

    assert colour(1, 0) == page.model.heat.colour((1, 0))
    assert colour(0, 0) == page.model.heat.colour((0, 0))
    assert colour(0, 1) not in {page.model.heat.colour(one) for one in page.model.heat.cells}


# ---- For everybody


def unnamed(page: ComparePage) -> list[str]:
    """What takes the focus without a name or a word of what it does."""
    found = [widget for widget in focusable(page) if widget.isVisible() and not isinstance(widget, Canvas)]
    assert len(found) > 4
    return [described(widget) for widget in found if not widget.accessibleName() or not widget.toolTip()]


def tabbed(page: ComparePage, start: QWidget, qtbot: QtBot) -> list[QWidget]:
    """What Tab reaches within the page, from `start` on."""
    start.setFocus()
    walked = [start]
    for _ in range(60):
        window = page.window()
        qtbot.keyClick(window.focusWidget() or start, Qt.Key.Key_Tab)
        focused = window.focusWidget()
        if not page.isAncestorOf(focused):
            break
        walked.append(focused)
    return walked


def test_choosing_needs_no_mouse_and_everything_has_its_name(page: ComparePage, idle: Desktop, qtbot: QtBot) -> None:
    idle.window.activateWindow()
    assert unnamed(page) == []
    setup = page.setup
    order = tabbed(page, page.choice, qtbot)
    wanted = [setup.columns.setting, setup.columns.step, setup.columns.numbers, setup.rows.setting, setup.seeds]
    places = [order.index(widget) for widget in [*wanted, setup.begin_button]]
    assert places == sorted(places)
    for setting in ("sharpness", "prompt", "preset"):
        setup.rows.setting.setCurrentIndex(setup.rows.setting.findData(setting))
        assert unnamed(page) == []


def test_the_grid_needs_no_mouse_and_everything_has_its_name(done: ComparePage, qtbot: QtBot) -> None:
    page = done
    page.window().activateWindow()
    page.window().resize(1280, 800)
    qtbot.waitUntil(page.right.isVisible)
    assert unnamed(page) == []
    order = tabbed(page, page.choice, qtbot)
    wanted = [page.run.sheet_button, page.grid, page.heat, page.cell.open_button, page.cell.save_button]
    places = [order.index(widget) for widget in wanted]
    assert places == sorted(places)
    spoken = page.model.data(page.model.index(1, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(spoken, str)
    assert spoken.startswith("Identity weight 2, Adapter strength 0.8\n")
    assert len(spoken.splitlines()) == 2


def test_a_preset_is_compared_from_its_page(idle: Desktop, qtbot: QtBot) -> None:
    idle.window.show_page("presets")
    presets = idle.window.pages["presets"]
    assert isinstance(presets, PresetsPage)
    presets.side.compare.trigger()
    assert idle.window.page is idle.window.pages["compare"]


def test_closing_in_the_middle_loses_nothing(
    desktop: Desktop, portrait: Path, build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    fill_create(desktop, portrait, qtbot)
    page = page_of(desktop)
    choose(page.setup.columns, "identity_weight", "1..2/12", qtbot)
    page.setup.rows.setting.setCurrentIndex(0)
    click(page.setup.begin_button, qtbot)
    click(page.setup.consent.yes, qtbot)
    comparisons = page.comparisons
    qtbot.waitUntil(lambda: comparisons.current is not None and len(comparisons.current.made) >= 2, timeout=PATIENCE)
    folder = comparisons.list.kept[0].folder
    desktop.request_shutdown()
    qtbot.waitUntil(lambda: not desktop.thread_of_engine.isRunning(), timeout=PATIENCE)
    desktop.finish()
    there = {path: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    assert 2 <= len(there) < 12

    again = build()
    again.show()
    after = page_of(again)
    qtbot.waitUntil(lambda: after.comparisons.current is not None, timeout=PATIENCE)
    assert f"{len(there)} of 12" in after.run.state.text()
    click(after.run.go_button, qtbot)
    until_made(after, 12, qtbot)
    assert len(list(folder.glob("*.png"))) == 12
    assert {path: path.stat().st_mtime_ns for path in there} == there


def test_a_person_of_the_library_is_compared_with_permission(desktop: Desktop, portrait: Path, qtbot: QtBot) -> None:
    from fastface_core.domain.identity import PhotoChoice
    from fastface_core.library.library import Library
    from fastface_core.studio.measuring import Measurer

    measurer = Measurer()
    with Library() as library:
        uid = library.people.add("Eileen").uid
        measured = measurer.measure(PhotoChoice(portrait))
        library.people.add_photo(uid, measured, measurer.model, measurer.same_person)
    desktop.library.open()
    qtbot.waitUntil(lambda: desktop.people.ready and desktop.people.person(uid) is not None, timeout=PATIENCE)
    desktop.session.choose_person(uid)
    desktop.session.change(
        prompt="portrait of a person", preset="baseline", aspect="exact", width=64, height=64, steps=1
    )
    page = page_of(desktop)
    choose(page.setup.columns, "identity_weight", "1, 2", qtbot)
    page.setup.rows.setting.setCurrentIndex(0)
    click(page.setup.begin_button, qtbot)
    click(page.setup.consent.yes, qtbot)
    until_made(page, 2, qtbot)
    opened = page.comparisons.current
    assert opened is not None
    assert (opened.comparison.person, opened.comparison.photos) == (uid, ())
    recipes = [one.recipe for one in opened.made.values()]
    assert all([photo.sha256 for photo in recipe.photos] == [measured.sha256] for recipe in recipes)
    from fastface_core.library.queries import Query

    assert desktop.library.library is not None
    assert desktop.library.library.gallery.count(Query(person=uid)) == 2


def test_ready_made_comparisons_are_set_up_with_their_cost(
    timed: None, page: ComparePage, idle: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    assert page.starts.isVisible()
    assert page.starts.cards["weights"].cost.text() == "25 pictures"
    idle.session.add_photos([portrait])
    idle.session.change(prompt="a person", preset="baseline", checkpoint="starter")
    page._offer()
    assert page.starts.cards["weights"].cost.text() == "25 pictures, about 25 s"
    # Models side by side need more than one.
    assert not page.starts.cards["models"].button.isEnabled()
    click(page.starts.cards["weights"].button, qtbot)
    grid = page.setup.grid()
    assert grid.size == (5, 5)
    assert grid.columns.setting == "text_weight"
    assert grid.rows is not None
    assert grid.rows.setting == "identity_weight"
    click(page.starts.cards["presets"].button, qtbot)
    grid = page.setup.grid()
    assert (grid.columns.setting, grid.rows, grid.size) == ("preset", None, (4, 1))
