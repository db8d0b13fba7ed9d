"""Labels, albums and stacks: in the row, in the file, back from the files, and beside what other programs write."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.errors import SettingsError
from fastface_core.library import containers, labels, seen, xmp
from fastface_core.library.database import Database
from fastface_core.library.encoding import encoded, with_marks
from fastface_core.library.labels import LABELS
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, Note, read
from fastface_core.library.queries import Query
from fastface_core.library.rebuilding import rebuild
from fastface_core.library.schema import migrations
from fastface_core.library.stacks import Stacked, fold
from tests.core.library_help import NOW, picture, saved

STACK = "0123456789abcdef" * 2
OTHERS = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:digiKam="http://www.digikam.org/ns/1.0/" {said}/></rdf:RDF></x:xmpmeta>"""


def test_labels_are_written_and_read_as_others_do(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        for label in LABELS:
            library.marks.label([made.id], label)
            library.marks.write_pending()
            packet = containers.read(made.path.read_bytes()).xmp
            assert packet is not None
            assert f'xmp:Label="{label.capitalize()}"'.encode() in packet
            assert read(made.path).marks.label == label
        assert library.gallery.ids(Query(labels=("purple", "red"))) == [made.id]
        assert library.gallery.ids(Query(labels=("green",))) == []
        library.marks.label([made.id], None)
        library.marks.write_pending()
        packet = containers.read(made.path.read_bytes()).xmp
        assert packet is not None
        assert b"xmp:Label" not in packet


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ('xmp:Label="Red"', "red"),
        ('xmp:Label="Grün"', "green"),
        ('xmp:Label="To Do"', "purple"),
        ('xmp:Label="Holiday"', None),
        ('digiKam:ColorLabel="5"', "blue"),
        ('digiKam:ColorLabel="9"', None),
        ('xmp:Label="Yellow" digiKam:ColorLabel="1"', "yellow"),
    ],
)
def test_labels_of_other_programs(said: str, label: str | None) -> None:
    before = OTHERS.format(said=said).encode()
    assert xmp.read(before).label == label
    # What nobody here knows stays, until somebody gives another label.
    kept = xmp.written(replace(xmp.read(before), rating=3), before).decode()
    for word in said.split('" '):
        assert word.strip('"') in kept
    changed = xmp.written(replace(xmp.read(before), label="green"), before)
    assert xmp.read(changed).label == "green"
    if "digiKam" in said:
        assert b'digiKam:ColorLabel="4"' in changed


def test_what_is_said_survives_a_rebuild_from_the_files_alone(tmp_path: Path) -> None:
    with Library() as library:
        one, two = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        library.marks.label([one.id], "blue")
        library.marks.collect([one.id, two.id], ["Team portraits", "Website"])
        library.marks.collect([two.id], ["Größe"], ["website"])
        names = json.loads((paths.library_folder() / "albums.json").read_text(encoding="utf-8"))
        assert names == ["Größe", "Team portraits", "Website"]  # before anything else is done
        library.albums.make("Empty yet")
        library.marks.stack([one.id, two.id])
        library.marks.write_pending()
        expected = library.albums.all()
        assert expected == {"Empty yet": 0, "Größe": 1, "Team portraits": 2, "Website": 1}
    (paths.library_folder() / "library.db").write_bytes(b"no database")
    assert rebuild().aside is not None
    with Library() as library:
        assert library.albums.all() == expected
        rows = library.gallery.page(Query(album="team PORTRAITS")).rows
        assert [row.label for row in sorted(rows, key=lambda row: row.path)] == ["blue", None]
        assert len({row.stack for row in rows}) == 1
        assert rows[0].stack is not None


def test_albums_are_made_renamed_and_deleted_without_their_pictures(tmp_path: Path) -> None:
    with Library() as library:
        one, two = saved(library, tmp_path, 1), saved(library, tmp_path, 2)
        assert library.albums.make("  Summer \n 2030 ") == "Summer 2030"
        for taken in ("summer 2030", "SUMMER  2030"):
            with pytest.raises(SettingsError, match="already"):
                library.albums.make(taken)
        with pytest.raises(SettingsError, match="1 to 64"):
            library.albums.make("  ")
        with pytest.raises(SettingsError, match="no album"):
            library.albums.rename("Winter", "Spring")
        library.marks.collect([one.id, two.id], ["Summer 2030"])
        seen_so_far = library.changes.newest()
        assert library.albums.rename("summer 2030", "Sommer 2030") == "Sommer 2030"
        assert library.changes.since(seen_so_far).changed == {one.id, two.id}
        library.marks.write_pending()
        assert read(one.path).marks.albums == ("Sommer 2030",)
        library.trash.put([two.id])
        assert library.albums.all() == {"Sommer 2030": 1}
        before = library.albums.delete("Sommer 2030")
        assert library.albums.all() == {}
        library.marks.write_pending()
        assert read(one.path).marks.albums == ()
        assert library.gallery.count(Query()) == 1
        library.albums.restore("Sommer 2030", before)
        library.marks.write_pending()
        assert library.albums.all() == {"Sommer 2030": 1}
        assert read(one.path).marks.albums == ("Sommer 2030",)


def test_what_other_programs_do_not_know_is_not_lost_with_them(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        library.marks.collect([made.id], ["Kept"])
        library.marks.stack([made.id])
        library.marks.write_pending()
        stack = read(made.path).marks.stack
        # It writes its own packet and knows nothing of ours.
        theirs = encoded(picture(1).image, "png", None, None, Marks(2, False, ("theirs",), "red"))
        made.path.write_bytes(theirs)
        assert library.scanner.take_over() == [made.path]
        (row,) = library.gallery.rows([made.id])
        assert (row.rating, row.label, library.albums.all()) == (2, "red", {"Kept": 1})
        # The file is to say it again, without another mark.
        assert library.marks.write_pending().written == 1
        again = read(made.path)
        assert again.marks == Marks(2, False, ("theirs",), "red", ("Kept",), stack)
        assert again.note is not None
        assert again.note.created == NOW
        recipe = library.gallery.details(made.id).recipe
        assert recipe is not None
        assert (recipe.prompt, row.seed) == (picture(1).recipe.prompt, picture(1).recipe.seed)
        assert library.scanner.take_over() == []
        library.marks.label([made.id], "green")
        library.marks.write_pending()
        assert read(made.path).marks == Marks(2, False, ("theirs",), "green", ("Kept",), stack)


def test_changes_of_both_are_put_together() -> None:
    base = Marks(3, False, (), "red", ("a", "b"), STACK)
    here = replace(base, albums=("b", "c"), stack="f" * 32)
    there = replace(base, label="blue", albums=("A", "b", "d"))
    assert seen.merged(base, here, there) == Marks(3, False, (), "blue", ("b", "c", "d"), "f" * 32)
    assert seen.merged(base, replace(base, label=None), there).label is None
    assert seen.merged(base, base, Marks()).albums == ("a", "b")
    assert seen.merged(base, base, Marks()).stack == STACK


def test_a_file_keeps_everything_that_is_said_of_it() -> None:
    marks = Marks(4, True, ("x",), "purple", ("Best of 2030", "<&>"), STACK)
    for form in ("png", "jpeg", "webp"):
        made = picture(1)
        data = encoded(made.image, form, made.recipe, Note(created=NOW), marks)
        again = with_marks(data, Note(created=NOW), marks)
        assert with_marks(again, Note(created=NOW), marks) == again
        packet = containers.read(data).xmp
        said = xmp.read(packet)
        assert (said.label, said.albums, said.stack) == ("purple", ("Best of 2030", "<&>"), STACK)
    assert (
        xmp.read(OTHERS.format(said='xmlns:fastface="urn:x-fastface:picture:1" fastface:stack="no"').encode()).stack
        == ""
    )


def test_the_best_lies_on_top_of_its_stack() -> None:
    pictures = [
        Stacked(9, None, 0, 0, 0.9),
        Stacked(8, 1, 0, 0, 0.8),
        Stacked(7, 2, 0, 0, 0.1),
        Stacked(6, 1, 0, 0, 0.85),
        Stacked(5, 1, 1, 5, 0.99),
        Stacked(4, 1, 0, 0, 0.85),
        Stacked(3, None, 0, 1, -2),
    ]
    folded = fold(pictures)
    assert folded.ids == [9, 6, 7, 3]
    assert folded.stacks == {6: (6, 4, 8, 5)}
    unfolded = fold(pictures, {1, 2})
    assert unfolded.ids == [9, 6, 4, 8, 5, 7, 3]
    assert unfolded.unfolded == {6}
    starred = [one._replace(rating=2) if one.id == 8 else one for one in pictures]
    assert fold(starred).ids == [9, 8, 7, 3]


def test_pictures_of_a_request_are_a_stack_in_their_files(tmp_path: Path) -> None:
    with Library() as library:
        made = [
            library.recorder.save(picture(seed, likeness=seed / 10), tmp_path, NOW, stack=STACK) for seed in (1, 2, 3)
        ]
        alone = saved(library, tmp_path, 4)
        assert {read(one.path).marks.stack for one in made} == {STACK}
        folded = fold(library.gallery.stacked(Query()))
        assert sorted(folded.ids) == [made[2].id, alone.id]
        assert folded.stacks == {made[2].id: (made[2].id, made[1].id, made[0].id)}
        before = library.marks.unstack([made[2].id])
        assert len(fold(library.gallery.stacked(Query())).ids) == 3
        library.marks.put(before)
        assert len(fold(library.gallery.stacked(Query())).ids) == 2


def test_cells_of_comparisons_are_a_kind_of_their_own(tmp_path: Path) -> None:
    with Library() as library:
        plain = saved(library, tmp_path, 1)
        cell = library.recorder.save(picture(2), tmp_path, NOW, comparison=True)
        # By an earlier version, which told them by their folder.
        earlier = saved(library, paths.pictures_folder() / "Compare" / "0123456789abcdef", 3)
        assert library.gallery.ids(Query(comparison=False)) == [plain.id]
        assert set(library.gallery.ids(Query(comparison=True))) == {cell.id, earlier.id}
        assert len(library.gallery.ids(Query())) == 3


def test_a_library_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    earlier = {number: script for number, script in migrations().items() if number < 4}
    with closing(Database(file, earlier)) as database, database.change() as connection:
        for number, folder in enumerate(("/a/Compare/0123456789abcdef", "C:\\b\\Compare\\fedcba9876543210", "/c"), 1):
            connection.execute("INSERT INTO folders (path) VALUES (?)", (folder,))
            connection.execute(
                "INSERT INTO pictures (folder_id, name, pixels, width, height, created)"
                " VALUES (?, 'a.png', ?, 1, 1, 0)",
                (number, bytes(31) + bytes([number])),
            )
    with closing(Database(file)) as database:
        found = database.connection().execute("SELECT comparison, label, stack_id FROM pictures ORDER BY id")
        assert found.fetchall() == [(1, 0, None), (1, 0, None), (0, 0, None)]
    shutil.copy(file, tmp_path / "again.db")
    with closing(sqlite3.connect(file)) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT p.id, p.stack_id, p.rejected, p.rating, coalesce(p.likeness, p.twin_match, -2)"
            " FROM pictures AS p INDEXED BY pictures_by_date WHERE p.in_trash = 0 AND p.comparison = 0"
            " ORDER BY p.created DESC, p.id DESC"
        ).fetchall()
        assert "COVERING INDEX" in str(plan)


def test_the_numbers_of_labels() -> None:
    assert [labels.number_of(label) for label in (None, *LABELS)] == [0, 1, 2, 3, 4, 5]
    assert [labels.of_number(number) for number in range(7)] == [None, *LABELS, None]


def test_labels_and_albums_on_the_command_line(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fastface_core.cli", "gallery", *words, "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert json.loads(run("label", "green", str(made.id)).stdout)["pictures"][0]["label"] == "green"
    assert json.loads(run("album", "Team", str(made.id)).stdout)["not_in_file"] == []
    assert json.loads(run("list", "--album", "team", "--label", "green").stdout)["total"] == 1
    assert json.loads(run("album", "Team", "--rename", "The team").stdout) == {"albums": {"The team": 1}}
    assert read(made.path).marks.albums == ("The team",)
    assert "no label" in run("label", "pink", str(made.id)).stdout
    assert json.loads(run("album", "The team", "--delete").stdout) == {"albums": {}}
    assert made.path.exists()
