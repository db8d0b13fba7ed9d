"""Several photos of one person -> one twin."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from fastface_core.domain.measures import Measures
from fastface_core.domain.twin import Beard, Colour, Glasses, Hair, Twin
from fastface_core.engine.twin.colours import colour_of, lab_of

_Value = TypeVar("_Value")


def combined(photos: Sequence[Measures]) -> Twin:
    """The person of all photos: medians, of those photos in which a thing could be told, rather from the front and in
    good light; where photos disagree about a kind, the majority.

    Args:
        photos: of one person, at least one.
    """
    if len(photos) == 1:
        return photos[0].twin
    front = [one for one in photos if one.frontal] or list(photos)
    lit = [one for one in photos if not one.notes] or list(photos)

    def told(name: str, among: Sequence[Measures]) -> list[Twin]:
        return [one.twin for one in among if name in one.sure] or [one.twin for one in among]

    def number(name: str, among: Sequence[Measures]) -> float:
        return round(float(np.median([getattr(twin, name) for twin in told(name, among)])), 4)

    def colour(name: str) -> Colour:
        return _colour([getattr(twin, name) for twin in told(name, lit)])

    glasses: Glasses = _majority([twin.glasses for twin in told("glasses", photos)])
    beard: Beard = _majority([twin.beard for twin in told("beard", photos)])
    beards = [twin.beard_colour for twin in told("beard", photos) if twin.beard_colour is not None]
    return Twin(
        shape=_numbers([twin.shape for twin in told("shape", front)]),
        skin=colour("skin"),
        lips=colour("lips"),
        eyes=colour("eyes"),
        brows=colour("brows"),
        brow_thickness=number("brow_thickness", front),
        eye_opening=number("eye_opening", front),
        hair=_hair(photos, lit),
        glasses=glasses,
        glasses_colour=_colour([one.twin.glasses_colour for one in photos if one.twin.glasses == glasses]),
        beard=beard,
        beard_colour=_colour(beards) if beards and beard != "none" else None,
        lines=number("lines", lit),
        freckles=number("freckles", lit),
    )


def _hair(photos: Sequence[Measures], lit: Sequence[Measures]) -> Hair:
    # Outline and length belong together: they are taken from the photos that agree about the length.
    sure = [one for one in photos if {"hair.length", "hair.widths"} <= one.sure]
    sure = sure or [one for one in photos if "hair.length" in one.sure] or list(photos)
    sure = [one for one in sure if one.frontal] or sure
    word = _majority([one.twin.hair.length_word for one in sure])
    hairs = [one.twin.hair for one in sure if one.twin.hair.length_word == word]

    def told(name: str) -> list[Hair]:
        return [one.twin.hair for one in photos if f"hair.{name}" in one.sure] or [one.twin.hair for one in photos]

    def median(among: Sequence[Hair], value: Callable[[Hair], float]) -> float:
        return round(float(np.median([value(one) for one in among])), 4)

    partings = [one.parting for one in hairs if one.parting is not None]
    colours = [one.twin.hair.colour for one in lit if "hair.colour" in one.sure] or [one.colour for one in hairs]
    return Hair(
        colour=_colour(colours),
        cover=median(hairs, lambda one: one.cover),
        top=median(hairs, lambda one: one.top),
        widths=_numbers([one.widths for one in hairs]),
        length=median(hairs, lambda one: one.length),
        hairline=median(told("hairline"), lambda one: one.hairline),
        temples=median(told("hairline"), lambda one: one.temples),
        fringe=median(told("hairline"), lambda one: one.fringe),
        parting=round(float(np.median(partings)), 3) if 2 * len(partings) > len(hairs) else None,
        curl=median(told("curl"), lambda one: one.curl),
        tied=_majority([one.tied for one in hairs]),
    )


def _numbers(values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in np.median(np.array(values), axis=0))


def _colour(colours: Sequence[Colour]) -> Colour:
    """The median by lightness, hue and strength at once: the colour that is nearest to all others."""
    if len(colours) < 3:
        return colour_of(np.mean([lab_of(one) for one in colours], axis=0))
    return colour_of(np.median([lab_of(one) for one in colours], axis=0))


def _majority(values: Sequence[_Value]) -> _Value:
    """What most photos say; of as many, what the first says."""
    counts = Counter(values)
    most = max(counts.values())
    return next(value for value in values if counts[value] == most)
