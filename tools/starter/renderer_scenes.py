"""What a picture shows besides the person, and the prompt that says so.

A prompt never names anything of the person's own: that is the face's part. It may leave some of the scene unsaid, but
always says style and background, so that both can be measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.starter import vocabulary as words

STYLES = tuple(words.STYLE_WORDS)
BACKGROUNDS = tuple(words.BACKGROUND_WORDS)
EXPRESSIONS = tuple(words.EXPRESSION_WORDS)
LIGHTS = tuple(words.LIGHT_WORDS)
LOOKS = tuple(words.LOOK_WORDS)


@dataclass(frozen=True)
class Scene:
    """Style, surroundings and pose of one picture. `dx`, `dy` in pixels of 256, `roll` in radians."""

    style: str
    background: str
    clothes: str
    clothes_colour: str
    expression: str
    light: str
    look: str
    yaw: float
    dx: float
    dy: float
    zoom: float
    roll: float


def scene(rng: np.random.Generator, **fixed: str) -> Scene:
    """A scene at random; `fixed` names what is not left to chance."""

    def pick(name: str, options: tuple[str, ...], chances: list[float] | None = None) -> str:
        chosen = str(rng.choice(options, p=chances))
        return fixed.get(name, chosen)

    look = pick("look", LOOKS, [0.6, 0.2, 0.2])
    side = {"ahead": 0.0, "left": -1.0, "right": 1.0}[look]
    clothes = pick("clothes", tuple(words.CLOTHES_WORDS))
    return Scene(
        style=pick("style", STYLES),
        background=pick("background", BACKGROUNDS),
        clothes=clothes,
        clothes_colour=pick("clothes_colour", words.CLOTHES_COLOURS),
        expression=pick("expression", EXPRESSIONS, [0.28, 0.28, 0.16, 0.14, 0.14]),
        light=pick("light", LIGHTS, [0.48, 0.13, 0.13, 0.13, 0.13]),
        look=look,
        yaw=side * float(rng.uniform(0.75, 1.0)) + float(rng.uniform(-0.08, 0.08)),
        dx=float(rng.uniform(-8, 8)),
        dy=float(rng.uniform(-8, 8)),
        zoom=float(rng.uniform(0.96, 1.05)),
        roll=float(rng.normal(0, 0.03)),
    )


def plain_scene(rng: np.random.Generator, style: str = "photo") -> Scene:
    """The kind of picture a person hands in as a photo: facing the camera, in ordinary light."""
    return scene(rng, style=style, look="ahead", light=str(rng.choice(["soft", "soft", "left", "right", "warm"])))


def prompt(shown: Scene, rng: np.random.Generator) -> str:
    """A sentence for the scene, in one of several wordings and orders."""

    def say(group: dict[str, tuple[str, ...]], key: str) -> str:
        return str(rng.choice(group[key]))

    style = say(words.STYLE_WORDS, shown.style)
    subject = str(rng.choice(words.SUBJECT_WORDS, p=[0.5, 0.12, 0.12, 0.05, 0.05, 0.04, 0.04, 0.04, 0.04]))
    article = "an" if subject[0] in "aeiou" else "a"
    background = say(words.BACKGROUND_WORDS, shown.background)
    details: list[str] = []
    if rng.random() < 0.75:
        details.append(f"wearing a {shown.clothes_colour} {say(words.CLOTHES_WORDS, shown.clothes)}")
    if rng.random() < (0.4 if shown.expression == "neutral" else 0.8):
        details.append(say(words.EXPRESSION_WORDS, shown.expression))
    if rng.random() < (0.15 if shown.light == "soft" else 0.85):
        details.append(say(words.LIGHT_WORDS, shown.light))
    if rng.random() < (0.2 if shown.look == "ahead" else 0.9):
        details.append(say(words.LOOK_WORDS, shown.look))
    if rng.random() < 0.2:
        details.append(str(rng.choice(["beautiful", "detailed", "high quality", "masterpiece", "sharp focus"])))
    details.append(background)
    rng.shuffle(details)
    who = f"{article} {subject}"
    form = int(rng.integers(5))
    if form == 0:
        parts = [f"{style} of {who}", *details]
    elif form == 1:
        parts = [who, *details, style]
    elif form == 2:
        parts = [f"a portrait of {who}", *details, f"{style} style"]
    elif form == 3:
        parts = [style, f"portrait of {who}", *details]
    else:
        parts = [style, who, *details]
    return (", " if rng.random() < 0.8 else " ").join(parts)
