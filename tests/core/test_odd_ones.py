"""One odd file, row or name keeps nobody from the others: it is named, and the rest goes on."""

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fastface_core import bounded, paths
from fastface_core.batch.reading import read_batch
from fastface_core.compare import records
from fastface_core.domain.timing import Timings, read_timings
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.library.archive import open_archive
from fastface_core.library.database_errors import DamagedLibraryError
from fastface_core.library.encoding import encoded
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, Note, read
from fastface_core.library.moments import file_time, milliseconds, moment_of
from fastface_core.library.prompts import prompt_of
from fastface_core.library.queries import Query
from fastface_core.library.sessions import Session
from fastface_core.models.disk.lora_import import take_over
from fastface_core.models.store import Store
from fastface_core.settings import AppSettings, read_settings
from fastface_core.studio.queue_file import read_queue
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import NOW, picture, saved

DATA = Path(__file__).resolve().parents[1] / "data" / "pictures"
linux = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes, and pipes lie in folders, on Linux alone")


def odd_folder(folder: Path) -> Path:
    """A folder of which one picture is whole; returns the name of one that is no text."""
    folder.mkdir(parents=True)
    for poison in DATA.glob("poison-*.png"):
        shutil.copy(poison, folder)
    whole = encoded(picture(1).image, "png", picture(1).recipe, Note(created=NOW), Marks())
    (folder / "whole.png").write_bytes(whole)
    far = encoded(picture(2).image, "png", picture(2).recipe, Note(), Marks())
    (folder / "far.png").write_bytes(far)
    with contextlib.suppress(OSError):  # not every file system keeps it
        os.utime(folder / "far.png", (1e13, 1e13))
    (folder / "cut.png").write_bytes(whole[:200])
    (folder / "loop.png").symlink_to("loop.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "folder.png").mkdir()
    name = os.fsencode(folder) + b"/na\xffme.png"
    nameless = Path(os.fsdecode(name))
    nameless.write_bytes(encoded(picture(3).image, "png", picture(3).recipe, Note(created=NOW), Marks()))
    inside = folder / os.fsdecode(b"fol\xffder")
    inside.mkdir()
    shutil.copy(folder / "whole.png", inside / "x.png")
    return nameless


@linux
def test_rebuild_and_import_name_the_odd_ones_and_take_the_others(fastface: Run) -> None:
    name = odd_folder(paths.pictures_folder() / "2030-01")
    for command in (("library", "rebuild"), ("gallery", "import", paths.pictures_folder(), "--all")):
        done = fastface(*command, "--json")
        assert done.code == 1
        problems = done.json["problems"]
        assert {Path(path).name for path in problems} == {name.name, "cut.png", "x.png"}
        assert all(len(said) < 300 and said.endswith(".") for said in problems.values())
        told = fastface(*command)
        assert told.code == 1
        assert "no text in UTF-8" in told.err
    rows = fastface("gallery", "list", "--json")
    assert rows.code == 0
    assert {Path(row["path"]).name for row in rows.json["pictures"]} >= {"whole.png", "far.png"}
    # At a start after a crash the same folder is looked through.
    (paths.library_folder() / "open" / "999999999-00").touch()
    assert fastface("gallery", "list").code == 0
    assert not (paths.library_folder() / "open" / "999999999-00").exists()


@linux
def test_a_file_that_a_reader_fails_at_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Whatever libraries raise over a file that nobody has thought of.
    def failing(path: Path) -> object:
        if path.name == "odd.png":
            raise OverflowError("cannot convert float infinity to integer")
        return read(path)

    monkeypatch.setattr("fastface_core.library.scanning.read", failing)
    for name in ("odd.png", "whole.png"):
        (tmp_path / name).write_bytes(encoded(picture(1).image, "png", picture(1).recipe, Note(created=NOW), Marks()))
    with Library() as library:
        scan = import_pictures(library, tmp_path)
    assert scan.problems == {tmp_path / "odd.png": "odd.png cannot be read."}
    assert scan.recorded == [tmp_path / "whole.png"]


def test_moments_that_are_none(tmp_path: Path) -> None:
    assert moment_of(10**18).year == 9000
    assert moment_of(-(10**18)).year == 1900
    assert milliseconds(moment_of(-(10**18))) < 0
    assert abs(file_time(tmp_path / "gone").timestamp() - file_time(tmp_path).timestamp()) < 3600


def test_a_prompt_with_letters_that_are_none() -> None:
    prompt = prompt_of({"parameters": '{"prompt": "an owl \\ud800 at night"}'})
    assert prompt.encode()
    assert prompt.startswith("an owl")


# Whatever the database is, a rebuild makes it again


def garbage(database: Path) -> None:
    database.write_bytes(os.urandom(50_000))


def a_folder(database: Path) -> None:
    database.unlink()
    database.mkdir()


def cut(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:9000])


def a_pipe(database: Path) -> None:
    database.unlink()
    os.mkfifo(database)


def changed(*statements: str) -> Callable[[Path], None]:
    def change(database: Path) -> None:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return change


BROKEN = {
    "garbage": garbage,
    "folder": a_folder,
    "cut": cut,
    "newer": changed("PRAGMA user_version = 999"),
    "negative": changed("PRAGMA user_version = -5"),
    "older in name only": changed("PRAGMA user_version = 1"),
    "without a table": changed("DROP TABLE details"),
    "without an index": changed("DROP INDEX pictures_by_date"),
    "text for numbers": changed("UPDATE pictures SET width = 'wide', created = 'long ago'"),
    "a folder that is no text": changed("UPDATE folders SET path = CAST(x'2fff' AS TEXT)"),
    "a folder of bytes": changed("UPDATE folders SET path = x'00ff'"),
}
if sys.platform != "win32":
    BROKEN["pipe"] = a_pipe


@pytest.mark.parametrize("kind", BROKEN)
def test_a_rebuild_whatever_the_database_is(kind: str, fastface: Run, tmp_path: Path) -> None:
    with Library() as library:
        path = saved(library, tmp_path / "made", 1).path
        library.marks.rate([1], 4)
        library.marks.write_pending()
    BROKEN[kind](paths.library_folder() / "library.db")
    before = fastface("gallery", "list", "--json")
    assert before.code == 1
    assert "error" in before.json or before.json["problems"]
    made = fastface("library", "rebuild", "--json")
    assert made.code == 0, made.err
    assert made.json["aside"].endswith("is moved aside.")
    rows = fastface("gallery", "list", "--json").json["pictures"]
    assert [(row["path"], row["rating"]) for row in rows] == [(str(path), 4)]
    again = fastface("library", "rebuild", "--json")
    assert again.json["aside"] is None
    assert again.json["recorded"] == []


def test_a_rebuild_takes_nothing_away_from_another_program(monkeypatch: pytest.MonkeyPatch, fastface: Run) -> None:
    Library().close()
    garbage(paths.library_folder() / "library.db")
    monkeypatch.setattr(Session, "others", lambda _: True)
    refused = fastface("library", "rebuild", "--json")
    assert refused.code == 1
    assert refused.json["error"].startswith("Another program has the library open")
    assert (paths.library_folder() / "library.db").stat().st_size == 50_000


def test_a_damaged_row_keeps_nobody_from_the_others(fastface: Run, tmp_path: Path) -> None:
    with Library() as library:
        ids = [saved(library, tmp_path / "made", seed).id for seed in range(1, 5)]
    change = changed(
        f"UPDATE pictures SET width = 'wide' WHERE id = {ids[0]}",
        f"UPDATE details SET prompt = CAST(x'61ff' AS TEXT) WHERE picture_id = {ids[1]}",
        f"UPDATE pictures SET created = 9999999999999999 WHERE id = {ids[2]}",
        f"UPDATE details SET note = '{{', recipe = '[' WHERE picture_id = {ids[3]}",
    )
    change(paths.library_folder() / "library.db")
    rows = fastface("gallery", "list", "--json")
    assert rows.code == 1
    assert {row["id"] for row in rows.json["pictures"]} == set(ids[2:])
    assert set(rows.json["problems"]) == {str(number) for number in ids[:2]}
    assert fastface("gallery", "show", ids[3], "--json").json["recipe"] is None
    with Library() as library, pytest.raises(DamagedLibraryError), library.database.reading() as connection:
        connection.execute("SELECT prompt FROM details").fetchall()


# Words that cannot be


@pytest.mark.parametrize(
    "words",
    [
        ("gallery", "list", "--limit", 10**23),
        ("gallery", "list", "--since", "0001-01-01"),
        ("gallery", "list", "--until", "9999-12-31"),
    ],
)
def test_limits_beyond_all_numbers(fastface: Run, words: tuple[object, ...]) -> None:
    done = fastface(*words, "--json")
    assert done.code == 0
    assert done.json["total"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("gallery", "list", "--after", f"{10**23}:1"),
        ("gallery", "list", "--tag", "na\udcffme"),
        ("gallery", "list", "--preset", "na\udcffme"),
        ("gallery", "show", "na\udcffme"),
        ("gallery", "show", "n" * 5000),
        ("gallery", "import", "n" * 5000),
        ("gallery", "import", "na\udcffme"),
        ("presets", "show", "n" * 5000),
        ("presets", "show", "na\udcffme"),
        ("presets", "import", "n" * 5000),
        ("presets", "export", "baseline", "n" * 5000),
        ("models", "import", "n" * 5000),
        ("library", "backup", "n" * 5000),
        ("library", "restore", "n" * 5000),
    ],
)
def test_names_that_no_file_has(fastface: Run, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(paths.data_folder().parent)
    done = fastface(*words)
    assert done.code == 1
    assert all(0 < len(line) < 1200 for line in done.err.splitlines())


# Files of settings


@linux
def test_settings_that_are_no_files(fastface: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    endless = tmp_path / "endless.json"
    endless.symlink_to("/dev/zero")
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    for file in (pipe, endless, deep, tmp_path):
        assert read_settings(file) == AppSettings()
        assert read_timings(file) == Timings()
        assert read_queue(file).jobs == ()
        with pytest.raises((OSError, ValueError)):
            bounded.read_json(file)
        assert fastface("presets", "import", file).code == 1
    paths.presets_folder().mkdir(parents=True)
    for file in (pipe, endless, deep):
        file.rename(paths.presets_folder() / file.name)
    assert fastface("presets", "list", "--json").code == 0
    records.records_folder().mkdir(parents=True)
    (records.records_folder() / "a.json").write_text("[" * 100_000)
    assert records.kept() == ()
    for file in (paths.pictures_folder_file(), paths.models_folder_file()):
        file.write_text("[" * 100_000)
    assert fastface("gallery", "list").code == 0
    for file in (paths.pictures_folder_file(), paths.models_folder_file(), paths.runtime_folder_file()):
        for no_path in ("/\\u0000", "/\\ud800"):
            file.write_text(f'{{"folder": "{no_path}"}}')
    assert paths.models_folder() == paths.data_folder() / "models"
    assert fastface("models", "list").code == 0


def test_sentences_about_settings_are_ours_and_bounded(fastface: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    for content, said in {
        '{"%s": 1}' % ("y" * 100_000): "this field is missing",
        '{"name": "a", "title": "b", "steps": 10000}': "in steps: it should be at most 100",
        '{"name": "a", "title": "b", "steps": 4, "%s": 1}' % ("y" * 100_000): "yyy...: this field is not known",
        '{"name": "a", "title": "b", "steps": 4, "scheduler": "x"}': "one of: ddim, euler, euler_a, lcm, tcd",
        '{"name": "a", "title": "b", "steps": 4, "adapter_strength": 1e999}': "a number that is not infinite",
        '{"name": "a", "title": "b", "steps": 4, "guidance": 3}': "in guidance: it should be an object",
        '{"name": "' + "\udcff" + '"}': "not a text file",
    }.items():
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
        done = fastface("presets", "import", file)
        assert done.code == 1
        assert said in done.err
        assert len(done.err) < 400
        assert "nput should" not in done.err


def test_a_text_that_is_none_is_not_looked_for() -> None:
    with Library() as library, pytest.raises(SettingsError, match="no text in UTF-8"):
        library.gallery.count(Query(preset="na\udcffme"))


@pytest.mark.parametrize("name", ["-", "https://example.org/a.csv", "http:/x/y.zip"])
def test_what_is_no_name_of_a_file_is_told_wherever_one_is_asked_for(name: str) -> None:
    def unpack() -> None:
        with open_archive(Path(name), paths.data_folder()):
            pass

    def take_in() -> None:
        with Library() as library:
            import_pictures(library, Path(name))

    for work in (unpack, take_in, lambda: read_batch(Path(name)), lambda: take_over(Store(), Path(name))):
        with pytest.raises(FastFaceError, match=r"has to be named|of the web") as caught:
            work()
        assert caught.value.hint
