"""People whose file cannot be read: what is still known of them, so that they can be shown, and forgotten."""

import json
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.errors import SettingsError, StorageError
from fastface_core.library.people.measurements import Readings
from fastface_core.library.people.person import clean_name
from fastface_core.library.people.store import PersonStore

_NAME = re.compile(rb'"name"\s*:\s*("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, eq=False, slots=True)
class DamagedPerson:
    """A folder with a person in it whose file cannot be read.

    Attributes:
        uid: the folder's name.
        name: as it can still be made out in the file; empty where it cannot.
        photos: hashes of the photos that lie in the folder.
        crop: (224, 224, 3) uint8 RGB, an aligned face of the person; None where nothing was measured.
        problem: what is wrong, and the next step.
    """

    uid: str
    name: str
    photos: frozenset[str]
    crop: NDArray[np.uint8] | None
    problem: StorageError


def damaged_person(store: PersonStore, uid: str) -> DamagedPerson | None:
    """What is known of somebody whose file is damaged; None where it is not, or there is nobody.

    Raises:
        LockedError: the people are locked.
    """
    try:
        store.person(uid)
    except StorageError as problem:
        return DamagedPerson(uid, _name(store, uid), store.photo_hashes(uid), _crop(store, uid), problem)
    return None


def _name(store: PersonStore, uid: str) -> str:
    try:
        found = _NAME.search(store.read_person(uid))
        return clean_name(json.loads(found[1])) if found else ""
    except (StorageError, SettingsError, ValueError):
        return ""


def _crop(store: PersonStore, uid: str) -> NDArray[np.uint8] | None:
    reading = Readings(store).newest(uid)
    return next((photo.face.crop for photo in reading.faces.values()), None) if reading is not None else None
