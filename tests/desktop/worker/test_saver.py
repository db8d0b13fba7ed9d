"""Files that are written in the background: the newest content, whole, and none lost at the end."""

import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from fastface_desktop.state.saver import Saver


@pytest.fixture
def saver() -> Generator[Saver]:
    saver = Saver()
    yield saver
    saver.close()


def test_the_newest_content_is_on_the_disk(saver: Saver, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "a.json"
    for number in range(200):
        saver.put(file, str(number).encode())
    assert saver.flush()
    assert file.read_bytes() == b"199"
    assert [one.name for one in file.parent.iterdir()] == ["a.json"]


def test_files_do_not_wait_for_one_another_s_newest(saver: Saver, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.json" for number in range(20)]
    for file in files:
        saver.put(file, file.name.encode())
    assert saver.flush()
    assert [file.read_bytes() for file in files] == [file.name.encode() for file in files]


def test_closing_writes_what_is_waiting_and_ends_the_thread(tmp_path: Path) -> None:
    saver = Saver()
    saver.put(tmp_path / "a.json", b"a")
    saver.close()
    assert (tmp_path / "a.json").read_bytes() == b"a"
    assert "saver" not in {thread.name for thread in threading.enumerate()}
    # What comes later is not lost either.
    saver.put(tmp_path / "a.json", b"b")
    assert (tmp_path / "a.json").read_bytes() == b"b"
    saver.close()


def test_one_that_never_had_work_has_no_thread() -> None:
    saver = Saver()
    assert saver.flush()
    saver.close()
    assert "saver" not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_cannot_be_written_is_logged_and_the_others_are_written(
    saver: Saver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    saver.put(tmp_path / "file" / "a.json", b"a")
    saver.put(tmp_path / "b.json", b"b")
    assert saver.flush()
    assert (tmp_path / "b.json").read_bytes() == b"b"
    assert "a.json was not saved" in caplog.text
