"""Scenes by lot, and the prompts that say them.

A prompt never names anything of the person's own: that is the face's part. What it leaves unsaid is plain, so that a
short prompt gives a calm picture: a drawing in soft light, before a plain background, with a gentle look.
"""

from __future__ import annotations

import numpy as np

from fastface_core.engine.drawing import scene as drawn
from fastface_core.engine.drawing.scene import Scene
from tools.starter import vocabulary as words

_EXPRESSIONS = [0.34, 0.14, 0.16, 0.12, 0.12, 0.12]
_BACKGROUNDS = [0.15] + [0.85 / 11] * 11
_LIGHTS = [0.52, 0.12, 0.12, 0.12, 0.12]
_LOOKS = [0.64, 0.18, 0.18]
_AGES = [0.84, 0.06, 0.10]
_GLASSES = [0.84, 0.09, 0.07]


def scene(rng: np.random.Generator, **fixed: str) -> Scene:
    """A scene at random; `fixed` names what is not left to chance."""

    def pick(name: str, options: tuple[str, ...], chances: list[float] | None = None) -> str:
        chosen = str(rng.choice(options, p=chances))
        return fixed.get(name, chosen)

    look = pick("look", drawn.LOOKS, _LOOKS)
    side = {"ahead": 0.0, "left": -1.0, "right": 1.0}[look]
    return Scene(
        style=pick("style", drawn.STYLES, [0.25] + [0.15] * 5),
        background=pick("background", drawn.BACKGROUNDS, _BACKGROUNDS),
        clothes=pick("clothes", drawn.CLOTHES),
        clothes_colour=pick("clothes_colour", drawn.CLOTHES_COLOURS),
        expression=pick("expression", drawn.EXPRESSIONS, _EXPRESSIONS),
        light=pick("light", drawn.LIGHTS, _LIGHTS),
        look=look,
        age=pick("age", drawn.AGES, _AGES),
        glasses=pick("glasses", drawn.GLASSES, _GLASSES),
        yaw=side * float(rng.uniform(0.34, 0.46)) + float(rng.normal(0, 0.03)),
        pitch=float(rng.normal(0, 0.03)),
        dx=float(rng.uniform(-6, 6)),
        dy=float(rng.uniform(-6, 6)),
        zoom=float(rng.uniform(0.98, 1.03)),
        roll=float(rng.normal(0, 0.02)),
    )


def plain_scene(rng: np.random.Generator, style: str = "photo") -> Scene:
    """The kind of picture a person hands in as a photo: facing the camera, in ordinary light, as they are."""
    light = str(rng.choice(["soft", "soft", "left", "right"]))
    return scene(rng, style=style, look="ahead", light=light, age="as is", glasses="as is")


def prompt(shown: Scene, rng: np.random.Generator) -> str:
    """A sentence for the scene, in one of several wordings and orders."""

    def say(group: dict[str, tuple[str, ...]], key: str) -> str:
        return str(rng.choice(group[key]))

    def mentioned(value: str, plain: str, seldom: float = 0.25, mostly: float = 0.97) -> bool:
        return bool(rng.random() < (seldom if value == plain else mostly))

    style = say(words.STYLE_WORDS, shown.style) if mentioned(shown.style, "photo", 0.75, 1.0) else ""
    subject = str(rng.choice(words.SUBJECT_WORDS, p=[0.44, 0.14, 0.14, 0.05, 0.05, 0.04, 0.04, 0.05, 0.05]))
    if shown.age != "as is":
        subject = f"{say(words.AGE_WORDS, shown.age)} {subject}"
    article = "an" if subject[0] in "aeiou" else "a"
    details: list[str] = []
    if rng.random() < 0.7:
        clothes = say(words.CLOTHES_WORDS, shown.clothes)
        details.append(f"wearing a {shown.clothes_colour} {clothes}")
    if mentioned(shown.expression, "gentle", 0.1):
        details.append(say(words.EXPRESSION_WORDS, shown.expression))
    if mentioned(shown.light, "soft", 0.15):
        details.append(say(words.LIGHT_WORDS, shown.light))
    if mentioned(shown.look, "ahead", 0.15):
        details.append(say(words.LOOK_WORDS, shown.look))
    if shown.glasses != "as is":
        details.append(say(words.GLASSES_WORDS, shown.glasses))
    if rng.random() < 0.2:
        details.append(str(rng.choice(["beautiful", "detailed", "high quality", "masterpiece", "sharp focus"])))
    if mentioned(shown.background, "plain", 0.5, 1.0):
        details.append(say(words.BACKGROUND_WORDS, shown.background))
    rng.shuffle(details)
    who = f"{article} {subject}"
    form = int(rng.integers(5))
    if form == 0:
        parts = [f"{style} of {who}" if style else f"portrait of {who}", *details]
    elif form == 1:
        parts = [who, *details, style]
    elif form == 2:
        parts = [f"a portrait of {who}", *details, f"{style} style" if style else ""]
    elif form == 3:
        parts = [style, f"portrait of {who}", *details]
    else:
        parts = [style, who, *details]
    return (", " if rng.random() < 0.8 else " ").join(part for part in parts if part)
