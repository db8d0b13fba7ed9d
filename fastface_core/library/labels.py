"""Colour labels: the five that photographers' programs share, and the words by which those write them.

`xmp:Label` holds a word of the program's language. Bridge's English ones and Lightroom's of many languages are
understood; written is Lightroom's English word, which each of them knows. digiKam and darktable have numbers.
"""

from typing import Final, Literal, get_args

Label = Literal["red", "yellow", "green", "blue", "purple"]
LABELS: Final[tuple[Label, ...]] = get_args(Label)
"""The order of the keys 6 to 9, and of the numbers in the database, where 0 is none."""

_IN_LANGUAGES: Final[dict[Label, str]] = {
    "red": "rot rouge rojo rosso vermelho rood röd красный レッド 赤 红色 빨강",
    "yellow": "gelb jaune amarillo giallo amarelo geel gul желтый イエロー 黄 黄色 노랑",
    "green": "grün vert verde groen grön зеленый グリーン 緑 绿色 녹색",
    "blue": "blau bleu azul blu blauw blå синий ブルー 青 蓝色 파랑",
    "purple": "lila violett violet púrpura morado violeta viola porpora roxo paars фиолетовый パープル 紫 紫色 보라",
}
_WORDS: Final[dict[str, Label]] = {
    **{word: word for word in LABELS},
    **{word: label for label, words in _IN_LANGUAGES.items() for word in words.split()},
    # Bridge's.
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


def of_darktable(number: str) -> Label | None:
    """What darktable's number means; it may give a picture several."""
    number = number.strip()
    return LABELS[int(number)] if number in tuple("01234") else None


def darktable_of(label: Label) -> str:
    """The number by which darktable knows a label."""
    return str(LABELS.index(label))


def number_of(label: Label | None) -> int:
    """As the database has it."""
    return 0 if label is None else LABELS.index(label) + 1


def of_number(number: int) -> Label | None:
    """The label of a number in the database."""
    return LABELS[number - 1] if 0 < number <= len(LABELS) else None
