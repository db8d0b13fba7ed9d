"""What the window keeps for itself may have become anything: it starts all the same."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fastface_desktop.state import restoring, session_values
from fastface_desktop.state.gallery import exporting
from fastface_desktop.state.gallery import view as gallery_view
from fastface_desktop.state.people import consent
from fastface_desktop.state.presets import editor as preset_editor

READERS: dict[str, Callable[[Path], object]] = {
    "consents": consent.read_consents,
    "exports": exporting.read_choices,
    "view": gallery_view.read_view,
    "drafts": preset_editor.read_drafts,
    "session": session_values.read,
}
CONTENTS = {
    "deep": b"[" * 100_000,
    "deeper": b'{"drafts":' * 100_000,
    "no text": b"\xff\xfe\xfd",
    "nothing": b"",
    "null": b"null",
    "list": b'[{"person": 1}]',
    "number": b"9" * 5000,
    "odd": b'{"person": "\\ud800", "prompt": "\\ud800", "count": 1e999, "days": {"first": "0001-01-01"}, "sort": [[]]}',
}


@pytest.mark.parametrize("content", CONTENTS)
def test_files_of_the_window_that_have_become_something_else(content: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(CONTENTS[content])
    for read in READERS.values():
        read(file)
    restoring.note_file().parent.mkdir(parents=True, exist_ok=True)
    restoring.note_file().write_bytes(CONTENTS[content])
    assert restoring.waiting() is None


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is no file in a folder")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "file.json")
    for read in READERS.values():
        read(tmp_path / "file.json")
