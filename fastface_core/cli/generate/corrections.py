"""The options that correct the drawing of a person, and what is said of it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from fastface_core.domain.measures import DrawnTwin
    from fastface_core.domain.twin import Corrections, Twin

PANEL = "Correct the drawing"
_COLOUR = re.compile("#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")

HairLengthOption = Annotated[
    Literal["bald", "short", "chin", "long"] | None,
    typer.Option("--hair-length", rich_help_panel=PANEL, help="How long the hair is."),
]
HairColourOption = Annotated[
    str | None, typer.Option("--hair-colour", metavar="#RRGGBB", rich_help_panel=PANEL, help="The hair's colour.")
]
SkinOption = Annotated[
    str | None, typer.Option("--skin", metavar="#RRGGBB", rich_help_panel=PANEL, help="The skin's colour.")
]
EyesOption = Annotated[
    str | None, typer.Option("--eyes", metavar="#RRGGBB", rich_help_panel=PANEL, help="The eyes' colour.")
]
CurlOption = Annotated[
    Literal["straight", "wavy", "curly"] | None,
    typer.Option("--curl", rich_help_panel=PANEL, help="How the hair falls."),
]
GlassesOption = Annotated[
    Literal["none", "round", "square"] | None,
    typer.Option("--glasses", rich_help_panel=PANEL, help="Which glasses are worn."),
]
BeardOption = Annotated[
    Literal["none", "stubble", "moustache", "goatee", "full"] | None,
    typer.Option("--beard", rich_help_panel=PANEL, help="Which beard is worn."),
]


def corrections_of(
    *,
    hair_length: str | None,
    hair_colour: str | None,
    skin: str | None,
    eyes: str | None,
    curl: str | None,
    glasses: str | None,
    beard: str | None,
) -> "Corrections | None":
    """What the options say; None where none is given.

    Raises:
        typer.BadParameter: a colour is none.
    """
    fields = {
        "hair_length": hair_length,
        "hair_colour": _colour("--hair-colour", hair_colour),
        "skin": _colour("--skin", skin),
        "eyes": _colour("--eyes", eyes),
        "curl": curl,
        "glasses": glasses,
        "beard": beard,
    }
    if all(value is None for value in fields.values()):
        return None
    from fastface_core.domain.twin import Corrections

    return Corrections.model_validate(fields)


def merged(first: "Corrections | None", then: "Corrections | None") -> "Corrections | None":
    """Both; where both say something, the later one."""
    if first is None or then is None:
        return then or first
    return first.model_copy(update={name: value for name, value in then if value is not None})


def taken_from(drawn: "DrawnTwin", photos: int) -> str | None:
    """What was taken from the photos, as one sentence; None where nothing could be told.

    Args:
        drawn: without corrections.
        photos: how many there are.
    """
    words = [
        word
        for name, word in (
            ("skin", "skin"),
            ("hair.colour", "" if drawn.twin.hair.length_word == "bald" else "hair colour"),
            ("hair.length", _hair(drawn.twin)),
            ("glasses", "no glasses" if drawn.twin.glasses == "none" else "glasses"),
            ("beard", _BEARDS[drawn.twin.beard]),
        )
        if name in drawn.sure and word
    ]
    whose = "photo" if photos == 1 else "photos"
    return f"Taken from your {whose}: {', '.join(words)}." if words else None


def corrected_by(corrections: "Corrections | None") -> str | None:
    """What was corrected, as one sentence."""
    if corrections is None:
        return None
    names = [name.replace("_", " ") for name, value in corrections if value is not None]
    return f"Corrected in the drawing: {', '.join(names)}."


def missing_of(marks: Iterable[tuple[str, bool | None]]) -> str:
    """What a picture did not take over, to follow the sentence on its match; empty where that is nothing.

    Args:
        marks: the fields of `TakenOver`, each with its mark.
    """
    names = [name.replace("_", " ") for name, mark in marks if mark is False]
    return f"; not as in the drawing: {', '.join(names)}" if names else ""


_BEARDS = {
    "none": "no beard",
    "stubble": "stubble",
    "moustache": "a moustache",
    "goatee": "a goatee",
    "full": "a full beard",
}


def _hair(twin: "Twin") -> str:
    if twin.hair.tied != "no":
        return "hair that is tied back"
    return {"bald": "no hair", "short": "short hair", "chin": "chin-length hair", "long": "long hair"}[
        twin.hair.length_word
    ]


def _colour(option: str, text: str | None) -> tuple[float, float, float] | None:
    if text is None:
        return None
    match = _COLOUR.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter("a colour is written #RRGGBB, for example #8d5524", param_hint=option)
    red, green, blue = (round(int(part, 16) / 255, 4) for part in match.groups())
    return red, green, blue
