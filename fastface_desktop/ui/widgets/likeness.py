"""How it is said how near a picture came: a number under its own name, a word, and a colour that only repeats the word.

What the starter drew has no likeness to a person: its number is the match with the drawing, and is never called else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.domain.likeness import LikenessWord, MatchWord
from fastface_core.domain.measures import HAIR_TOLERANCE, SKIN_TOLERANCE
from fastface_desktop.translation import translated
from fastface_desktop.values import Worth


def number(value: float) -> str:
    """With two digits, as the window's language writes it; cut, so that 0.598 is not called 0.60 and yet good."""
    return QLocale().toString(math.floor(value * 100) / 100, "f", 2)


def word(of: LikenessWord) -> str:
    match of:
        case "strong":
            return QCoreApplication.translate("likeness", "Strong")
        case "good":
            return QCoreApplication.translate("likeness", "Good")
        case "weak":
            return QCoreApplication.translate("likeness", "Weak")


def match_word(of: MatchWord) -> str:
    match of:
        case "very near":
            return QCoreApplication.translate("likeness", "very near")
        case "near":
            return QCoreApplication.translate("likeness", "near")
        case "far":
            return QCoreApplication.translate("likeness", "far")


def colour(worth: Worth) -> str:
    """The token that repeats the word."""
    match worth.likeness_word or worth.match_word:
        case "strong" | "very near":
            return "good"
        case "good" | "near":
            return "text"
        case "weak" | "far":
            return "warn"
        case None:
            return "secondary"


def badge(worth: Worth) -> str:
    """For example "0.61 Strong" or "Match 0.83": for where there is little room."""
    if worth.drawn:
        if worth.match is None:
            return QCoreApplication.translate("likeness", "Drawn")
        return QCoreApplication.translate("likeness", "Match {number}").format(number=number(worth.match))
    if worth.likeness is None:
        return QCoreApplication.translate("likeness", "No likeness")
    said = number(worth.likeness)
    return said if worth.likeness_word is None else f"{said} {word(worth.likeness_word)}"


def said(worth: Worth) -> str:
    """For example "0.61 Strong" or "Match with the drawing 0.83, very near"."""
    if not worth.drawn:
        return badge(worth)
    if worth.match is None:
        return QCoreApplication.translate("likeness", "Drawn by the starter")
    text = QCoreApplication.translate("likeness", "Match with the drawing {number}").format(number=number(worth.match))
    return text if worth.match_word is None else f"{text}, {match_word(worth.match_word)}"


def named(value: float, *, drawn: bool) -> str:
    """A number with what it measures, for example "Likeness 0.61"."""
    if drawn:
        text = QCoreApplication.translate("likeness", "Match with the drawing {number}")
    else:
        text = QCoreApplication.translate("likeness", "Likeness {number}")
    return text.format(number=number(value))


def of_each(worth: Worth, names: Sequence[str]) -> list[str]:
    """How near each of several people came, for example "Ada 0.61" and "Bo: not found"; empty for one.

    Args:
        names: in the people's order; those without one are numbered.
    """
    said: list[str] = []
    for index, value in enumerate(worth.of_each):
        name = names[index] if index < len(names) and names[index] else ""
        name = name or QCoreApplication.translate("likeness", "Person {number}").format(number=index + 1)
        if value is None:
            said.append(QCoreApplication.translate("likeness", "{name}: not found").format(name=name))
        else:
            said.append(f"{name} {number(value)}")
    return said


def measure(*, drawn: bool) -> str:
    """What the numbers measure, as a heading."""
    if drawn:
        return QCoreApplication.translate("likeness", "Match with the drawing")
    return QCoreApplication.translate("likeness", "Likeness")


def explained(worth: Worth) -> str:
    """What the number means, or why there is none; of a drawn picture also what it took over, a line each."""
    if not worth.drawn:
        if worth.likeness is None:
            return translated(worth.reason or "")
        return QCoreApplication.translate(
            "likeness", "Likeness to the person: cosine similarity of the two faces, 1 is the same"
        )
    lines = [f"{mark.sign} {mark.name}" for mark in marks(worth)]
    if worth.match is not None:
        lines.append(
            QCoreApplication.translate(
                "likeness", "The match is that of the two drawn faces, 1 is the same. It says nothing of the person."
            )
        )
    return "\n".join([*lines, translated(worth.reason or "")])


# ---- What was taken over


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether something of the drawing is in the picture.

    Attributes:
        meaning: a sentence on what was measured, with its tolerance.
    """

    name: str
    taken: bool
    meaning: str

    @property
    def sign(self) -> str:
        return "\N{CHECK MARK}" if self.taken else "\N{MULTIPLICATION X}"


def marks(worth: Worth) -> tuple[Mark, ...]:
    """What was measured of a drawn picture, in a fixed order; what could not be told is left out."""
    taken = worth.taken_over
    if taken is None:
        return ()
    skin, hair = (QLocale().toString(one, "g", 3) for one in (SKIN_TOLERANCE, HAIR_TOLERANCE))
    every = (
        (
            taken.skin,
            QCoreApplication.translate("likeness", "Skin"),
            QCoreApplication.translate(
                "likeness", "Colour of the skin: at most {tolerance} away from the drawing's (CIEDE2000)"
            ).format(tolerance=skin),
            QCoreApplication.translate(
                "likeness", "Colour of the skin: more than {tolerance} away from the drawing's (CIEDE2000)"
            ).format(tolerance=skin),
        ),
        (
            taken.hair_colour,
            QCoreApplication.translate("likeness", "Hair colour"),
            QCoreApplication.translate(
                "likeness", "Colour of the hair: at most {tolerance} away from the drawing's (CIEDE2000)"
            ).format(tolerance=hair),
            QCoreApplication.translate(
                "likeness", "Colour of the hair: more than {tolerance} away from the drawing's (CIEDE2000)"
            ).format(tolerance=hair),
        ),
        (
            taken.hair_length,
            QCoreApplication.translate("likeness", "Hair length"),
            QCoreApplication.translate("likeness", "Bald, short, to the chin or long: as in the drawing"),
            QCoreApplication.translate("likeness", "Bald, short, to the chin or long: not as in the drawing"),
        ),
        (
            taken.glasses,
            QCoreApplication.translate("likeness", "Glasses"),
            QCoreApplication.translate("likeness", "With or without glasses: as in the drawing"),
            QCoreApplication.translate("likeness", "With or without glasses: not as in the drawing"),
        ),
        (
            taken.beard,
            QCoreApplication.translate("likeness", "Beard"),
            QCoreApplication.translate("likeness", "With or without a beard: as in the drawing"),
            QCoreApplication.translate("likeness", "With or without a beard: not as in the drawing"),
        ),
    )
    told = ((name, value, right, wrong) for value, name, right, wrong in every if value is not None)
    return tuple(Mark(name, value, right if value else wrong) for name, value, right, wrong in told)
