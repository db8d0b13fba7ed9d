"""Colour labels: the five that photographers' programs share, and the words by which those write them.

`xmp:Label` holds a word of the program's language. Lightroom's and Bridge's English ones and Lightroom's German ones
are understood; written is Lightroom's English word, which each of them knows. digiKam has a number of its own.
"""

from typing import Final, Literal, get_args

Label = Literal["red", "yellow", "green", "blue", "purple"]
LABELS: Final[tuple[Label, ...]] = get_args(Label)
"""The order of the keys 6 to 9, and of the numbers in the database, where 0 is none."""

_WORDS: Final[dict[str, Label]] = {
    **{word: word for word in LABELS},
    "rot": "red",
    "gelb": "yellow",
    "grün": "green",
    "blau": "blue",
    "lila": "purple",
    "violett": "purple",
    "select": "red",
    "second": "yellow",
    "approved": "green",
    "review": "blue",
    "to do": "purple",
}
_DIGIKAM: Final[dict[str, Label]] = {"1": "red", "3": "yellow", "4": "green", "5": "blue", "6": "purple"}


def of_word(word: str | None) -> Label | None:
    """What a word of another program means; None where it means none of the five."""
    return _WORDS.get(" ".join((word or "")[:100].casefold().split()))


def word_of(label: Label) -> str:
    """As it is written."""
    return label.capitalize()


def of_digikam(number: str | None) -> Label | None:
    """What digiKam's number means."""
    return _DIGIKAM.get((number or "")[:100].strip())


def digikam_of(label: Label | None) -> str:
    """The number by which digiKam knows a label; that of none without one."""
    return next((number for number, one in _DIGIKAM.items() if one == label), "0")


def number_of(label: Label | None) -> int:
    """As the database has it."""
    return 0 if label is None else LABELS.index(label) + 1


def of_number(number: int) -> Label | None:
    """The label of a number in the database."""
    return LABELS[number - 1] if 0 < number <= len(LABELS) else None
