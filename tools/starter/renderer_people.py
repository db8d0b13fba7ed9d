"""Who a drawn person is: what stays the same from picture to picture, and how it is drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]

HAIR_COLOURS: dict[str, Colour] = {
    "black": (0.09, 0.08, 0.09),
    "dark brown": (0.25, 0.15, 0.10),
    "light brown": (0.50, 0.33, 0.19),
    "blond": (0.87, 0.72, 0.40),
    "red": (0.76, 0.33, 0.11),
    "grey": (0.55, 0.55, 0.57),
    "white": (0.91, 0.90, 0.88),
}
HAIR_STYLES = ("bald", "buzz", "short", "parted", "curly", "bob", "long", "wavy", "bun", "afro")
EYE_COLOURS: dict[str, Colour] = {
    "dark": (0.20, 0.12, 0.08),
    "brown": (0.45, 0.27, 0.12),
    "green": (0.25, 0.50, 0.27),
    "blue": (0.22, 0.47, 0.80),
    "grey": (0.48, 0.56, 0.62),
}
SKIN_TONES: tuple[Colour, ...] = (
    (0.99, 0.88, 0.81),
    (0.96, 0.80, 0.69),
    (0.91, 0.71, 0.57),
    (0.82, 0.61, 0.45),
    (0.68, 0.47, 0.32),
    (0.52, 0.34, 0.22),
    (0.37, 0.24, 0.16),
)
GLASSES = ("none", "round", "square")
GLASSES_COLOURS: tuple[Colour, ...] = ((0.08, 0.08, 0.09), (0.40, 0.20, 0.10), (0.65, 0.10, 0.12))
BEARDS = ("none", "stubble", "moustache", "goatee", "full")


@dataclass(frozen=True)
class Identity:
    """One drawn person. Lengths are in eye distances, slants in radians."""

    number: int
    skin: Colour
    skin_tone: float
    hair_name: str
    hair: Colour
    hair_style: str
    hairline: float
    eye_name: str
    eyes: Colour
    eye_width: float
    eye_height: float
    eye_slant: float
    brow_thickness: float
    brow_tilt: float
    brow_height: float
    face_width: float
    jaw: float
    chin: float
    nose_width: float
    nose_length: float
    nose_bridge: float
    mouth_width: float
    lips: float
    lip_colour: Colour
    glasses: str
    glasses_colour: Colour
    beard: str
    freckles: float
    lines: float
    ears: float
    blush: float


def _near(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    shift = rng.normal(0, spread) + rng.normal(0, spread / 2, 3)
    red, green, blue = np.clip(np.asarray(colour) + shift, 0.02, 0.98)
    return float(red), float(green), float(blue)


def _skin(tone: float) -> np.ndarray:
    low = min(int(tone), len(SKIN_TONES) - 2)
    part = tone - low
    return (1 - part) * np.asarray(SKIN_TONES[low]) + part * np.asarray(SKIN_TONES[low + 1])


def person(number: int) -> Identity:
    """The person with this number: always the same one."""
    rng = np.random.default_rng([7, number])
    tone = float(rng.uniform(0, len(SKIN_TONES) - 1))
    skin = _near(rng, tuple(_skin(tone)), 0.015)
    # Dark skin goes more often with dark hair, as among people; every combination still occurs.
    chances = np.array([0.20, 0.18, 0.14, 0.14, 0.13, 0.10, 0.11])
    if tone > 3.5:
        chances = np.array([0.38, 0.22, 0.08, 0.06, 0.06, 0.10, 0.10])
    hair_name = str(rng.choice(list(HAIR_COLOURS), p=chances / chances.sum()))
    eye_chances = [0.2] * 5 if tone < 3 else [0.45, 0.3, 0.1, 0.08, 0.07]
    eye_name = str(rng.choice(list(EYE_COLOURS), p=eye_chances))
    hair_style = str(rng.choice(HAIR_STYLES, p=[0.08, 0.09, 0.13, 0.12, 0.11, 0.11, 0.12, 0.09, 0.08, 0.07]))
    lip = np.asarray(skin) * [0.86, 0.55, 0.55] + rng.normal(0, 0.02, 3)
    return Identity(
        number=number,
        skin=skin,
        skin_tone=tone,
        hair_name=hair_name,
        hair=_near(rng, HAIR_COLOURS[hair_name], 0.02),
        hair_style=hair_style,
        hairline=float(rng.uniform(0.78, 1.12)),
        eye_name=eye_name,
        eyes=_near(rng, EYE_COLOURS[eye_name], 0.02),
        eye_width=float(rng.uniform(0.28, 0.37)),
        eye_height=float(rng.uniform(0.15, 0.24)),
        eye_slant=float(rng.uniform(-0.18, 0.22)),
        brow_thickness=float(rng.uniform(0.05, 0.15)),
        brow_tilt=float(rng.uniform(-0.22, 0.28)),
        brow_height=float(rng.uniform(0.36, 0.50)),
        face_width=float(rng.uniform(1.08, 1.40)),
        jaw=float(rng.uniform(1.7, 3.2)),
        chin=float(rng.uniform(1.60, 1.98)),
        nose_width=float(rng.uniform(0.15, 0.34)),
        nose_length=float(rng.uniform(0.52, 0.70)),
        nose_bridge=float(rng.uniform(0, 1)),
        mouth_width=float(rng.uniform(0.34, 0.52)),
        lips=float(rng.uniform(0.05, 0.14)),
        lip_colour=tuple(float(c) for c in np.clip(lip, 0.05, 0.95)),  # type: ignore[arg-type]
        glasses=str(rng.choice(GLASSES, p=[0.66, 0.17, 0.17])),
        glasses_colour=GLASSES_COLOURS[int(rng.integers(len(GLASSES_COLOURS)))],
        beard=str(rng.choice(BEARDS, p=[0.56, 0.09, 0.11, 0.11, 0.13])),
        freckles=float(rng.uniform(0.5, 1)) if rng.random() < 0.18 else 0.0,
        lines=float(rng.uniform(0.4, 1)) if rng.random() < (0.6 if hair_name in ("grey", "white") else 0.15) else 0.0,
        ears=float(rng.uniform(0.16, 0.30)),
        blush=float(rng.uniform(0, 0.5)),
    )
