"""A style of one's own on Create: made, chosen, changed, shared, taken over, deleted and brought back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.domain import styles
from fastface_core.presets import own_styles
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.form import Form
from fastface_desktop.ui.create.page import CreatePage


@pytest.fixture
def form(idle: Desktop) -> Form:
    page = idle.window.pages["create"]
    assert isinstance(page, CreatePage)
    idle.window.show_page("create")
    QApplication.processEvents()
    return page.form


def texts(form: Form, name: str) -> list[str]:
    return [action.text() for action in form.own_style.menu_of(name).actions() if action.text()]


def test_it_is_made_from_the_last_tile_and_chosen_at_once(form: Form, idle: Desktop, qtbot: QtBot) -> None:
    own, add = form.own_style, form.styles.add_tile
    assert add is not None
    assert not own.open
    add.click()
    assert own.open
    assert own.title.hasFocus()
    # What is missing is said, and the fields stay.
    qtbot.keyClick(own.title, Qt.Key.Key_Return)
    assert own.error.error is not None
    assert own.open
    qtbot.keyClicks(own.title, "Soft chalk")
    qtbot.keyClicks(own.words, "chalk drawing of {prompt}")
    own.keep_button.click()
    assert not own.open
    assert idle.session.values.style == "own-soft-chalk"
    assert form.styles.tiles["own-soft-chalk"].isChecked()
    assert not form.styles.tiles["own-soft-chalk"].isHidden()
    style = styles.find(idle.session.values.style)
    assert style is not None
    assert style.apply("a person", "", plain=True)[0] == "chalk drawing of a person"


def test_it_is_changed_deleted_and_brought_back(form: Form, idle: Desktop, qtbot: QtBot) -> None:
    own_styles.save(own_styles.made("Chalk", "chalk drawing of {prompt}"))
    form.refresh_offers()
    idle.session.change(style="own-chalk")
    assert texts(form, "own-chalk") == ["Change…", "Share as a file…", "Delete"]
    form.own_style.menu.actions()[0].trigger()
    form.own_style.title.setText("Dark chalk")
    form.own_style.keep()
    assert form.styles.tiles["own-chalk"].text() == "Dark chalk"

    said: list[object] = []
    form.own_style.said.connect(lambda text, undo: said.extend((text, undo)))
    form.own_style.delete("own-chalk")
    assert "own-chalk" not in form.styles.tiles
    assert idle.session.values.style is None
    assert said[0] == "The style Dark chalk was deleted."
    said[1]()  # type: ignore[operator]
    assert "own-chalk" in form.styles.tiles


def test_it_is_shared_and_taken_over_as_a_file(form: Form, idle: Desktop, tmp_path: Path) -> None:
    file = tmp_path / "oil.json"
    assert texts(form, "oil") == ["Share as a file…"]
    form.own_style.export("oil", file)
    form.own_style.take_over(file)
    assert [style.title.en for style in styles.own()] == ["Oil painting"]
    assert idle.session.values.style == styles.own()[0].name
    assert list(paths.styles_folder().glob("*.json"))
    file.write_text("{")
    form.own_style.take_over(file)
    assert form.own_style.error.error is not None
