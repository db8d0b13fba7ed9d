"""Writing files: the old one or the new one, never half of one, and a sentence for every failure."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest

from fastface_core import paths, scraps
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error

_NOBODY = 65534
posix = pytest.mark.skipif(os.name == "nt", reason="file modes and limits of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return empty


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(path: Path, content: bytes, *, replace: bool = True) -> None:
    with atomic_write(path, replace=replace) as file:
        file.write(content)


@pytest.mark.parametrize("replace", [True, False])
def test_a_new_file_in_a_new_folder(replace: bool, folder: Path) -> None:
    path = folder / "a" / "b" / "file"
    write(path, b"content", replace=replace)
    assert path.read_bytes() == b"content"
    assert names(path.parent) == ["file"]


def test_the_name_is_taken_only_at_the_end(folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(folder) == ["file"]


def test_an_existing_file_is_kept_where_it_may_not_be_replaced(folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write(path, b"new", replace=False)
    assert path.read_bytes() == b"old"
    assert names(folder) == ["file"]


def test_a_file_that_comes_to_be_in_the_meantime_is_kept(folder: Path) -> None:
    path = folder / "file"
    with pytest.raises(FileExistsError), atomic_write(path, replace=False):
        path.write_bytes(b"faster")
    assert path.read_bytes() == b"faster"
    assert names(folder) == ["file"]


@posix
@pytest.mark.parametrize("exists", [False, True])
def test_a_file_system_without_hard_links(exists: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = folder / "file"
    if exists:
        path.write_bytes(b"old")
        with pytest.raises(FileExistsError):
            write(path, b"new", replace=False)
    else:
        write(path, b"new", replace=False)
    assert path.read_bytes() == (b"old" if exists else b"new")
    assert names(folder) == ["file"]


@pytest.mark.parametrize("error", [ValueError("bug"), KeyboardInterrupt()])
def test_whatever_happens_within_leaves_the_old_file(error: BaseException, folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(b"old")
    with pytest.raises(type(error)), atomic_write(path) as file:  # noqa: PT012, half is written before it raises
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert names(folder) == ["file"]


@posix
def test_a_full_disk_leaves_the_old_file(folder: Path) -> None:
    import resource

    path = folder / "file"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageError, match="is full"):
            write(path, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert names(folder) == ["file"]


@posix
def test_a_folder_that_may_not_be_written_to() -> None:
    # Outside pytest's folders, which only their owner may enter; root may write everywhere and steps down for it.
    with tempfile.TemporaryDirectory() as name:
        folder, user = Path(name), os.geteuid()
        folder.chmod(0o555)
        if user == 0:
            os.seteuid(_NOBODY)
        try:
            with pytest.raises(StorageError, match="cannot be written to"):
                write(folder / "file", b"")
        finally:
            os.seteuid(user)
            folder.chmod(0o755)
        assert names(folder) == []


@posix
def test_others_may_read_it_as_the_umask_says(folder: Path) -> None:
    before = os.umask(0o027)
    try:
        write(folder / "file", b"")
    finally:
        os.umask(before)
    assert (folder / "file").stat().st_mode & 0o777 == 0o640


def test_a_file_in_the_folders_place(folder: Path) -> None:
    (folder / "file").write_bytes(b"")
    for blocked in (folder / "file", folder / "file" / "below"):
        with pytest.raises(StorageError, match="is not a folder"):
            make_folder(blocked)
        with pytest.raises(StorageError, match="is not a folder"):
            write(blocked / "new", b"")


def test_a_name_that_is_too_long(folder: Path) -> None:
    with pytest.raises(StorageError, match="failed: "):
        write(folder / ("x" * 300), b"")
    assert names(folder) == []


def test_a_folder_in_the_files_place(folder: Path) -> None:
    (folder / "file").mkdir()
    with pytest.raises(StorageError):
        write(folder / "file", b"")
    assert names(folder) == ["file"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk that holds out is full."),
        (errno.EFBIG, "The disk that holds out is full."),
        (errno.EACCES, "The folder out cannot be written to."),
        (errno.EROFS, "The folder out cannot be written to."),
        (errno.EIO, "Writing to out failed: broken."),
    ],
)
def test_every_failure_has_a_sentence_and_a_next_step(number: int, sentence: str) -> None:
    error = storage_error(OSError(number, "broken"), Path("out"))
    assert error.message == sentence
    assert error.hint.endswith(".")


def test_a_failure_without_words_of_its_own() -> None:
    assert storage_error(TimeoutError(), Path("out")).message == "Writing to out failed: TimeoutError."


@posix
def test_data_and_caches_are_for_their_user_alone(home: Path, folder: Path) -> None:
    old = os.umask(0o022)
    try:
        for place in (paths.data_folder(), paths.cache_folder()):
            write(place / "a" / "b", b"mine")
            assert [stat.S_IMODE(one.stat().st_mode) for one in (place, place / "a", place / "a" / "b")] == [
                0o700,
                0o700,
                0o600,
            ]
        write(folder / "a" / "b", b"as the user's umask says")
        assert [stat.S_IMODE(one.stat().st_mode) for one in (folder / "a", folder / "a" / "b")] == [0o755, 0o644]
        # A picture that its user has hidden from others is not shown by a star.
        (folder / "a" / "b").chmod(0o600)
        write(folder / "a" / "b", b"changed")
        assert stat.S_IMODE((folder / "a" / "b").stat().st_mode) == 0o600
    finally:
        os.umask(old)


@posix
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_not_replaced(kind: str, folder: Path) -> None:
    path = folder / "x"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(StorageError, match="not a file that can be replaced"):
        write(path, b"content")
    assert names(folder) == ["x"]


@posix
def test_what_nobody_writes_is_told_from_what_is_being_written(folder: Path) -> None:
    left = folder / f".{'a' * 32}.part"
    left.write_bytes(b"half")
    with atomic_write(folder / "file") as file:
        file.write(b"half")
        scraps.sweep([folder])
        assert not left.exists()
    assert names(folder) == ["file"]
