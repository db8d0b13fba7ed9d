"""The photo that a picture was made from, to be shown next to it: the library's, or one that Create or a job has."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from fastface_core.domain.request import RecipePhoto
from fastface_core.errors import FastFaceError
from fastface_core.library.gallery import PictureDetails
from fastface_core.library.recipe_photos import find_photos
from fastface_desktop.reading import read_image
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.people.images import of_photo

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

SIDE = 512
"""Pixels of the longer side of a photo that is not the library's."""
_KEPT = 20

Key = tuple[str | None, tuple[RecipePhoto, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """
    Attributes:
        image: null where there is none.
        locked: the people are, and so is the photo.
    """

    image: QImage
    locked: bool = False


class ReferencePhotos(QObject):
    """Caches a few. What could not be found is searched for again."""

    def __init__(
        self, library: LibraryState, files: Callable[[], Sequence[Path]], parent: QObject | None = None
    ) -> None:
        """`files`: where a photo of nobody in the library may lie."""
        super().__init__(parent)
        self._library, self._files = library, files
        self._found: OrderedDict[Key, Reference] = OrderedDict()

    def look(self, owner: QObject, details: PictureDetails, then: Callable[[int, Reference], None]) -> None:
        """`then` gets the picture's number and the photo, at once where it is known, while `owner` lives."""
        recipe, number = details.recipe, details.row.id
        key = (details.row.person, recipe.photos if recipe is not None else ())
        if (found := self._found.get(key)) is not None:
            then(number, found)
            return
        if self._library.library is None or (key[0] is None and not key[1]):
            then(number, Reference(QImage()))
            return
        files = self._files()

        def took(reference: Reference) -> None:
            if not reference.image.isNull():
                self._found[key] = reference
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            then(number, reference)

        self._library.run(
            owner, lambda library: _read(library, key, files), took, lambda error: took(Reference(QImage()))
        )

    def forget(self) -> None:
        """Photos are others now, or nobody may see them any more."""
        self._found.clear()


def _read(library: "Library", key: Key, files: Sequence[Path]) -> Reference:
    from fastface_core.library.people.vault import LockedError

    uid, photos = key
    if uid is not None:
        try:
            return Reference(_of_person(library, uid, photos))
        except LockedError:
            return Reference(QImage(), locked=True)
        except FastFaceError:
            pass
    for photo in photos:
        if found := find_photos([photo], files):
            return Reference(read_image(found[0].path, SIDE))
    return Reference(QImage())


def _of_person(library: "Library", uid: str, photos: Sequence[RecipePhoto]) -> QImage:
    """One of the photos that the picture was made from, around the face; else the person's cover."""
    person = library.people.get(uid)
    used = {photo.sha256 for photo in photos}
    known = (
        [photo for photo in person.photos if photo.sha256 in used]
        or [photo for photo in person.photos if photo.sha256 == person.cover]
        or list(person.usable)
    )
    if not known:
        return QImage()
    measured = known[0].measured
    return of_photo(library.people.photo_bytes(uid, known[0].sha256), measured.face.box if measured else None)
