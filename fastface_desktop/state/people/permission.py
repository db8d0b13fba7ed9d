"""Whether a person agreed to pictures: by the note in the library, or for photos by what was answered before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import while_alive

if TYPE_CHECKING:
    from fastface_core.library.people.people import People

Kept = Callable[[FastFaceError | None], None]
"""Called once an answer is kept, with what prevented it or None."""


class Permission(QObject):
    def __init__(
        self,
        session: Session,
        photos: ChosenPhotos,
        consents: Consents,
        people: PeopleState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._photos, self._consents, self._people = session, photos, consents, people

    def holds(self, person: str | None) -> bool:
        """Whether permission was given already.

        Args:
            person: a uid; None for the photos of the session.

        Raises:
            SettingsError: nothing can be known of the person now.
        """
        if person is None:
            return self._consents.known(self._photos.consent_keys(), self._paths())
        found = self._people.person(person)
        if found is None:
            if self._people.locked:
                raise SettingsError(self.tr("The people are locked."), self.tr("Unlock them on the page People."))
            raise SettingsError(self.tr("The library is still being opened."), self.tr("Try again in a moment."))
        return found.permission == "holds"

    def holds_for_chosen(self) -> bool:
        """Whether permission is known to be given by the person or photos of the session."""
        try:
            return self.holds(self._session.values.person)
        except FastFaceError:
            return False

    def note_photos(self) -> None:
        """The photos of the session show somebody who agreed."""
        self._consents.give(self._photos.consent_keys(), self._paths())

    def give(self, owner: QObject, person: str | None, then: Kept) -> None:
        """Keeps permission as given today.

        Args:
            owner: of `then`, which is not called once it is gone.
            person: a uid; None for the photos of the session.
        """
        if person is None:
            self.note_photos()
            then(None)
            return

        text = self.tr("Confirmed before a picture was made.")
        answered = while_alive(owner, then)

        def kept(error: FastFaceError | None) -> None:
            self._people.look()
            answered(error)

        def note(people: "People") -> None:
            from fastface_core.library.people.files import Consent

            before, today = people.get(person).consent, date.today()
            if before is None:
                people.set_consent(person, Consent(text=text, given=today))
            else:
                # It is asked again after the same time as before.
                ends = today + (before.expires - before.given) if before.expires else None
                people.set_consent(person, before.model_copy(update={"given": today, "expires": ends}))

        self._people.run(self, note, kept, kept)

    def give_for_chosen(self, owner: QObject, then: Kept) -> None:
        """As `give`, for the person or photos of the session."""
        self.give(owner, self._session.values.person, then)

    def _paths(self) -> list[Path]:
        return [photo.path for photo in self._session.values.photos]
