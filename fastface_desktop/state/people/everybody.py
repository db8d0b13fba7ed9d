"""The permission of everybody in a picture of several, asked of one after the other."""

from collections.abc import Collection

from PySide6.QtCore import QObject

from fastface_core.domain.identity import Companion
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.other_photos import OtherPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.people.permission import Kept, Permission
from fastface_desktop.values import JobOrder


class EverybodysPermission(QObject):
    def __init__(
        self,
        permission: Permission,
        others: OtherPhotos,
        consents: Consents,
        people: PeopleState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._permission, self._others, self._consents, self._people = permission, others, consents, people

    def missing(self, order: JobOrder, given: Collection[Companion] = ()) -> Companion | None:
        """The first of an order's people of whom permission is not known; None where all agreed.

        Args:
            given: people whose permission was just given: the library's people are reloaded a moment later.

        Raises:
            SettingsError: nothing can be known of a person now.
        """
        for place, one in enumerate(order.people):
            if one in given:
                continue
            if one.person is not None:
                known = self._permission.holds(one.person)
            elif place == 0:
                known = self._permission.holds(None)
            else:
                known = self._consents.known(self._keys(one), [photo.path for photo in one.photos])
            if not known:
                return one
        return None

    def name(self, one: Companion) -> str:
        """What somebody is called: by name, or by the photo's file."""
        found = self._people.person(one.person)
        if found is not None:
            return found.name
        return self.tr("the person in {photo}").format(photo=one.photos[0].path.name) if one.photos else ""

    def give(self, owner: QObject, order: JobOrder, one: Companion, then: Kept) -> None:
        """Keeps that somebody of an order agreed today; the arguments as of `Permission.give`."""
        if one.person is not None or one == order.people[0]:
            self._permission.give(owner, one.person, then)
        else:
            self._consents.give(self._keys(one), [photo.path for photo in one.photos])
            then(None)

    def note_photos(self, order: JobOrder) -> None:
        """Photos that were added to somebody who agreed are theirs, too."""
        if order.person is None:
            self._permission.note_photos()

    def _keys(self, one: Companion) -> list[str | None]:
        return [self._others.key(photo.path, photo.face) for photo in one.photos]
