"""Pictures of several people in the library: found under each name, made again from the files, forgotten with each."""

from pathlib import Path

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_core.library.queries import Query
from tests.core.library_help import NOW, picture, saved


def test_a_picture_of_two_is_each_ones(tmp_path: Path, home: Path) -> None:
    with Library() as library:
        ada, bo = (library.people.add(name).uid for name in ("Ada", "Bo"))
        both = library.recorder.save(picture(1), tmp_path, NOW, person=ada, others=[bo])
        alone, nobody = saved(library, tmp_path, 2, person=ada), saved(library, tmp_path, 3)
    for file in paths.library_folder().glob("library.db*"):
        file.unlink()
    with Library() as library:
        library.rebuild()

        def found(**query: str) -> set[Path]:
            return {row.path for row in library.gallery.rows(library.gallery.ids(Query(**query)))}  # type: ignore[arg-type]

        assert found(person=ada) == {both.path, alone.path}
        assert found(person=bo) == {both.path}
        assert found(person="") == {nobody.path}
        assert found(text="bo") == {both.path}
        assert library.forget(ada, pictures=False) == 0
        # It is not a picture of nobody: somebody else is in it.
        assert found(person="") == {alone.path, nobody.path}
        note = read(both.path).note
        assert note is not None
        assert (note.person, note.others) == (None, (bo,))
        assert library.forget(bo, pictures=True) == 1
        assert not both.path.exists()
        assert alone.path.exists()


def test_whoever_is_forgotten_is_named_in_no_file(tmp_path: Path, home: Path) -> None:
    with Library() as library:
        ada, bo, cleo = (library.people.add(name).uid for name in ("Ada", "Bo", "Cleo"))
        made = library.recorder.save(picture(1), tmp_path, NOW, person=ada, others=[bo, cleo])
        assert library.forget(bo, pictures=False) == 0
        note = read(made.path).note
        assert note is not None
        assert (note.person, note.others) == (ada, (cleo,))
        assert bo.encode() not in made.path.read_bytes()


def test_a_damaged_note_keeps_nobody_from_being_forgotten(tmp_path: Path, home: Path) -> None:
    with Library() as library:
        ada, bo, cleo = (library.people.add(name).uid for name in ("Ada", "Bo", "Cleo"))
        made = library.recorder.save(picture(1), tmp_path, NOW, person=ada, others=[bo])
        other = saved(library, tmp_path, 2, person=cleo)
        with library.database.change() as connection:
            connection.execute("UPDATE details SET note = '{'")
        assert library.forget(bo, pictures=False) == 0
        assert bo.encode() not in made.path.read_bytes()
        assert cleo.encode() in other.path.read_bytes()
        assert library.forget(ada, pictures=True) == 1
        assert not made.path.exists()
