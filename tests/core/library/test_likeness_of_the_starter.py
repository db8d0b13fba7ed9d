"""The first starter gave its pictures a likeness; it is neither shown nor found."""

from contextlib import closing
from pathlib import Path

from fastface_core import paths
from fastface_core.library.database import Database
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.library.rebuilding import rebuild
from fastface_core.library.schema import migrations
from tests.core.library_help import saved

ALIKE = Query(likeness=(0.1, None))


def test_a_file_of_the_first_starter_has_no_likeness() -> None:
    with Library() as library:
        drawn = saved(library, paths.pictures_folder(), 1, checkpoint="starter")
        other = saved(library, paths.pictures_folder(), 2, checkpoint="hyper-4")
        assert library.gallery.ids(ALIKE) == [other.id]
        assert library.gallery.rows([drawn.id])[0].likeness is None
    rebuild()
    with Library() as library:
        assert [row.checkpoint for row in library.gallery.rows(library.gallery.ids(ALIKE))] == ["hyper-4"]


def test_rows_of_before_lose_theirs(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    earlier = {number: script for number, script in migrations().items() if number < 5}
    with closing(Database(path, earlier)) as old, old.change() as connection:
        connection.execute("INSERT INTO folders (id, path) VALUES (1, '/pictures')")
        for number, name in ((1, "starter"), (2, "hyper-4")):
            connection.execute("INSERT INTO checkpoints (id, name) VALUES (?, ?)", (number, name))
            connection.execute(
                "INSERT INTO pictures (id, folder_id, name, pixels, width, height, created, checkpoint_id, likeness)"
                " VALUES (?, 1, ?, ?, 1, 1, 0, ?, 0.5)",
                (number, f"{name}.png", bytes(31) + bytes([number]), number),
            )
    with closing(Database(path)) as new:
        rows = new.connection().execute("SELECT id, likeness FROM pictures ORDER BY id").fetchall()
        assert rows == [(1, None), (2, 0.5)]
