"""Who a drawn person is, drawn by lot: what stays the same from picture to picture.

No photo takes part: shapes come from the basis of `resources/face/shape.npz`, hair from cuts written down here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fastface_core.domain.twin import COEFFICIENTS, HEIGHTS, Hair, Twin
from fastface_core.engine.twin import colours

Colour = tuple[float, float, float]

HAIR_COLOURS: dict[str, Colour] = {
    "black": (0.09, 0.08, 0.09),
    "dark brown": (0.25, 0.16, 0.11),
    "light brown": (0.48, 0.34, 0.21),
    "ash": (0.47, 0.41, 0.33),
    "blond": (0.85, 0.71, 0.44),
    "red": (0.66, 0.30, 0.13),
    "grey": (0.56, 0.56, 0.57),
    "white": (0.91, 0.90, 0.88),
    "dyed": (0.55, 0.30, 0.62),
}
_HAIR_CHANCES = (0.17, 0.18, 0.13, 0.11, 0.13, 0.09, 0.08, 0.07, 0.04)
EYE_COLOURS: dict[str, Colour] = {
    "dark": (0.20, 0.12, 0.08),
    "brown": (0.45, 0.27, 0.12),
    "green": (0.30, 0.48, 0.28),
    "blue": (0.25, 0.47, 0.75),
    "grey": (0.48, 0.55, 0.60),
}
SKIN_TONES: tuple[Colour, ...] = (
    (0.97, 0.86, 0.80),
    (0.94, 0.78, 0.68),
    (0.88, 0.69, 0.56),
    (0.79, 0.58, 0.44),
    (0.66, 0.45, 0.32),
    (0.50, 0.33, 0.23),
    (0.35, 0.23, 0.17),
    (0.25, 0.16, 0.12),
)
GLASSES = ("none", "round", "square")
_GLASSES_COLOURS: tuple[Colour, ...] = ((0.08, 0.08, 0.09), (0.40, 0.20, 0.10), (0.65, 0.10, 0.12), (0.62, 0.60, 0.58))
BEARDS = ("none", "stubble", "moustache", "goatee", "full")

_TINT = (5.5, 7.5)
"""How far cheeks in photos are from the scale between red and green, and between yellow and blue: standard deviations
in a and b of Lab. The light of a room and a camera's white balance do more of it than people do."""

SPREAD = 1.35
"""Real faces differ more than the heads that the basis was measured on: in its standard deviations."""


@dataclass(frozen=True)
class Person:
    """One drawn person.

    Attributes:
        skin_tone: 0 (lightest) to 7, continuous.
        cut: the name of the hair's cut, one of `CUTS`.
        hair_name, eye_name: the named colour nearest to theirs.
    """

    number: int
    twin: Twin
    skin_tone: float
    cut: str
    hair_name: str
    eye_name: str


Lot = np.random.Generator
Cut = dict[str, object]
_FACE = 1.08
"""Half the width of a mean head, in eye distances."""


def _widths(rng: Lot, volume: float, *, low: float = 0.0, hang: float | None = None) -> tuple[float, ...]:
    """Half widths at `HEIGHTS`: `volume` beside the head, at least `low` of it at the ears, `hang` at the shoulders."""
    above = [_FACE + volume * share for share in (0.85, 1.0, 1.05, 1.0)]
    if hang is None:
        return (*above, _FACE + max(0.02, 0.55 * volume), _FACE + low, 0.0, 0.0, 0.0, 0.0)
    start = _FACE + 0.95 * volume
    end = _FACE + hang
    mid = float(rng.normal(0, 0.04))
    below = [start + (end - start) * share + mid * np.sin(np.pi * share) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    return tuple(float(np.clip(value, 0, 3.4)) for value in (*above, *below))


def _short(rng: Lot) -> Cut:
    volume = rng.uniform(0.05, 0.26)
    return {"top": 1.74 + volume * rng.uniform(0.7, 1.9), "widths": _widths(rng, volume),
            "length": rng.uniform(-0.1, 0.4),
            "parting": rng.choice([-0.8, 0.8, -0.4, 0.4]) if rng.random() < 0.55 else None,
            "fringe": rng.uniform(0, 0.35), "temples": rng.uniform(0, 0.45) ** 1.5,
            "curl": rng.uniform(0, 0.2)}  # fmt: skip


def _buzz(rng: Lot) -> Cut:
    volume = rng.uniform(0.01, 0.05)
    return {"top": 1.68 + volume, "widths": _widths(rng, volume), "length": rng.uniform(0.05, 0.4),
            "cover": rng.uniform(0.4, 0.8), "temples": rng.uniform(0, 0.7)}  # fmt: skip


def _bald(rng: Lot) -> Cut:
    return {"top": 1.66, "widths": _widths(rng, 0.01), "length": 0.3, "cover": 0.0}


def _receding(rng: Lot) -> Cut:
    volume = rng.uniform(0.04, 0.16)
    return {"top": 1.70 + 0.6 * volume, "widths": _widths(rng, volume), "length": rng.uniform(-0.1, 0.3),
            "hairline": rng.uniform(1.15, 1.5), "temples": rng.uniform(0.4, 1.0),
            "cover": rng.uniform(0.8, 1.0)}  # fmt: skip


def _fringe(rng: Lot) -> Cut:
    volume = rng.uniform(0.12, 0.3)
    return {"top": 1.85 + volume, "widths": _widths(rng, volume, low=0.1), "length": rng.uniform(-0.3, 0.2),
            "fringe": rng.uniform(0.55, 1.0), "curl": rng.uniform(0, 0.3)}  # fmt: skip


def _curly(rng: Lot) -> Cut:
    volume = rng.uniform(0.15, 0.42)
    return {"top": 1.85 + volume, "widths": _widths(rng, volume, low=0.2), "length": rng.uniform(-0.3, 0.2),
            "fringe": rng.uniform(0, 0.5), "curl": rng.uniform(0.7, 1.0)}  # fmt: skip


def _afro(rng: Lot) -> Cut:
    volume = rng.uniform(0.5, 0.85)
    return {"top": 2.0 + 0.75 * volume, "widths": _widths(rng, volume, low=0.6 * volume), "length": -0.34,
            "curl": 1.0}  # fmt: skip


def _bob(rng: Lot) -> Cut:
    volume = rng.uniform(0.18, 0.42)
    return {"top": 1.85 + 0.8 * volume, "widths": _widths(rng, volume, hang=rng.uniform(0.0, 0.35)),
            "length": rng.uniform(-1.85, -0.75),
            "parting": rng.choice([-0.7, 0.0, 0.7]) if rng.random() < 0.6 else None,
            "fringe": rng.choice([0.0, 0.0, 0.3, 0.9]), "curl": rng.choice([0.0, 0.0, 0.5, 0.9])}  # fmt: skip


def _cheek(rng: Lot) -> Cut:
    """Over the ears, and ending beside the cheeks."""
    volume = rng.uniform(0.14, 0.42)
    return {"top": 1.82 + 0.6 * volume, "widths": _widths(rng, volume, hang=rng.uniform(0.05, 0.3)),
            "length": rng.uniform(-0.75, -0.36),
            "parting": rng.choice([-0.7, 0.0, 0.7]) if rng.random() < 0.4 else None,
            "fringe": rng.uniform(0, 1), "curl": rng.choice([0.0, 0.0, 0.4, 0.8])}  # fmt: skip


def _long(rng: Lot) -> Cut:
    volume = rng.uniform(0.14, 0.4)
    return {"top": 1.84 + 0.8 * volume, "widths": _widths(rng, volume, hang=rng.uniform(0.2, 0.75)),
            "length": rng.uniform(-3.0, -2.0), "parting": rng.choice([-0.7, 0.0, 0.7]) if rng.random() < 0.7 else None,
            "fringe": rng.choice([0.0, 0.0, 0.25, 0.9]), "curl": rng.choice([0.0, 0.1, 0.5, 0.6])}  # fmt: skip


def _long_curls(rng: Lot) -> Cut:
    volume = rng.uniform(0.35, 0.65)
    return {"top": 1.95 + 0.6 * volume, "widths": _widths(rng, volume, hang=rng.uniform(0.45, 0.95)),
            "length": rng.uniform(-2.8, -1.4), "parting": rng.choice([-0.5, 0.0, 0.5]) if rng.random() < 0.5 else None,
            "curl": rng.uniform(0.75, 1.0)}  # fmt: skip


def _tied(rng: Lot) -> Cut:
    volume = rng.uniform(0.02, 0.12)
    return {"top": 1.74 + volume, "widths": _widths(rng, volume), "length": 0.1, "tied": rng.choice(["back", "bun"]),
            "parting": rng.choice([-0.6, 0.0, 0.6]) if rng.random() < 0.35 else None,
            "fringe": rng.choice([0.0, 0.0, 0.0, 0.8])}  # fmt: skip


CUTS: dict[str, tuple[Callable[[Lot], Cut], float]] = {
    "bald": (_bald, 0.06),
    "buzz": (_buzz, 0.08),
    "receding": (_receding, 0.07),
    "short": (_short, 0.17),
    "cheek": (_cheek, 0.08),
    "fringe": (_fringe, 0.07),
    "curly": (_curly, 0.08),
    "afro": (_afro, 0.05),
    "bob": (_bob, 0.10),
    "long": (_long, 0.12),
    "long curls": (_long_curls, 0.06),
    "tied": (_tied, 0.06),
}
"""Hair cuts with their chances."""


def _near(rng: Lot, colour: Colour, spread: float) -> Colour:
    shift = rng.normal(0, spread) + rng.normal(0, spread / 2, 3)
    return _colour(np.asarray(colour) + shift)


def _colour(value: np.ndarray) -> Colour:
    red, green, blue = (float(part) for part in np.clip(value, 0.02, 0.98))
    return red, green, blue


def skin_of(tone: float) -> np.ndarray:
    """The skin's colour at a place of the scale, 0 (lightest) to 7."""
    low = min(int(tone), len(SKIN_TONES) - 2)
    part = tone - low
    return (1 - part) * np.asarray(SKIN_TONES[low]) + part * np.asarray(SKIN_TONES[low + 1])


def _tinted(number: int, skin: Colour) -> Colour:
    """The skin as a photo in some light shows it; a lot of its own, so that all else of a person stays as it was."""
    lightness, red, yellow = colours.lab_of(skin)
    # Dark colours have less room.
    by = np.random.default_rng([8, number]).normal(0, 1, 2).clip(-2, 2) * _TINT * min(1.0, lightness / 75)
    return _colour(np.asarray(colours.colour_of((lightness, red + by[0], yellow + by[1]))))


def nearest(colour: Colour, among: dict[str, Colour]) -> str:
    """The name of the colour that is nearest to this one."""
    return min(among, key=lambda name: float(np.square(np.asarray(among[name]) - colour).sum()))


def _hair_colour(rng: Lot, tone: float) -> Colour:
    # Dark skin goes more often with dark hair, as among people; every combination still occurs.
    chances = np.asarray(_HAIR_CHANCES, np.float64)
    if tone > 3.5:
        chances = chances * np.array([3.0, 1.6, 0.6, 0.5, 0.35, 0.4, 1.0, 1.0, 0.8])
    names = list(HAIR_COLOURS)
    name = str(rng.choice(names, p=chances / chances.sum()))
    if name == "dyed":
        return _colour(rng.uniform(0.1, 0.85, 3))
    colour = _near(rng, HAIR_COLOURS[name], 0.035)
    if rng.random() < 0.25 and name not in ("black", "white"):
        other = HAIR_COLOURS[str(rng.choice(["dark brown", "light brown", "ash", "blond", "grey"]))]
        share = rng.uniform(0, 0.5)
        colour = _colour((1 - share) * np.asarray(colour) + share * np.asarray(other))
    return colour


def hair(rng: Lot, cut: str, colour: Colour) -> Hair:
    """Hair of a cut, its numbers by lot."""
    numbers: dict[str, object] = {"hairline": float(np.clip(rng.normal(0.98, 0.09), 0.75, 1.25))} | CUTS[cut][0](rng)
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in numbers.items()}
    plain["widths"] = tuple(float(np.clip(width, 0, 3.4)) for width in plain["widths"])  # type: ignore[union-attr]
    assert len(plain["widths"]) == len(HEIGHTS)
    return Hair.model_validate({"colour": colour} | plain)


def person(number: int) -> Person:
    """The person with this number: always the same one."""
    rng = np.random.default_rng([7, number])
    tone = float(rng.uniform(0, len(SKIN_TONES) - 1))
    skin = _tinted(number, _colour(skin_of(tone) * np.exp(rng.normal(0, 0.035) + rng.normal(0, 0.025, 3))))
    hair_colour = _hair_colour(rng, tone)
    eye_chances = [0.2] * 5 if tone < 3 else [0.45, 0.3, 0.1, 0.08, 0.07]
    eyes = _near(rng, EYE_COLOURS[str(rng.choice(list(EYE_COLOURS), p=eye_chances))], 0.03)
    chances = np.array([chance for _, chance in CUTS.values()])
    cut = str(rng.choice(list(CUTS), p=chances / chances.sum()))
    lips = np.asarray(skin) * rng.uniform((0.84, 0.56, 0.56), (0.98, 0.74, 0.76)) + rng.normal(0, 0.015, 3)
    shape = np.clip(rng.normal(0, SPREAD, COEFFICIENTS), -3.2, 3.2)
    brows = np.asarray(hair_colour) * (0.72 if sum(hair_colour) > 0.9 else 0.9)
    pale = sum(hair_colour) > 2.2 or rng.random() < 0.15
    brows = 0.55 * brows + 0.45 * np.array([0.30, 0.24, 0.19]) if pale else brows
    beard = str(rng.choice(BEARDS, p=[0.66, 0.08, 0.07, 0.08, 0.11]))
    old = hair_colour[2] > 0.4 and max(hair_colour) - min(hair_colour) < 0.12
    twin = Twin(
        shape=tuple(float(value) for value in shape),
        skin=skin,
        lips=_colour(lips),
        eyes=eyes,
        brows=_colour(brows),
        brow_thickness=float(np.clip(rng.lognormal(0, 0.28), 0.5, 1.9)),
        eye_opening=float(np.clip(rng.normal(1.0, 0.12), 0.7, 1.35)),
        hair=hair(rng, cut, hair_colour),
        glasses=str(rng.choice(GLASSES, p=[0.70, 0.15, 0.15])),  # type: ignore[arg-type]
        glasses_colour=_GLASSES_COLOURS[int(rng.integers(len(_GLASSES_COLOURS)))],
        beard=beard,  # type: ignore[arg-type]
        beard_colour=_near(rng, hair_colour, 0.03) if beard != "none" else None,
        lines=float(rng.uniform(0.4, 1)) if rng.random() < (0.65 if old else 0.15) else 0.0,
        freckles=float(rng.uniform(0.5, 1)) if tone < 3.5 and rng.random() < 0.15 else 0.0,
    )
    return Person(number, twin, tone, cut, nearest(hair_colour, HAIR_COLOURS), nearest(eyes, EYE_COLOURS))
