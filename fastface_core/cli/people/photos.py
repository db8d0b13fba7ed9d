"""The photos that a picture's recipe names, from among those of the library's people."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType

from fastface_core.cli.people.unlocking import unlock
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import RecipePhoto
from fastface_core.errors import PhotoError
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.library.people.vault import LockedError


class PeoplePhotos:
    """What was found can be read while the context lasts; encrypted photos are readable no longer than that."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._open = ExitStack()
        self.owners: tuple[Person, ...] = ()
        """Whose photos were found, each of the picture's people in their order."""

    def find(self, wanted: Sequence[RecipePhoto]) -> tuple[PhotoChoice, ...] | None:
        """All of them, those of each of the picture's people of one person; None where nobody has them.

        Raises:
            PhotoError: the people are locked, so that it cannot be told.
        """
        people = self._library.people
        try:
            unlock(self._library)
        except LockedError as error:
            raise PhotoError(
                "The photo that the picture was made from is in no folder that was looked at; the people are locked.",
                f"Give it with --photo. {error.hint}",
            ) from error
        owners: dict[int, Person] = {}
        for number in sorted({photo.person or 1 for photo in wanted}):
            hashes = {photo.sha256 for photo in wanted if (photo.person or 1) == number}
            found = next(iter(people.with_photos(hashes)), None)
            if found is None:
                return None
            owners[number] = found
        self.owners = tuple(owners.values())
        return tuple(
            PhotoChoice(
                self._open.enter_context(people.photo_file(owners[photo.person or 1].uid, photo.sha256)), photo.face
            )
            for photo in wanted
        )

    def __enter__(self) -> "PeoplePhotos":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
