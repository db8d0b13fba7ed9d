"""The database file: migrations with their backups, transactions, damage, and two programs at once."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import pytest

from fastface_core.errors import StorageError
from fastface_core.library import database as module
from fastface_core.library import schema
from fastface_core.library.database import Database
from fastface_core.library.database_errors import BusyLibraryError, DamagedLibraryError
from fastface_core.library.schema import migrations, statements

SECOND = """
CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
-- a trigger is one statement
CREATE TRIGGER notes_added AFTER INSERT ON notes BEGIN
    UPDATE notes SET text = 'seen' WHERE id = new.id;
END;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library" / "library.db"


def versions(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_every_migration_has_the_next_number() -> None:
    assert sorted(migrations()) == list(range(1, len(migrations()) + 1))


def test_a_new_database_survives_closing(path: Path) -> None:
    database = Database(path)
    with database.change() as connection:
        connection.execute("INSERT INTO tags (name) VALUES ('sea')")
    database.close()
    database = Database(path)
    assert database.connection().execute("SELECT name FROM tags").fetchall() == [("sea",)]
    assert database.connection().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.problems(full=True) == ()
    database.close()
    # The last one to close leaves one file, which can be copied.
    assert [file.name for file in path.parent.iterdir()] == ["library.db"]


def test_a_migration_keeps_a_backup_of_what_was(path: Path) -> None:
    first = migrations()[1]
    database = Database(path, {1: first})
    with database.change() as connection:
        connection.execute("INSERT INTO tags (name) VALUES ('kept')")
    database.close()
    database = Database(path, {1: first, 2: SECOND})
    with database.change() as connection:
        connection.execute("INSERT INTO notes (text) VALUES ('new')")
    assert database.connection().execute("SELECT text FROM notes").fetchall() == [("seen",)]
    assert versions(path) == 2
    (backup,) = database.backups.iterdir()
    database.close()
    assert versions(backup) == 1
    with contextlib.closing(sqlite3.connect(backup)) as old:
        assert old.execute("SELECT name FROM tags").fetchall() == [("kept",)]


def test_a_migration_that_fails_leaves_the_old_form(path: Path) -> None:
    first = migrations()[1]
    Database(path, {1: first}).close()
    with pytest.raises(DamagedLibraryError):
        Database(path, {1: first, 2: SECOND + "INSERT INTO nowhere VALUES (1);"})
    assert versions(path) == 1
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'notes'").fetchall()
    database = Database(path, {1: first, 2: SECOND})
    assert versions(path) == 2
    database.close()


def test_a_newer_library_is_left_alone(path: Path) -> None:
    Database(path, {1: migrations()[1], 2: SECOND}).close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer version"):
        Database(path, {1: migrations()[1]})
    assert path.read_bytes() == before


def test_statements_of_a_script() -> None:
    found = list(statements(SECOND))
    assert len(found) == 2
    assert found[1].strip().endswith("END;")


def test_all_of_a_change_or_nothing(path: Path) -> None:
    database = Database(path)
    told: list[int] = []
    database.listen(lambda: told.append(1))
    with pytest.raises(ValueError, match="bug"), database.change() as connection:  # noqa: PT012
        connection.execute("INSERT INTO tags (name) VALUES ('a')")
        with database.change() as inner:
            assert inner is connection
            inner.execute("INSERT INTO tags (name) VALUES ('b')")
        raise ValueError("bug")
    assert database.connection().execute("SELECT count(*) FROM tags").fetchone() == (0,)
    assert told == []
    with database.change() as connection, database.change() as inner:
        inner.execute("INSERT INTO tags (name) VALUES ('c')")
    assert told == [1]
    database.close()


def test_each_thread_reads_while_another_writes(path: Path) -> None:
    database = Database(path)
    seen: list[int] = []

    def read() -> None:
        with database.reading() as connection:
            seen.append(connection.execute("SELECT count(*) FROM tags").fetchone()[0])

    with database.change() as connection:
        connection.execute("INSERT INTO tags (name) VALUES ('a')")
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    read()
    assert seen == [0, 1]
    database.close()


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_file_is_said_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(DamagedLibraryError, match="damaged") as caught:
        Database(path)
    assert "rebuild" in caught.value.hint
    assert path.read_bytes() == content
    module.set_aside(path)
    database = Database(path)
    (aside,) = database.backups.iterdir()
    assert aside.read_bytes() == content
    database.close()


def test_damage_inside_is_found(path: Path) -> None:
    database = Database(path)
    with database.change() as connection:
        for number in range(2000):
            connection.execute("INSERT INTO tags (name) VALUES (?)", (f"tag {number}",))
    database.close()
    data = bytearray(path.read_bytes())
    where = data.find(b"tag 1500")
    data[where - 200 : where + 200] = b"\x00" * 400
    path.write_bytes(data)
    database = Database(path)
    try:
        problems = database.problems(full=True)
    except DamagedLibraryError:
        problems = ("unreadable",)
    assert problems
    database.close()


def test_two_programs_write_in_turn(path: Path) -> None:
    database = Database(path)
    code = (
        "import sys\nfrom pathlib import Path\nfrom fastface_core.library.database import Database\n"
        "database = Database(Path(sys.argv[1]))\n"
        "for number in range(100):\n"
        "    with database.change() as connection:\n"
        "        connection.execute('INSERT INTO tags (name) VALUES (?)', (f'{sys.argv[2]} {number}',))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in ("a", "b")]
    for number in range(100):
        with database.change() as connection:
            connection.execute("INSERT INTO tags (name) VALUES (?)", (f"here {number}",))
    assert [process.wait() for process in running] == [0, 0]
    assert database.connection().execute("SELECT count(*) FROM tags").fetchone() == (300,)
    database.close()


def test_a_library_that_stays_busy_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_WAIT_FOR_OTHERS", 0.05)
    one, other = Database(path), Database(path)
    with one.change(), pytest.raises(StorageError, match="Another program"), other.change():
        raise AssertionError("not reached")
    one.close()
    other.close()


def test_what_was_deleted_is_in_no_file(path: Path) -> None:
    database = Database(path)
    secret = "Zyxwvut"
    with database.change() as connection:
        connection.execute("INSERT INTO folders (path) VALUES ('/f')")
        for number in range(50):
            connection.execute(
                "INSERT INTO pictures (folder_id, name, pixels, width, height, created)"
                " VALUES (1, ?, randomblob(32), 1, 1, 1)",
                (f"{number}.png",),
            )
            connection.execute(
                "INSERT INTO details (picture_id, prompt, note, search) VALUES (?, ?, '{}', ?)",
                (number + 1, f"{secret} {number}", f"{secret} {number}"),
            )
    database.copy_to(database.backups / "before-0002-x.db")
    with database.change() as connection:
        connection.execute("DELETE FROM pictures")
    database.erase_free_space()
    for file in path.parent.rglob("*"):
        if file.is_file():
            assert secret.lower().encode() not in file.read_bytes().lower(), file
    database.close()


def test_a_table_that_another_connection_sees_is_not_called_missing(path: Path) -> None:
    database = Database(path)
    with pytest.raises(BusyLibraryError, match="Another program"), database.errors():
        raise _missed("no such table: pictures")
    for said in ("no such table: nothing", "no such column: pictures"):
        with pytest.raises(DamagedLibraryError), database.errors():
            raise _missed(said)
    database.close()


def _missed(said: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = sqlite3.SQLITE_ERROR
    return error


def test_what_is_deleted_is_erased_on_a_connection_that_is_exchanged_meanwhile(path: Path) -> None:
    database = Database(path)
    real = database._begun

    def exchanged(how: str) -> sqlite3.Connection:
        database._local.lent.connection.close()
        database._local.lent.connection = database._opened()
        return real(how)

    database._begun = exchanged  # type: ignore[method-assign]
    database.erase_free_space()
    database.close()


def test_a_connection_that_has_lost_sight_of_the_tables_is_exchanged(path: Path) -> None:
    """As SQLite 3.40 leaves one after the VACUUM of another program."""
    database = Database(path)
    connection = database.connection()

    class Blind:
        """The connection as long as it knows of no table."""

        in_transaction = False

        def execute(self, statement: str) -> object:
            if "folders" in statement:
                raise sqlite3.OperationalError("no such table: folders")
            return connection.execute(statement)

        def close(self) -> None:
            connection.close()

    blind = cast(sqlite3.Connection, Blind())
    database._connections[:] = [blind]
    database._local.lent.connection = blind
    with database.change() as changing:
        changing.execute("INSERT INTO tags (name) VALUES ('sea')")
    with database.reading() as reading:
        assert reading.execute("SELECT name FROM tags").fetchall() == [("sea",)]
    database.close()


def test_tables_that_are_not_those_of_the_migrations_are_damage_and_an_error_of_ours_is_not(path: Path) -> None:
    database = Database(path)
    with pytest.raises(sqlite3.OperationalError, match="syntax"), database.errors():
        database.connection().execute("SELECT FROM")
    database.close()
    for found, put in (
        (b"'unicode61 remove", b"'unicode61 remo%e"),
        (b"CREATE TABLE pictures", b"CREATE TABLE p\xcactures"),
    ):
        content = path.read_bytes()
        assert found in content
        other = path.parent / "other" / "library.db"
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(content.replace(found, put))
        with pytest.raises(DamagedLibraryError), contextlib.closing(Database(other)) as database, database.errors():
            database.connection().execute("SELECT * FROM picture_text WHERE picture_text MATCH 'sea'")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
@pytest.mark.parametrize("ending", schema.FILES)
def test_a_pipe_or_a_folder_beside_it_is_not_waited_for(path: Path, ending: str) -> None:
    odd = path.with_name(path.name + ending)
    for make in (os.mkfifo, os.mkdir):
        Database(path).close()
        odd.unlink(missing_ok=True)
        make(odd)
        if ending:
            Database(path).close()
        else:
            with pytest.raises(DamagedLibraryError):
                Database(path)
            module.set_aside(path)
        assert not odd.is_fifo()
        assert not odd.is_dir()
        assert list((path.parent / "backups").glob(f"damaged-*.db{ending}"))
        for kept in (path.parent / "backups").iterdir():
            kept.rmdir() if kept.is_dir() else kept.unlink()
