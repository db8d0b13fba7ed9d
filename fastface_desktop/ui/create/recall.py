"""The settings of an existing picture, restored from its recipe, with the person of the library it shows."""

from PySide6.QtCore import QObject, Signal

from fastface_core.domain.identity import Companion
from fastface_core.domain.request import Recipe, random_seed
from fastface_core.errors import FastFaceError
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated


class Recall(QObject):
    said = Signal(str, Undo)
    """What came back, and what takes that back."""
    failed = Signal(FastFaceError)
    """FastFaceError: nothing came back."""

    def __init__(self, session: Session, people: PeopleState, chosen: ChosenPhotos, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._people, self._chosen = session, people, chosen

    def restore(self, recipe: Recipe, *, other_seed: bool) -> None:
        """With `other_seed` the next picture is another."""
        before = self._session.values

        def put_back() -> None:
            self._session.change(**dict(before))

        try:
            notices = self._session.restore(recipe)
            if other_seed:
                self._session.change(seed=random_seed(), seed_locked=False)
        except FastFaceError as error:
            self.failed.emit(error)
            return
        text = [self.tr("The settings of this picture are back."), *(translated(notice) for notice in notices)]
        words = self._find_person(recipe) if recipe.people is None else self._find_people(recipe)
        if words is not None:
            text.append(words)
        self.said.emit(" ".join(text), put_back)

    def _find_person(self, recipe: Recipe) -> str | None:
        """Chooses the person of the library a picture was made of; returns what to say about it, or None."""
        self._session.show_together((), ())
        photos = frozenset((photo.sha256, photo.face) for photo in recipe.photos)
        if self._shows(photos):
            self._correct(recipe)
            return None
        found = self._people.owner_of(photos)
        if found is None:
            return self.tr("It was made from another photo.")
        person, exact = found
        self._session.choose_person(person.uid)
        self._correct(recipe)
        if exact:
            return self.tr("It was made from the photos of {name}.").format(name=person.name)
        return self.tr("It was made from fewer photos of {name} than are used now.").format(name=person.name)

    def _find_people(self, recipe: Recipe) -> str | None:
        """The same for a picture of several people, each of whom is put where they were."""
        assert recipe.people is not None
        found: list[str] = []
        for number in range(1, len(recipe.people) + 1):
            photos = frozenset((photo.sha256, photo.face) for photo in recipe.photos if (photo.person or 1) == number)
            owner = self._people.owner_of(photos)
            if owner is None:
                return self.tr("It shows several people, and not all of them are in the library.")
            found.append(owner[0].uid)
        self._session.choose_person(found[0])
        others = (Companion(person=uid) for uid in found[1:])
        self._session.show_together(others, [one.place for one in recipe.people])
        return None

    def _correct(self, recipe: Recipe) -> None:
        """The person as drawn for the picture; other checkpoints than those that draw say nothing of it."""
        if self._session.twin_checkpoint is not None:
            self._session.correct(recipe.corrections)

    def _shows(self, photos: frozenset[tuple[str, int]]) -> bool:
        """Whether these are the chosen photos, or those of the chosen person: contents and faces."""
        person = self._people.person(self._session.values.person)
        return set(photos) == (set(person.hashes) if person is not None else self._chosen.contents())
