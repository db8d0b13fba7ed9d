"""A field and its editor: the same both ways, without an echo."""

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.settings import MAX_LINE
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo


@pytest.fixture
def saver(qapp: object) -> Generator[Saver]:
    made = Saver()
    yield made
    made.close()


@pytest.fixture
def settings(saver: Saver) -> Settings:
    return Settings(saver)


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_each_editor_shows_its_field_and_changes_it(saver: Saver, settings: Settings, page: QWidget) -> None:
    check, line = QCheckBox(page), QLineEdit(page)
    choice = CalmCombo("", "", [("system", "System", ""), ("dark", "Dark", "")])
    bound = Bound(settings, page)
    for name, editor in (("disclosure", check), ("creator", line), ("theme", choice)):
        bound.field(name, editor)
    assert (check.isChecked(), line.text(), choice.currentText()) == (True, "", "System")
    check.click()
    choice.setFocus()
    choice.activated.emit(1)
    assert (settings.values.disclosure, settings.values.theme) == (False, "dark")
    settings.change(disclosure=True, creator="Anna", theme="system")
    assert (check.isChecked(), line.text(), choice.currentText()) == (True, "Anna", "System")

    session, steps = Session(saver), QSpinBox(page)
    Bound(session, page).field("steps", steps, shown=lambda value: value or 0, kept=lambda value: value or None)
    steps.setValue(7)
    assert session.values.steps == 7
    steps.setValue(0)
    assert session.values.steps is None
    session.change(steps=9)
    assert steps.value() == 9


def test_what_is_shown_is_no_edit(saver: Saver, page: QWidget) -> None:
    session, strength, told = Session(saver), QDoubleSpinBox(page), list[str]()
    Bound(session, page).field("adapter_strength", strength, shown=lambda value: value or 0.0)
    session.changed.connect(told.append)
    # The box has two decimals, and says so with its own signal.
    session.change(adapter_strength=0.333)
    assert strength.value() == 0.33
    assert session.values.adapter_strength == 0.333
    strength.setValue(0.5)
    assert session.values.adapter_strength == 0.5
    assert told == ["adapter_strength", "adapter_strength"]


def test_what_is_typed_stays_while_it_means_the_same(settings: Settings, page: QWidget, qtbot: QtBot) -> None:
    line = QLineEdit(page)
    Bound(settings, page).field("creator", line, kept=str.strip)
    qtbot.keyClicks(line, "Anna ")
    assert (line.text(), settings.values.creator) == ("Anna ", "Anna")
    settings.change(theme="dark")
    qtbot.keyClicks(line, "B")
    assert (line.text(), settings.values.creator) == ("Anna B", "Anna B")


def test_a_refused_edit_says_why_and_leaves_the_field(settings: Settings, page: QWidget, qtbot: QtBot) -> None:
    line, wrong = QLineEdit(page), list[str]()
    Bound(settings, page).field(
        "creator", line, refused=lambda error: wrong.append(error.errors()[0]["type"] if error else "")
    )
    settings.change(creator="a" * MAX_LINE)
    qtbot.keyClicks(line, "b")
    assert wrong[-1] == "string_too_long"
    assert settings.values.creator == "a" * MAX_LINE
    # Another field that changes takes neither the text nor the sentence away.
    settings.change(theme="dark")
    assert line.text() == "a" * MAX_LINE + "b"
    assert wrong[-1] == "string_too_long"
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert wrong[-1] == ""
    settings.change(creator="Anna")
    assert line.text() == "Anna"
