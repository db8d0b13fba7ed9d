"""People of the library as the window shows them: frozen values, read in the background."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from fastface_core.errors import FastFaceError, SettingsError, StorageError
from fastface_core.studio.consent import Permission, permission_of
from fastface_desktop.state.people.images import of_crop

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.domain.twin import Corrections
    from fastface_core.library.library import Library
    from fastface_core.library.people.damaged import DamagedPerson
    from fastface_core.library.people.files import Client, Consent, PaperEntry
    from fastface_core.library.people.person import Person
    from fastface_core.library.people.photos import ReferencePhoto
    from fastface_core.library.people.verdicts import Word

Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False, slots=True)
class PersonInfo:
    """A person on a card.

    Attributes:
        photos, usable: how many there are, and how many of them count.
        hashes: of the photos, with the face that is meant, of those that count.
        cover: the aligned face; null where no photo was measured.
        corrections: what the user said of the person's drawing; None where that is nothing.
        words: that a search finds the person by, in addition to name and groups.
    """

    uid: str
    name: str
    notes: str
    consent: "Consent | None"
    photos: int
    usable: int
    hashes: frozenset[tuple[str, int]]
    cover: QImage
    corrections: "Corrections | None" = None
    created: datetime | None = None
    groups: tuple[str, ...] = ()
    words: str = ""

    @property
    def permission(self) -> Permission:
        return permission_of(self.consent)


@dataclass(frozen=True, eq=False, slots=True)
class DamagedInfo:
    """A person whose file cannot be read, on a card.

    Attributes:
        name: empty where it cannot be made out.
        photos: how many lie in the folder.
        pictures: how many were made of the person, in the trash or not.
        cover: an aligned face; null where no photo was measured.
        problem: what is wrong, and the next step.
    """

    uid: str
    name: str
    photos: int
    pictures: int
    cover: QImage
    problem: FastFaceError


@dataclass(frozen=True, eq=False, slots=True)
class PhotoInfo:
    """A photo of a person.

    Attributes:
        face: which one is meant, from the left, from 1, of `faces_found`; 0 of them while it was not measured.
        verdict: of what weighs most; None while it was not measured.
        faults: what else is wrong. reasons: a sentence each, in English.
        agreement: cosine, -1 to 1, to the mean of the others that count; None where there is nothing to compare, or
            where that means nothing.
        share: what the photo makes up of the person, 0 to 1; 0 where it does not count.
        box: of the face, in pixels of the upright photo; None while it was not measured.
        crop: the aligned face; null while it was not measured.
    """

    sha256: str
    face: int
    faces_found: int
    verdict: "Word | None"
    faults: "tuple[Word, ...]"
    reasons: tuple[str, ...]
    counts: bool
    by_hand: bool
    agreement: float | None
    share: float
    box: tuple[float, float, float, float] | None
    crop: QImage


@dataclass(frozen=True, eq=False, slots=True)
class PersonDetails:
    """All details of a person.

    Attributes:
        cover: the hash of the photo that represents the person.
        face: of the photo that is nearest to the person's mean; null without a photo that counts.
        agreement: the mean over the photos that count; None where there are less than two, or where it means nothing.
        model, same_person: of the recogniser whose measures these are; None before the first, and where its scores
            mean nothing.
        advice: of the coach, in English.
        pictures: how many were made of the person, in the trash or not.
    """

    uid: str
    name: str
    notes: str
    consent: "Consent | None"
    cover: str | None
    photos: tuple[PhotoInfo, ...]
    face: QImage
    agreement: float | None
    model: str | None
    same_person: float | None
    advice: tuple[str, ...]
    pictures: int
    client: "Client"
    groups: tuple[str, ...]
    papers: "tuple[PaperEntry, ...]"

    @property
    def permission(self) -> Permission:
        return permission_of(self.consent)

    @property
    def usable(self) -> int:
        return sum(photo.counts for photo in self.photos)


@dataclass(frozen=True, slots=True)
class Look:
    """Everyone, by name.

    Attributes:
        protected, locked: whether there is a passphrase, and whether it is needed to read anything.
        damaged: those whose file cannot be read.
    """

    protected: bool
    locked: bool
    people: tuple[tuple[Stamp, PersonInfo], ...] = ()
    damaged: tuple[DamagedInfo, ...] = ()


def look(library: "Library", known: dict[str, tuple[Stamp, PersonInfo]]) -> Look:
    """Args:
    known: what was seen before, by uid, which is taken again where nothing of it has changed.
    """
    from fastface_core.library.people.person import folded
    from fastface_core.library.people.vault import LockedError

    people = library.people
    protected = people.store.vault.exists
    found: list[tuple[Stamp, PersonInfo]] = []
    if people.store.locked:
        return Look(protected, True)
    for uid in people.store.uids():
        stamp = people.stamp(uid)
        before = known.get(uid)
        if before is not None and before[0] == stamp:
            found.append(before)
            continue
        try:
            found.append((stamp, _seen(people.get(uid))))
        except LockedError:
            return Look(protected, True)
        except (StorageError, SettingsError):
            continue  # damaged, or forgotten meanwhile
    damaged = tuple(_damaged(library, one) for one in people.damaged())
    return Look(protected, False, tuple(sorted(found, key=lambda one: folded(one[1].name))), damaged)


def details(library: "Library", uid: str) -> PersonDetails:
    """
    Raises:
        SettingsError: the person is not there any more.
        LockedError, StorageError: nothing can be read.
    """
    from fastface_core.library.people import coach as coaching
    from fastface_core.library.people.photos import agreement, merged

    person = library.people.get(uid)
    # A recogniser that cannot tell people apart says nothing of whether photos agree.
    agreements = agreement(person.photos) if person.same_person is not None else {}
    counting = [photo.measured for photo in person.usable if photo.measured]
    each = [agreements[photo.sha256] for photo in counting if photo.sha256 in agreements]
    return PersonDetails(
        uid=uid,
        name=person.name,
        notes=person.notes,
        consent=person.consent,
        cover=person.cover,
        photos=tuple(_photo(photo, agreements.get(photo.sha256)) for photo in person.photos),
        face=of_crop(merged(counting).crop) if counting else QImage(),
        agreement=sum(each) / len(each) if each else None,
        model=person.model,
        same_person=person.same_person,
        advice=coaching.advice(person.photos),
        pictures=_pictures(library, uid),
        client=person.client,
        groups=person.groups,
        papers=person.papers,
    )


def _pictures(library: "Library", uid: str) -> int:
    from fastface_core.library.queries import Query

    return sum(library.gallery.count(Query(person=uid, trashed=trashed)) for trashed in (False, True))


def _damaged(library: "Library", person: "DamagedPerson") -> DamagedInfo:
    return DamagedInfo(
        uid=person.uid,
        name=person.name,
        photos=len(person.photos),
        pictures=_pictures(library, person.uid),
        cover=of_crop(person.crop) if person.crop is not None else QImage(),
        problem=person.problem,
    )


def _seen(person: "Person") -> PersonInfo:
    measured = {photo.sha256: photo.measured for photo in person.photos if photo.measured}
    cover = measured.get(person.cover or "") or next(iter(measured.values()), None)
    return PersonInfo(
        uid=person.uid,
        name=person.name,
        notes=person.notes,
        consent=person.consent,
        photos=len(person.photos),
        usable=len(person.usable),
        hashes=frozenset((photo.sha256, photo.face) for photo in person.usable),
        cover=of_crop(cover.face.crop) if cover else QImage(),
        corrections=person.corrections,
        created=person.created,
        groups=person.groups,
        words=" ".join(word for word in (person.client.contact, person.client.job) if word),
    )


def _photo(photo: "ReferencePhoto", agreement: float | None) -> PhotoInfo:
    measured = photo.measured
    return PhotoInfo(
        sha256=photo.sha256,
        face=photo.face,
        faces_found=measured.faces_found if measured else 0,
        verdict=photo.verdict.word if photo.verdict else None,
        faults=tuple(one.word for one in photo.verdict.also) if photo.verdict else (),
        reasons=tuple(one.reason for one in photo.verdict.all) if photo.verdict else (),
        counts=photo.counts,
        by_hand=photo.by_hand,
        agreement=agreement,
        share=photo.share,
        box=measured.face.box if measured else None,
        crop=of_crop(measured.face.crop) if measured else QImage(),
    )
