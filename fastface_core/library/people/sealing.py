"""Setting a passphrase, changing it, and taking it away: from readable files to encrypted ones and back.

File by file, each under the library's lock and read inside it, so that other programs go on meanwhile; the lock's file
says what is being done until the last is done. Killed in between, the next unlocking finishes it. Libraries that a
restore moved aside get the same passphrase.
"""

import contextlib
import errno
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error
from fastface_core.library import aside, own_backups
from fastface_core.library.mentions import erase_copies
from fastface_core.library.people.vault import LockedError, check_passphrase, is_sealed, number_of
from fastface_core.library.scanning import below
from fastface_core.scraps import sweep, sweep_scratch

if TYPE_CHECKING:
    from fastface_core.library.people.store import PersonStore


def protect(store: "PersonStore", passphrase: str) -> None:
    """Sets a passphrase, and encrypts everything. Interrupted, it is finished at the next unlocking.

    Raises:
        SettingsError: the passphrase is too short, or one is set already.
        StorageError: the lock of files that are encrypted is missing, or the disk is full or cannot be written to.
    """
    make_folder(store.folder)
    with store.changing():
        if not store.vault.exists and (store.seals.exists or any(map(_looks_sealed, store.personal()))):
            raise StorageError(
                "The people are encrypted, and the file of their lock (people/vault.json) is missing.",
                "Put it back from a backup. With another lock they could never be opened again.",
            )
        store.vault.create(passphrase)
        store.seals.begin([])
    _seal_all(store)
    _erase_copies(store, everywhere=True)
    for other in _aside(store):
        if not other.vault.exists:
            protect(other, passphrase)


def unlock(store: "PersonStore", passphrase: str) -> None:
    """Opens the lock, and finishes what was interrupted.

    Raises:
        LockedError: the passphrase is wrong.
        StorageError: the disk is full, or the lock's file is damaged.
    """
    store.vault.unlock(passphrase)
    if store.vault.first_version:
        with store.changing():
            store.vault.unlock(passphrase)
            if store.vault.first_version:  # no other program was faster
                store.vault.renew(passphrase)
    if store.vault.doing:
        _seal_all(store)
    with contextlib.suppress(StorageError), store.changing():  # readers get the error
        store.seals.settle()
    _erase_copies(store, everywhere=False)
    for other in _aside(store):
        # A restore has moved it there since, or nobody knew a passphrase for it.
        with contextlib.suppress(StorageError):
            if not other.vault.exists:
                protect(other, passphrase)


def change(store: "PersonStore", old: str, new: str) -> None:
    """Sets another passphrase, and encrypts everything with another key: an old copy of the lock opens only old files.

    Raises:
        LockedError: the old passphrase is wrong.
        SettingsError: the new one is too short.
        StorageError: the disk is full, or the lock's file is damaged.
    """
    check_passphrase(new)
    unlock(store, old)
    with store.changing():
        store.vault.change(new)
    _seal_all(store)
    for other in _aside(store):
        # It may have another passphrase.
        with contextlib.suppress(LockedError):
            change(other, old, new)


def unprotect(store: "PersonStore", passphrase: str) -> None:
    """Takes the passphrase away: everything is readable again. Interrupted, it can be asked for again.

    Raises:
        LockedError: the passphrase is wrong.
        StorageError: the disk is full, or a file cannot be opened; everything is then encrypted as it was.
    """
    store.vault.unlock(passphrase)
    with store.changing():
        store.vault.begin_opening()
    for path in store.personal():
        with store.changing():
            _open(store, path)
    with store.changing():
        # What other programs wrote meanwhile.
        left = [path for path in store.personal() if not _open(store, path)]
        if not left:
            store.seals.remove()
            store.vault.remove()
    if left:
        _seal_all(store)
        raise StorageError(
            f"The file {store.place(left[0])} of a person cannot be opened, so that the passphrase stays.",
            "Forget this person, or restore the folder of people from a backup, and try again.",
        )
    for other in _aside(store):
        with contextlib.suppress(LockedError, StorageError):
            unprotect(other, passphrase)


def _seal_all(store: "PersonStore") -> None:
    """Finishes what the lock's file says is being done, until every file is sealed with the key that holds now."""
    with store.changing():
        if not store.seals.exists:
            store.seals.begin([])
        store.settle()
        sweep([*below(store.folder), *below(store.folder / aside.PUT_ASIDE)])
    for folder in (store.folder.parent, store.folder.parent / "library"):
        sweep_scratch(folder, new=True)
    for path in store.personal():
        with store.changing():
            _seal(store, path)
    with store.changing():
        sealed = {store.place(path): number for path in store.personal() if (number := _seal(store, path)) is not None}
        if store.vault.doing == "changing":
            store.seals.write_again()
        else:
            store.seals.begin(sealed.items())
        own_backups.erase_all(store.folder)
        store.vault.settle()


def _seal(store: "PersonStore", path: Path) -> int | None:
    """Seals one file; returns the number that it says, None where it is none that can be sealed."""
    place = store.place(path)
    try:
        data = read_bytes(path, store.largest)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise StorageError(
                f"The file {place} among the people is too large to be encrypted.", "Move it elsewhere, and try again."
            ) from error
        raise storage_error(error, path.parent) from error
    if store.vault.is_current(data, place):
        return number_of(data)
    changing = store.vault.doing == "changing"
    if not is_sealed(data):
        # Only while a passphrase is being set are readable files ours.
        if changing:
            return None
        number = store.seals.following
        store.seal_in_place(path, store.vault.seal(data, place, number))
        return number
    try:
        content = store.vault.open(data, place)
    except StorageError:
        return None  # damaged, or of another lock: it stays as it is, and is refused
    number = number_of(data)
    if changing and not store.seals.allows(place, number):
        return None
    with atomic_write(path) as file:
        file.write(store.vault.seal(content, place, number))
    return number


def _open(store: "PersonStore", path: Path) -> bool:
    """Decrypts one file; returns whether it is readable now."""
    try:
        data = read_bytes(path, store.largest)
        if is_sealed(data):
            content = store.vault.open(data, store.place(path))
            with atomic_write(path) as file:
                file.write(content)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    except StorageError:
        return False
    return True


def _looks_sealed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_sealed(file.read(16))
    except OSError:
        return False


def _erase_copies(store: "PersonStore", *, everywhere: bool) -> None:
    """Readable copies of photos that are encrypted now."""
    if store.folder == paths.people_folder():
        erase_copies(frozenset[str]().union(*map(store.photo_hashes, store.uids())), everywhere=everywhere)


def _aside(store: "PersonStore") -> "list[PersonStore]":
    """The people of libraries that lie aside."""
    if store.folder != paths.people_folder():
        return []
    folders = [library / "people" for library in aside.libraries()]
    return [type(store)(folder, lock=store.changing) for folder in folders if folder.is_dir()]
