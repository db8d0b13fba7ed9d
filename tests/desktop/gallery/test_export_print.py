"""Exports for print, and ways of exporting that are kept under a name."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from fastface_core.library.export import ExportSettings
from fastface_desktop.app import Desktop
from fastface_desktop.state.gallery.exporting import MOST_SAVED
from fastface_desktop.ui.gallery.export_panel import ExportPanel
from fastface_desktop.ui.gallery.page import GalleryPage
from tests.desktop.gallery_help import count_is, fill, library_of, newest, open_gallery, waits_for


@pytest.fixture
def panel(idle: Desktop, tmp_path: Path, qtbot: QtBot) -> ExportPanel:
    page: GalleryPage = open_gallery(idle, qtbot)
    fill(library_of(idle), 2)
    idle.library.look()
    count_is(page, 2, qtbot)
    page.grid.choose(newest(idle)[:1])
    qtbot.keyClick(page.grid, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    page.beside.exporting.exporter.change(folder=tmp_path / "out")
    waits_for(qtbot, page.beside.exporting.isVisible)
    return page.beside.exporting


def chosen(panel: ExportPanel) -> ExportSettings:
    return panel.exporter.values.settings()


def test_a_sheet_sets_pixels_and_density_and_the_file_has_both(
    panel: ExportPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet = panel.print.sheet
    sheet.setCurrentIndex(1)
    sheet.activated.emit(1)
    assert (chosen(panel).side, chosen(panel).density) == (1772, 300)
    assert panel.print.words.text().startswith("1,772 px are 15.0 cm at 300 dpi.")
    panel.print.density.setValue(150)
    assert (chosen(panel).side, chosen(panel).density) == (1772, 150)
    panel.form.setCurrentIndex(panel.form.findData("tiff"))
    panel.form.activated.emit(panel.form.currentIndex())
    assert not panel.quality.isVisible()
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, panel.result.isVisible)
    (file,) = (tmp_path / "out").iterdir()
    with Image.open(file) as image:
        assert (image.format, image.info["dpi"]) == ("TIFF", (150, 150))
    # The archive keeps what was made as it was.
    panel.profiles["archive"].click()
    assert (chosen(panel).form, chosen(panel).colours) == (None, "srgb")
    assert not panel.print.colours.isEnabled()


def test_a_way_of_exporting_is_kept_chosen_again_and_deleted(panel: ExportPanel) -> None:
    exporter, saved = panel.exporter, panel.saved
    exporter.change(profile="client", density=300, colours="adobe", form="tiff")
    saved.ask()
    saved.keep()
    assert saved.problem.isVisible()
    saved.name.setText("Prints A4")
    saved.keep()
    assert not saved.name.isVisible()
    exporter.change(profile="share", density=0, colours="srgb", form=None)
    saved.fill()
    saved.menu.actions()[0].trigger()
    assert (chosen(panel).profile, chosen(panel).density, chosen(panel).form) == ("client", 300, "tiff")
    assert panel.print.colours.currentText() == "Adobe RGB"
    for number in range(MOST_SAVED - 1):
        exporter.save_as(f"Way {number}")
    saved.name.setText("One too many")
    saved.keep()
    assert "One too many" not in exporter.values.saved
    exporter.forget_saved("Prints A4")
    assert "Prints A4" not in exporter.values.saved


def pick(combo: QComboBox, value: object) -> None:
    place = combo.findData(value)
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def test_a_watermark_is_seen_before_and_is_on_the_copy(panel: ExportPanel, tmp_path: Path, qtbot: QtBot) -> None:
    finish = panel.finish
    finish.fold.set_open(True)
    assert not finish.text.isVisible()
    pick(finish.watermark, "text")
    waits_for(qtbot, finish.problem.isVisible)
    assert "no text" in finish.problem.text()
    assert not panel.export_button.isEnabled()
    qtbot.keyClicks(finish.text, "(c) Anna")
    waits_for(qtbot, finish.preview.isVisible)
    assert panel.export_button.isEnabled()
    assert not finish.problem.isVisible()
    logo = tmp_path / "logo.png"
    panel.exporter.change(watermark_picture=logo)
    pick(finish.watermark, "picture")
    waits_for(qtbot, finish.problem.isVisible)
    assert "logo.png cannot be read" in finish.problem.text()
    Image.new("RGBA", (40, 20), (255, 0, 0, 255)).save(logo)
    pick(finish.place, "top-left")
    finish.size_box.setValue(50)
    finish.opacity.setValue(100)
    waits_for(qtbot, lambda: finish.preview.isVisible() and panel.export_button.isEnabled())
    pick(finish.sharpening, "matte")
    pick(panel.form, "png")
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, panel.result.isVisible)
    (file,) = (tmp_path / "out").iterdir()
    with Image.open(file) as image:
        margin = round(min(image.size) * 0.03)
        assert image.convert("RGB").getpixel((margin + 3, margin + 3)) == (255, 0, 0)
    assert finish.fold.state.text() == "Watermark, Matte paper"
    # The archive keeps what was made as it was.
    panel.profiles["archive"].click()
    assert (chosen(panel).watermark, chosen(panel).sharpening) == (None, None)
    assert not finish.watermark.isEnabled()
    assert not finish.preview.isVisible()


def test_a_contact_sheet_and_folders_of_people_come_with_the_copies(
    panel: ExportPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    finish = panel.finish
    finish.fold.set_open(True)
    finish.by_person.click()
    assert not finish.columns.isVisible()
    finish.sheet.click()
    finish.columns.setValue(3)
    qtbot.keyClicks(finish.title, "Wedding")
    settings = chosen(panel)
    assert settings.by_person
    assert settings.sheet is not None
    assert (settings.sheet.columns, settings.sheet.title) == (3, "Wedding")
    assert settings.sheet.note == "Made by a trained model."
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    waits_for(qtbot, panel.result.isVisible)
    assert "contact-sheet.pdf" in panel.result.text()
    assert (tmp_path / "out" / "contact-sheet.pdf").read_bytes().startswith(b"%PDF")
    # All of it is kept under a name, too.
    panel.saved.name.setText("Proofs")
    panel.saved.keep()
    finish.sheet.click()
    panel.exporter.use_saved("Proofs")
    assert finish.sheet.isChecked()
    assert finish.fold.state.text() == "by person, contact sheet"
