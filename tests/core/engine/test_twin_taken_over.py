"""What a finished picture shows of the twin, on drawings of known people."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fastface_core.domain.measures import TakenOver
from fastface_core.domain.twin import HAIR_CUTS, Corrections, Hair, HairLength, Twin, corrected
from fastface_core.engine.drawing.picture import draw
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.twin.taken_over import compared, taken_over


def person(cut: HairLength = "short", **changed: object) -> Twin:
    top, length, widths = HAIR_CUTS[cut]
    hair = Hair(colour=(0.25, 0.17, 0.11), top=top, length=length, widths=widths, cover=0.0 if cut == "bald" else 1.0)
    twin = Twin(
        shape=(0.0,) * 14,
        skin=(0.82, 0.62, 0.52),
        lips=(0.72, 0.42, 0.4),
        eyes=(0.3, 0.2, 0.1),
        brows=(0.2, 0.13, 0.1),
        hair=hair,
    )
    return twin.model_copy(update=changed)


def made(twin: Twin, style: str = "photo", background: str = "blue") -> np.ndarray:
    """Soft and a little uneven, as the starter's pictures are."""
    image = draw(twin, Scene(style=style, background=background)).image
    grain = cv2.GaussianBlur(np.random.default_rng(4).normal(0, 1, image.shape), (0, 0), 3) * 20
    return np.clip(cv2.GaussianBlur(image, (0, 0), 1.5) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("cut", ["bald", "short", "chin", "long"])
@pytest.mark.parametrize("style", ["photo", "oil", "pop"])
def test_everything_is_taken_over_of_a_drawing_of_the_person(cut: HairLength, style: str) -> None:
    twin = person(cut)
    assert taken_over(made(twin, style), twin, style=style) == TakenOver(
        skin=True, hair_colour=None if cut == "bald" else True, hair_length=True, glasses=True, beard=True
    )


@pytest.mark.parametrize("kind", ["round", "square"])
def test_glasses(kind: str) -> None:
    twin = person(glasses=kind)
    assert taken_over(made(twin), twin).glasses is True
    assert taken_over(made(person()), twin).glasses is False
    assert taken_over(made(twin), person()).glasses is False


@pytest.mark.parametrize("kind", ["moustache", "goatee", "full"])
def test_beards(kind: str) -> None:
    twin = person(beard=kind, beard_colour=(0.2, 0.14, 0.1))
    assert taken_over(made(twin), twin).beard is True
    assert taken_over(made(person()), twin).beard is False
    assert taken_over(made(twin), person()).beard is False


def test_colours_have_their_tolerance() -> None:
    twin = person()
    near, far = (0.74, 0.55, 0.46), (0.45, 0.30, 0.24)
    assert taken_over(made(twin.model_copy(update={"skin": near})), twin).skin is True
    seen = compared(made(twin.model_copy(update={"skin": far})), twin)
    assert seen.taken.skin is False
    assert seen.skin is not None
    assert seen.skin > 15
    blond = corrected(twin, Corrections(hair_colour=(0.85, 0.70, 0.42)))
    seen = compared(made(blond), twin)
    assert seen.taken.hair_colour is False
    assert seen.hair is not None
    assert seen.hair > 25


@pytest.mark.parametrize("has", ["bald", "short", "chin", "long"])
@pytest.mark.parametrize("shown", ["bald", "short", "chin", "long"])
def test_hair_of_another_length_is_told(has: HairLength, shown: HairLength) -> None:
    assert taken_over(made(person(shown)), person(has)).hair_length is (has == shown)


def test_without_colours_nothing_is_said_of_them() -> None:
    twin = person(glasses="square")
    seen = compared(made(twin, "ink"), twin, coloured=False)
    assert (seen.skin, seen.hair, seen.length) == (None, None, None)
    assert (seen.taken.skin, seen.taken.hair_colour, seen.taken.hair_length) == (None, None, None)
    assert seen.taken.glasses is True


def test_the_face_is_found_where_somebody_says_it_is() -> None:
    twin = person("long", glasses="round")
    drawing = draw(twin, Scene(dx=22, dy=-14, zoom=0.85, roll=0.12))
    assert taken_over(drawing.image, twin, drawing.points) == TakenOver(True, True, True, True, True)


def test_a_picture_of_another_size_and_shape_is_looked_at_in_its_middle() -> None:
    twin = person(glasses="round")
    square = draw(twin, Scene(), 512).image
    wide = np.concatenate([square[:, :1].repeat(150, 1), square, square[:, -1:].repeat(150, 1)], axis=1)
    assert taken_over(wide, twin).glasses is True
    assert taken_over(wide, twin).skin is True
