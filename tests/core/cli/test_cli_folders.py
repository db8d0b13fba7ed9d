"""Where pictures go: a folder, and never one by the name of a picture, or the current one by chance."""

from pathlib import Path

import pytest

from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface

COMMANDS = (
    ("generate", "--photo", "nobody.jpg", "--prompt", "x"),
    ("compare", "--photo", "nobody.jpg", "--prompt", "x", "--columns", "identity_weight=1,2"),
    ("gallery", "export", "1"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_folder_is_no_picture(
    words: tuple[str, ...], fastface: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("new.png", "NEW.JFIF"):
        refused = fastface(*words, "--out", tmp_path / "out" / name)
        assert refused.code == 1
        assert f"--out takes a folder, and {name} is the name of a picture." in " ".join(refused.err.split())
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").touch()
    refused = fastface(*words, "--out", tmp_path / "file")
    assert refused.code == 1
    assert "file is a file, and pictures go into a folder." in " ".join(refused.err.split())
    refused = fastface(*words, "--out", "")
    assert refused.code == 2
    assert "no name" in refused.err
    # A folder that is there may be called as it likes.
    (tmp_path / "album.png").mkdir()
    other = fastface(*words, "--out", tmp_path / "album.png")
    assert "name of a picture" not in other.err
