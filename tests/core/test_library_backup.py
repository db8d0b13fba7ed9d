"""The library in one file and back, and files that are no backup."""

import json
import zipfile
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.library.backup import backup, restore
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from tests.core.library_help import person, pixels_of, saved


@pytest.fixture
def made(tmp_path: Path) -> Path:
    with Library() as library:
        uid = person(library, tmp_path).uid
        one = saved(library, paths.pictures_folder() / "2030-01", 1, person=uid)
        trashed = saved(library, paths.pictures_folder() / "2030-01", 2)
        library.marks.rate([one.id], 5)
        library.trash.put([trashed.id])
        found = backup(library, tmp_path / "backup", pictures=True)
    assert (found.people, found.pictures) == (1, 2)
    assert found.size == (tmp_path / "backup").stat().st_size
    return tmp_path / "backup"


def test_on_another_computer(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pixels_of(next((paths.pictures_folder() / "2030-01").glob("*.png")))
    monkeypatch.setenv("FASTFACE_HOME", str(tmp_path / "new"))
    _, aside = restore(made, replace=False)
    assert aside is None
    with Library() as library:
        (row,) = library.gallery.page(Query()).rows
        assert row.path.is_relative_to(tmp_path / "new")
        assert not row.missing
        assert row.rating == 5
        assert (pixels_of(row.path) == before).all()
        assert library.gallery.count(Query(trashed=True)) == 1
        (ada,) = library.people.all()
        assert row.person == ada.uid
        assert library.people.identity(ada.uid, "tiny:1") is not None
        assert library.check().good


def test_a_library_that_is_there_is_moved_aside(made: Path) -> None:
    with Library() as library:
        library.people.add("Later")
    with pytest.raises(StorageError, match="already"):
        restore(made, replace=False)
    _, aside = restore(made, replace=True)
    assert aside is not None
    assert len(list((aside / "people").iterdir())) == 2
    with Library() as library:
        assert list(library.people.names().values()) == ["Ada"]
        assert library.gallery.count(Query()) == 1


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "missing", "absent"])
def test_files_that_are_no_backup_change_nothing(damage: str, made: Path, tmp_path: Path) -> None:
    data = bytearray(made.read_bytes())
    bad = tmp_path / "bad"
    if damage == "cut":
        bad.write_bytes(data[: len(data) // 2])
    elif damage == "changed":
        with zipfile.ZipFile(made) as archive:
            name = next(name for name in archive.namelist() if name.startswith("people/") and name.endswith(".jpg"))
            start = data.find(archive.read(name)[:200])
        data[start + 50] ^= 0xFF
        bad.write_bytes(data)
    elif damage == "text":
        bad.write_text("no backup")
    elif damage == "missing":
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("contents.json", json.dumps({"version": 1, "sha256": {"people/a/b": "0" * 64}}))
    with pytest.raises(StorageError):
        restore(bad, replace=True)
    with Library() as library:
        assert library.gallery.count(Query()) == 1
        assert library.check().good


@pytest.mark.parametrize(
    "name",
    ["../evil", "people/../../evil", "/etc/evil", "people/..", "library/other", "people\\..\\evil", "presets/a:b"],
)
def test_nothing_is_written_outside(name: str, tmp_path: Path) -> None:
    import hashlib

    bad = tmp_path / "bad"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr(name, "evil")
        sums = {name: hashlib.sha256(b"evil").hexdigest()}
        archive.writestr("contents.json", json.dumps({"version": 1, "sha256": sums}))
    with pytest.raises(StorageError, match="name that is not possible"):
        restore(bad, replace=False)
    assert not list(tmp_path.rglob("*evil*"))


def test_a_backup_of_a_newer_version(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "new", "w") as archive:
        archive.writestr("contents.json", json.dumps({"version": 2, "sha256": {}}))
    with pytest.raises(StorageError, match="newer version"):
        restore(tmp_path / "new", replace=False)
