"""Where dialogs begin."""

from pathlib import Path

import pytest

from fastface_desktop.ui.widgets.files import documents_folder, downloads_folder, pictures_of_the_user


def test_a_dialog_begins_in_a_folder_that_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    # A new account has none of these folders.
    for folder in (documents_folder(), downloads_folder(), pictures_of_the_user()):
        assert Path(folder).is_dir()
