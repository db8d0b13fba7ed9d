"""LoRAs of one's own on the page Presets: taken over, stacked, by strengths."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fastface_core.domain.presets import LoraUse
from fastface_desktop.app import Desktop
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.presets.page import PresetsPage
from tests.core.cli.test_choosing_adapters import lora_for_the_starter
from tests.desktop.presets.test_presets_page import WORK, opened, own_copy


@pytest.fixture
def page(idle: Desktop, qtbot: QtBot) -> PresetsPage:
    return opened(idle, qtbot)


def take_over(page: PresetsPage, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    qtbot.mouseClick(page.loras.import_button, Qt.MouseButton.LeftButton)


def written(field: NumberEdit, text: str) -> None:
    """As typed or pasted, whichever window is active."""
    field.setText(text)
    field.textEdited.emit(text)


def test_taken_over_they_are_stacked_and_left_out_again(
    page: PresetsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_copy(page, qtbot)
    assert not page.loras.none.isHidden()
    for number, name in enumerate(("Film Grain", "other"), start=1):
        take_over(page, lora_for_the_starter(tmp_path / f"{name}.safetensors", number), qtbot, monkeypatch)
        qtbot.waitUntil(lambda count=number: len(page.loras.rows) == count, timeout=WORK)
    assert list(page.loras.rows) == ["film-grain", "other"]
    assert page.loras.none.isHidden()
    for name, strength in (("film-grain", "0.5"), ("other", "-1")):
        written(page.loras.rows[name].field, strength)
    both = (LoraUse(name="film-grain", strength=0.5), LoraUse(name="other", strength=-1))
    assert page.editor.draft.loras == both
    written(page.loras.rows["other"].field, "-9")
    assert page.editor.draft.loras == both
    assert "It has to be from" in page.loras.problems.text.text()
    assert not page.head.save.isEnabled()
    for name in ("other", "film-grain"):
        written(page.loras.rows[name].field, "")
    assert page.editor.draft.loras is None
    page.undo()
    assert page.editor.draft.loras == (LoraUse(name="film-grain", strength=0.5),)


def test_what_is_no_lora_is_said_and_what_is_not_installed_stays_in_the_preset(
    page: PresetsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_copy(page, qtbot)
    (tmp_path / "no.safetensors").write_bytes(b"no")
    take_over(page, tmp_path / "no.safetensors", qtbot, monkeypatch)
    qtbot.waitUntil(lambda: not page.loras.error.isHidden(), timeout=WORK)
    gone = page.editor.draft.model_copy(update={"loras": (LoraUse(name="gone", strength=0.3),)})
    page.loras.show_preset(gone, editable=True)
    assert page.loras.rows["gone"].field.accessibleName() == "gone (not installed)"
    assert page.loras.rows["gone"].strength == pytest.approx(0.3)
    assert page.loras.rows["gone"].slider.value() == 6


def test_a_slider_and_a_number_are_one_strength(page: PresetsPage, qtbot: QtBot) -> None:
    own_copy(page, qtbot)
    start = page.editor.draft.model_copy(update={"loras": (LoraUse(name="film", strength=0.33),)})
    page.loras.show_preset(start, editable=True)
    row = page.loras.rows["film"]
    assert (row.slider.value(), row.field.text()) == (7, "0.33")
    # Looked at, it stays what it is.
    assert row.strength == pytest.approx(0.33)

    # What is dragged at once is undone together, and in the middle it is left out.
    row.slider.setSliderDown(True)
    for steps in (10, 16, -8):
        row.slider.setValue(steps)
    row.slider.setSliderDown(False)
    assert page.editor.draft.loras == (LoraUse(name="film", strength=-0.4),)
    assert row.field.text() == "-0.40"
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert page.editor.draft.loras == (LoraUse(name="film", strength=-0.35),)
    page.undo()
    assert page.editor.draft.loras == (LoraUse(name="film", strength=-0.4),)
    assert row.slider.value() == -8
    page.undo()
    assert page.editor.draft.loras is None

    written(row.field, "1.2")
    assert row.slider.value() == 24
    qtbot.mouseDClick(row.slider, Qt.MouseButton.LeftButton)
    assert row.field.text() == ""
    assert page.editor.draft.loras is None
    # From nothing, the arrow keys of the number begin at 0.
    qtbot.keyClick(row.field, Qt.Key.Key_Up)
    assert page.editor.draft.loras == (LoraUse(name="film", strength=0.05),)

    page.loras.show_preset(start, editable=False)
    assert not row.slider.isEnabled()
    assert row.field.isReadOnly()
