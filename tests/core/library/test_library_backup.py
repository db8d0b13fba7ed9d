"""The library in one file and back: whole or not at all, and nothing that a stranger's file says is believed."""

import hashlib
import io
import json
import os
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fastface_core import paths, scraps
from fastface_core.errors import StorageError
from fastface_core.library import switching
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


def with_database(made: Path, changed: Path, change: Callable[[sqlite3.Connection], object], **more: object) -> Path:
    """A backup whose database somebody has changed, with its hashes computed again."""
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "contents.json"}
        about = json.loads(archive.read("contents.json"))
    file = changed.with_suffix(".db")
    file.write_bytes(parts["library/library.db"])
    connection = sqlite3.connect(file)
    change(connection)
    connection.commit()
    connection.close()
    return _packed(changed, {**parts, "library/library.db": file.read_bytes()}, {**about, **more})


def _packed(file: Path, parts: dict[str, bytes], about: dict[str, object]) -> Path:
    about["sha256"] = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("contents.json", json.dumps(about))
    return file


def test_nothing_in_it_names_a_file_outside(made: Path, tmp_path: Path) -> None:
    """Neither forgetting nor an old trash may come to a file that a stranger's database names."""
    victim = tmp_path / "thesis.docx"
    trashed = tmp_path / "papers" / ".trash" / "thesis.docx"
    inside = paths.pictures_folder() / ".trash" / "late.png"
    for file in (victim, trashed, inside):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"years of work")

    def change(connection: sqlite3.Connection) -> None:
        (uid,) = connection.execute("SELECT id FROM people").fetchone()
        inside = paths.pictures_folder().absolute()
        for number, (folder, name, gone) in enumerate(
            (
                (tmp_path, "thesis.docx", 0),
                (inside / ".." / "..", "thesis.docx", 0),
                (inside, f"../../{victim.name}", 0),
                (inside / "a", str(victim), 0),
                (tmp_path / "papers", "thesis.docx", 1),
                (inside, "late.png", 1),
            )
        ):
            connection.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (str(folder),))
            (place,) = connection.execute("SELECT id FROM folders WHERE path = ?", (str(folder),)).fetchone()
            connection.execute(
                "INSERT INTO pictures (id, folder_id, name, in_trash, trashed, pixels, width, height, created,"
                " person_id) VALUES (?, ?, ?, ?, 1, ?, 1, 1, 1, ?)",
                (1000 + number, place, name, gone, bytes(31) + bytes([number]), uid),
            )
            connection.execute(
                "INSERT INTO details (picture_id, prompt, note, search) VALUES (?, '', '{}', '')", (1000 + number,)
            )

    with Library() as library:
        own = saved(library, tmp_path / "own", 7)
        kept = library.gallery.rows([own.id])[0].pixels

    def change_more(connection: sqlite3.Connection) -> None:
        change(connection)
        # A picture by this program, which lies where the backup says: it is known again.
        connection.execute("INSERT INTO folders (path) VALUES (?)", (str(tmp_path / "own"),))
        connection.execute(
            "INSERT INTO pictures (id, folder_id, name, pixels, width, height, created)"
            " SELECT 2000, id, ?, ?, 64, 72, 1 FROM folders WHERE path = ?",
            (own.path.name, kept, str(tmp_path / "own")),
        )
        connection.execute("INSERT INTO details (picture_id, prompt, note, search) VALUES (2000, '', '{}', '')")

    found, _ = restore(with_database(made, tmp_path / "strange", change_more), replace=True)
    assert found.outside == 5
    with Library() as library:
        assert library.gallery.rows([2000])[0].path == own.path
    with Library() as library:
        library.maintain()
        assert inside.exists()  # thirty days from now on
        uid = library.people.all()[0].uid
        library.forget(uid, pictures=True)
        library.clean()
    assert victim.read_bytes() == trashed.read_bytes() == b"years of work"
    assert json.loads((paths.library_folder() / "folders.json").read_bytes()) == [str(tmp_path / "own")]


def test_a_note_to_forget_somebody_is_not_believed(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "contents.json"}
        about = json.loads(archive.read("contents.json"))
    uid = next(name for name in parts if name.endswith("/person.json")).split("/")[1]
    parts[f"people/{uid}/forget"] = b"with pictures"
    restore(_packed(tmp_path / "strange", parts, about), replace=True)
    with Library() as library:
        assert library.gallery.count(Query()) == 1
        assert not (paths.people_folder() / uid).exists()


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER mine AFTER INSERT ON folders BEGIN UPDATE folders SET path = '/etc'; END",
        "DROP TABLE details",
        "ALTER TABLE pictures ADD COLUMN mine TEXT GENERATED ALWAYS AS ('/etc')",
        "UPDATE pictures SET created = 'yesterday'",
        f"UPDATE pictures SET created = {1 << 62}",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -5",
        "DROP TRIGGER details_inserted",
        "INSERT INTO picture_tags (tag_id, picture_id) VALUES (999, 999)",
    ],
)
def test_a_database_of_another_form_is_refused(change: str, made: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="damaged"):
        restore(with_database(made, tmp_path / "strange", lambda one: one.execute(change)), replace=True)
    with Library() as library:
        assert library.gallery.count(Query()) == 1
        assert library.check().good


@pytest.mark.parametrize(
    "kind", ["deep contents", "huge contents", "encrypted", "unknown packing", "deep place", "no deflate", "pipe",
             "photo packed", "place in a place", "parts before the beginning",
        "list of millions", "number as version", "no text in a name", "parts within a part"],
)  # fmt: skip
def test_an_archive_that_is_to_harm_is_refused(kind: str, made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "contents.json"}
        about = json.loads(archive.read("contents.json"))
    bad = tmp_path / "bad"
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("there are no pipes")
        os.mkfifo(bad)
    elif kind in ("deep contents", "huge contents"):
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("contents.json", b"[" * 200_000 if kind == "deep contents" else bytes(65 << 20))
    elif kind in ("deep place", "place in a place", "no text in a name"):
        name = {"deep place": "people/" + "a/" * 300 + "x", "no text in a name": "people/\ud800"}.get(kind)
        (first, *_) = (one for one in parts if one.endswith("/person.json"))
        content = {**about, "sha256": {**about["sha256"], name or f"{first}/x": "0" * 64}}
        with zipfile.ZipFile(bad, "w") as archive:
            for one, data in parts.items():
                archive.writestr(one, data)
            archive.writestr(f"{first}/x", b"")
            archive.writestr("contents.json", json.dumps(content))
    elif kind == "number as version":
        _packed(bad, parts, {**about, "version": True})
    elif kind == "parts within a part":
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("pictures/b.png", bytes(1 << 20))
        (within,) = archive.infolist()
        parts["pictures/a.png"] = inner.getvalue()[: within.file_size + 30 + len(within.filename)]
        sums = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
        sums["pictures/b.png"] = hashlib.sha256(bytes(1 << 20)).hexdigest()
        with zipfile.ZipFile(bad, "w") as archive:
            for one, data in parts.items():
                archive.writestr(one, data)
            archive.writestr("contents.json", json.dumps({**about, "sha256": sums}))
            within.header_offset = archive.getinfo("pictures/a.png").header_offset + 30 + len("pictures/a.png")
            archive.filelist.append(within)
    elif kind == "photo packed":
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
            photo = {"people/a/photos/b.jpg": bytes(50 << 20)}
            sums = {name: hashlib.sha256(data).hexdigest() for name, data in (parts | photo).items()}
            for one, data in (parts | photo).items():
                archive.writestr(one, data)
            archive.writestr("contents.json", json.dumps({**about, "sha256": sums}))
    else:
        data = bytearray(made.read_bytes())
        if kind == "parts before the beginning":
            end = data.rfind(b"PK\x05\x06")
            (place,) = struct.unpack_from("<I", data, end + 16)
            struct.pack_into("<I", data, end + 16, place + 1000)
        elif kind == "list of millions":
            end = data.rfind(b"PK\x05\x06")
            struct.pack_into("<I", data, end + 12, 0x7FFFFFFF)
        else:
            for place in _headers(bytes(data)):
                at = 8 if bytes(data[place : place + 4]) == b"PK\x01\x02" else 6
                if kind == "encrypted":
                    data[place + at] |= 1
                elif kind == "unknown packing":
                    struct.pack_into("<H", data, place + at + 2, 99)
                elif bytes(data[place : place + 4]) == b"PK\x03\x04" and data[place + 8] == zipfile.ZIP_DEFLATED:
                    length, more = struct.unpack_from("<HH", data, place + 26)
                    data[place + 30 + length + more] ^= 0xFF
        bad.write_bytes(data)
    with pytest.raises(StorageError):
        restore(bad, replace=True)
    with Library() as library:
        assert library.gallery.count(Query()) == 1
        assert library.check().good


def _headers(data: bytes) -> list[int]:
    """Where entries and their copies in the directory begin (APPNOTE.TXT 4.3.7 and 4.3.12)."""
    found: list[int] = []
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.find(mark)
        while place >= 0:
            found.append(place)
            place = data.find(mark, place + 4)
    return found


class Power(BaseException):
    """It is cut."""


@pytest.mark.parametrize("after", range(8))
@pytest.mark.parametrize("kind", ["killed", "full"])
def test_whole_or_not_at_all(
    kind: str, after: int, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended at each rename, or each rename fails once: the library of before, or that of the backup, and it says so."""
    with Library() as library:
        library.people.add("Later")
        saved(library, paths.pictures_folder() / "2030-02", 3)
    before, later = ["Ada", "Later"], ["Ada"]
    left = [after]

    def counted(name: str) -> None:
        true = getattr(Path, name)

        def step(self: Path, *words: object) -> object:
            if ".restore-" in f"{self}{words}" or "before-restore-" in f"{self}{words}":
                left[0] -= 1
                if left[0] == -1 or (left[0] < 0 and kind == "killed"):
                    raise Power if kind == "killed" else OSError(28, "No space left on device")
            return true(self, *words)

        patch.setattr(Path, name, step)

    done = False
    with monkeypatch.context() as patch:
        for name in ("rename", "rmdir"):
            counted(name)
        if kind == "killed":
            # Nothing is put in order by a process that is gone.
            patch.setattr(switching, "_back", lambda note: None)
            patch.setattr(scraps, "erase_folder", lambda folder: None)
        try:
            restore(made, replace=True)
            done = True
        except StorageError:
            assert kind == "full"
        except Power:
            assert kind == "killed"
    with Library() as library:
        names = sorted(library.people.names().values())
        count = library.gallery.count(Query())
        assert (names, count) in ((before, 2), (later, 2))
        assert library.check().good
        if done:
            assert names == later
        elif kind == "full" or (after > 0 and not library.notices):
            assert names == before
        else:
            assert all("interrupted" in notice.message for notice in library.notices)
    if names == later:
        (aside,) = paths.data_folder().glob("before-restore-*")
        assert len([one for one in (aside / "people").iterdir() if one.is_dir()]) == 2
        assert (aside / "library" / "library.db").exists()
    else:
        assert not list(paths.data_folder().glob("before-restore-*"))
    assert not list(paths.data_folder().glob(".restore-*"))
    assert not (paths.data_folder() / "restoring.json").exists()


def test_what_a_killed_restore_has_read_is_erased(made: Path) -> None:
    left = paths.data_folder() / ".restore-12345678"
    (left / "people").mkdir(parents=True)
    (left / ".held").touch()
    (left / "people" / "photo.jpg").write_bytes(b"a photo")
    with Library():
        assert not left.exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_backup_is_for_its_user_alone(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    made.chmod(0o644)
    with Library() as library:
        backup(library, made, pictures=False)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    restore(made, replace=True)
    loose = [file for file in paths.data_folder().rglob("*") if stat.S_IMODE(file.stat().st_mode) & 0o077]
    assert loose == []
