"""The drawn twin: a person as the numbers from which the starter draws them, and what the user corrected in it.

Lengths are in eye distances (from the middle of one eye to the middle of the other), heights above the line through the
eyes; colours are sRGB. Plain values: they are measured and drawn in `engine/twin` and `engine/drawing`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

COEFFICIENTS = 14
"""How many numbers say the shape of a face; see `resources/face/shape.npz`."""

HEIGHTS = (1.6, 1.2, 0.8, 0.4, 0.0, -0.5, -1.0, -1.5, -2.0, -2.6)
"""Where the hair's half width is given, from the crown down to the shoulders."""

EAR, CHIN, SHOULDERS = 0.0, -1.75, -2.6
"""Heights that the lengths of hair are measured by."""

_Part = Annotated[float, Field(ge=0, le=1)]
Colour = tuple[_Part, _Part, _Part]
"""Red, green and blue, 0 to 1."""

HairLength = Literal["bald", "short", "chin", "long"]
Curl = Literal["straight", "wavy", "curly"]
Glasses = Literal["none", "round", "square"]
Beard = Literal["none", "stubble", "moustache", "goatee", "full"]
Tied = Literal["no", "back", "bun"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Hair(_Model):
    """Hair as it is seen from the front, the same on both sides but for its parting.

    Attributes:
        cover: 0 is bald, 1 thick; the scalp shines through what is between, as through hair cut to millimetres.
        top: height of the hair over the middle of the head. A bare skull ends at about 1.62.
        widths: half the width of head and hair together at each of `HEIGHTS`; what lies below `length` does not count.
        length: height at which the hair beside the face ends: about 0.2 for short hair, -2.6 at the shoulders.
        hairline: height at which the forehead ends.
        temples: 0 to 1, how far the hairline recedes beside the middle.
        fringe: 0 to 1, how much of the forehead hair covers; 1 reaches the brows.
        parting: where the hair parts, -1 (the picture's left) to 1; None where it does not.
        curl: 0 straight, 0.5 wavy, 1 curls.
        tied: whether long hair is tied back, so that none hangs beside the face.
    """

    colour: Colour
    cover: _Part = 1.0
    top: Annotated[float, Field(ge=1.5, le=3.2)] = 2.0
    widths: Annotated[tuple[Annotated[float, Field(ge=0, le=3.5)], ...], Field(min_length=10, max_length=10)]
    length: Annotated[float, Field(ge=-3.2, le=0.8)] = 0.2
    hairline: Annotated[float, Field(ge=0.5, le=1.6)] = 0.95
    temples: _Part = 0.0
    fringe: _Part = 0.0
    parting: Annotated[float, Field(ge=-1, le=1)] | None = None
    curl: _Part = 0.0
    tied: Tied = "no"

    @property
    def length_word(self) -> HairLength:
        """As the user says it."""
        if self.cover < 0.2:
            return "bald"
        if self.tied != "no" or self.length < CHIN - 0.15:
            return "long"
        return "chin" if self.length < -0.7 else "short"

    @property
    def curl_word(self) -> Curl:
        if self.curl < 0.25:
            return "straight"
        return "wavy" if self.curl < 0.7 else "curly"


class Twin(_Model):
    """One person, as far as the starter can draw them.

    Attributes:
        shape: coefficients of the face's shape with its expression taken out, in standard deviations.
        brow_thickness: 1 is the mean person's.
        eye_opening: how far the eyes are open, 1 is the mean person's.
        lines: 0 to 1, how deep the lines of age are drawn.
    """

    shape: Annotated[tuple[Annotated[float, Field(ge=-5, le=5)], ...], Field(min_length=14, max_length=14)]
    skin: Colour
    lips: Colour
    eyes: Colour
    brows: Colour
    brow_thickness: Annotated[float, Field(ge=0.3, le=2.5)] = 1.0
    eye_opening: Annotated[float, Field(ge=0.5, le=1.6)] = 1.0
    hair: Hair
    glasses: Glasses = "none"
    glasses_colour: Colour = (0.1, 0.1, 0.11)
    beard: Beard = "none"
    beard_colour: Colour | None = None
    lines: _Part = 0.0
    freckles: _Part = 0.0


class Corrections(_Model):
    """What the user said of a twin; None leaves what was measured."""

    skin: Colour | None = None
    hair_colour: Colour | None = None
    hair_length: HairLength | None = None
    curl: Curl | None = None
    eyes: Colour | None = None
    glasses: Glasses | None = None
    beard: Beard | None = None

    @property
    def nothing(self) -> bool:
        """Whether nothing is corrected."""
        return self == Corrections()


_CURLS: dict[Curl, float] = {"straight": 0.0, "wavy": 0.5, "curly": 1.0}

HAIR_CUTS: dict[HairLength, tuple[float, float, tuple[float, ...]]] = {
    "bald": (1.66, 0.3, (0.75, 0.98, 1.07, 1.1, 1.1, 0, 0, 0, 0, 0)),
    "short": (1.95, 0.1, (1.02, 1.22, 1.26, 1.22, 1.17, 0, 0, 0, 0, 0)),
    "chin": (2.0, -1.55, (1.1, 1.35, 1.45, 1.48, 1.48, 1.46, 1.4, 1.3, 0, 0)),
    "long": (2.0, -2.6, (1.1, 1.32, 1.4, 1.42, 1.42, 1.42, 1.45, 1.5, 1.55, 1.55)),
}
"""A plain cut of each length: top, length and widths. Where the user says a length that was not measured."""


def corrected(twin: Twin, by: Corrections) -> Twin:
    """The twin as the user wants it."""
    hair = twin.hair
    if by.hair_length is not None and by.hair_length != hair.length_word:
        top, length, widths = HAIR_CUTS[by.hair_length]
        cover = 0.0 if by.hair_length == "bald" else 1.0
        hair = hair.model_copy(
            update={"top": top, "length": length, "widths": widths, "cover": cover, "tied": "no", "temples": 0.0}
        )
    if by.hair_colour is not None:
        hair = hair.model_copy(update={"colour": by.hair_colour})
    if by.curl is not None and by.curl != hair.curl_word:
        hair = hair.model_copy(update={"curl": _CURLS[by.curl]})
    update: dict[str, object] = {"hair": hair}
    if by.hair_colour is not None:
        update |= {"brows": tuple(0.7 * part for part in by.hair_colour), "beard_colour": by.hair_colour}
    if by.skin is not None:
        # The lips keep their difference from the skin.
        shift = zip(twin.lips, twin.skin, by.skin, strict=True)
        update |= {"skin": by.skin, "lips": tuple(min(1.0, max(0.0, lip - old + new)) for lip, old, new in shift)}
    for name in ("eyes", "glasses", "beard"):
        if (value := getattr(by, name)) is not None:
            update[name] = value
    return twin.model_copy(update=update)
