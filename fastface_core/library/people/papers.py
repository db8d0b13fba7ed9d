"""Documents that belong to a person, as a signed release.

They are kept as the photos are: encrypted while there is a passphrase, in the backup, and gone with the person."""

import contextlib
import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.errors import SettingsError
from fastface_core.library.people.files import PaperEntry, PersonFile
from fastface_core.library.people.person import Person
from fastface_core.library.people.store import PersonStore
from fastface_core.pictures.names import JPEG_SUFFIXES, TIFF_SUFFIXES

LARGEST, MOST = 32 << 20, 20
"""Bytes of a document, and documents of a person."""
_BEGINNINGS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    **dict.fromkeys(JPEG_SUFFIXES, (b"\xff\xd8\xff",)),
    **dict.fromkeys(TIFF_SUFFIXES, (b"II*\x00", b"MM\x00*")),
}
"""How the files begin that are taken (`DOCUMENT_SUFFIXES`): nothing that could run."""


@dataclass(frozen=True, slots=True)
class RemovedPaper:
    """A document that is on no disk any more, so that it can be put back as long as this is kept."""

    entry: PaperEntry
    data: bytes


class Papers:
    def __init__(
        self,
        store: PersonStore,
        file_of: Callable[[str], PersonFile],
        change: Callable[[str, Callable[[PersonFile], PersonFile]], Person],
    ) -> None:
        """
        Args:
            file_of: the person of a uid; raises where there is none.
            change: reads, changes and writes a person under the library's lock.
        """
        self._store, self._file_of, self._change = store, file_of, change

    def add(self, uid: str, path: Path) -> PaperEntry:
        """Copies a document into the person's folder; one that is there already stays as it is.

        Raises:
            SettingsError: it is no PDF, JPEG, PNG or TIFF file, is too large, or there are too many.
            StorageError, LockedError: as `People.add`.
        """
        try:
            data = read_bytes(path, LARGEST)
        except (OSError, ValueError) as error:
            raise SettingsError(
                f'"{path.name}" cannot be read, or is larger than {LARGEST >> 20} MB.', "Choose another file."
            ) from error
        suffix = path.suffix.lower()
        if not data.startswith(_BEGINNINGS.get(suffix, ())):
            raise SettingsError(f'"{path.name}" is no PDF and no picture.', "Choose a PDF, JPEG, PNG or TIFF file.")
        name = "".join(letter for letter in path.name if letter.isprintable())[-200:]
        entry = PaperEntry(
            sha256=hashlib.sha256(data).hexdigest(), suffix=suffix, name=name, size=len(data), added=date.today()
        )
        self._put(uid, entry, data)
        return entry

    def remove(self, uid: str, sha256: str) -> RemovedPaper:
        """Erases a document; what comes back is only in memory, for `put_back`.

        Raises:
            SettingsError: the person has no such document.
            StorageError: it cannot be removed.
        """
        with self._store.changing():
            entry = self._entry(uid, sha256)
            removed = RemovedPaper(entry, self._store.read(uid, entry.file))

            def change(file: PersonFile) -> PersonFile:
                kept = tuple(one for one in file.papers or () if one.sha256 != sha256)
                return file.model_copy(update={"papers": kept or None})

            self._change(uid, change)
            self._store.remove(uid, entry.file)
        return removed

    def put_back(self, uid: str, removed: RemovedPaper) -> None:
        """Undoes `remove`; raises as `add`."""
        self._put(uid, removed.entry, removed.data)

    @contextlib.contextmanager
    def file(self, uid: str, sha256: str) -> Generator[Path]:
        """A document as a file that can be read while the context lasts.

        Raises:
            SettingsError: the person has no such document.
        """
        with self._store.as_file(uid, self._entry(uid, sha256).file) as path:
            yield path

    def content(self, uid: str, sha256: str) -> bytes:
        """A document as it was given; raises as `file`."""
        return self._store.read(uid, self._entry(uid, sha256).file)

    def _put(self, uid: str, entry: PaperEntry, data: bytes) -> None:
        def change(file: PersonFile) -> PersonFile:
            there = file.papers or ()
            if any(one.sha256 == entry.sha256 for one in there):
                return file
            if len(there) >= MOST:
                raise SettingsError(f"A person has at most {MOST} documents.", "Remove one first.")
            self._store.write(uid, entry.file, data)
            return file.model_copy(update={"papers": (*there, entry)})

        self._change(uid, change)

    def _entry(self, uid: str, sha256: str) -> PaperEntry:
        found = next((one for one in self._file_of(uid).papers or () if one.sha256 == sha256), None)
        if found is None:
            raise SettingsError("The person has no such document.", "Choose another one.")
        return found
