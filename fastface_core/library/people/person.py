"""What a person of the library is, and a photo that was taken out; how names are kept and compared."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from fastface_core.domain.twin import Corrections
from fastface_core.errors import SettingsError
from fastface_core.library.people.files import Client, Consent, PaperEntry, PersonFile, PhotoEntry, Reading
from fastface_core.library.people.photos import ReferencePhoto, judged

LONGEST_NAME = 100
LONGEST_NOTES = 20_000
LONGEST_GROUP, MOST_GROUPS = 60, 20


@dataclass(frozen=True, eq=False, slots=True)
class Person:
    """One person.

    Attributes:
        uid: 32 random hexadecimal digits.
        consent: None where nobody noted one.
        cover: hash of the photo that represents the person; None without photos.
        model: the recogniser whose measures `photos` shows; None before the first.
        same_person: the least agreement that means the same person to it; None where its scores mean nothing.
        corrections: what the user said of the person's drawing; None where that is nothing.
        by_quality: whether photos of which nothing else is said count by their quality.
        groups: names, in their alphabetical order.
    """

    uid: str
    name: str
    notes: str
    consent: Consent | None
    cover: str | None
    created: datetime
    photos: tuple[ReferencePhoto, ...]
    model: str | None
    same_person: float | None = None
    corrections: Corrections | None = None
    by_quality: bool = False
    client: Client = field(default_factory=Client)
    groups: tuple[str, ...] = ()
    papers: tuple[PaperEntry, ...] = ()

    @property
    def usable(self) -> tuple[ReferencePhoto, ...]:
        """The photos that count."""
        return tuple(photo for photo in self.photos if photo.counts)


@dataclass(frozen=True, eq=False, slots=True)
class RemovedPhoto:
    """A photo that is on no disk any more, so that it can be put back as long as this is kept.

    Attributes:
        place: where it stood among the person's photos, from 0.
        data: the file's bytes.
        readings: what each recogniser made of it, the newest last.
    """

    entry: PhotoEntry
    place: int
    was_cover: bool
    data: bytes
    readings: tuple[Reading, ...]


def described(file: PersonFile, reading: Reading | None) -> Person:
    """The person of a file, their photos as a recogniser saw them; None where none has looked yet."""
    photos = judged(file.photos, reading, by_quality=bool(file.by_quality))
    cover = file.cover if any(photo.sha256 == file.cover for photo in photos) else None
    if cover is None:
        best = next((photo for photo in photos if photo.counts), next(iter(photos), None))
        cover = best.sha256 if best else None
    return Person(
        uid=file.uid,
        name=file.name,
        notes=file.notes,
        consent=file.consent,
        cover=cover,
        created=file.created,
        photos=photos,
        model=reading.model if reading else None,
        same_person=reading.same_person if reading else None,
        corrections=file.corrections,
        by_quality=bool(file.by_quality),
        client=file.client or Client(),
        groups=file.groups or (),
        papers=file.papers or (),
    )


def clean_name(name: str) -> str:
    """A person's name as it is kept.

    Raises:
        SettingsError: it is empty or too long.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name)).split())
    if not words or len(words) > LONGEST_NAME:
        raise SettingsError(f"A name has 1 to {LONGEST_NAME} letters.", "Choose another name.")
    return words


def clean_notes(notes: str) -> str:
    """Notes as they are kept.

    Raises:
        SettingsError: they are too long, or no text.
    """
    if len(notes) > LONGEST_NOTES:
        raise SettingsError(f"Notes have at most {LONGEST_NOTES} letters.", "Write less.")
    try:
        notes.encode()
    except UnicodeEncodeError as error:
        raise SettingsError("The notes are no text in UTF-8.", "Write them in other letters.") from error
    return notes


def clean_groups(groups: Iterable[str]) -> tuple[str, ...]:
    """Names of groups as they are kept: each once, in their alphabetical order.

    Raises:
        SettingsError: there are too many, or a name is too long.
    """
    words: dict[str, str] = {}
    for one in groups:
        if word := " ".join(one.split()):
            words.setdefault(folded(word), word)
    if len(words) > MOST_GROUPS or any(len(word) > LONGEST_GROUP for word in words.values()):
        raise SettingsError(
            f"A person is in at most {MOST_GROUPS} groups, whose names have at most {LONGEST_GROUP} letters.",
            "Name fewer, or shorter ones.",
        )
    return tuple(words[key] for key in sorted(words))


def folded(name: str) -> str:
    """For comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())
