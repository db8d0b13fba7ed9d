"""The people of the library: each a folder with photos, what was measured of them, and the permission to use them.

The folder is the truth; the database only has a number for each person, so that pictures can point to one. Nothing
personal stands in a file's name.
"""

import contextlib
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.identity import Identity, PersonPhoto
from fastface_core.library import verdicts
from fastface_core.library.database import Database
from fastface_core.library.person_files import (
    Consent,
    PersonFile,
    PhotoEntry,
    Reading,
    reading_from_bytes,
    reading_to_bytes,
)
from fastface_core.library.person_store import PersonStore
from fastface_core.library.verdicts import Verdict

LONGEST_NAME = 100


@dataclass(frozen=True, eq=False, slots=True)
class ReferencePhoto:
    """One photo of a person, with what the coach says of it.

    Attributes:
        face: which face in it, counted from the left, from 1.
        measured: what the newest recogniser made of it; None where none has seen it yet.
        verdict: None with `measured`.
        counts: whether it is part of the person's embedding.
        by_hand: whether the user decided that.
    """

    sha256: str
    face: int
    measured: PersonPhoto | None
    verdict: Verdict | None
    counts: bool
    by_hand: bool


@dataclass(frozen=True, eq=False, slots=True)
class Person:
    """One person.

    Attributes:
        uid: 32 random hexadecimal digits.
        consent: None where nobody noted one.
        cover: hash of the photo that stands for the person; None without photos.
        model: the recogniser whose measures `photos` shows; None before the first.
    """

    uid: str
    name: str
    notes: str
    consent: Consent | None
    cover: str | None
    created: datetime
    photos: tuple[ReferencePhoto, ...]
    model: str | None

    @property
    def usable(self) -> tuple[ReferencePhoto, ...]:
        """The photos that count."""
        return tuple(photo for photo in self.photos if photo.counts)


class People:
    """Adds, changes, finds and forgets people. All methods may be called from any thread."""

    def __init__(self, database: Database, store: PersonStore) -> None:
        self._database = database
        self._store = store

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
        """Everyone, by name.

        Raises:
            LockedError: the people are locked with a passphrase.
            StorageError: a person's file is damaged.
        """
        return tuple(self._person(file) for file in self._files())

    def names(self) -> dict[str, str]:
        """Everyone's uid and name, by name; empty while the people are locked."""
        if self._store.locked:
            return {}
        return {file.uid: file.name for file in self._files()}

    def get(self, uid: str) -> Person:
        """The person with a uid.

        Raises:
            SettingsError: there is nobody of that uid.
            LockedError, StorageError: as `all`.
        """
        return self._person(self._file(uid))

    def find(self, name: str) -> Person:
        """The person of a name (letters' case does not matter), or of a uid.

        Raises:
            SettingsError: there is nobody of that name.
            LockedError, StorageError: as `all`.
        """
        found = self._named(name)
        if found is None:
            known = ", ".join(file.name for file in self._files()[:20])
            raise SettingsError(
                f'There is nobody named "{name}" in the library.',
                f"Choose one of: {known}." if known else "Add the person with `fastface people add NAME FILE...`.",
            )
        return self._person(found)

    def has(self, name: str) -> bool:
        """Whether there is somebody of that name or uid."""
        return self._named(name) is not None

    def begin_with(self, words: Sequence[str]) -> dict[str, list[str]]:
        """For words the uids of the people whose name has a word that begins so; nobody while they are locked."""
        known = {uid: _folded(name).split() for uid, name in self.names().items()}
        return {
            word: [uid for uid, parts in known.items() if any(part.startswith(_folded(word)) for part in parts)]
            for word in words
        }

    def add(self, name: str, *, notes: str = "", consent: Consent | None = None) -> Person:
        """A new person without photos.

        Raises:
            SettingsError: the name is empty, too long, or taken.
            LockedError: the people are locked.
            StorageError: the disk is full or cannot be written to.
        """
        name = clean_name(name)
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
        return self._change(uid, lambda file: PersonFile.model_validate({**dict(file), "notes": notes}))

    def set_consent(self, uid: str, consent: Consent | None) -> Person:
        """Returns the person as it was."""
        return self._change(uid, lambda file: file.model_copy(update={"consent": consent}))

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
            data = photo.path.read_bytes()
        except OSError as error:
            raise PhotoError(f"{photo.path.name} cannot be read any more.", "Choose the photo again.") from error
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise PhotoError(f"{photo.path.name} was changed in the meantime.", "Choose the photo again.")
        suffix = photo.path.suffix.lower()
        suffix = suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ".photo"
        entry = PhotoEntry(sha256=photo.sha256, suffix=suffix, face=photo.face_index)

        def change(file: PersonFile) -> PersonFile:
            if all(known.sha256 != entry.sha256 for known in file.photos):
                self._store.write(uid, entry.file, data)
                photos = (*file.photos, entry)
            else:
                photos = tuple(
                    known.model_copy(update={"face": entry.face, "taken": None})
                    if known.sha256 == entry.sha256
                    else known
                    for known in file.photos
                )
            return file.model_copy(update={"photos": photos})

        known = {one.sha256 for one in self._file(uid).photos}
        try:
            with self._database.change():
                self._put_faces(uid, (photo,), model, same_person, new=entry.sha256)
                self._change(uid, change)
        except StorageError:
            if entry.sha256 not in known:
                self._store.remove(uid, entry.file)
            raise
        return next(one for one in self.get(uid).photos if one.sha256 == photo.sha256)

    def put_faces(self, uid: str, photos: Sequence[PersonPhoto], model: str, same_person: float | None) -> Person:
        """Keeps what a (new) recogniser made of photos that are there; it becomes the one that is shown."""
        with self._database.change():
            self._put_faces(uid, photos, model, same_person)
            self._changed(uid)
        return self.get(uid)

    def take(self, uid: str, sha256: str, taken: bool | None) -> Person:
        """Lets a photo count or not against the coach's word; None leaves it to the coach. Returns as it was."""

        def change(file: PersonFile) -> PersonFile:
            photos = tuple(
                known.model_copy(update={"taken": taken}) if known.sha256 == sha256 else known for known in file.photos
            )
            return file.model_copy(update={"photos": photos})

        return self._change(uid, change)

    def remove_photo(self, uid: str, sha256: str) -> Person:
        """Erases one photo and what was measured of it; this cannot be undone. Returns the person as it is now.

        Raises:
            SettingsError: the person has no such photo.
            StorageError: it cannot be removed.
        """
        entry = self._entry(uid, sha256)

        def change(file: PersonFile) -> PersonFile:
            kept = tuple(known for known in file.photos if known.sha256 != sha256)
            return file.model_copy(update={"photos": kept, "cover": None if file.cover == sha256 else file.cover})

        with self._database.change():
            self._change(uid, change)
            for name in [name for name in self._store.names(uid) if name.startswith("faces-")]:
                reading = self._undamaged(uid, name)
                self._store.remove(uid, name)
                if reading is not None:
                    kept = {key: photo for key, photo in reading.faces.items() if key[0] != sha256}
                    self._store.write(uid, name, reading_to_bytes(replace(reading, faces=kept)))
            self._store.remove(uid, entry.file)
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
        reading = self._reading(uid, model)
        if file.photos and not partial:
            unseen = [
                entry for entry in file.photos if reading is None or (entry.sha256, entry.face) not in reading.faces
            ]
            if unseen:
                return None
        photos = [photo.measured for photo in _judged(file.photos, reading) if photo.counts and photo.measured]
        if not photos:
            raise PhotoError(
                f"No photo of {file.name} can be used.",
                "Add a photo with a large, sharp face that looks at the camera.",
            )
        embeddings = np.stack([photo.face.embedding for photo in photos])
        mean = _normalised(embeddings.sum(axis=0))
        nearest = int(np.argmax(embeddings @ mean))
        agreements: Sequence[float | None] = _agreements(embeddings) if len(photos) > 1 else [None]
        described = tuple(
            replace(photo, face=replace(photo.face, quality=replace(photo.face.quality, agreement=agreement)))
            for photo, agreement in zip(photos, agreements, strict=True)
        )
        return Identity(mean, photos[nearest].face.crop, described)

    def _person(self, file: PersonFile) -> Person:
        reading = self._newest_reading(file.uid)
        photos = _judged(file.photos, reading)
        cover = file.cover if any(photo.sha256 == file.cover for photo in photos) else None
        if cover is None:
            best = next((photo for photo in photos if photo.counts), next(iter(photos), None))
            cover = best.sha256 if best else None
        return Person(
            uid=file.uid,
            name=file.name,
            notes=file.notes,
            consent=file.consent,
            cover=cover,
            created=file.created,
            photos=photos,
            model=reading.model if reading else None,
        )

    def _files(self) -> list[PersonFile]:
        return sorted(self._store.people(), key=lambda file: _folded(file.name))

    def _file(self, uid: str) -> PersonFile:
        file = self._store.person(uid)
        if file is None:
            raise SettingsError("This person is not in the library any more.", "Choose another person.")
        return file

    def _entry(self, uid: str, sha256: str) -> PhotoEntry:
        entry = next((known for known in self._file(uid).photos if known.sha256 == sha256), None)
        if entry is None:
            raise SettingsError("The person has no such photo.", "See `fastface people photos`.")
        return entry

    def _named(self, name: str) -> PersonFile | None:
        wanted = _folded(name)
        return next((file for file in self._files() if _folded(file.name) == wanted or file.uid == name), None)

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
        self, uid: str, photos: Sequence[PersonPhoto], model: str, same_person: float | None, new: str | None = None
    ) -> None:
        wanted = {known.sha256 for known in self._file(uid).photos} | {new}
        before = self._reading(uid, model)
        faces = dict(before.faces) if before else {}
        faces |= {(photo.sha256, photo.face_index): photo for photo in photos}
        kept = {key: photo for key, photo in faces.items() if key[0] in wanted}
        self._store.write(uid, _reading_name(model), reading_to_bytes(Reading(model, same_person, kept)))

    def _reading(self, uid: str, model: str) -> Reading | None:
        name = _reading_name(model)
        if name not in self._store.names(uid):
            return None
        reading = self._undamaged(uid, name)
        return reading if reading is not None and reading.model == model else None

    def _newest_reading(self, uid: str) -> Reading | None:
        names = [name for name in self._store.names(uid) if name.startswith("faces-")]
        for name in sorted(names, key=lambda one: self._store.changed(uid, one), reverse=True):
            if (reading := self._undamaged(uid, name)) is not None:
                return reading
        return None

    def _undamaged(self, uid: str, name: str) -> Reading | None:
        """One that is damaged is as good as none: it is made again when it is needed."""
        data = self._store.read(uid, name)
        try:
            return reading_from_bytes(data)
        except StorageError:
            return None


def clean_name(name: str) -> str:
    """A person's name as it is kept.

    Raises:
        SettingsError: it is empty or too long.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name)).split())
    if not words or len(words) > LONGEST_NAME:
        raise SettingsError(f"A name has 1 to {LONGEST_NAME} letters.", "Choose another name.")
    return words


def _folded(name: str) -> str:
    """For comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def _reading_name(model: str) -> str:
    return f"faces-{hashlib.sha256(model.encode()).hexdigest()[:16]}.npz"


def _judged(entries: Sequence[PhotoEntry], reading: Reading | None) -> tuple[ReferencePhoto, ...]:
    """Each photo with its verdict: first by itself, then against the others that may count.

    Where no photo is good by itself, all may count: a poor likeness is better than none.
    """
    faces = [reading.faces.get((entry.sha256, entry.face)) if reading else None for entry in entries]
    judged = [verdicts.of_quality(face.face.quality) if face else None for face in faces]
    good = {index for index, verdict in enumerate(judged) if verdict is not None and verdict.good}
    chosen = {index for index, entry in enumerate(entries) if entry.taken and faces[index]}
    if not good and not chosen:
        good = {index for index, face in enumerate(faces) if face is not None}
    counting = sorted(chosen | {index for index in good if entries[index].taken is None})
    measured = [face for index in counting if (face := faces[index]) is not None]
    embeddings = np.stack([face.face.embedding for face in measured]) if measured else np.zeros((0, 512), np.float32)
    odd = verdicts.odd_ones(
        lambda indices: _agreements(embeddings[list(indices)]),
        len(counting),
        reading.same_person if reading else None,
    )
    for place, agreement in odd.items():
        judged[counting[place]] = verdicts.of_agreement(agreement, len(counting) > 2)
    counts = {index for place, index in enumerate(counting) if place not in odd} | chosen
    return tuple(
        ReferencePhoto(
            sha256=entry.sha256,
            face=entry.face,
            measured=face,
            verdict=verdict,
            counts=index in counts,
            by_hand=entry.taken is not None,
        )
        for index, (entry, face, verdict) in enumerate(zip(entries, faces, judged, strict=True))
    )


def _agreements(embeddings: NDArray[np.float32]) -> list[float]:
    """The cosine of each to the mean of the others."""
    others = embeddings.sum(axis=0) - embeddings
    return [float(np.dot(one, _normalised(rest))) for one, rest in zip(embeddings, others, strict=True)]


def _normalised(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 1e-6 else np.zeros_like(vector)).astype(np.float32)
