"""Whether whoever is shown agreed to pictures: a person of the library by the consent note, photos by what was answered
before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.ui.create.person_card import PersonCard

if TYPE_CHECKING:
    from fastface_core.library.people.people import People


class Permission(QObject):
    def __init__(
        self, session: Session, consents: Consents, people: PeopleState, card: PersonCard, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._consents, self._people, self._card = session, consents, people, card

    def holds(self, person: str | None) -> bool:
        """Whether it was said already.

        Args:
            person: a uid; None for the photos of the page.

        Raises:
            SettingsError: the person cannot be seen.
        """
        if person is None:
            return self._consents.known(self._card.consent_keys(), self._paths())
        seen = self._people.person(person)
        if seen is None:
            if self._people.locked:
                raise SettingsError(self.tr("The people are locked."), self.tr("Unlock them on the page People."))
            raise SettingsError(self.tr("The library is still being opened."), self.tr("Try again in a moment."))
        return seen.permission == "holds"

    def note_photos(self) -> None:
        """The photos of the page are those of somebody who agreed."""
        self._consents.give(self._card.consent_keys(), self._paths())

    def give(self, person: str | None, then: Callable[[FastFaceError | None], None]) -> None:
        """Keeps today's answer; `then` is called once it is kept, with what stood in the way or None."""
        if person is None:
            self.note_photos()
            then(None)
            return

        text = self.tr("Confirmed before a picture was made.")

        def kept(error: FastFaceError | None) -> None:
            self._people.look()
            then(error)

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

    def _paths(self) -> list[Path]:
        return [photo.path for photo in self._session.values.photos]
