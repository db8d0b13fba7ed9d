"""How a likeness is said: a number, a word, and a colour that only repeats the word."""

import math

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.likeness import LikenessWord
from fastface_desktop.translation import translated
from fastface_desktop.values import SavedPicture


def number(likeness: float) -> str:
    """With two digits, as the window's language writes it; cut, so that 0.598 is not called 0.60 and yet good."""
    return QLocale().toString(math.floor(likeness * 100) / 100, "f", 2)


def word(of: LikenessWord) -> str:
    match of:
        case "strong":
            return QCoreApplication.translate("likeness", "Strong")
        case "good":
            return QCoreApplication.translate("likeness", "Good")
        case "weak":
            return QCoreApplication.translate("likeness", "Weak")


def colour(of: LikenessWord | None) -> str:
    """The token that repeats the word."""
    return {"strong": "good", "good": "text", "weak": "warn", None: "secondary"}[of]


def badge(picture: SavedPicture) -> str:
    """For example "0.61 Strong"."""
    if picture.likeness is None or picture.likeness_word is None:
        return QCoreApplication.translate("likeness", "No likeness")
    return f"{number(picture.likeness)} {word(picture.likeness_word)}"


def explained(picture: SavedPicture) -> str:
    """A sentence that says what the number means, or why there is none."""
    if picture.likeness is None:
        return translated(picture.likeness_reason or "")
    return QCoreApplication.translate(
        "likeness", "Likeness to the person: cosine similarity of the two faces, 1 is the same"
    )
