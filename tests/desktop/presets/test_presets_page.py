"""The page Presets, without an engine: the list, the editor, files, undo."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.domain.checkpoints import Sampling
from fastface_core.domain.presets import Preset, Scale, Softmask
from fastface_core.domain.request import PortraitRequest, Recipe
from fastface_core.domain.timing import Kind, Making, Timings
from fastface_core.library import encoding, metadata
from fastface_core.presets import files as preset_files
from fastface_core.presets.edits import Weight, resampled, with_weight
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.presets.page import PresetsPage
from fastface_desktop.ui.presets.preset_list import wrapped
from fastface_desktop.ui.shared.preset_names import plain_name
from tests.core.presets.test_author_configs import PUBLISHED
from tests.desktop.shell.test_accessibility import described, focusable

BUILT_IN = list(preset_files.built_in())
WORK = 5000
"""Milliseconds for a file to be written."""


def opened(desktop: Desktop, qtbot: QtBot) -> PresetsPage:
    desktop.window.show_page("presets")
    page = desktop.window.pages["presets"]
    assert isinstance(page, PresetsPage)
    return page


@pytest.fixture
def page(idle: Desktop, qtbot: QtBot) -> PresetsPage:
    return opened(idle, qtbot)


def own_copy(page: PresetsPage, qtbot: QtBot, name: str = "fastface-scale-power") -> Preset:
    """A copy of a preset, open in the editor."""
    choose(page, name)
    with qtbot.waitSignal(page.presets.added, timeout=WORK):
        qtbot.mouseClick(page.head.copy, Qt.MouseButton.LeftButton)
    assert page.editor.own
    return page.editor.saved


def choose(page: PresetsPage, name: str) -> None:
    row = next(
        row for row in range(page.side.list.count()) if page.side.list.item(row).data(Qt.ItemDataRole.UserRole) == name
    )
    page.side.list.setCurrentRow(row)
    assert page.editor.name == name


def save(page: PresetsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.presets.saved, timeout=WORK):
        qtbot.mouseClick(page.head.save, Qt.MouseButton.LeftButton)


def drag(page: PresetsPage, weight: Weight, step: int, value: float, *, release: bool = True) -> None:
    """Moves a point with the pointer, in a few moves as a hand does."""
    curves = page.guidance.curves
    begin, end = curves.place(weight, step).toPoint(), curves.place(weight, step, value).toPoint()
    QTest.mousePress(curves.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(curves.viewport(), begin + QPoint(0, round((end.y() - begin.y()) * share)))
    if release:
        QTest.mouseRelease(curves.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def typed(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def settings(preset: Preset) -> dict[str, object]:
    return {field: value for field, value in preset if field not in ("name", "title", "description")}


def dropped(*files: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return content


@pytest.fixture
def timed() -> None:
    """This computer has made a picture before: a second for the baseline's five parts of work."""
    sampling = Sampling(scheduler="ddim", trailing=True, steps=4, fewest=1, most=100, size=256)
    request = PortraitRequest(prompt="any", preset=preset_files.find("baseline"), seed=0, width=256, height=256)
    kind = Kind.of("CPU", "starter", request, sampling)
    file = paths.data_folder() / "timings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Timings(device="CPU", making=(Making(kind=kind, seconds=1.0),)).model_dump_json())


# ---- The list


def test_built_in_presets_say_what_they_are_for_and_cannot_be_changed(page: PresetsPage) -> None:
    assert page.side.list.names() == BUILT_IN
    for name in BUILT_IN:
        choose(page, name)
        preset = preset_files.find(name)
        assert page.head.title_label.text() == plain_name(name, preset.title)
        assert page.head.description_label.text() == preset.description
        assert page.head.state.text() == "Built in. Make a copy to change it."
        assert not page.head.save.isVisible()
        assert page.guidance.rescale.isReadOnly()
        assert page.sampling.steps.isReadOnly()
        assert not page.attention.kind.isEnabled()
        before = page.editor.draft
        drag(page, "text_weight", 1, 2.0)
        QTest.keyClick(page.guidance.curves, Qt.Key.Key_PageUp)
        assert page.editor.draft == before == preset


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_published_preset_opened_and_saved_as_a_copy_is_unchanged(page: PresetsPage, qtbot: QtBot, name: str) -> None:
    copied = own_copy(page, qtbot, name)
    assert settings(copied) == settings(preset_files.find(name))
    assert not page.editor.dirty
    # There and back through every field that has been shown, and once through the file.
    typed(page.head.description, "another sentence")
    save(page, qtbot)
    assert settings(preset_files.find(copied.name)) == settings(preset_files.find(name))


def test_a_preset_is_renamed_where_its_name_stands_and_create_follows(
    idle: Desktop, page: PresetsPage, qtbot: QtBot
) -> None:
    own_copy(page, qtbot)
    page.use()
    idle.window.show_page("presets")
    QTest.keyClick(page.side.list, Qt.Key.Key_F2)
    assert page.head.title.hasFocus()
    typed(page.head.title, "Weddings")
    with qtbot.waitSignal(page.presets.renamed, timeout=WORK):
        QTest.keyClick(page.head.title, Qt.Key.Key_Return)
    assert page.editor.name == "weddings"
    assert list(preset_files.own()) == ["weddings"]
    assert idle.session.values.preset == "weddings"
    create = idle.window.pages["create"]
    assert isinstance(create, CreatePage)
    assert create.form.preset.currentText() == "Weddings"
    title = "Balanced, copy"
    with qtbot.waitSignal(page.presets.renamed, timeout=WORK):
        assert idle.window.toasts.undo_last()
    assert page.editor.saved.title == title
    assert create.form.preset.currentText() == title


def test_an_empty_name_is_said_at_the_field(page: PresetsPage, qtbot: QtBot) -> None:
    name = own_copy(page, qtbot).name
    typed(page.head.title, " ")
    assert "needs a name" in page.head.problems.text.text()
    assert page.head.problems.isVisible()
    QTest.keyClick(page.head.title, Qt.Key.Key_Return)
    assert list(preset_files.own()) == [name]


def test_a_deleted_preset_comes_back_with_its_values(idle: Desktop, page: PresetsPage, qtbot: QtBot) -> None:
    copied = own_copy(page, qtbot)
    page.make_default()
    assert idle.session.values.preset == copied.name
    choose(page, copied.name)
    with qtbot.waitSignal(page.presets.removed, timeout=WORK):
        QTest.keyClick(page.side.list, Qt.Key.Key_Delete)
    assert preset_files.own() == {}
    assert copied.name not in page.side.list.names()
    assert idle.session.values.preset == preset_files.DEFAULT_PRESET
    with qtbot.waitSignal(page.presets.added, timeout=WORK):
        QTest.keyClick(page.side.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert preset_files.own() == {copied.name: copied}
    assert idle.session.values.preset == copied.name
    assert preset_files.default_name() == copied.name or idle.settings.values.preset == copied.name


def test_built_in_presets_cannot_be_deleted_or_renamed(page: PresetsPage) -> None:
    choose(page, "baseline")
    QTest.keyClick(page.side.list, Qt.Key.Key_Delete)
    assert "baseline" in page.side.list.names()
    assert not page.side.delete.isEnabled()
    assert not page.side.rename.isEnabled()


def test_the_default_is_marked_and_new_pictures_begin_with_it(
    idle: Desktop, page: PresetsPage, build: Callable[[], Desktop]
) -> None:
    choose(page, "scheduled-softmask")
    page.side.default.trigger()
    idle.saver.flush()
    assert preset_files.default_name() == "scheduled-softmask"
    assert idle.session.values.preset == "scheduled-softmask"
    assert idle.window.toasts.undo_last()
    idle.saver.flush()
    assert preset_files.default_name() == idle.session.values.preset == preset_files.DEFAULT_PRESET
    page.side.default.trigger()
    idle.saver.flush()
    (paths.data_folder() / "session.json").unlink()
    assert build().session.values.preset == "scheduled-softmask"


# ---- Files


def test_the_authors_five_files_are_taken_over_by_dropping_them(
    page: PresetsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    files = []
    for name, content in PUBLISHED.items():
        files.append(tmp_path / f"theirs {name}.json")
        files[-1].write_text(json.dumps(content))
    assert page.takes(dropped(*files))
    page.take(dropped(*files))
    qtbot.waitUntil(lambda: len(page.presets.own()) == 5, timeout=WORK)
    for name in PUBLISHED:
        found = preset_files.find(f"theirs-{name}")
        assert settings(found) == settings(preset_files.find(name))
        choose(page, found.name)
        assert page.editor.draft == found


def test_an_exported_file_brings_the_same_preset_to_another_home(
    page: PresetsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Callable[[], Desktop]
) -> None:
    own_copy(page, qtbot)
    drag(page, "identity_weight", 2, 2.2)
    save(page, qtbot)
    saved = page.editor.saved
    file = tmp_path / "mine.json"
    with qtbot.waitSignal(page.presets.exported, timeout=WORK):
        page.presets.export(saved, file)
    monkeypatch.setenv("FASTFACE_HOME", str(tmp_path / "other"))
    other = build()
    other.window.show()
    there = opened(other, qtbot)
    assert there.side.list.names() == BUILT_IN
    there.take(dropped(file))
    qtbot.waitUntil(lambda: bool(there.presets.own()), timeout=WORK)
    assert preset_files.find(saved.name) == saved


def test_a_dropped_picture_brings_the_preset_that_made_it(page: PresetsPage, qtbot: QtBot, tmp_path: Path) -> None:
    made_with = with_weight(preset_files.find("fastface-scale-power"), "text_weight", 1, 2.25)
    recipe = Recipe(
        program="FastFace Desktop",
        prompt="a person",
        negative_prompt="",
        preset=made_with,
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=7,
        width=64,
        height=64,
        photos=(),
        device="CPU",
        dtype="float32",
    )
    file = tmp_path / "picture.png"
    file.write_bytes(encoding.encoded(Image.new("RGB", (64, 64)), "png", recipe, metadata.Note(), metadata.Marks()))
    page.take(dropped(file))
    qtbot.waitUntil(lambda: bool(page.presets.own()), timeout=WORK)
    (found,) = page.presets.own().values()
    assert settings(found) == settings(made_with)
    assert found.name == "fastface-scale-power-2"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.json", b"{", "not valid JSON"),
        ("strange.json", b'{"name": "x", "title": "X", "adapter_strength": 7}', "adapter_strength"),
        ("photo.png", b"no picture", "photo.png"),
    ],
)
def test_a_file_that_is_none_is_said_beside_the_list(
    page: PresetsPage, qtbot: QtBot, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with qtbot.waitSignal(page.presets.failed, timeout=WORK):
        page.take(dropped(file))
    assert page.error.isVisible()
    assert words in page.error.message.text()
    assert page.presets.own() == {}


def test_a_folder_that_cannot_be_written_to_is_said_and_the_draft_stays(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    drag(page, "identity_weight", 1, 2.0)
    draft = page.editor.draft
    folder = paths.presets_folder()
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a file in the way")
    with qtbot.waitSignal(page.presets.failed, timeout=WORK):
        QTest.keyClick(page.side.list, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert page.error.isVisible()
    assert page.editor.draft == draft
    assert page.editor.dirty


def test_a_preset_dropped_on_another_page_is_taken_over_here(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    idle.window.show_page("create")
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(PUBLISHED["scale-power"]))
    with qtbot.waitSignal(idle.presets.added, timeout=WORK):
        assert idle.window.take(dropped(file))
    assert idle.window.page is idle.window.pages["presets"]
    assert idle.session.values.photos == ()


def test_create_expects_another_time_as_soon_as_its_preset_is_saved(
    timed: None, idle: Desktop, qtbot: QtBot, portrait: Path
) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot, "decoupled-guidance")
    page.use()
    create = idle.window.page
    assert isinstance(create, CreatePage)
    create.add_photos([portrait])
    idle.session.change(prompt="a person", checkpoint="starter")
    button = create.bar.generate_button
    qtbot.waitUntil(lambda: "about" in button.below, timeout=WORK)
    before = button.below
    idle.window.show_page("presets")
    for step in range(4):
        typed(page.guidance.table.fields["identity_weight", step], "1")
        typed(page.guidance.table.fields["text_weight", step], "1")
    typed(page.guidance.rescale, "0")
    save(page, qtbot)
    qtbot.waitUntil(lambda: button.below != before, timeout=WORK)
    assert button.below == "about 1 s"


# ---- The editor


def test_a_dragged_point_changes_number_needs_and_time_while_it_is_dragged(
    timed: None, idle: Desktop, qtbot: QtBot
) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot, "decoupled-guidance")
    table = page.guidance.table
    assert [text.text() for text in table.needs] == ["2 passes", "3 passes", "3 passes", "2 passes"]
    assert page.guidance.cost.text() == "10 passes a picture, about 2.2 s"
    drag(page, "identity_weight", 0, 1.5, release=False)
    assert table.fields["identity_weight", 0].text() == "1.50"
    assert table.needs[0].text() == "3 passes"
    assert page.guidance.cost.text() == "11 passes a picture, about 2.4 s"
    assert page.editor.dirty
    QTest.mouseRelease(page.guidance.curves.viewport(), Qt.MouseButton.LeftButton)
    save(page, qtbot)
    assert page.editor.saved.guidance.identity_weight == (1.5, 1.5, 1.5, 1.0)


def test_one_drag_is_undone_at_once_and_redone(page: PresetsPage, qtbot: QtBot) -> None:
    before = own_copy(page, qtbot)
    drag(page, "text_weight", 1, 2.0)
    after = page.editor.draft
    assert after.guidance.text_weight == (1.0, 2.0, 3.0, 1.0)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(page.guidance.curves, Qt.Key.Key_Z, control)
    assert page.editor.draft == before
    assert not page.editor.dirty
    QTest.keyClick(page.guidance.curves, Qt.Key.Key_Z, control | shift)
    assert page.editor.draft == after
    qtbot.mouseClick(page.head.undo, Qt.MouseButton.LeftButton)
    assert page.editor.draft == before
    assert not page.head.undo.isEnabled()
    assert page.head.redo.isEnabled()


def test_points_are_moved_with_the_keyboard_alone(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    curves = page.guidance.curves
    curves.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
        QTest.keyClick(curves, key)
    assert page.editor.draft.guidance.identity_weight == (1.0, 2.05, 1.5, 1.0)
    assert "2.05" in curves.accessibleDescription()
    QTest.keyClick(curves, Qt.Key.Key_Space)
    QTest.keyClick(curves, Qt.Key.Key_End)
    QTest.keyClick(curves, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(curves, Qt.Key.Key_PageDown)
    assert page.editor.draft.guidance.text_weight == (1.0, 3.0, 3.0, 0.49)
    assert "Text" in curves.accessibleDescription()


def test_what_is_typed_is_the_number_and_one_step_of_undo(page: PresetsPage, qtbot: QtBot) -> None:
    before = own_copy(page, qtbot)
    field = page.guidance.table.fields["identity_weight", 1]
    typed(field, "1.75")
    assert page.editor.draft.guidance.identity_weight == (1.0, 1.75, 1.5, 1.0)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert page.editor.draft.guidance.identity_weight == (1.0, 1.8, 1.5, 1.0)
    for _ in range(2):
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.editor.draft == before
    assert field.text() == "1.50"


@pytest.mark.parametrize("text", ["abc", "150", "", "1e999", "nan"])
def test_what_is_not_allowed_is_said_at_the_field_and_cannot_be_saved(
    page: PresetsPage, qtbot: QtBot, text: str
) -> None:
    own_copy(page, qtbot)
    drag(page, "text_weight", 1, 2.0)
    assert page.head.save.isEnabled()
    draft = page.editor.draft
    field = page.guidance.table.fields["identity_weight", 1]
    typed(field, text) if text else (field.setFocus(), field.selectAll(), QTest.keyClick(field, Qt.Key.Key_Delete))
    assert field.problem
    assert page.guidance.problems.isVisible()
    assert "Face, step 2" in page.guidance.problems.text.text()
    assert not page.head.save.isEnabled()
    # Neither by its key, nor does the text go away when the focus does.
    page.save()
    page.side.list.setFocus()
    assert field.text() == text
    # What was allowed on the way counts, as "15" before "150".
    weights = page.editor.draft.guidance.identity_weight
    assert isinstance(weights, tuple)
    assert abs(weights[1]) <= 100
    assert weights[::2] == draft.guidance.identity_weight[::2]  # type: ignore[index]
    typed(field, "2")
    assert page.head.save.isEnabled()
    assert not page.guidance.problems.isVisible()


@pytest.mark.parametrize(
    ("name", "text"),
    [("Width in pixels", "100"), ("Steps", "0"), ("Steps", "2.5"), ("Adapter strength", "2.1"), ("Tokens", "0, 0")],
)
def test_other_fields_refuse_what_a_preset_cannot_hold(page: PresetsPage, qtbot: QtBot, name: str, text: str) -> None:
    before = own_copy(page, qtbot)
    fields = (
        page.sampling.width_field,
        page.sampling.steps,
        page.sampling.strengths["adapter_strength"],
        page.attention.tokens,
    )
    field = next(field for field in fields if field.accessibleName() == name)
    typed(field, text)
    assert field.problem
    assert not page.valid
    assert name not in ("Width in pixels", "Adapter strength") or settings(page.editor.draft) != {}
    assert page.editor.draft.model_copy(update={"steps": before.steps}).name == before.name


def test_another_step_count_samples_the_lists_and_typing_it_loses_nothing(page: PresetsPage, qtbot: QtBot) -> None:
    before = own_copy(page, qtbot, "fastface-scheduled-softmask")
    typed(page.sampling.steps, "12")
    assert page.editor.draft == resampled(before, 12)
    assert len(page.guidance.table.needs) == 12
    QTest.keyClick(page.sampling.steps, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.editor.draft == before
    assert len(page.guidance.table.needs) == 4


def test_unsaved_changes_survive_leaving_the_page_and_a_restart(
    idle: Desktop, page: PresetsPage, qtbot: QtBot, build: Callable[[], Desktop]
) -> None:
    name = own_copy(page, qtbot).name
    drag(page, "identity_weight", 1, 2.0)
    draft = page.editor.draft
    choose(page, "baseline")
    idle.window.show_page("create")
    idle.window.show_page("presets")
    choose(page, name)
    assert page.editor.draft == draft
    page.undo()
    page.redo()
    idle.saver.flush()
    again = build()
    again.window.show()
    there = opened(again, qtbot)
    choose(there, name)
    assert there.editor.draft == draft
    assert there.editor.dirty
    assert there.editor.saved != draft
    qtbot.mouseClick(there.head.revert, Qt.MouseButton.LeftButton)
    assert not there.editor.dirty
    there.undo()
    assert there.editor.draft == draft


def pick(combo: QComboBox, data: object) -> None:
    """As a choice from the open list."""
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_a_chain_of_ones_own(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot, "decoupled-guidance")
    attention = page.attention
    pick(attention.kind, "scheduled-softmask")
    assert page.editor.draft.attention == preset_files.find("scheduled-softmask").attention
    assert not attention.add_buttons[Scale].isVisible()
    pick(attention.kind, "custom")
    qtbot.mouseClick(attention.add_buttons[Softmask], Qt.MouseButton.LeftButton)
    assert [type(one).__name__ for one in page.editor.draft.attention.transforms] == ["Softmask", "Scale", "Softmask"]  # type: ignore[union-attr]
    qtbot.mouseClick(attention.boxes[2].up, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(attention.boxes[0].remove, Qt.MouseButton.LeftButton)
    attention.boxes[0].adaptive.click()
    chain = page.editor.draft.attention.transforms  # type: ignore[union-attr]
    assert chain[0] == Softmask(quantile=None)
    assert isinstance(chain[1], Scale)
    grid = attention.boxes[1].grids["factor"]
    qtbot.mouseClick(grid.by_part, Qt.MouseButton.LeftButton)
    typed(grid.fields["up", 2], "1.25")
    chain = page.editor.draft.attention.transforms  # type: ignore[union-attr]
    assert isinstance(chain[1], Scale)
    assert chain[1].factor.up == (1.0, 1.55, 1.25, 1.55)  # type: ignore[union-attr]
    assert chain[1].factor.down == (1.0, 1.55, 1.55, 1.55)  # type: ignore[union-attr]


def test_blocks_steps_tokens_and_the_rest_of_the_attention(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot, "scheduled-softmask")
    card = page.attention
    qtbot.mouseClick(card.parts["down"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card.parts["up"], Qt.MouseButton.LeftButton)  # the last one stays
    qtbot.mouseClick(card.steps[0], Qt.MouseButton.LeftButton)
    typed(card.tokens, "1, 2")
    typed(card.adain, "0.7")
    pick(card.normalisation, "independent")
    qtbot.mouseClick(card.invert, Qt.MouseButton.LeftButton, pos=QPoint(10, 12))
    attention = page.editor.draft.attention
    assert attention is not None
    assert (attention.parts, attention.steps, attention.tokens) == (("up",), (1, 2, 3), (1, 2))
    assert (attention.adain, attention.normalization, attention.invert_first_token) == (0.7, "independent", False)
    # Alone, a step leaves out what it can: the baseline's weights need one pass.
    assert [text.text() for text in page.guidance.table.needs] == ["1 pass"] * 4


def test_the_response_curve_follows_the_edit(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot, "scale-power")
    plot = page.response.plot
    before = dict(plot.curves)
    assert before[0][-1] == pytest.approx(1.45)
    typed(page.attention.boxes[1].grids["factor"].fields["up", None], "2")
    assert plot.curves[0][-1] == pytest.approx(2.0)
    next(one for one in page.response.blocks.actions() if one.data() == "mid").trigger()
    assert page.response.kind.text() == "Scale-power · middle: as it is"


def test_create_uses_the_preset_with_its_size(idle: Desktop, page: PresetsPage, qtbot: QtBot) -> None:
    copied = own_copy(page, qtbot)
    typed(page.sampling.width_field, "320")
    typed(page.sampling.height_field, "448")
    save(page, qtbot)
    qtbot.mouseClick(page.head.use, Qt.MouseButton.LeftButton)
    assert idle.window.page is idle.window.pages["create"]
    assert idle.session.values.preset == copied.name
    assert idle.session.size() == (320, 448)
    create = idle.window.page
    assert isinstance(create, CreatePage)
    assert create.form.preset.currentText() == copied.title
    assert idle.window.toasts.undo_last()
    assert (idle.session.values.preset, idle.session.values.aspect) == (preset_files.DEFAULT_PRESET, "portrait")


def test_a_checkpoint_and_scheduler_of_the_presets_own(idle: Desktop, page: PresetsPage, qtbot: QtBot) -> None:
    copied = own_copy(page, qtbot)
    pick(page.sampling.scheduler, "euler")
    pick(page.sampling.checkpoint, "starter")
    save(page, qtbot)
    assert (page.editor.saved.scheduler, page.editor.saved.checkpoint) == ("euler", "starter")
    page.use()
    assert idle.session.checkpoint == "starter"
    assert preset_files.find(copied.name).scheduler == "euler"
    create = idle.window.pages["create"]
    assert isinstance(create, CreatePage)
    advanced = create.form.advanced
    assert advanced.scheduler.currentText() == "as the preset (Euler)"
    assert advanced.checkpoint.currentText().startswith("as the preset (Starter")
    idle.session.use_preset("baseline")
    assert advanced.scheduler.currentText() == "as the checkpoint"
    assert advanced.checkpoint.currentText() == "Best installed"


# ---- Access


def test_every_number_says_its_range_and_the_methods_own_say_their_equation(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot, "fastface-scheduled-softmask")
    fields = page.findChildren(NumberEdit)
    assert len(fields) > 20
    assert [described(field) for field in fields if field.range_text() not in field.toolTip()] == []
    methods = [*page.guidance.findChildren(NumberEdit), *page.attention.findChildren(NumberEdit)]
    assert [described(field) for field in methods if "2505.21144" not in field.toolTip()] == []
    assert "ε = u + a (i" in page.guidance.table.fields["identity_weight", 0].toolTip()
    assert "Identity weight a" in page.guidance.table.fields["identity_weight", 0].toolTip()


def test_everything_has_a_name_and_a_tooltip_and_tab_walks_it_from_left_to_right(
    idle: Desktop, page: PresetsPage, qtbot: QtBot
) -> None:
    idle.window.resize(1280, 800)
    own_copy(page, qtbot, "fastface-scheduled-softmask")
    page.effect.comparison.switch.click()
    qtbot.waitUntil(lambda: page.width() > 1100)
    widgets = [widget for widget in focusable(page) if widget.isVisible()]
    assert [described(widget) for widget in widgets if not widget.accessibleName()] == []
    assert [described(widget) for widget in widgets if not widget.toolTip()] == []
    idle.window.activateWindow()
    page.side.list.setFocus()
    walked: list[QWidget] = []
    for _ in range(300):
        QTest.keyClick(idle.window.focusWidget(), Qt.Key.Key_Tab)
        focused = idle.window.focusWidget()
        if focused is page.side.list:
            break
        walked.append(focused)
    assert idle.window.focusWidget() is page.side.list
    on_page = [widget for widget in walked if page.isAncestorOf(widget)]
    reachable = [widget for widget in widgets if widget.isEnabled() and widget is not page.side.list]
    assert [described(widget) for widget in reachable if widget not in on_page] == []
    order = [
        page.head.title,
        page.guidance.curves,
        page.guidance.chips["identity_weight"],
        page.guidance.table.fields["identity_weight", 0],
        page.guidance.table.fields["identity_weight", 1],
        page.guidance.table.fields["text_weight", 0],
        page.response.choice,
        page.effect.comparison.against,
        page.effect.comparison.try_button,
        page.attention.kind,
        page.attention.tokens,
        page.sampling.strengths["adapter_strength"],
        page.sampling.steps,
        page.sampling.scheduler,
        page.guidance.rescale,
    ]
    places = [on_page.index(widget) for widget in order]
    assert places == sorted(places)


def test_each_equation_names_the_paper_it_is_of(page: PresetsPage) -> None:
    choose(page, "fastface-scheduled-softmask")
    tips = [widget.toolTip() for widget in page.findChildren(QWidget) if "arXiv" in widget.toolTip()]
    sources: dict[str, set[str]] = {}
    for tip in tips:
        equation, source = tip.splitlines()[-1].split("   (")
        sources.setdefault(equation, set()).add(source.removesuffix(")"))
    fastface = "arXiv 2505.21144"
    # The adapter's strength is older than the method, and two equations change what others wrote down before.
    assert sources.pop("h ← softmax(Q Kᵀ / √d) V + λ A V′") == {"arXiv 2308.06721"}  # noqa: RUF001
    assert {one for source in sources.values() for one in source} == {
        fastface,
        f"{fastface} ← arXiv 2305.08891",
        f"{fastface} ← arXiv 1703.06868",
    }
    assert len(sources) >= 5
    assert all(len(found) == 1 for found in sources.values())


def test_a_name_that_is_not_allowed_stays_to_be_mended(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    title = page.head.title
    for wrong, said in (("x" * 81, "80 characters"), ("   ", "needs a name")):
        typed(title, wrong)
        QTest.keyClick(title, Qt.Key.Key_Return)
        assert title.text() == wrong
        assert said in title.problem
        assert said in page.head.problems.text.text()
    typed(title, "a/b <b>c</b>")
    assert title.problem == ""
    with qtbot.waitSignal(page.presets.renamed, timeout=WORK):
        QTest.keyClick(title, Qt.Key.Key_Return)
    assert page.editor.saved.title == title.text() == "a/b <b>c</b>"
    assert page.editor.name == "a-b-b-c-b"


def test_what_is_wrong_in_one_preset_is_not_said_of_another(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    second = own_copy(page, qtbot)
    field = next(one for one in page.findChildren(NumberEdit) if one.accessibleName() == "Rescale")
    typed(field, "many")
    typed(page.head.title, " ")
    assert not page.valid
    choose(page, next(name for name in page.side.list.names() if page.presets.is_own(name) and name != second.name))
    assert page.valid
    assert field.text() == "0.75"
    assert page.head.title.text() == page.editor.saved.title


def test_saving_and_deleting_wait_for_a_new_name(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    drag(page, "text_weight", 1, 2.0)
    draft = page.editor.draft
    typed(page.head.title, "Brand new")
    # The click takes the name over, which is written while the values are to be saved already.
    save(page, qtbot)
    assert list(page.presets.own()) == list(preset_files.own()) == ["brand-new"]
    assert settings(preset_files.find("brand-new")) == settings(draft)
    assert preset_files.find("brand-new").title == "Brand new"
    assert not page.editor.dirty
    typed(page.head.title, "Newer")
    with qtbot.waitSignal(page.presets.removed, timeout=WORK):
        page.side.list.setFocus()
        QTest.keyClick(page.side.list, Qt.Key.Key_Delete)
    assert preset_files.own() == {}
    assert not page.error.isVisible()


def test_steps_of_undo_outlive_another_name(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    first = settings(page.editor.draft)
    drag(page, "text_weight", 1, 2.0)
    second = settings(page.editor.draft)
    typed(page.head.title, "Brand new")
    with qtbot.waitSignal(page.presets.renamed, timeout=WORK):
        QTest.keyClick(page.head.title, Qt.Key.Key_Return)
    qtbot.mouseClick(page.head.undo, Qt.MouseButton.LeftButton)
    assert settings(page.editor.draft) == first
    assert page.editor.draft.title == "Brand new"
    assert not page.editor.dirty
    qtbot.mouseClick(page.head.redo, Qt.MouseButton.LeftButton)
    assert settings(page.editor.draft) == second
    save(page, qtbot)
    assert list(preset_files.own()) == ["brand-new"]


def test_no_preset_has_the_name_of_a_device(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    for title, name in (("CON", "preset-con"), ("lpt1.old", "preset-lpt1.old"), ("Contrast", "contrast")):
        typed(page.head.title, title)
        with qtbot.waitSignal(page.presets.renamed, timeout=WORK):
            QTest.keyClick(page.head.title, Qt.Key.Key_Return)
        assert page.editor.name == name


def test_long_names_and_sentences_end_with_dots_in_the_list(page: PresetsPage) -> None:
    font = page.side.list.font()
    text = "Guides towards face and text separately, so that a strong style keeps the face"
    lines = wrapped(text, font, 150, 2)
    assert len(lines) == 2
    assert text.startswith(lines[0])
    assert lines[1].endswith("…")
    assert all(QFontMetrics(font).horizontalAdvance(line) <= 150 for line in lines)
    assert wrapped("short", font, 150, 2) == ["short"]
    assert wrapped("", font, 150, 2) == []


def test_nonsense_in_a_number_is_said_and_changes_nothing(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot, "fastface-scheduled-softmask")
    start = page.editor.draft
    names = [field.accessibleName() for field in page.findChildren(NumberEdit) if field.isVisibleTo(page)]
    assert len(names) > 20
    for name in names:
        field = next(one for one in page.findChildren(NumberEdit) if one.accessibleName() == name)
        for text in ("nan", "inf", "--1", "_1", "'; x"):
            typed(field, text)
            assert field.problem, (name, text)
            assert page.editor.draft == start, (name, text)
            assert not page.valid
        # These begin with a number, which counts until it is none.
        for text in ("1e400", "1_0", "0x1", "9999999999"):
            typed(field, text)
            assert field.problem, (name, text)
        field.give_up()
        while page.editor.stack.canUndo():
            page.undo()
        assert page.editor.draft == start
    rescale = next(one for one in page.findChildren(NumberEdit) if one.accessibleName() == "Rescale")
    typed(rescale, "-0")
    assert str(page.editor.draft.guidance.rescale) == "0.0"


def test_of_several_files_each_that_is_refused_is_named(page: PresetsPage, qtbot: QtBot, tmp_path: Path) -> None:
    good = [tmp_path / "one.json", tmp_path / "two.json"]
    for file, name in zip(good, ("baseline", "scale-power"), strict=True):
        preset_files.export(preset_files.find(name), file)
    broken = [tmp_path / "broken.json", tmp_path / "picture.png"]
    broken[0].write_text("[" * 100_000)
    Image.new("RGB", (8, 8)).save(broken[1])
    page.take(dropped(broken[0], *good))
    # What is wrong with one is still there when the others are.
    qtbot.waitUntil(page.error.isVisible, timeout=WORK)
    assert "broken.json is not valid JSON" in page.error.message.text()
    assert len(page.presets.own()) == len(preset_files.own()) == 2
    choose(page, "baseline")
    assert not page.error.isVisible()
    page.take(dropped(*broken))
    qtbot.waitUntil(page.error.isVisible, timeout=WORK)
    assert "2 of these files" in page.error.message.text()
    assert all(file.name in page.error.message.text() for file in broken)
    assert len(preset_files.own()) == 2
