"""What the settings of a comparison are called, and the values that are offered first."""

from typing import get_args

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.compare.axes import TITLES, NumberSetting
from fastface_desktop.ui.compare.axis_editor import AxisEditor
from fastface_desktop.ui.shared.comparison_words import setting_meaning, setting_title
from fastface_desktop.ui.theme.theme import Theme


def test_every_setting_is_called_what_the_command_line_calls_it_and_is_explained() -> None:
    assert {setting: setting_title(setting) for setting in TITLES} == TITLES
    assert all(setting_meaning(setting) for setting in TITLES)


def test_every_number_begins_with_several_values(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, "dark")
    for setting in get_args(NumberSetting):
        editor = AxisEditor("Columns", theme, optional=False, setting=setting)
        qtbot.addWidget(editor)
        axis = editor.axis()
        assert axis is not None
        assert axis.setting == setting
        assert len(axis.values) > 1
