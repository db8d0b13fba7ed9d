"""Who is in the library, and what is known of them: everything that changes nobody."""

import contextlib
from collections.abc import Collection, Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.identity import Identity
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.library.people.damaged import DamagedPerson, damaged_person
from fastface_core.library.people.files import PersonFile, PhotoEntry
from fastface_core.library.people.measurements import Readings
from fastface_core.library.people.person import Person, described, folded
from fastface_core.library.people.photos import judged, merged
from fastface_core.library.people.store import PersonStore


class Directory:
    """Finds people by name or uid. All methods may be called from any thread."""

    def __init__(self, store: PersonStore) -> None:
        self._store = store
        self._readings = Readings(store)

    @property
    def store(self) -> PersonStore:
        """Where their folders lie."""
        return self._store

    def all(self) -> tuple[Person, ...]:
        """Everyone, by name, but for those whose file is damaged.

        Raises:
            LockedError: the people are locked with a passphrase.
        """
        return tuple(self._person(file) for file in self._files())

    def damaged(self) -> tuple[DamagedPerson, ...]:
        """Those whose file is damaged; raises as `all`."""
        found = (damaged_person(self._store, uid) for uid in self._store.uids())
        return tuple(one for one in found if one is not None)

    def find_damaged(self, name: str) -> DamagedPerson | None:
        """Finds a person with a damaged file, by uid or, if still readable, by name; raises as `all`."""
        wanted = folded(name)
        return next(
            (one for one in self.damaged() if one.uid == name or (one.name and folded(one.name) == wanted)), None
        )

    def photo_hashes(self, uid: str) -> frozenset[str]:
        """Of all photos of a person, whether the person's file names them or not, and whether it can be read or not.

        Raises:
            LockedError: the people are locked.
        """
        found = self._store.photo_hashes(uid)
        with contextlib.suppress(StorageError):
            if (file := self._store.person(uid)) is not None:
                found |= {photo.sha256 for photo in file.photos}
        return found

    def names(self) -> dict[str, str]:
        """Everyone's uid and name, by name; empty while the people are locked."""
        return {} if self._store.locked else {file.uid: file.name for file in self._files()}

    def get(self, uid: str) -> Person:
        """The person with a uid.

        Raises:
            SettingsError: there is nobody of that uid.
            LockedError: the people are locked.
            StorageError: the person's file is damaged.
        """
        return self._person(self._file(uid))

    def find(self, name: str) -> Person:
        """The person of a name (letters' case does not matter), or of a uid.

        Raises:
            SettingsError: there is nobody of that name.
            LockedError, StorageError: as `get`.
        """
        found = self._named(name)
        if found is None and (damaged := self.find_damaged(name)) is not None:
            raise damaged.problem
        if found is None:
            known = ", ".join(file.name for file in self._files()[:20])
            raise SettingsError(
                f'There is nobody named "{name}" in the library.',
                f"Choose one of: {known}." if known else "Add the person first.",
            )
        return self._person(found)

    def has(self, name: str) -> bool:
        """Whether there is somebody of that name or uid."""
        return self._named(name) is not None

    def begin_with(self, words: Sequence[str]) -> dict[str, list[str]]:
        """For words the uids of the people whose name has a word that begins so; nobody while they are locked."""
        known = {uid: folded(name).split() for uid, name in self.names().items()}
        return {
            word: [uid for uid, parts in known.items() if any(part.startswith(folded(word)) for part in parts)]
            for word in words
        }

    def photo_bytes(self, uid: str, sha256: str) -> bytes:
        """A photo as it was given.

        Raises:
            SettingsError: the person has no such photo.
        """
        return self._store.read(uid, self._entry(uid, sha256).file)

    @contextlib.contextmanager
    def photo_file(self, uid: str, sha256: str) -> Generator[Path]:
        """A photo as a file that can be read while the context lasts.

        Raises:
            SettingsError: the person has no such photo.
        """
        with self._store.as_file(uid, self._entry(uid, sha256).file) as path:
            yield path

    def with_photos(self, hashes: Collection[str]) -> tuple[Person, ...]:
        """Everyone who has all of these photos, by name; nobody while the people are locked."""
        if self._store.locked or not hashes:
            return ()
        files = [file for file in self._files() if {photo.sha256 for photo in file.photos} >= set(hashes)]
        return tuple(self._person(file) for file in files)

    def stamp(self, uid: str) -> tuple[tuple[str, int], ...]:
        """What is another one as soon as anything of the person is; costs next to nothing."""
        found: list[tuple[str, int]] = []
        for name in self._store.names(uid):
            with contextlib.suppress(OSError):  # it went in between
                found.append((name, self._store.changed(uid, name)))
        return tuple(sorted(found))

    def cover(self, uid: str) -> NDArray[np.uint8] | None:
        """(224, 224, 3) uint8 RGB, the aligned face of the cover photo; None without a measured photo."""
        person = self.get(uid)
        measured = {photo.sha256: photo.measured for photo in person.photos if photo.measured}
        chosen = measured.get(person.cover or "") or next(iter(measured.values()), None)
        return chosen.face.crop if chosen else None

    def identity(self, uid: str, model: str, *, partial: bool = False) -> Identity | None:
        """The person as `model` sees the photos that count; None where it has not measured all photos yet.

        Args:
            partial: makes do with the photos that it could measure.

        Raises:
            PhotoError: no photo counts.
        """
        file = self._file(uid)
        reading = self._readings.of(uid, model)
        if file.photos and not partial:
            unseen = [
                entry for entry in file.photos if reading is None or (entry.sha256, entry.face) not in reading.faces
            ]
            if unseen:
                return None
        known = judged(file.photos, reading, by_quality=bool(file.by_quality))
        counting = [(photo.measured, photo.weight) for photo in known if photo.counts and photo.measured]
        photos, weights = [one for one, _ in counting], [weight for _, weight in counting]
        if not photos:
            raise PhotoError(
                f"No photo of {file.name} can be used.",
                "Add a photo with a large, sharp face that looks at the camera.",
            )
        return merged(photos, weights)

    def _person(self, file: PersonFile) -> Person:
        return described(file, self._readings.newest(file.uid))

    def _files(self) -> list[PersonFile]:
        return sorted(self._store.people(), key=lambda file: folded(file.name))

    def _file(self, uid: str) -> PersonFile:
        file = self._store.person(uid)
        if file is None:
            raise SettingsError("This person is not in the library any more.", "Choose another person.")
        return file

    def _entry(self, uid: str, sha256: str) -> PhotoEntry:
        for known in self._file(uid).photos:
            if known.sha256 == sha256:
                return known
        raise SettingsError("The person has no such photo.", "See `fastface people photos`.")

    def _named(self, name: str) -> PersonFile | None:
        wanted = folded(name)
        return next((file for file in self._files() if folded(file.name) == wanted or file.uid == name), None)
