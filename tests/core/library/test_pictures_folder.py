"""Another pictures folder: everything is moved or stays, and nothing is ever lost."""

import shutil
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.library import pictures_folder
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_core.library.queries import Query
from fastface_core.pictures_place import NAME
from fastface_core.progress import Cancelled, CancelToken
from tests.core.library_help import pixels_of, saved


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    }


def test_pictures_are_moved_with_the_folder(home: Path, tmp_path: Path) -> None:
    new = tmp_path / "elsewhere" / "Bilder ä"
    with Library() as library:
        first = saved(library, paths.pictures_folder() / "2030-01", 1)
        second = saved(library, paths.pictures_folder() / "2030-02", 2)
        library.trash.put([second.id])
        before = contents(paths.pictures_folder())
        assert pictures_folder.move(library, new) == len(before) == 2
        assert contents(new) == before
        assert not (home / "pictures").exists()
        assert paths.pictures_folder() == new
        moved = library.gallery.details(first.id).row.path
        assert moved.is_relative_to(new)
        assert pixels_of(moved).shape == (72, 64, 3)
        library.trash.restore([second.id])
        assert library.gallery.details(second.id).row.path.is_file()
        assert library.check().good
        library.rebuild()
        assert library.check().good
    # Another start finds them as well.
    with Library() as library:
        assert library.gallery.details(first.id).row.path == moved


def test_without_hard_links_they_are_copied(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: object) -> None:
        raise OSError(95, "Operation not supported")

    with Library() as library:
        saved(library, paths.pictures_folder() / "2030-01", 1)
        before = contents(paths.pictures_folder())
        monkeypatch.setattr(Path, "hardlink_to", refuse)
        pictures_folder.move(library, tmp_path / "new")
        assert contents(tmp_path / "new") == before
        assert library.check().good


@pytest.mark.parametrize("links", [True, False])
def test_what_others_do_meanwhile_is_kept(
    links: bool, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A star, the trash and an erased picture between the copying and the moving."""

    with Library() as library:
        rated, trashed, erased = (saved(library, paths.pictures_folder() / "2030-01", seed) for seed in range(3))
        keep = library.keep_folders

        def meanwhile() -> None:
            keep()
            library.marks.rate([rated.id], 4)
            library.marks.write_pending()
            library.trash.put([trashed.id, erased.id])
            library.trash.erase([erased.id])

        monkeypatch.setattr(library, "keep_folders", meanwhile)
        if not links:
            monkeypatch.setattr(pictures_folder, "_put", copied)
        pictures_folder.move(library, tmp_path / "new")
        assert read(library.gallery.details(rated.id).row.path).marks.rating == 4
        assert set(contents(tmp_path / "new")) == {
            f"2030-01/{rated.path.name}",
            f"2030-01/.trash/{trashed.path.name}",
        }
        assert library.check().good


def copied(path: Path, target: Path) -> None:
    """As on another drive."""
    shutil.copy2(path, target)


def test_old_pictures_may_stay_where_they_are(home: Path, tmp_path: Path) -> None:
    with Library() as library:
        old = saved(library, paths.pictures_folder() / "2030-01", 1)
        path = library.gallery.details(old.id).row.path
        pictures_folder.choose(library, tmp_path / "new")
        assert paths.pictures_folder() == tmp_path / "new"
        assert path.is_file()
        library.close()
    shutil.rmtree(paths.library_folder() / "thumbnails", ignore_errors=True)
    # The database is lost: the old folder is looked through as well.
    Library.start_empty()
    with Library() as library:
        library.rebuild()
        assert [row.path for row in library.gallery.rows(library.gallery.ids(Query()))] == [path]


def test_cancelling_leaves_everything_as_it_was(home: Path, tmp_path: Path) -> None:
    with Library() as library:
        for seed in range(3):
            saved(library, paths.pictures_folder() / "2030-01", seed)
        before = contents(paths.pictures_folder())
        cancel = CancelToken()
        seen: list[object] = []

        def report(event: object) -> None:
            seen.append(event)
            if len(seen) == 2:
                cancel.cancel()

        with pytest.raises(Cancelled):
            pictures_folder.move(library, tmp_path / "new", report, cancel)
        assert len(seen) == 2
        assert contents(paths.pictures_folder()) == before
        assert paths.pictures_folder() == home / "pictures"
        assert contents(tmp_path / "new") == {}
        assert library.check().good


def test_another_picture_of_that_name_is_never_written_over(home: Path, tmp_path: Path) -> None:
    with Library() as library:
        kept = saved(library, paths.pictures_folder() / "2030-01", 1)
        path = library.gallery.details(kept.id).row.path
        other = tmp_path / "new" / "2030-01" / path.name
        other.parent.mkdir(parents=True)
        other.write_bytes(b"somebody's")
        with pytest.raises(StorageError, match="another picture"):
            pictures_folder.move(library, tmp_path / "new")
        assert other.read_bytes() == b"somebody's"
        assert path.is_file()
        assert paths.pictures_folder() == home / "pictures"


def test_nothing_is_written_where_the_drive_is_away(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    for chosen in (drive, drive / "Pictures"):
        with Library() as library:
            pictures_folder.choose(library, chosen)
            made = saved(library, chosen / "2030-01", 1)
            away = tmp_path / "away"
            drive.rename(away)
            for place in (None, drive):  # no mount point, and an empty one
                if place is not None:
                    place.mkdir()
                with pytest.raises(StorageError, match="is not there") as caught:
                    saved(library, chosen / "2030-02", 2)
                assert "Connect its drive" in caught.value.hint
                with pytest.raises(StorageError, match="is not there"):
                    pictures_folder.move(library, tmp_path / "new")
                assert not list(drive.rglob("*"))
            # In other folders it goes on, and in the old one once that is back.
            assert saved(library, tmp_path / "elsewhere", 3).path.exists()
            drive.rmdir()
            away.rename(drive)
            assert saved(library, chosen / "2030-02", 4).path.exists()
            assert made.path.exists()
            # What somebody chooses again is taken as it is.
            drive.rename(away)
            pictures_folder.choose(library, chosen)
            assert saved(library, chosen / "2030-02", 5).path.exists()
            shutil.rmtree(drive)
            shutil.rmtree(away)


def test_the_same_folder_chosen_again_keeps_its_mark(tmp_path: Path) -> None:
    with Library() as library:
        pictures_folder.choose(library, tmp_path / "one")
        mark = (tmp_path / "one" / NAME).read_bytes()
        pictures_folder.choose(library, tmp_path / "one")
        assert (tmp_path / "one" / NAME).read_bytes() == mark
        pictures_folder.choose(library, tmp_path / "one" / "two")
        assert (tmp_path / "one" / "two" / NAME).read_bytes() != mark


def test_a_folder_within_the_other_is_refused(home: Path) -> None:
    with Library() as library:
        saved(library, paths.pictures_folder() / "2030-01", 1)
        for folder in (home, home / "pictures" / "deeper"):
            with pytest.raises(StorageError, match="in one another"):
                pictures_folder.move(library, folder)
        assert pictures_folder.move(library, home / "pictures") == 0


def test_a_file_in_the_way_is_said(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with Library() as library, pytest.raises(StorageError, match="not a folder"):
        pictures_folder.choose(library, tmp_path / "file")
    assert paths.pictures_folder() == home / "pictures"
