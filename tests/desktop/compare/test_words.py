"""What the settings of a comparison are called."""

from fastface_core.compare.axes import TITLES
from fastface_desktop.ui.shared.comparison_words import setting_meaning, setting_title


def test_every_setting_is_called_what_the_command_line_calls_it_and_is_explained() -> None:
    assert {setting: setting_title(setting) for setting in TITLES} == TITLES
    assert all(setting_meaning(setting) for setting in TITLES)
