"""After a crash, a move or a loss: files and rows agree again, and nothing that was finished is gone."""

import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks import library_crashes
from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write
from fastface_core.library.database_errors import DamagedLibraryError
from fastface_core.library.encoding import encoded
from fastface_core.library.gallery import PictureRow
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, read
from fastface_core.library.queries import Query
from fastface_core.library.scanning import below
from fastface_core.progress import Cancelled, CancelToken
from tests.core.library_help import embedding, person, photo, picture, saved


def everything(library: Library) -> list[PictureRow]:
    return [row for trashed in (False, True) for row in library.gallery.page(Query(trashed=trashed), None, 1000).rows]


def test_killed_at_random_moments(tmp_path: Path) -> None:
    problems, operations = library_crashes.rounds(tmp_path / "home", 6, int.from_bytes(os.urandom(4), "big"))
    assert problems == []
    assert operations > 0


def crash(library: Library) -> None:
    """Leaves the library as a process that is gone: its session file stays, with a number nobody has."""
    library.database.close()
    (session,) = (paths.library_folder() / "open").iterdir()
    session.rename(session.with_name("999999999-dead"))


def test_a_file_without_a_row_is_recorded_after_a_crash(tmp_path: Path) -> None:
    library = Library()
    uid = person(library, tmp_path).uid
    made = saved(library, tmp_path / "out", 1, person=uid)
    library.marks.rate([made.id], 4)
    library.marks.write_pending()
    with library.database.change() as connection:
        connection.execute("DELETE FROM pictures")
    crash(library)
    with Library(recover=False) as library:
        assert library.crashed
        assert everything(library) == []
        assert library.check().without_row == (made.path,)
    with Library() as library:
        (row,) = everything(library)
        assert (row.path, row.person, row.rating, row.likeness) == (made.path, uid, 4, 0.5)
        assert not library.crashed
        assert library.check().good
        # The next look through the database is a thorough one, once.
        assert library.check_mark.exists()
        assert library.verify() == ()
        assert not library.check_mark.exists()


@pytest.mark.parametrize("there", [True, False])
def test_half_moved_to_or_from_the_trash(there: bool, tmp_path: Path) -> None:
    library = Library()
    made = saved(library, tmp_path, 1)
    trash = tmp_path / ".trash" / made.path.name
    if there:  # the file is there, the row does not say so
        trash.parent.mkdir()
        made.path.rename(trash)
    else:
        library.trash.put([made.id])
        trash.rename(made.path)
    crash(library)
    with Library() as library:
        (row,) = everything(library)
        assert row.id == made.id
        assert row.path == (trash if there else made.path)
        assert (row.trashed is not None) is there
        assert library.check().good


def test_scraps_are_swept_once_nobody_writes_them(tmp_path: Path) -> None:
    library = Library()
    made = saved(library, paths.pictures_folder() / "2030-01", 1)
    left = made.path.with_name(f".{'a' * 32}.part")
    left.write_bytes(b"half a picture")
    crash(library)
    written = made.path.with_name("other.png")
    with atomic_write(written) as file:
        file.write(b"half")
        with Library():
            pass
        assert not left.exists()
        file.write(b" and whole")
    assert written.read_bytes() == b"half and whole"


def test_a_folder_that_is_nobodys_is_put_aside_and_named(tmp_path: Path) -> None:
    library = Library()
    kept, lost = person(library, tmp_path), person(library, tmp_path, "Ben", 2)
    people = paths.people_folder()
    before = {file.name: file.read_bytes() for file in (people / lost.uid / "photos").iterdir()}
    (people / lost.uid / "person.json").rename(people / lost.uid / "conflict-person.json")
    (people / "holiday").mkdir()
    (people / "holiday" / "beach.jpg").write_bytes(b"a photo")
    crash(library)
    with Library() as library:
        assert [one.uid for one in library.people.all()] == [kept.uid]
        aside = people / ".put-aside"
        assert (aside / "holiday" / "beach.jpg").read_bytes() == b"a photo"
        assert {file.name: file.read_bytes() for file in (aside / lost.uid / "photos").iterdir()} == before
        said = " ".join(f"{notice.message} {notice.hint}" for notice in library.notices)
        assert "holiday" in said
        assert str(aside / lost.uid) in said
        # And it is found, when the person is forgotten after all.
        library.forget(kept.uid, pictures=False)
        assert (aside / lost.uid).exists()
        again = library.people.add("Ben")
        library.people.add_photo(again.uid, photo(tmp_path, 2000, embedding(2, 0)), "tiny:1", 0.2)
        library.forget(again.uid, pictures=False)
        assert not (aside / lost.uid).exists()
        assert (aside / "holiday").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right")
def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside / "a", outside / "deep"):
        folder.mkdir(parents=True)
    for name, target in (("loop", "."), ("a again", "a"), ("up", ".."), ("there", outside), ("twice", outside)):
        (inside / name).symlink_to(target)
    (inside / "itself").symlink_to("itself")
    assert below(inside) == [inside, inside / "a", inside / "there"]


def test_what_is_left_of_a_person_is_swept(tmp_path: Path) -> None:
    library = Library()
    kept = person(library, tmp_path)
    people = paths.people_folder()
    (people / ("a" * 32) / "photos").mkdir(parents=True)
    half = people / ("b" * 32) / f".{'c' * 32}.part"
    half.parent.mkdir()
    half.write_bytes(b"half a person")
    crash(library)
    with Library() as library:
        assert [one.uid for one in library.people.all()] == [kept.uid]
        assert [entry.name for entry in people.iterdir()] == [kept.uid]


def test_a_program_that_is_open_has_not_crashed(tmp_path: Path) -> None:
    with Library() as one, Library() as other:
        assert not one.crashed
        assert not other.crashed
        assert not other.in_use  # of this process


def test_moved_pictures_are_found_again(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "a", 1)
        library.marks.rate([made.id], 5)
        moved = tmp_path / "b" / "deep" / "renamed.png"
        moved.parent.mkdir(parents=True)
        made.path.rename(moved)
        scan = import_pictures(library, tmp_path / "b")
        assert scan.relinked == [moved]
        assert scan.missing == []
        (row,) = everything(library)
        assert (row.id, row.path, row.rating, row.missing) == (made.id, moved, 5, False)
        assert library.marks.write_pending().problems == {}
        assert read(moved).marks.rating == 5


def test_a_drive_that_is_away_and_back(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "drive", 1)
        trashed = saved(library, tmp_path / "drive", 2)
        library.trash.put([trashed.id])
        (tmp_path / "drive").rename(tmp_path / "away")
        assert len(library.recover().missing) == 2
        assert [row.missing for row in everything(library)] == [True, True]
        assert library.gallery.count(Query(missing=True)) == 1
        (tmp_path / "away").rename(tmp_path / "drive")
        assert len(library.recover().found_again) == 2
        assert {row.id for row in everything(library) if not row.missing} == {made.id, trashed.id}
        assert library.check().good


def test_importing_a_folder(tmp_path: Path) -> None:
    ours, theirs = picture(1), picture(2)
    folder = tmp_path / "in" / "sub"
    folder.mkdir(parents=True)
    (folder / "ours.jpg").write_bytes(encoded(ours.image, "jpeg", ours.recipe, None, Marks(3, False, ("kept",))))
    theirs.image.save(folder / "theirs.png")
    (folder / "text.png").write_text("no picture")
    (folder / ".hidden.png").write_bytes((folder / "theirs.png").read_bytes())
    before = (folder / "theirs.png").read_bytes()
    with Library() as library:
        scan = import_pictures(library, tmp_path / "in")
        assert scan.recorded == [folder / "ours.jpg"]
        assert scan.passed_over == [folder / "theirs.png"]
        assert list(scan.problems) == [folder / "text.png"]
        (row,) = everything(library)
        assert (row.rating, row.seed, row.prompt) == (3, 1, "a person at the sea")
        assert library.gallery.details(row.id).tags == ("kept",)
        scan = import_pictures(library, tmp_path / "in", everything=True)
        (copy,) = scan.recorded
        assert copy.is_relative_to(paths.pictures_folder())
        library.marks.rate([library.gallery.find(str(copy))], 2)
        library.marks.write_pending()
        assert (folder / "theirs.png").read_bytes() == before
        assert import_pictures(library, tmp_path / "in", everything=True).recorded == []
        assert len(everything(library)) == 2


def test_the_database_can_be_thrown_away(tmp_path: Path) -> None:
    with Library() as library:
        uid = person(library, tmp_path).uid
        inside = saved(library, paths.pictures_folder() / "2030-01", 1, person=uid, likeness=None)
        outside = saved(library, tmp_path / "outside", 2, prompt="draußen")
        rejected = saved(library, tmp_path / "outside", 3)
        trashed = saved(library, tmp_path / "outside", 4)
        library.marks.rate([inside.id, rejected.id], 4)
        library.marks.reject([rejected.id])
        library.marks.tag([outside.id], add=["See", "größe"])
        library.trash.put([trashed.id])
        library.marks.write_pending()
        before = {row.path: row for row in everything(library)}
        details = {path: library.gallery.details(row.id) for path, row in before.items()}
    for file in paths.library_folder().glob("library.db*"):
        file.unlink()
    with Library() as library:
        assert everything(library) == []
        library.rebuild()
        after = {row.path: row for row in everything(library)}
        assert after.keys() == before.keys()
        for path, row in after.items():
            for name in (
                "pixels",
                "person",
                "preset",
                "checkpoint",
                "seed",
                "likeness",
                "rating",
                "rejected",
                "created",
            ):
                assert getattr(row, name) == getattr(before[path], name), name
            assert (row.trashed is None) == (before[path].trashed is None)
            found = library.gallery.details(row.id)
            assert found.recipe == details[path].recipe
            assert found.tags == details[path].tags
            assert found.likeness_reason == details[path].likeness_reason
        assert library.gallery.ids(Query(text="draußen")) == [after[outside.path].id]
        assert library.check().good


def test_rebuilding_takes_over_what_other_programs_wrote(tmp_path: Path) -> None:
    with Library() as library:
        made, pending = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        from fastface_core.library.encoding import with_marks

        made.path.write_bytes(with_marks(made.path.read_bytes(), read(made.path).note, Marks(2, False, ("theirs",))))
        library.marks.rate([pending.id], 5)
        library.rebuild()
        assert library.gallery.rows([made.id])[0].rating == 2
        assert library.gallery.ids(Query(tags=("theirs",))) == [made.id]
        assert library.gallery.rows([pending.id])[0].rating == 5


def test_a_damaged_database_is_moved_aside_and_made_again(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "outside", 1)
        saved(library, paths.pictures_folder(), 2)
    file = paths.library_folder() / "library.db"
    file.write_bytes(b"\0" * 10_000)
    with pytest.raises(DamagedLibraryError):
        Library()
    Library.start_empty()
    with Library() as library:
        library.rebuild()
        assert {row.seed for row in everything(library)} == {1, 2}
        assert made.path.exists()


def test_cleaning_takes_out_what_is_gone(tmp_path: Path) -> None:
    with Library() as library:
        gone, kept = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        gone.path.unlink()
        assert library.check().without_file == (gone.path,)
        assert library.clean() == 1
        assert [row.id for row in everything(library)] == [kept.id]
        assert library.check().good


def test_a_scan_can_be_stopped(tmp_path: Path) -> None:
    with Library() as library:
        saved(library, tmp_path, 1)
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            library.rebuild(cancel=token)
        assert library.check().good


def test_pictures_on_a_drive_that_is_away_do_not_hold_up_the_end(home: Path, tmp_path: Path) -> None:
    """Each of them takes a moment; a window that is closed meanwhile is not to wait for all."""
    with Library() as library:
        folder = tmp_path / "drive"
        for seed in range(3):
            saved(library, folder, seed).path.unlink()

        class AfterTheFirst(CancelToken):
            @property
            def cancelled(self) -> bool:
                return self.looked > 2

            looked = 0

            def check(self) -> None:
                self.looked += 1
                if self.cancelled:
                    raise Cancelled

        with pytest.raises(Cancelled):
            library.scanner.scan([folder], cancel=AfterTheFirst())
        assert library.gallery.count(Query(missing=True)) == 1


def test_what_an_export_left_in_a_folder_of_the_user_is_swept(tmp_path: Path) -> None:
    library = Library()
    library.writes_to(tmp_path / "exports")
    left, theirs = tmp_path / "exports" / f".{'a' * 32}.part", tmp_path / "exports" / ".mine.part"
    for file in (left, theirs):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half a picture")
    crash(library)
    with Library():
        assert not left.exists()
        assert theirs.exists()


def test_a_library_that_cannot_be_written_to_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Library().close()
    touch, unlink = Path.touch, Path.unlink

    def refuse_new(self: Path, *words: Any) -> None:
        if self.parent.name == "open":
            raise OSError(30, "Read-only file system")
        touch(self, *words)

    def refuse_end(self: Path, missing_ok: bool = False) -> None:
        if self.parent.name == "open":
            raise OSError(5, "Input/output error")
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "touch", refuse_new)
        with pytest.raises(StorageError, match="cannot be written to"):
            Library()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse_end)
        Library().close()
    with Library() as library:
        assert library.check().good
