"""Keeping the photos on Create as a person of the library."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_core.domain.identity import PhotoChoice
from fastface_core.errors import FastFaceError
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.shared.new_person import NewPerson
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.layout import column

if TYPE_CHECKING:
    from fastface_core.library.people.people import People
    from fastface_core.library.people.person import Person

Chosen = tuple[tuple[PhotoChoice, int | None], ...]


class KeepPerson(QWidget):
    """Asks for a name. Once the photos are kept, the person is chosen in their place.

    Its button stands elsewhere, with other acts.
    """

    wanted = Signal()
    """The button was used: the photos, with their faces, are to be handed to `ask`."""
    said = Signal(str, Undo)

    def __init__(
        self, session: Session, people: PeopleState, intake: PhotoIntake, consents: Consents, theme: Theme
    ) -> None:
        super().__init__()
        self._session, self._people, self._intake, self._consents = session, people, intake, consents
        self._photos: Chosen = ()
        self._keys: tuple[str | None, ...] = ()
        self._uid: str | None = None
        self._there = False
        self.button = button(
            self.tr("Keep as a person…"), self.tr("Put these photos into the library, under a name"), "link"
        )
        self.button.setProperty("tone", "secondary")
        self.button.clicked.connect(self.wanted)
        self.panel = NewPerson(theme)
        self.panel.wanted.connect(self._add)
        self.panel.closed.connect(self._closed)
        self.state = label(role="secondary", wrap=True)
        self.state.hide()
        column(self.panel, self.state, gap=Space.S, of=self)
        self._fit()
        intake.refused.connect(self._refused)
        intake.stopped.connect(self._stopped)
        intake.finished.connect(self._finished)

    def ask(self, photos: Chosen, keys: tuple[str | None, ...]) -> None:
        """Args:
        photos: each with the face that is meant; None takes the largest.
        keys: of their consents.
        """
        self._photos, self._keys = photos, keys
        self.panel.ask(len(photos))
        self._fit()

    def offer(self, there: bool) -> None:
        """Whether there are photos that could be kept."""
        self._there = there
        self._fit()

    def _fit(self) -> None:
        under_way = not self.panel.isHidden() or self._uid is not None
        self.button.setVisible(self._there and not under_way)
        # Empty it would still take the gap to its neighbours.
        self.setVisible(self._there and under_way)

    def reset(self) -> None:
        """The photos are other ones."""
        if self.panel.isVisible():
            self.panel.close_panel()

    def _closed(self) -> None:
        self._fit()

    def _add(self, name: str) -> None:
        given = self._consents.since(self._keys)
        text = self.tr("Confirmed before a picture was made.")

        def add(people: "People") -> "Person":
            from fastface_core.library.people.files import Consent

            return people.add(name, consent=Consent(text=text, given=given) if given else None)

        def added(person: "Person") -> None:
            self._uid = person.uid
            self.panel.close_panel()
            self.state.setText(self.tr("Keeping the photos…"))
            self.state.show()
            self._fit()
            self._intake.add_chosen(self._uid, [(photo.path, face) for photo, face in self._photos])

        self._people.run(self, add, added, self.panel.show_error)

    def _finished(self, uid: str, kept: tuple[str, ...]) -> None:
        if uid != self._uid:
            return
        self._uid = None
        self.state.hide()
        self._fit()
        before = self._session.values
        same = {photo.path for photo in before.photos} == {photo.path for photo, _ in self._photos}
        if kept and same:

            def put_back() -> None:
                self._session.change(person=None, photos=before.photos, corrections=before.corrections)

            if before.corrections is not None:
                self._people.corrections.put(uid, before.corrections)
            self._people.look()
            self._session.choose_person(uid)
            self.said.emit(self.tr("The photos are kept in the library."), put_back)

    def _refused(self, uid: str, path: object, error: FastFaceError) -> None:
        if uid == self._uid:
            self.panel.error.show_error(error)

    def _stopped(self, uid: str, error: FastFaceError) -> None:
        if uid == self._uid:
            self._uid = None
            self.state.hide()
            self.panel.show()
            self._fit()
            self.panel.show_error(error)
