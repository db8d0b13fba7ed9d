"""Words by chance in Create's prompt: written by a button, said before they are drawn, drawn again by a dice."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from fastface_core.studio import wildcards
from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.form import Form
from fastface_desktop.ui.create.page import CreatePage


@pytest.fixture
def form(idle: Desktop) -> Form:
    idle.window.resize(1280, 800)
    idle.window.show()
    page = idle.window.page
    assert isinstance(page, CreatePage)
    return page.form


def write(name: str, text: str) -> None:
    wildcards.folder().mkdir(parents=True, exist_ok=True)
    (wildcards.folder() / f"{name}.txt").write_text(text)


def test_the_line_says_what_the_next_picture_gets_and_the_dice_draws_again(idle: Desktop, form: Form) -> None:
    session = idle.session
    session.change(prompt="a person in the rain")
    assert not form.choices.isVisible()
    session.change(prompt="a person in a {red|blue|green|white} coat", count=3, seed=5)
    assert form.choices.isVisible()
    expected = [wildcards.resolved(session.values.prompt, seed) for seed in (5, 6, 7)]
    assert form.choices.words.text() == f"Next: {expected[0]}"
    assert form.choices.toolTip() == "\n".join(dict.fromkeys(expected))
    for _ in range(20):
        form.choices.dice.click()
        seed = session.values.seed
        assert form.choices.words.text() == f"Next: {wildcards.resolved(session.values.prompt, seed)}"
        if form.choices.words.text() != f"Next: {expected[0]}":
            break
    assert form.choices.words.text() != f"Next: {expected[0]}"
    session.change(prompt="")
    assert not form.choices.isVisible()


def test_a_list_that_is_missing_is_said_before_anything_is_made(home: Path, idle: Desktop, form: Form) -> None:
    idle.session.change(prompt="a person in __places__")
    assert 'There is no list named "places"' in form.choices.problem.text()
    assert not form.choices.words.isVisible()
    write("places", "a wood\n")
    idle.session.change(prompt="a person in __places__, smiling")
    assert form.choices.words.text() == "Next: a person in a wood, smiling"
    assert not form.choices.problem.isVisible()


def test_the_menu_writes_choices_and_lists(home: Path, idle: Desktop, form: Form, qtbot: QtBot) -> None:
    write("places", "a wood\n")
    write("no name!", "x\n")
    form.chance.fill()
    entries = [action.text() for action in form.chance.choices.actions() if not action.isSeparator()]
    assert entries == ["Choice between words", "__places__", "Lists of your own…"]
    form.chance.put_choice()
    assert idle.session.values.prompt == "{red|blue}"
    assert form.prompt.textCursor().selectedText() == "red|blue"
    qtbot.keyClicks(form.prompt, "old|new")
    form.prompt.selectAll()
    form.prompt.insertPlainText("hat ")
    cursor = form.prompt.textCursor()
    cursor.movePosition(cursor.MoveOperation.Start)
    cursor.movePosition(cursor.MoveOperation.EndOfWord, cursor.MoveMode.KeepAnchor)
    form.prompt.setTextCursor(cursor)
    form.chance.put_choice()
    qtbot.keyClicks(form.prompt, "cap")
    assert idle.session.values.prompt == "{hat|cap} "
    form.prompt.moveCursor(cursor.MoveOperation.End)
    form.chance.choices.actions()[2].trigger()
    assert idle.session.values.prompt == "{hat|cap} __places__"


def test_the_folder_of_lists_begins_with_an_example(
    home: Path, idle: Desktop, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    form.chance.open_folder()
    assert [url.toLocalFile() for url in opened] == [str(wildcards.folder())]
    assert wildcards.lists() == ("colours",)
    assert wildcards.resolved("__colours__", 1) in ("red", "dark blue", "olive green", "sand", "white")
    write("colours", "black\n")
    form.chance.open_folder()
    assert wildcards.resolved("__colours__", 1) == "black"
