"""The people of the library: each a folder with photos, what was measured of them, and the permission to use them.

The folder is the truth; the database only has a number for each person, so that pictures can point to one. Nothing
personal is in a file's name.
"""

import errno
import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.domain.identity import PersonPhoto
from fastface_core.domain.twin import Corrections
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.library.database import Database
from fastface_core.library.people.directory import Directory
from fastface_core.library.people.files import LONGEST_CLIENT, MOST_WEIGHT, Client, Consent, PersonFile, PhotoEntry
from fastface_core.library.people.papers import Papers
from fastface_core.library.people.person import (
    Person,
    RemovedPhoto,
    clean_groups,
    clean_name,
    clean_notes,
)
from fastface_core.library.people.photos import ReferencePhoto
from fastface_core.library.people.store import PersonStore
from fastface_core.library.recipe_photos import LARGEST_PHOTO


class People(Directory):
    """Adds people and changes them. All methods may be called from any thread."""

    def __init__(self, database: Database, store: PersonStore) -> None:
        super().__init__(store)
        self._database = database
        self.papers = Papers(store, self._file, self._change)
        """Documents that belong to people."""

    def reconcile(self) -> None:
        """Gives everyone who has a folder a row in the database."""
        with self._database.reading() as connection:
            known = {str(uid) for (uid,) in connection.execute("SELECT uid FROM people")}
        if new := [uid for uid in self._store.uids() if uid not in known]:
            with self._database.change() as connection:
                connection.executemany("INSERT OR IGNORE INTO people (uid) VALUES (?)", [(uid,) for uid in new])

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
        """Sets the weight of a photo; None resets it. Returns the person as it was.

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
