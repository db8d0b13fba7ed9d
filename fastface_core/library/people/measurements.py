"""What recognisers made of a person's photos, one file for each recogniser. One that is damaged is as good as none: it
is made again when it is needed."""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import replace

from fastface_core.domain.identity import PersonPhoto
from fastface_core.errors import StorageError
from fastface_core.library.people.files import Reading, reading_from_bytes, reading_to_bytes
from fastface_core.library.people.store import PersonStore

_PREFIX = "faces-"


class Readings:
    """The caller of what writes holds the library's lock for changes."""

    def __init__(self, store: PersonStore) -> None:
        self._store = store

    def of(self, uid: str, model: str) -> Reading | None:
        """One recogniser's; None where it has not measured the person."""
        name = _name(model)
        if name not in self._store.names(uid):
            return None
        reading = self._undamaged(uid, name)
        return reading if reading is not None and reading.model == model else None

    def newest(self, uid: str) -> Reading | None:
        """Of the recogniser that looked last."""
        names = self._names(uid)
        for name in sorted(names, key=lambda one: self._store.changed(uid, one), reverse=True):
            if (reading := self._undamaged(uid, name)) is not None:
                return reading
        return None

    def put(
        self, uid: str, photos: Sequence[PersonPhoto], model: str, same_person: float | None, wanted: Set[str]
    ) -> None:
        """Adds what a recogniser made of photos; of others than `wanted`, by their hash, nothing is kept."""
        before = self.of(uid, model)
        faces = dict(before.faces) if before else {}
        faces |= {(photo.sha256, photo.face_index): photo for photo in photos}
        kept = {key: photo for key, photo in faces.items() if key[0] in wanted}
        self._store.write(uid, _name(model), reading_to_bytes(Reading(model, same_person, kept)))

    def drop(self, uid: str, sha256: str) -> tuple[Reading, ...]:
        """Erases what was made of one photo, and returns it, the newest recogniser's last."""
        dropped: list[Reading] = []
        for name in sorted(self._names(uid), key=lambda one: self._store.changed(uid, one)):
            reading = self._undamaged(uid, name)
            self._store.remove(uid, name)
            if reading is not None:
                goes = {key: photo for key, photo in reading.faces.items() if key[0] == sha256}
                stays = {key: photo for key, photo in reading.faces.items() if key[0] != sha256}
                self._store.write(uid, name, reading_to_bytes(replace(reading, faces=stays)))
                dropped.append(replace(reading, faces=goes))
        return tuple(dropped)

    def _names(self, uid: str) -> list[str]:
        return [name for name in self._store.names(uid) if name.startswith(_PREFIX)]

    def _undamaged(self, uid: str, name: str) -> Reading | None:
        try:
            return reading_from_bytes(self._store.read(uid, name))
        except StorageError:
            return None


def _name(model: str) -> str:
    return f"{_PREFIX}{hashlib.sha256(model.encode()).hexdigest()[:16]}.npz"
