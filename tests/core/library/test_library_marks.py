"""Stars, flags and tags: in the row at once, in the file from a list that survives, and taken back."""

import contextlib
import os
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

import pytest

from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write
from fastface_core.library import marks
from fastface_core.library.library import Library
from fastface_core.library.marks import clean_tag
from fastface_core.library.metadata import Marks, read
from fastface_core.library.queries import Query
from tests.core.library_help import pixels_of, saved


def test_a_rating_is_in_the_row_and_then_in_the_file(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        before = pixels_of(made.path)
        library.marks.rate([made.id], 4)
        library.marks.tag([made.id], add=["Wald", "wald", "  See  rose "])
        library.marks.reject([made.id])
        (row,) = library.gallery.page(Query(rating=4, rejected=True, tags=("WALD", "See rose"))).rows
        assert row.rating == 4
        assert read(made.path).marks == Marks()
        assert library.marks.pending() == 1
        assert library.marks.write_pending().written == 1
        assert library.marks.pending() == 0
        assert read(made.path).marks == Marks(4, True, ("See rose", "Wald"))
        assert (pixels_of(made.path) == before).all()
        assert library.gallery.count(Query(text="rose")) == 1


def test_what_is_pending_survives_a_restart(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        library.marks.rate([made.id], 5)
    with Library() as library:
        library.maintain()
    assert read(made.path).marks.rating == 5


def test_a_file_that_cannot_be_written_stays_pending(tmp_path: Path) -> None:
    with Library() as library:
        lost, kept = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        content = lost.path.read_bytes()
        library.marks.rate([lost.id, kept.id], 3)
        lost.path.write_bytes(content[:50])
        result = library.marks.write_pending()
        assert result.written == 1
        assert result.problems == {lost.id: f"{lost.path.name} is damaged."}
        lost.path.unlink()
        assert library.marks.write_pending().problems == {lost.id: f"{lost.path.name} cannot be read."}
        lost.path.write_bytes(content)
        assert library.marks.write_pending().problems == {}
        assert read(lost.path).marks.rating == 3


@pytest.mark.parametrize("act", ["trash", "star", "forget"])
def test_what_another_does_while_a_file_is_written(act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as library, Library() as other:
        uid = library.people.add("Ada").uid
        made = saved(library, tmp_path, 1, person=uid)
        library.marks.rate([made.id], 1)

        def meanwhile() -> None:
            if act == "trash":
                other.trash.put([made.id])
            elif act == "star":
                other.marks.rate([made.id], 2)
            else:
                other.forget(uid, pictures=True)

        thread = threading.Thread(target=meanwhile)

        @contextlib.contextmanager
        def slowly(path: Path) -> Generator[BinaryIO]:
            if not thread.ident:
                thread.start()
                thread.join(0.3)  # it has to wait for the lock
            with atomic_write(path) as file:
                yield file

        monkeypatch.setattr(marks, "atomic_write", slowly)
        library.marks.write_pending()
        thread.join()
        trashed = tmp_path / ".trash" / made.path.name
        if act == "star":
            assert library.marks.pending() == 1
            library.marks.write_pending()
            assert read(made.path).marks.rating == 2
        else:
            assert not made.path.exists()
            assert trashed.exists() == (act == "trash")
        assert library.check().good


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_what_is_no_file_or_too_large_stays_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as library:
        pipe, large = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        library.marks.rate([pipe.id, large.id], 3)
        pipe.path.unlink()
        os.mkfifo(pipe.path)
        monkeypatch.setattr(marks, "LARGEST_FILE", 100)
        problems = library.marks.write_pending().problems
        assert problems == {made.id: f"{made.path.name} cannot be read." for made in (pipe, large)}


def test_where_the_row_s_note_is_damaged_the_file_s_stays(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        note = read(made.path).note
        with library.database.change() as connection:
            connection.execute("UPDATE details SET note = '{'")
        library.marks.rate([made.id], 3)
        assert library.marks.write_pending().problems == {}
        assert read(made.path).marks.rating == 3
        assert read(made.path).note == note


def test_every_change_is_taken_back(tmp_path: Path) -> None:
    with Library() as library:
        ids = [saved(library, tmp_path, seed).id for seed in range(3)]
        library.marks.rate(ids[:1], 2)
        library.marks.tag(ids[1:], add=["a", "b"])
        for change in (
            lambda: library.marks.rate(ids, 5),
            lambda: library.marks.reject(ids),
            lambda: library.marks.tag(ids, add=["c"], remove=["A"]),
        ):
            undo = change()
            redo = library.marks.put(undo)
            assert library.marks.put(redo) == undo
            library.marks.put(undo)
        assert [row.rating for row in library.gallery.rows(ids)] == [2, 0, 0]
        assert [library.gallery.details(number).tags for number in ids] == [(), ("a", "b"), ("a", "b")]
        assert library.gallery.tags() == {"a": 2, "b": 2}


def test_all_pictures_or_none(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        with pytest.raises(SettingsError, match="no picture 99"):
            library.marks.rate([made.id, 99], 5)
        assert library.gallery.rows([made.id])[0].rating == 0
        for rating in (-1, 6):
            with pytest.raises(SettingsError, match="does not exist"):
                library.marks.rate([made.id], rating)


@pytest.mark.parametrize("tag", ["", "   ", "\n", "x" * 65])
def test_tags_that_are_none(tag: str) -> None:
    with pytest.raises(SettingsError, match="1 to 64"):
        clean_tag(tag)


def test_tags_are_kept_in_one_writing(tmp_path: Path) -> None:
    with Library() as library:
        ids = [saved(library, tmp_path, seed).id for seed in range(2)]
        library.marks.tag(ids[:1], add=["Größe"])
        library.marks.tag(ids[1:], add=["Gro\u0308ße\u200b"[:6]])
        assert library.gallery.tags() == {"Größe": 2}
        ids.append(saved(library, tmp_path, 2).id)
        library.marks.tag(ids[2:], add=["GRÖSSE"])
        assert library.gallery.tags() == {"Größe": 3}
        assert set(library.gallery.ids(Query(tags=("größe",)))) == set(ids)
        library.marks.tag(ids, remove=["größe"])
        assert library.gallery.tags() == {}
