"""The folders of people on the disk, readable, or encrypted while the library has a passphrase."""

import contextlib
import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase, erase_folder
from fastface_core.errors import SettingsError, StorageError
from fastface_core.files import atomic_write, storage_error
from fastface_core.library import own_backups
from fastface_core.library.aside import PUT_ASIDE, put_aside
from fastface_core.library.people import sealing
from fastface_core.library.people.files import PHOTOS, PersonFile
from fastface_core.library.people.seals import Seals
from fastface_core.library.people.vault import Vault, is_sealed, number_of
from fastface_core.library.scanning import below
from fastface_core.scraps import sweep
from fastface_core.validation import parse_json

_PERSON = "person.json"
_PLAIN, _SEALED = ".plain", ".sealed"
_UNLOCKED = ".unlocked-"
LARGEST = 512 << 20
"""Bytes of a file among the people: it is read, and encrypted, as a whole."""
NEVER_SEALED = frozenset({"forget"})
"""Files in which nothing personal is, and which are needed while the people are locked."""


class PersonStore:
    """Reads and writes the files of people by their uid and the place below their folder.

    Without a passphrase they are plain. With one, every file is sealed (`vault`) and the newest of its place (`seals`);
    anything else is refused. `sealing` goes from the one to the other.
    """

    def __init__(
        self,
        folder: Path,
        vault: Vault | None = None,
        lock: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
    ) -> None:
        """`lock` is the library's lock for changes, which is reentrant."""
        self.folder = folder
        self.vault = vault or Vault(folder / "vault.json")
        self.seals = Seals(folder, self.vault)
        self.changing = lock
        self.largest = LARGEST
        self._read_before: dict[str, tuple[tuple[int, int], PersonFile]] = {}

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed before anything can be read."""
        return self.vault.locked

    def lock(self) -> None:
        """Forgets the key, and what was read with it."""
        self.vault.lock()
        self.seals.forget()
        self._read_before.clear()

    def protect(self, passphrase: str) -> None:
        """Sets a passphrase, and encrypts everything; see `sealing.protect`."""
        sealing.protect(self, passphrase)

    def unlock(self, passphrase: str) -> None:
        """Opens the lock, and finishes what was interrupted; see `sealing.unlock`."""
        sealing.unlock(self, passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        """Sets another passphrase; see `sealing.change`."""
        sealing.change(self, old, new)

    def unprotect(self, passphrase: str) -> None:
        """Takes the passphrase away: everything is readable again; see `sealing.unprotect`."""
        sealing.unprotect(self, passphrase)

    def settle(self) -> None:
        """Puts in order what an interrupted encryption left: each file is there once, as it was or as it will be."""
        for plain in self.folder.rglob(f"*{_PLAIN}"):
            path = plain.with_name(plain.name.removesuffix(_PLAIN))
            sealed = path.with_name(path.name + _SEALED)
            if not path.exists():
                (sealed if sealed.exists() else plain).rename(path)
            if plain.exists():
                erase(plain)
        for sealed in self.folder.rglob(f"*{_SEALED}"):
            sealed.unlink()

    def uids(self) -> list[str]:
        """Everyone who has a folder with a person in it."""
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if (entry / _PERSON).is_file())

    def people(self) -> list[PersonFile]:
        """Everyone whose file is intact: a damaged one does not hide the others.

        Raises:
            LockedError: the people are locked.
        """
        found: list[PersonFile] = []
        for uid in self.uids():
            with contextlib.suppress(StorageError):
                if (file := self.person(uid)) is not None:
                    found.append(file)
        return found

    def person(self, uid: str) -> PersonFile | None:
        """One person; None where there is none of that uid.

        Raises:
            StorageError: the person's file is damaged or cannot be read.
            LockedError: the people are locked.
        """
        path = self._path(uid, _PERSON)
        try:
            status = path.stat()
        except OSError:
            return None
        state = (status.st_mtime_ns, status.st_size)
        known = self._read_before.get(uid)
        if known is not None and known[0] == state:
            return known[1]
        try:
            file = parse_json(PersonFile, self.read_person(uid), "The person's file")
            if file.uid != uid:
                raise SettingsError("The person's file is that of another person.", "")
        except (SettingsError, StorageError) as error:
            if not path.exists():
                return None  # forgotten by another program just now
            if isinstance(error, StorageError) and self.vault.exists:
                raise  # it says why it is refused
            raise StorageError(
                "The file with the name and the permission of a person cannot be read.",
                "Restore the folder of people from a backup, or forget this person.",
            ) from error
        self._read_before[uid] = (state, file)
        return file

    def read_person(self, uid: str) -> bytes:
        """The content of `person.json`; raises as `read`."""
        return self.read(uid, _PERSON)

    def photo_hashes(self, uid: str) -> frozenset[str]:
        """Hashes of the photos that lie in a person's folder."""
        folder = self.folder / uid / PHOTOS
        stems = (entry.name.partition(".")[0] for entry in folder.iterdir()) if folder.is_dir() else ()
        return frozenset(stem for stem in stems if re.fullmatch("[0-9a-f]{64}", stem))

    def write_person(self, file: PersonFile) -> None:
        """Writes `person.json`."""
        self.write(file.uid, _PERSON, file.model_dump_json(exclude_none=True, indent=1).encode())

    def read(self, uid: str, name: str) -> bytes:
        """A file below a person's folder.

        Raises:
            StorageError: it is missing, damaged, or cannot be read.
            LockedError: the people are locked.
        """
        path = self._path(uid, name)
        try:
            return self._checked(path, read_bytes(path, LARGEST))
        except StorageError:
            # Another program may have written file and record in between: under the lock nobody does.
            with self.changing():
                return self._checked(path, self._content(path))
        except OSError as error:
            raise _unreadable(path) from error

    def _content(self, path: Path) -> bytes:
        try:
            return read_bytes(path, LARGEST)
        except OSError as error:
            raise _unreadable(path) from error

    def _checked(self, path: Path, data: bytes) -> bytes:
        if not self.vault.exists:
            if is_sealed(data):
                raise self._lost()
            return data
        doing, place = self.vault.doing, self.place(path)
        if not is_sealed(data) and doing in ("sealing", "opening"):
            return data
        if not is_sealed(data):
            raise StorageError(
                f"The file {place} of a person is not encrypted, so that it is not from here.",
                "Restore the folder of people from a backup, or forget this person.",
            )
        content = self.vault.open(data, place)
        if doing in ("", "changing") and not self.seals.allows(place, number_of(data)):
            raise StorageError(
                f"The file {place} of a person is an older one, or was not written here.",
                "Restore the folder of people from a backup, or forget this person.",
            )
        return content

    @contextlib.contextmanager
    def as_file(self, uid: str, name: str) -> Generator[Path]:
        """A file that holds the content while the context lasts.

        Of an encrypted one there is a copy in memory, where the system has files in memory, or else a file that is
        erased in the end.
        """
        path = self._path(uid, name)
        if not self.vault.exists:
            yield path
            return
        data = self.read(uid, name)
        if hasattr(os, "memfd_create"):
            number = os.memfd_create("photo")
            try:
                with open(number, "wb", closefd=False) as file:
                    file.write(data)
                yield Path(f"/proc/self/fd/{number}")
            finally:
                os.close(number)
            return
        copy = self.folder / f"{_UNLOCKED}{os.getpid()}" / path.name
        try:
            with atomic_write(copy, durable=False) as file:
                file.write(data)
            yield copy
        finally:
            erase_folder(copy.parent)

    def write(self, uid: str, name: str, data: bytes) -> None:
        """Writes a file below a person's folder, atomically.

        Raises:
            StorageError: the disk is full or cannot be written to.
            LockedError: the people are locked.
        """
        path = self._path(uid, name)
        with self.changing():
            if self.vault.exists:
                place = self.place(path)
                data = self.vault.seal(data, place, self.seals.next(place))
            elif self.seals.exists:
                raise self._lost()
            with atomic_write(path) as file:
                file.write(data)
            if self.vault.exists:
                self.seals.settle()

    def names(self, uid: str) -> Sequence[str]:
        """The files directly in a person's folder."""
        folder = self.folder / uid
        return [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []

    def changed(self, uid: str, name: str) -> int:
        """When a file was written: nanoseconds, for comparing alone."""
        return self._path(uid, name).stat().st_mtime_ns

    def remove(self, uid: str, name: str) -> None:
        """Overwrites and removes one file, in the backups of the program's own, too; one that is absent is no error."""
        path = self._path(uid, name)
        with self.changing():
            self._drop(self.place(path))
            erase(path)
            own_backups.erase_all(self.folder)

    def read_plain(self, uid: str, name: str) -> bytes:
        """A file that is never encrypted, because nothing personal is in it; empty where it is absent."""
        try:
            return read_bytes(self._path(uid, name))
        except OSError:
            return b""

    def write_plain(self, uid: str, name: str, data: bytes) -> None:
        """Writes such a file.

        Raises:
            StorageError: the disk is full or cannot be written to.
        """
        with atomic_write(self._path(uid, name)) as file:
            file.write(data)

    def with_file(self, name: str) -> list[str]:
        """The uids of those whose folder has a file of this name."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{name}"))

    def empty_person(self, uid: str, keep: str) -> None:
        """Overwrites and removes everything of a person but the file `keep`.

        Raises:
            StorageError: a file cannot be removed; all others are.
        """
        self._read_before.pop(uid, None)
        with self.changing():
            self._drop(f"{uid}/")
        folder = self.folder / uid
        problems: list[StorageError] = []
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file != folder / keep:
                try:
                    erase(file)
                except StorageError as error:
                    problems.append(error)
        if problems:
            raise problems[0]

    def remove_person(self, uid: str) -> None:
        """Overwrites and removes everything of a person; raises as `empty_person`."""
        self._read_before.pop(uid, None)
        erase_folder(self.folder / uid)

    def sweep(self) -> dict[Path, Path]:
        """After a crash: removes folders that never came to be a person, and puts aside those that are nobody's.

        The caller holds the library's lock for changes, so that nobody is being added meanwhile.

        Returns:
            Where each lay that was put aside, and where it lies now. What is in it may be all that is left of
            somebody, or somebody else's: nothing of it is erased.
        """
        found: dict[Path, Path] = {}
        for entry in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            someone = any(entry.glob(f"{_PERSON}*")) or any((entry / name).exists() for name in NEVER_SEALED)
            if entry.is_symlink() or not entry.is_dir() or entry.name.startswith(".") or someone:
                continue
            sweep(below(entry))
            for folder in sorted(below(entry), reverse=True):
                with contextlib.suppress(OSError):
                    folder.rmdir()  # only when it is empty
            if entry.exists():
                found[entry] = put_aside(entry)
        return found

    def sweep_copies(self) -> None:
        """After a crash: erases the readable copies of encrypted photos that it left."""
        for folder in self.folder.glob(f"{_UNLOCKED}*"):
            erase_folder(folder)

    def personal(self) -> list[Path]:
        """Every file that is encrypted while there is a passphrase; those that were put aside, too."""
        return [
            path
            for path in sorted(self.folder.glob("*/**/*"))
            if path.is_file()
            and not path.is_symlink()
            and path.name not in NEVER_SEALED
            and not path.relative_to(self.folder).parts[0].startswith(_UNLOCKED)
        ]

    def seal_in_place(self, path: Path, sealed: bytes) -> None:
        """Exchanges a readable file for its encrypted content; it is overwritten once that is in its place.

        Raises:
            StorageError: the disk is full or cannot be written to; the file is then as it was.
        """
        plain, other = (path.with_name(path.name + ending) for ending in (_PLAIN, _SEALED))
        with atomic_write(other) as file:
            file.write(sealed)
        try:
            path.rename(plain)
            other.rename(path)
        except OSError as error:
            raise storage_error(error, path.parent) from error
        erase(plain)

    def place(self, path: Path) -> str:
        """What a file is sealed for: where it lies below the folder, or lay before it was put aside."""
        place = path.relative_to(self.folder)
        return (place.relative_to(PUT_ASIDE) if place.parts[0] == PUT_ASIDE else place).as_posix()

    def _drop(self, beginning: str) -> None:
        """While they are locked nothing can be dropped; what is then put back is no person without a file of theirs."""
        if self.vault.exists and not self.vault.locked:
            self.seals.drop(beginning)

    def _lost(self) -> StorageError:
        return StorageError(
            "The people are encrypted, and the file of their lock (people/vault.json) is missing.",
            "Put it back from a backup; without it nobody can open them.",
        )

    def _path(self, uid: str, name: str) -> Path:
        return self.folder / uid / name


def _unreadable(path: Path) -> StorageError:
    return StorageError(f"A file of a person cannot be read: {path.name}.", "Check that its drive is connected.")
