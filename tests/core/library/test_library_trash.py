"""The trash: there and back by a rename, nothing over anything, and gone for good only when asked or after its time."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from fastface_core.errors import SettingsError, StorageError
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.library.trash import KEPT
from tests.core.library_help import NOW, pixels_of, saved


def shown(library: Library, *, trashed: bool) -> list[int]:
    return library.gallery.ids(Query(trashed=trashed))


def test_there_and_back(tmp_path: Path) -> None:
    with Library() as library:
        one, other = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        before = pixels_of(one.path)
        library.marks.rate([one.id], 3)
        library.trash.put([one.id], NOW)
        assert shown(library, trashed=True) == [one.id]
        assert shown(library, trashed=False) == [other.id]
        (row,) = library.gallery.rows([one.id])
        assert row.trashed == NOW
        assert row.path == tmp_path / ".trash" / one.path.name
        assert row.path.exists()
        assert not one.path.exists()
        assert library.gallery.find(str(row.path)) == one.id
        library.marks.write_pending()  # also where it lies now
        library.trash.restore([one.id])
        (row,) = library.gallery.rows([one.id])
        assert (row.path, row.trashed, row.rating) == (one.path, None, 3)
        assert (pixels_of(one.path) == before).all()
        assert shown(library, trashed=True) == []


def test_what_lies_beside_a_picture_goes_with_it_for_good(tmp_path: Path) -> None:
    with Library() as library:
        one, other = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        beside = [made.path.with_name(made.path.name + ".xmp") for made in (one, other)]
        for path in beside:
            path.write_bytes(b"what another program says")
        library.trash.put([one.id])
        assert beside[0].exists()
        assert library.trash.erase([one.id]) == 1
        assert [path.exists() for path in beside] == [False, True]


def test_twice_is_once(tmp_path: Path) -> None:
    with Library() as library:
        one = saved(library, tmp_path, 1)
        library.trash.put([one.id, one.id], NOW)
        library.trash.put([one.id], NOW + timedelta(days=1))
        assert library.gallery.rows([one.id])[0].trashed == NOW
        library.trash.restore([one.id, one.id])
        library.trash.restore([one.id])
        assert one.path.exists()


def test_names_that_are_taken(tmp_path: Path) -> None:
    with Library() as library:
        ids = []
        for _ in range(3):
            one = saved(library, tmp_path, 1)  # the name is free again each time
            assert one.path.name == "20300102-030405-1.png"
            library.trash.put([one.id])
            ids.append(one.id)
        again = saved(library, tmp_path, 1)
        library.trash.restore(ids)
        paths = [row.path for row in library.gallery.rows([*ids, again.id])]
        assert len(set(paths)) == 4
        assert all(path.exists() for path in paths)
        assert paths[-1] == again.path


def test_all_or_none(tmp_path: Path) -> None:
    with Library() as library:
        one, gone = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        gone.path.unlink()
        with pytest.raises(StorageError, match="not where it was"):
            library.trash.put([one.id, gone.id])
        with pytest.raises(SettingsError, match="no picture"):
            library.trash.put([one.id, 99])
        assert one.path.exists()
        assert shown(library, trashed=True) == []


def test_a_missing_picture_can_go(tmp_path: Path) -> None:
    with Library() as library:
        gone = saved(library, tmp_path, 1)
        gone.path.unlink()
        library.recover()
        library.trash.put([gone.id])
        assert library.trash.empty() == 1
        assert library.gallery.count(Query()) == 0


def test_emptying(tmp_path: Path) -> None:
    with Library() as library:
        kept, gone = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        thumbnail = library.thumbnails.put(Image.open(gone.path))
        assert library.thumbnails.find(library.gallery.rows([gone.id])[0].pixels) == thumbnail
        pixels = library.gallery.rows([gone.id])[0].pixels
        library.trash.put([gone.id])
        assert library.trash.erase([kept.id, gone.id, 99]) == 1
        assert kept.path.exists()
        assert library.gallery.rows([gone.id]) == ()
        assert library.thumbnails.find(pixels) is None
        assert not (tmp_path / ".trash").exists()


def test_time_runs_out(tmp_path: Path) -> None:
    with Library() as library:
        old, new = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        library.trash.put([old.id], NOW - KEPT - timedelta(seconds=1))
        library.trash.put([new.id], NOW - KEPT + timedelta(seconds=1))
        assert library.trash.empty(NOW - KEPT) == 1
        assert shown(library, trashed=True) == [new.id]


def test_a_clock_that_is_wrong_once_deletes_nothing(tmp_path: Path) -> None:
    day = timedelta(days=1)
    with Library() as library:
        gone = saved(library, tmp_path, 1)
        library.trash.put([gone.id], NOW)
        assert library.trash.tend(NOW + day) == 0
        # A month ahead, for some commands, and back again.
        assert library.trash.tend(NOW + 40 * day) == 0
        assert library.trash.tend(NOW + 40 * day + timedelta(hours=1)) == 0
        assert library.trash.tend(NOW + 2 * day) == 0
        assert library.trash.tend(NOW + 3 * day) == 0
        # The time goes by.
        assert library.trash.tend(NOW + 31 * day) == 0
        assert library.trash.tend(NOW + 32 * day) == 1
        assert shown(library, trashed=True) == []
