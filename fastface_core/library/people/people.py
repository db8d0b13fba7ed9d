"""The people of the library: each a folder with photos, what was measured of them, and the permission to use them.

The folder is the truth; the database only has a number for each person, so that pictures can point to one. Nothing
personal stands in a file's name.
"""

import contextlib
import errno
import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.domain.identity import Identity, PersonPhoto
from fastface_core.domain.twin import Corrections
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.library.database import Database
from fastface_core.library.people.damaged import DamagedPerson, damaged_person
from fastface_core.library.people.files import LONGEST_CLIENT, MOST_WEIGHT, Client, Consent, PersonFile, PhotoEntry
from fastface_core.library.people.measurements import Readings
from fastface_core.library.people.papers import Papers
from fastface_core.library.people.person import (
    Person,
    RemovedPhoto,
    clean_groups,
    clean_name,
    clean_notes,
    described,
    folded,
)
from fastface_core.library.people.photos import ReferencePhoto, judged, merged
from fastface_core.library.people.store import PersonStore
from fastface_core.library.recipe_photos import LARGEST_PHOTO


class People:
    """Adds, changes, finds and forgets people. All methods may be called from any thread."""

    def __init__(self, database: Database, store: PersonStore) -> None:
        self._database = database
        self._store = store
        self._readings = Readings(store)
        self.papers = Papers(store, self._file, self._change)
        """Documents that belong to people."""

    @property
    def store(self) -> PersonStore:
        """Where their folders lie."""
        return self._store

    def reconcile(self) -> None:
        """Gives everyone who has a folder a row in the database."""
        with self._database.reading() as connection:
            known = {str(uid) for (uid,) in connection.execute("SELECT uid FROM people")}
        if new := [uid for uid in self._store.uids() if uid not in known]:
            with self._database.change() as connection:
                connection.executemany("INSERT OR IGNORE INTO people (uid) VALUES (?)", [(uid,) for uid in new])

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
        """Whoever has a damaged file, by uid, or by the name where it can still be made out; raises as `all`."""
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

    def add(self, name: str, *, notes: str = "", consent: Consent | None = None) -> Person:
        """A new person without photos.

        Raises:
            SettingsError: the name is empty, too long, or taken.
            LockedError: the people are locked.
            StorageError: the disk is full or cannot be written to.
        """
        name, notes = clean_name(name), clean_notes(notes)
        with self._database.change() as connection:
            if self.has(name):
                raise SettingsError(f'There is somebody named "{name}" already.', "Choose another name.")
            file = PersonFile(
                uid=secrets.token_hex(16), name=name, notes=notes, consent=consent, created=datetime.now(UTC)
            )
            # The row first: a folder without a row is found at the next start, a row without a folder is nobody.
            connection.execute("INSERT INTO people (uid) VALUES (?)", (file.uid,))
            self._write(file)
        return self._person(file)

    def rename(self, uid: str, name: str) -> Person:
        """Gives another name; returns the person as it was, and raises as `add`."""
        name = clean_name(name)

        def change(file: PersonFile) -> PersonFile:
            taken = self._named(name)
            if taken is not None and taken.uid != uid:
                raise SettingsError(f'There is somebody named "{name}" already.', "Choose another name.")
            return file.model_copy(update={"name": name})

        return self._change(uid, change)

    def set_notes(self, uid: str, notes: str) -> Person:
        """Returns the person as it was."""
        update = {"notes": clean_notes(notes)}
        return self._change(uid, lambda file: file.model_copy(update=update))

    def set_consent(self, uid: str, consent: Consent | None) -> Person:
        """Returns the person as it was."""
        return self._change(uid, lambda file: file.model_copy(update={"consent": consent}))

    def set_client(self, uid: str, *, contact: str | None = None, job: str | None = None) -> Person:
        """Keeps what is said of the client; what is None stays. Returns the person as it was.

        Raises:
            SettingsError: one of the two is too long, or no text.
        """
        try:
            said = Client.model_validate(
                {name: text for name, text in (("contact", contact), ("job", job)) if text is not None}
            ).model_dump(exclude_unset=True)
        except ValidationError as error:
            raise SettingsError(f"A contact and a job have at most {LONGEST_CLIENT} letters.", "Write less.") from error

        def changed(file: PersonFile) -> PersonFile:
            client = (file.client or Client()).model_copy(update=said)
            return file.model_copy(update={"client": client if client != Client() else None})

        return self._change(uid, changed)

    def set_groups(self, uid: str, groups: Collection[str]) -> Person:
        """Returns the person as it was; raises as `clean_groups`."""
        kept = clean_groups(groups) or None
        return self._change(uid, lambda file: file.model_copy(update={"groups": kept}))

    def set_corrections(self, uid: str, corrections: Corrections | None) -> Person:
        """Keeps what the user said of the person's drawing; returns the person as it was."""
        kept = None if corrections is None or corrections.nothing else corrections
        return self._change(uid, lambda file: file.model_copy(update={"corrections": kept}))

    def set_cover(self, uid: str, sha256: str | None) -> Person:
        """Returns the person as it was; None leaves the choice to the program."""
        return self._change(uid, lambda file: file.model_copy(update={"cover": sha256}))

    def add_photo(self, uid: str, photo: PersonPhoto, model: str, same_person: float | None) -> ReferencePhoto:
        """Copies a photo into the person's folder, with what a recogniser made of the chosen face.

        The same photo again replaces the choice of the face.

        Args:
            photo: `path` is read again, and has to be what was measured.
            model, same_person: see `person_files.Reading`.

        Raises:
            PhotoError: the file changed or vanished since it was measured.
            StorageError, LockedError: as `add`.
        """
        try:
            data = read_bytes(photo.path, LARGEST_PHOTO)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise PhotoError(
                    f"{photo.path.name} is larger than {LARGEST_PHOTO >> 20} MB.",
                    "Save a smaller copy, and add that.",
                ) from error
            raise PhotoError(f"{photo.path.name} cannot be read any more.", "Choose the photo again.") from error
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise PhotoError(f"{photo.path.name} was changed in the meantime.", "Choose the photo again.")
        suffix = re.fullmatch(r"\.[a-z0-9]{1,5}", photo.path.suffix.lower())
        entry = PhotoEntry(sha256=photo.sha256, suffix=suffix[0] if suffix else ".photo", face=photo.face_index)

        def change(file: PersonFile) -> PersonFile:
            if all(known.sha256 != entry.sha256 for known in file.photos):
                self._store.write(uid, entry.file, data)
                return file.model_copy(update={"photos": (*file.photos, entry)})
            return _with(file, entry.sha256, {"face": entry.face, "taken": None})

        known = {one.sha256 for one in self._file(uid).photos}
        try:
            with self._database.change():
                self._put_faces(uid, (photo,), model, same_person, entry.sha256)
                self._change(uid, change)
        except StorageError:
            if entry.sha256 not in known:
                self._store.remove(uid, entry.file)
            raise
        return next(one for one in self.get(uid).photos if one.sha256 == photo.sha256)

    def choose_face(self, uid: str, photo: PersonPhoto, model: str, same_person: float | None) -> Person:
        """Another face in a photo that is there is the one that is meant; returns the person as it was.

        Raises:
            SettingsError: the person has no such photo.
        """
        self._entry(uid, photo.sha256)

        with self._database.change():
            self._put_faces(uid, (photo,), model, same_person)
            update = {"face": photo.face_index, "taken": None}
            return self._change(uid, lambda file: _with(file, photo.sha256, update))

    def put_faces(self, uid: str, photos: Sequence[PersonPhoto], model: str, same_person: float | None) -> Person:
        """Keeps what a (new) recogniser made of photos that are there; it becomes the one that is shown."""
        with self._database.change():
            self._put_faces(uid, photos, model, same_person)
            self._changed(uid)
        return self.get(uid)

    def take(self, uid: str, sha256: str, taken: bool | None) -> Person:
        """Lets a photo count or not against the coach's word; None leaves it to the coach. Returns as it was."""
        return self._change(uid, lambda file: _with(file, sha256, {"taken": taken}))

    def weigh(self, uid: str, sha256: str, weight: float | None) -> Person:
        """Says how much a photo counts beside the others; None takes that back. Returns the person as it was.

        Raises:
            SettingsError: the weight is not above 0, or too large.
        """
        if weight is not None and not 0 < weight <= MOST_WEIGHT:
            raise SettingsError(
                f"A photo counts as more than 0 and at most {MOST_WEIGHT:g}.", "One that counts as 1 counts as usual."
            )
        return self._change(uid, lambda file: _with(file, sha256, {"weight": weight}))

    def weigh_by_quality(self, uid: str, by_quality: bool) -> Person:
        """Lets photos of which nothing else is said count by their quality, or all alike. Returns as it was."""
        return self._change(uid, lambda file: file.model_copy(update={"by_quality": by_quality or None}))

    def remove_photo(self, uid: str, sha256: str) -> RemovedPhoto:
        """Erases one photo and what was measured of it. What comes back is only in memory, for `put_back_photo`.

        Raises:
            SettingsError: the person has no such photo.
            StorageError: it cannot be removed.
        """
        with self._database.change():
            file = self._file(uid)
            entry = self._entry(uid, sha256)
            removed = RemovedPhoto(
                entry=entry,
                place=file.photos.index(entry),
                was_cover=file.cover == sha256,
                data=self._store.read(uid, entry.file),
                readings=self._readings.drop(uid, sha256),
            )
            kept = tuple(known for known in file.photos if known.sha256 != sha256)
            cover = None if removed.was_cover else file.cover
            self._write(file.model_copy(update={"photos": kept, "cover": cover}))
            self._store.remove(uid, entry.file)
        return removed

    def put_back_photo(self, uid: str, removed: RemovedPhoto) -> Person:
        """Undoes `remove_photo`; a photo that was added again meanwhile stays as it is. Returns the person as it is.

        Raises:
            SettingsError: the person is not in the library any more.
            StorageError: the disk is full or cannot be written to.
        """
        entry = removed.entry
        with self._database.change():
            file = self._file(uid)
            if all(known.sha256 != entry.sha256 for known in file.photos):
                self._store.write(uid, entry.file, removed.data)
                for reading in removed.readings:
                    photos = tuple(reading.faces.values())
                    self._put_faces(uid, photos, reading.model, reading.same_person, entry.sha256)
                photos = (*file.photos[: removed.place], entry, *file.photos[removed.place :])
                cover = entry.sha256 if removed.was_cover and file.cover is None else file.cover
                self._write(file.model_copy(update={"photos": photos, "cover": cover}))
        return self.get(uid)

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
        """The person as `model` sees the photos that count; None where it has not looked at all photos yet.

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

    def _change(self, uid: str, change: Callable[[PersonFile], PersonFile]) -> Person:
        # The transaction is the lock: another program waits for it before it reads the file.
        with self._database.change():
            file = self._file(uid)
            before = self._person(file)
            after = change(file)
            if after != file:
                self._write(after)
        return before

    def _write(self, file: PersonFile) -> None:
        self._store.write_person(file)
        self._changed(file.uid)

    def _changed(self, uid: str) -> None:
        with self._database.change() as connection:
            connection.execute("INSERT INTO changes (kind, item) SELECT 'people', id FROM people WHERE uid = ?", (uid,))

    def _put_faces(
        self, uid: str, photos: Sequence[PersonPhoto], model: str, same_person: float | None, *new: str
    ) -> None:
        wanted = {known.sha256 for known in self._file(uid).photos} | set(new)
        self._readings.put(uid, photos, model, same_person, wanted)


def _with(file: PersonFile, sha256: str, update: Mapping[str, object]) -> PersonFile:
    photos = tuple(known.model_copy(update=update) if known.sha256 == sha256 else known for known in file.photos)
    return file.model_copy(update={"photos": photos})
