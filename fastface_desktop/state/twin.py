"""The drawn twin of somebody: asked of the engine's thread, newest answer, and what the user corrects in it."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.twin import Corrections
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.values import TwinInfo, TwinOrder
from fastface_desktop.worker import EngineThread

__all__ = ["CreateTwin", "DrawnPerson", "PersonTwin", "TwinInfo"]

numbers = count(1)
"""Of what is asked of the engine's thread, whichever place asks."""
_FOLLOWED = frozenset({"photos", "person", "corrections", "checkpoint", "preset", "own_preset"})
"""What of Create the drawing depends on."""


class DrawnPerson(QObject):
    """One person's drawing, for one place of the window."""

    changed = Signal()

    def __init__(self, thread: EngineThread, place: str, parent: QObject | None = None) -> None:
        """
        Args:
            place: as in `EngineThread.draw_twin`.
        """
        super().__init__(parent)
        self._thread, self._place = thread, place
        self._order: TwinOrder | None = None
        self._stamp: object = None
        self._from = self._asked = self._shown = 0
        self._mine: set[int] = set()
        """The numbers of open requests from here: others get answers by the same signal."""
        self._seen: TwinInfo | None = None
        thread.twin_drawn.connect(self._take)

    @property
    def drawn(self) -> bool:
        """Whether there is somebody whom the chosen checkpoint draws."""
        return self._order is not None

    @property
    def settled(self) -> bool:
        """Whether the newest drawing that was asked for is there."""
        return self._shown == self._asked

    @property
    def seen(self) -> TwinInfo | None:
        """The newest drawing; None until there is one."""
        return self._seen

    @property
    def order(self) -> TwinOrder | None:
        """What was asked for last; None for nobody."""
        return self._order

    @property
    def corrections(self) -> Corrections:
        return (self._order.corrections if self._order is not None else None) or Corrections()

    def correct(self, **values: object) -> None:
        """Says something of the drawing, by the fields of `Corrections`; None takes it back."""
        if self._order is not None:
            self._keep(Corrections.model_validate({**dict(self.corrections), **values}))

    def _keep(self, corrections: Corrections) -> None:
        raise NotImplementedError

    def _draw(self, order: TwinOrder | None, stamp: object = None) -> None:
        """Has somebody drawn, where that is not what was asked for last.

        Args:
            stamp: is another one when the person's photos are.
        """
        if (order, stamp) == (self._order, self._stamp):
            return
        before, self._order, self._stamp = self._order, order, stamp
        if order is None:
            self._seen = None
            self._from = next(numbers)
        else:
            self._asked = next(numbers)
            if before is None or not _continues(before, order):
                self._seen = None
                self._from = self._asked
            self._mine.add(self._asked)
            self._thread.draw_twin(self._place, self._asked, order)
        self.changed.emit()

    @Slot(int, object)
    def _take(self, number: int, seen: TwinInfo) -> None:
        if number not in self._mine:
            return
        self._mine = {asked for asked in self._mine if asked > number}
        # While a colour is dragged, each answer is late and welcome; of somebody else it is neither.
        if self._order is None or not max(self._from, self._shown) <= number <= self._asked:
            return
        self._shown, self._seen = number, seen
        self.changed.emit()


class CreateTwin(DrawnPerson):
    """Of the person chosen on Create. Photos are drawn as soon as they were inspected; a person of the library at once,
    with what is kept of them, and what is corrected is kept with them."""

    def __init__(
        self,
        thread: EngineThread,
        session: Session,
        chosen: ChosenPhotos,
        people: PeopleState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(thread, "create", parent)
        self._session, self._people, self._chosen = session, people, chosen
        self._known: tuple[str, Corrections | None] | None = None
        """Who is chosen, and what the library said of them."""
        session.corrections_of = people.corrections.of
        session.changed.connect(self._session_changed)
        chosen.inspected.connect(self.follow)
        people.changed.connect(self._library_changed)
        people.corrections.changed.connect(self._corrected)

    def follow(self) -> None:
        """Checkpoints have come or gone."""
        values, checkpoint = self._session.values, self._session.twin_checkpoint
        order, stamp = None, None
        if checkpoint is not None and values.person is not None:
            person = self._people.person(values.person)
            if person is not None and person.usable:
                order, stamp = TwinOrder((), checkpoint, person.uid, values.corrections), person.hashes
        elif checkpoint is not None:
            photos = tuple(PhotoChoice(one.path, one.face) for one in values.photos if self._has_face(one.path))
            if photos:
                order = TwinOrder(photos, checkpoint, corrections=values.corrections)
        self._draw(order, stamp)

    def _keep(self, corrections: Corrections) -> None:
        self._session.correct(corrections)
        if (uid := self._session.values.person) is not None:
            self._people.corrections.put(uid, corrections)

    def _session_changed(self, name: str) -> None:
        if name == "person":
            uid = self._session.values.person
            there = self._people.person(uid) is not None
            self._known = (uid, self._people.corrections.of(uid)) if uid is not None and there else None
        if name in _FOLLOWED:
            self.follow()

    def _has_face(self, path: Path) -> bool:
        report = self._chosen.report(path)
        return report is not None and report.error is None and bool(report.faces)

    def _corrected(self, uid: str) -> None:
        if uid == self._session.values.person:
            self._library_changed()

    def _library_changed(self) -> None:
        uid = self._session.values.person
        if uid is not None and self._people.person(uid) is not None:
            now = (uid, self._people.corrections.of(uid))
            # What a picture was made with may differ from what is kept, until that changes.
            if now != self._known:
                self._known = now
                self._session.correct(now[1])
        self.follow()


class PersonTwin(DrawnPerson):
    """Of somebody in the library, by the checkpoint that Create has chosen."""

    def __init__(
        self, thread: EngineThread, session: Session, people: PeopleState, parent: QObject | None = None
    ) -> None:
        super().__init__(thread, "people", parent)
        self._session, self._people = session, people
        self._uid: str | None = None
        session.changed.connect(self._session_changed)
        people.changed.connect(self.follow)
        people.corrections.changed.connect(self._corrected)

    def show_person(self, uid: str | None) -> None:
        """None for nobody."""
        self._uid = uid
        self.follow()

    def follow(self) -> None:
        """Something is another one."""
        person, checkpoint = self._people.person(self._uid), self._session.twin_checkpoint
        if person is None or not person.usable or checkpoint is None:
            self._draw(None)
            return
        order = TwinOrder((), checkpoint, person.uid, self._people.corrections.of(person.uid))
        self._draw(order, person.hashes)

    def _keep(self, corrections: Corrections) -> None:
        if self._uid is not None:
            self._people.corrections.put(self._uid, corrections)

    def _session_changed(self, name: str) -> None:
        if name in ("checkpoint", "preset", "own_preset"):
            self.follow()

    def _corrected(self, uid: str) -> None:
        if uid == self._uid:
            self.follow()


def _continues(before: TwinOrder, after: TwinOrder) -> bool:
    """Whether both are of one person, so that the older drawing may stay until the newer one is there."""
    if replace(before, photos=(), corrections=None) != replace(after, photos=(), corrections=None):
        return False
    return after.person is not None or not set(before.photos).isdisjoint(after.photos)
