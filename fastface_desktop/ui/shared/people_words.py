"""What verdicts, permissions and agreement are called, and the colour and icon beside the word."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from fastface_desktop.state.people.views import DamagedInfo, PersonDetails, PersonInfo, PhotoInfo

if TYPE_CHECKING:
    from fastface_core.library.people.verdicts import Word


def verdict(word: "Word | None") -> str:
    """A verdict in a word or two."""
    match word:
        case None:
            return QCoreApplication.translate("people", "Not looked at")
        case "good":
            return QCoreApplication.translate("people", "Good")
        case "small":
            return QCoreApplication.translate("people", "Too small")
        case "blurred":
            return QCoreApplication.translate("people", "Blurred")
        case "side":
            return QCoreApplication.translate("people", "Side face")
        case "tilted":
            return QCoreApplication.translate("people", "Tilted")
        case "dark":
            return QCoreApplication.translate("people", "Too dark")
        case "bright":
            return QCoreApplication.translate("people", "Too bright")
        case "other-person":
            return QCoreApplication.translate("people", "Someone else")


def all_faults(photo: PhotoInfo) -> str:
    """Everything that is wrong with a photo, or that nothing is: "Too small, blurred"."""
    first, *more = (photo.verdict, *photo.faults)
    others = [verdict(word) for word in more]
    # Nouns keep their capital in German.
    lower = QLocale().language() != QLocale.Language.German
    return ", ".join([verdict(first), *(one[:1].lower() + one[1:] if lower else one for one in others)])


def helps(word: "Word | None") -> str:
    """What would mend a fault, in a few words; empty where nothing has to be mended."""
    match word:
        case "small":
            return QCoreApplication.translate("people", "A closer one helps.")
        case "blurred":
            return QCoreApplication.translate("people", "A sharper one helps.")
        case "side":
            return QCoreApplication.translate("people", "One from the front helps.")
        case "tilted":
            return QCoreApplication.translate("people", "An upright one helps.")
        case "dark":
            return QCoreApplication.translate("people", "Light from the front helps.")
        case "bright":
            return QCoreApplication.translate("people", "Softer light helps.")
        case "good" | "other-person" | None:
            return ""


def caption(photo: PhotoInfo) -> str:
    """What is said below a verdict: whether the photo is used, and what would help or how well it agrees."""
    agrees = ""
    if photo.agreement is not None:
        agrees = QCoreApplication.translate("people", "Agrees {value}.").format(
            value=QLocale().toString(photo.agreement, "f", 2)
        )
    if photo.verdict == "good" and photo.counts and not photo.by_hand:
        return agrees.removesuffix(".") or whether_used(photo)
    if photo.by_hand:
        return whether_used(photo)
    return " ".join(word for word in (f"{whether_used(photo)}.", helps(photo.verdict) or agrees) if word)


def tone(photo: PhotoInfo) -> str:
    """The token of its colour."""
    if photo.verdict is None:
        return "secondary"
    return {"good": "good", "other-person": "bad"}.get(photo.verdict, "warn")


def whether_used(photo: PhotoInfo) -> str:
    """Whether a photo counts, and who said so."""
    if photo.counts:
        if photo.by_hand:
            return QCoreApplication.translate("people", "Used because you said so")
        if photo.share < 1:
            return QCoreApplication.translate("people", "Makes up {share}").format(share=f"{photo.share:.0%}")
        return QCoreApplication.translate("people", "Used")
    if photo.by_hand:
        return QCoreApplication.translate("people", "Not used because you said so")
    return QCoreApplication.translate("people", "Not used")


def name(person: PersonInfo | DamagedInfo) -> str:
    """What a person is called on a card."""
    return person.name or QCoreApplication.translate("people", "Name not readable")


def photos(person: PersonInfo | PersonDetails | DamagedInfo) -> str:
    """How many there are, and how many count."""
    count = len(person.photos) if isinstance(person, PersonDetails) else person.photos
    if not count:
        return QCoreApplication.translate("people", "No photo yet")
    if isinstance(person, DamagedInfo) or person.usable == count:
        if count == 1:
            return QCoreApplication.translate("people", "1 photo")
        return QCoreApplication.translate("people", "{count} photos").format(count=count)
    return QCoreApplication.translate("people", "{usable} of {count} photos used").format(
        usable=person.usable, count=count
    )


def permission(person: PersonInfo | PersonDetails | DamagedInfo) -> tuple[str, str, str]:
    """An icon, its colour, and the state of the permission, or that nothing of it can be read."""
    if isinstance(person, DamagedInfo):
        return "error", "bad", QCoreApplication.translate("people", "File damaged")
    match person.permission:
        case "holds":
            return "check", "good", QCoreApplication.translate("people", "Permission noted")
        case "ended":
            return "warning", "warn", QCoreApplication.translate("people", "Permission ended")
        case "none":
            return "info", "secondary", QCoreApplication.translate("people", "No permission noted")


def forgotten(name: str, pictures: int) -> str:
    """The message that a person is forgotten, whose name may be unknown, with so many pictures."""
    name = name or QCoreApplication.translate("people", "The person")
    if pictures == 0:
        return QCoreApplication.translate("people", "{name} is forgotten.").format(name=name)
    if pictures == 1:
        return QCoreApplication.translate("people", "{name} is forgotten, and 1 picture is erased.").format(name=name)
    return QCoreApplication.translate("people", "{name} is forgotten, and {count} pictures are erased.").format(
        name=name, count=pictures
    )


def day(when: date) -> str:
    """As the user writes it."""
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)
