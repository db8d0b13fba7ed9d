"""The lock on people: at rest nothing of them can be read, and only the passphrase opens it."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastface_core import paths
from fastface_core.errors import SettingsError, StorageError
from fastface_core.library import vault as module
from fastface_core.library.backup import backup, restore
from fastface_core.library.library import Library
from fastface_core.library.person import Person
from fastface_core.library.person_store import PersonStore
from fastface_core.library.queries import Query
from fastface_core.library.vault import LockedError, Vault
from tests.core.library_help import embedding, person, photo, saved

WORDS = "vier Wörter ohne Sinn"
NAME = "Quendolina"
"""Long enough that no encrypted bytes are like it by chance."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for each try is meant for attackers."""
    monkeypatch.setattr(Vault.__init__, "__defaults__", (4,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outside"


def pieces(library: Library, someone: Person) -> list[bytes]:
    found = [someone.name.encode(), b"said by", b'"consent"']
    for one in someone.photos:
        assert one.measured is not None
        found += [
            one.measured.face.embedding.tobytes()[:48],
            one.measured.face.crop[100].tobytes()[:48],
            library.people.photo_bytes(someone.uid, one.sha256)[700:748],
        ]
    return found


def readable(home: Path, wanted: list[bytes]) -> list[bytes]:
    content = b"\n".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    return [piece for piece in wanted if piece in content]


def test_at_rest_nothing_can_be_read(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        made = saved(library, folder / "made", 1, person=someone.uid)
        wanted = pieces(library, someone)
        before = library.people.identity(someone.uid, "tiny:1")
        assert before is not None
        assert len(readable(home, wanted)) == len(wanted)
        library.people.store.protect(WORDS)
        assert readable(home, wanted) == []
        # Unlocked, everything works as before, and what is new is encrypted too.
        assert library.people.get(someone.uid).name == NAME
        library.people.add_photo(someone.uid, photo(folder, 7, embedding(1, 7)), "tiny:1", 0.2)
        library.people.set_notes(someone.uid, "a secret note")
        wanted += [*pieces(library, library.people.get(someone.uid))[3:], b"a secret note"]
        assert readable(home, wanted) == []
    with Library() as library:
        assert library.people.store.locked
        for work in (
            library.people.all,
            lambda: library.people.find(NAME),
            lambda: library.people.add("Ben"),
            lambda: library.people.identity(someone.uid, "tiny:1"),
            lambda: library.people.photo_bytes(someone.uid, someone.photos[0].sha256),
            lambda: library.people.set_notes(someone.uid, "x"),
        ):
            with pytest.raises(LockedError, match="locked"):
                work()
        # The pictures are there all the same; a name finds nothing.
        assert library.people.names() == {}
        assert library.gallery.ids(Query()) == [made.id]
        assert library.gallery.ids(Query(text=NAME)) == []
        assert library.gallery.ids(Query(person=someone.uid)) == [made.id]
        library.marks.rate([made.id], 3)
        library.maintain()
        library.people.store.unlock(WORDS)
        assert library.gallery.ids(Query(text=NAME)) == [made.id]
        again = library.people.identity(someone.uid, "tiny:1")
        assert again is not None
        assert len(again.photos) == len(before.photos) + 1
        with library.people.photo_file(someone.uid, someone.photos[0].sha256) as file:
            assert file.read_bytes()[700:748] in wanted
            assert readable(home, wanted) == [] or not hasattr(__import__("os"), "memfd_create")
        assert readable(home, wanted) == []
        library.people.store.lock()
        with pytest.raises(LockedError):
            library.people.all()


def test_the_passphrase(folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        store = library.people.store
        with pytest.raises(SettingsError, match="shorter"):
            store.protect("short")
        assert not store.vault.exists
        store.protect(WORDS)
        with pytest.raises(SettingsError, match="already"):
            store.protect(WORDS)
        sealed = {file: file.read_bytes() for file in (paths.people_folder() / someone.uid).rglob("*.*")}
        for wrong in ("", "vier wörter ohne Sinn", WORDS + " "):
            with pytest.raises(LockedError, match="wrong"):
                store.vault.change(wrong, "another passphrase")
            store.lock()
            with pytest.raises(LockedError, match="wrong"):
                store.unlock(wrong)
            assert store.locked
            store.unlock(WORDS)
        store.vault.change(WORDS, "another passphrase")
        # The photos need not be written anew.
        assert {file: file.read_bytes() for file in sealed} == sealed
        store.lock()
        with pytest.raises(LockedError, match="wrong"):
            store.unlock(WORDS)
        # The same letters, composed otherwise.
        store.unlock("another passphrase")
        store.vault.change("another passphrase", "größere Wörter")
        store.lock()
        store.unlock("gro\u0308ßere Wo\u0308rter")
        assert library.people.get(someone.uid).name == NAME


def test_taking_it_away(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        wanted = pieces(library, someone)
        library.people.store.protect(WORDS)
        with pytest.raises(LockedError):
            library.people.store.unprotect("wrong words")
        library.people.store.unprotect(WORDS)
        assert len(readable(home, wanted)) == len(wanted)
    with Library() as library:
        assert not library.people.store.locked
        assert library.people.identity(someone.uid, "tiny:1") is not None


@pytest.mark.parametrize("after", range(0, 24, 3))
def test_interrupted_at_any_file(after: int, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Power(BaseException):
        """It is cut."""

    library = Library()
    someone = person(library, folder, NAME, photos=3)
    wanted = pieces(library, someone)
    left = [after]

    def cut(name: str) -> None:
        true = getattr(Path, name)

        def step(self: Path, *words: object, **more: object) -> object:
            if not left[0]:
                raise Power
            left[0] -= 1
            return true(self, *words, **more)

        patch.setattr(Path, name, step)

    done = False
    with monkeypatch.context() as patch:
        for name in ("rename", "unlink", "replace"):
            cut(name)
        try:
            library.people.store.protect(WORDS)
            done = True
        except Power:
            pass
    library.database.close()
    (session,) = (paths.library_folder() / "open").iterdir()
    session.rename(session.with_name("999999999-dead"))
    with Library() as library:
        if library.people.store.vault.exists:
            library.people.store.unlock(WORDS)
            assert readable(home, wanted) == []
        else:
            assert after == 0
        assert library.people.get(someone.uid).photos[2].counts
        assert len([pieces(library, library.people.get(someone.uid))]) == 1
        assert not list(paths.people_folder().rglob("*.plain"))
        assert not list(paths.people_folder().rglob("*.sealed"))
    assert not done or after > 10


def test_a_new_nonce_each_time_and_each_file_in_its_place(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.json")
    vault.create(WORDS)
    one, other = vault.seal(b"same", "a/x"), vault.seal(b"same", "a/x")
    assert one != other
    assert vault.open(one, "a/x") == vault.open(other, "a/x") == b"same"
    with pytest.raises(StorageError, match="damaged"):
        vault.open(one, "a/y")
    for at in (8, 20, len(one) - 1):
        bad = bytearray(one)
        bad[at] ^= 1
        with pytest.raises(StorageError, match="damaged"):
            vault.open(bytes(bad), "a/x")
    with pytest.raises(StorageError, match="damaged"):
        vault.open(module.MAGIC, "a/x")


def test_a_damaged_lock_is_said(tmp_path: Path) -> None:
    file = tmp_path / "vault.json"
    vault = Vault(file)
    vault.create(WORDS)
    content = json.loads(file.read_text())
    for damage in ("{", json.dumps({**content, "cost": 60}), json.dumps({**content, "key": "%%"}), json.dumps({})):
        file.write_text(damage)
        with pytest.raises(StorageError, match="lock"):
            Vault(file).unlock(WORDS)
    file.unlink()
    with pytest.raises(LockedError, match="no passphrase"):
        vault.unlock(WORDS)


def test_the_real_cost_is_high(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert module.COST >= 17
    vault = Vault(tmp_path / "vault.json", module.COST)
    vault.create(WORDS)
    assert json.loads((tmp_path / "vault.json").read_text())["cost"] == module.COST
    other = Vault(tmp_path / "vault.json")
    other.unlock(WORDS)
    assert other.open(vault.seal(b"x", "p"), "p") == b"x"


def test_forgetting_and_backing_up_what_is_locked(home: Path, folder: Path, tmp_path: Path) -> None:
    with Library() as library:
        someone, other = person(library, folder, NAME), person(library, folder, f"{NAME} Two", 2)
        wanted = pieces(library, someone) + pieces(library, other)
        library.people.store.protect(WORDS)
        library.people.store.lock()
        backup(library, tmp_path / "backup", pictures=False)
        assert not [piece for piece in wanted if piece in (tmp_path / "backup").read_bytes()]
        library.forget(someone.uid, pictures=False)
        library.people.store.unlock(WORDS)
        assert [one.name for one in library.people.all()] == [other.name]
    restore(tmp_path / "backup", replace=True)
    with Library() as library:
        assert library.people.store.locked
        library.people.store.unlock(WORDS)
        assert [one.name for one in library.people.all()] == [NAME, other.name]
        cover = library.people.cover(someone.uid)
        assert cover is not None
        assert someone.photos[0].measured is not None
        assert np.array_equal(cover, someone.photos[0].measured.face.crop)


def test_a_copy_left_readable_by_a_crash_is_erased(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.memfd_create", raising=False)
    library = Library()
    someone = person(library, folder, NAME)
    library.people.store.protect(WORDS)
    context = library.people.photo_file(someone.uid, someone.photos[0].sha256)
    file = context.__enter__()
    assert file.is_relative_to(paths.people_folder())
    assert file.read_bytes().startswith(b"\xff\xd8")
    library.database.close()
    (session,) = (paths.library_folder() / "open").iterdir()
    session.rename(session.with_name("999999999-dead"))
    with Library():
        assert not file.exists()
    context.__exit__(None, None, None)
    assert PersonStore(paths.people_folder()).uids() == [someone.uid]
