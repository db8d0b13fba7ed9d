"""The lock on people: at rest nothing of them can be read, and only the passphrase opens it."""

import base64
import contextlib
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fastface_core import paths
from fastface_core.errors import SettingsError, StorageError
from fastface_core.library.backup import backup, restore
from fastface_core.library.library import Library
from fastface_core.library.people import vault as module
from fastface_core.library.people.person import Person
from fastface_core.library.people.store import PersonStore
from fastface_core.library.people.vault import LockedError, Vault, is_sealed
from fastface_core.library.queries import Query
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
        lock = (paths.people_folder() / "vault.json").read_bytes()
        for wrong in ("", "vier wörter ohne Sinn", WORDS + " "):
            with pytest.raises(LockedError, match="wrong"):
                store.change_passphrase(wrong, "another passphrase")
            store.lock()
            with pytest.raises(LockedError, match="wrong"):
                store.unlock(wrong)
            assert store.locked
            store.unlock(WORDS)
        with pytest.raises(SettingsError, match="shorter"):
            store.change_passphrase(WORDS, "short")
        store.change_passphrase(WORDS, "another passphrase")
        store.lock()
        # With the lock's file from before, and the passphrase of then, no file of today can be opened.
        assert not any(file.read_bytes() == content for file, content in sealed.items())
        old = Vault(folder / "old.json")
        (folder / "old.json").write_bytes(lock)
        old.unlock(WORDS)
        for file in sealed:
            with pytest.raises(StorageError, match="damaged"):
                old.open(file.read_bytes(), file.relative_to(paths.people_folder()).as_posix())
        with pytest.raises(LockedError, match="wrong"):
            store.unlock(WORDS)
        # The same letters, composed otherwise.
        store.unlock("another passphrase")
        store.change_passphrase("another passphrase", "größere Wörter")
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


@pytest.mark.parametrize("after", range(0, 30, 4))
def test_another_passphrase_interrupted_at_any_file(
    after: int, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Power(BaseException):
        """It is cut."""

    library = Library()
    someone = person(library, folder, NAME, photos=3)
    wanted = pieces(library, someone)
    library.people.store.protect(WORDS)
    left = [after]
    replace = Path.replace

    def step(self: Path, target: Path) -> Path:
        if not left[0]:
            raise Power
        left[0] -= 1
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", step)
        with contextlib.suppress(Power):
            library.people.store.change_passphrase(WORDS, "another passphrase")
    library.close()
    with Library() as library:
        store = library.people.store
        with contextlib.suppress(LockedError):
            store.unlock("another passphrase")
        if store.locked:
            assert after < 2
            store.unlock(WORDS)
        assert readable(home, wanted) == []
        assert library.people.get(someone.uid).photos[2].counts
        assert [pieces(library, library.people.get(someone.uid))] == [wanted]
        assert store.vault.doing == ""


def test_plain_older_and_foreign_files_are_refused_and_named(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        other = person(library, folder, "Ben", 2)
        file = paths.people_folder() / someone.uid / "person.json"
        plain = file.read_bytes()
        photos = sorted((file.parent / "photos").iterdir())
        library.people.store.protect(WORDS)
        with_permission = file.read_bytes()
        library.people.set_consent(someone.uid, None)
        now = file.read_bytes()
        foreign = (paths.people_folder() / other.uid / "person.json").read_bytes()
    readings = next(file.parent.glob("faces-*"))
    for content, why in (
        (with_permission, "is an older one"),
        (plain, "is not encrypted"),
        (foreign, "damaged, or was exchanged"),
        (now[:-1] + b"!", "damaged, or was exchanged"),
    ):
        file.write_bytes(content)
        with Library() as library:
            with pytest.raises(LockedError):
                library.people.get(someone.uid)
            library.people.store.unlock(WORDS)
            with pytest.raises(StorageError, match=f"{someone.uid}/person.json .*{why}"):
                library.people.get(someone.uid)
            # Not taken in by an unlocking, nor by another passphrase.
            library.people.store.change_passphrase(WORDS, WORDS)
            with pytest.raises(StorageError, match=f"{someone.uid}/person.json"):
                library.people.get(someone.uid)
            assert [one.uid for one in library.people.all()] == [other.uid]
            assert [one.uid for one in library.people.damaged()] == [someone.uid]
            now = (paths.people_folder() / other.uid / "person.json").read_bytes()
    with Library() as library:
        library.people.store.unlock(WORDS)
        photos[0].write_bytes(b"\xff\xd8 somebody else")
        with pytest.raises(StorageError, match=photos[0].name):
            library.people.store.read(someone.uid, f"photos/{photos[0].name}")
        old = readings.read_bytes()
        library.people.add_photo(other.uid, photo(folder, 77, embedding(2, 7)), "tiny:1", 0.2)
        assert readings.read_bytes() == old
        (paths.people_folder() / other.uid / "photos" / f"{'0' * 64}.jpg").write_bytes(photos[1].read_bytes())
        with pytest.raises(StorageError, match="exchanged"):
            library.people.store.read(other.uid, f"photos/{'0' * 64}.jpg")


def test_a_writing_that_was_interrupted_is_no_forgery(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Power(BaseException):
        """It is cut."""

    replace = Path.replace
    for after in range(3):
        with Library() as library:
            if not library.people.store.vault.exists:
                library.people.store.protect(WORDS)
            library.people.store.unlock(WORDS)
            someone, other = library.people.add(f"Ada {after}"), library.people.add(f"Ben {after}")
            left = [after]

            def step(self: Path, target: Path, left: list[int] = left) -> Path:
                if not left[0]:
                    raise Power
                left[0] -= 1
                return replace(self, target)

            with monkeypatch.context() as patch:
                patch.setattr(Path, "replace", step)
                with contextlib.suppress(Power):
                    library.people.set_notes(someone.uid, "new")
            assert library.people.get(someone.uid).notes in ("", "new")
            # The next writing is of another file, and the first one is whole all the same.
            library.people.set_notes(other.uid, "later")
            assert library.people.get(someone.uid).notes == ("new" if after == 2 else "")


def test_two_programs_set_two_passphrases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as one, Library() as other:
        someone = person(one, folder, NAME)
        second: list[object] = []

        def meanwhile() -> None:
            try:
                other.people.store.protect("another passphrase")
            except SettingsError as error:
                second.append(error)

        thread = threading.Thread(target=meanwhile)
        create = Vault.create

        def slowly(self: Vault, passphrase: str) -> None:
            if not thread.ident:
                thread.start()
                thread.join(0.3)  # it has to wait for the lock
            create(self, passphrase)

        monkeypatch.setattr(Vault, "create", slowly)
        one.people.store.protect(WORDS)
        thread.join()
        assert len(second) == 1
        other.people.store.unlock(WORDS)
        assert other.people.get(someone.uid).name == NAME
        # One takes the passphrase away and sets another: the other's key is none any more.
        one.people.store.unprotect(WORDS)
        other.people.set_notes(someone.uid, "in between")
        one.people.store.protect("another passphrase")
        with pytest.raises(LockedError):
            other.people.add("Ben")
        assert other.people.store.locked
        other.people.store.unlock("another passphrase")
        assert one.people.get(other.people.add("Ben").uid).name == "Ben"
        # And so with a passphrase that is changed.
        one.people.store.change_passphrase("another passphrase", WORDS)
        with pytest.raises(LockedError):
            other.people.set_notes(someone.uid, "lost")


def test_one_key_only_where_the_lock_is_lost(folder: Path) -> None:
    with Library() as library:
        person(library, folder, NAME)
        library.people.store.protect(WORDS)
        lock = paths.people_folder() / "vault.json"
        kept = lock.read_bytes()
        lock.unlink()
        with pytest.raises(StorageError, match=r"vault\.json"):
            library.people.store.protect("another passphrase")
        with pytest.raises(StorageError, match=r"vault\.json"):
            library.people.add("Ben")
        assert library.people.all() == ()
        (damaged,) = library.people.damaged()
        lock.write_bytes(kept)
        library.people.store.unlock(WORDS)
        assert library.people.get(damaged.uid).name == NAME


def test_libraries_aside_and_scraps_are_closed_too(home: Path, folder: Path, tmp_path: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        wanted = pieces(library, someone)
        backup(library, tmp_path / "backup", pictures=False)
    _, aside = restore(tmp_path / "backup", replace=True)
    assert aside is not None
    with Library() as library:
        photo_file = next((paths.people_folder() / someone.uid / "photos").iterdir())
        scrap = photo_file.with_name(f".{'a' * 32}.part")
        hidden = paths.people_folder() / ".put-aside" / "holiday" / "beach.jpg"
        pasted = paths.data_folder() / "pasted" / "1.png"
        scratch = paths.library_folder() / ".backup-0a1b2c3d" / "people" / "1.png"
        strange = paths.library_folder() / "old" / "1.png"
        for place in (scrap, hidden, pasted, scratch, strange):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(photo_file.read_bytes())
        library.people.store.protect(WORDS)
        assert readable(home, wanted) == []
        library.people.store.change_passphrase(WORDS, "another passphrase")
        assert not scrap.exists()
    other = PersonStore(aside / "people")
    with pytest.raises(LockedError):
        other.unlock(WORDS)
    other.unlock("another passphrase")
    assert [one.name for one in other.people()] == [NAME]
    # A backup that is not encrypted comes back so; what was there stays closed.
    restore(tmp_path / "backup", replace=True)
    with Library() as library:
        assert library.people.get(someone.uid).name == NAME
        library.people.store.protect(WORDS)
    assert readable(home, wanted) == []


def test_a_file_that_is_too_large_to_be_encrypted_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as library:
        uid = person(library, folder).uid
        store = library.people.store
        film = store.folder / uid / "film.mov"
        film.write_bytes(bytes(3 << 20))
        store.largest = 2 << 20
        with pytest.raises(StorageError, match=f"{uid}/film.mov among the people is too large") as caught:
            store.protect("a passphrase")
        assert "Move it elsewhere" in caught.value.hint
        film.unlink()
        store.unlock("a passphrase")
        assert not [path for path in store.personal() if not is_sealed(path.read_bytes())]


def test_a_lock_of_the_first_version_is_taken_over(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        wanted = pieces(library, someone)
    people, key, salt, nonce = paths.people_folder(), bytes(range(32)), b"s" * 16, b"n" * 12
    for file in library.people.store.personal():
        place = file.relative_to(people).as_posix().encode()
        file.write_bytes(module.FIRST_MAGIC + nonce + ChaCha20Poly1305(key).encrypt(nonce, file.read_bytes(), place))
    stretched = Scrypt(salt=salt, length=32, n=1 << 4, r=8, p=1).derive(WORDS.encode())
    sealed = nonce + ChaCha20Poly1305(stretched).encrypt(nonce, key, b"fastface vault key 1")
    content = {"version": 1, "cost": 4, "salt": base64.b64encode(salt), "key": base64.b64encode(sealed)}
    (people / "vault.json").write_text(json.dumps(content, default=bytes.decode))
    with Library() as library:
        library.people.store.unlock(WORDS)
        assert [pieces(library, library.people.get(someone.uid))] == [wanted]
        assert all(file.read_bytes().startswith(module.MAGIC) for file in library.people.store.personal())
    assert readable(home, wanted) == []


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
    for damage in ("{", json.dumps({**content, "cost": 19}), json.dumps({**content, "key": "%%"}), json.dumps({})):
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
