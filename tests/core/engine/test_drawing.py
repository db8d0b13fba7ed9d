"""The renderer of people: always the same picture, everything in its place, and each number changes what it should."""

from dataclasses import replace
from typing import Any, get_args

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fastface_core.domain.twin import Beard, Corrections, Glasses, HairLength, Twin, corrected
from fastface_core.engine.drawing import scene as scenes
from fastface_core.engine.drawing.picture import Drawing, centred, draw, reference, shown, usual_points
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.drawing.styles import COLOURLESS
from fastface_core.engine.twin.mesh import mesh
from tools.starter.people import person

WOMAN = person(20_000_600).twin
MAN = person(20_000_607).twin
"""Long hair without glasses; receding hair, round glasses and a moustache."""

CHOICES: dict[str, tuple[str, ...]] = {
    "style": scenes.STYLES,
    "background": scenes.BACKGROUNDS,
    "clothes": scenes.CLOTHES,
    "clothes_colour": scenes.CLOTHES_COLOURS,
    "expression": scenes.EXPRESSIONS,
    "light": scenes.LIGHTS,
    "age": scenes.AGES,
    "glasses": scenes.GLASSES,
}
BARE = WOMAN.model_copy(update={"glasses": "none", "beard": "none"})


def changed(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.abs(one.astype(int) - other).max(axis=2) > 8


def within(where: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what changed."""
    rows, columns = np.nonzero(where)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_a_person_s_picture_is_always_the_same() -> None:
    assert person(12) == person(12)
    scene = Scene(style="oil", background="garden", expression="smile", yaw=0.2)
    one, other = draw(MAN, scene), draw(MAN, scene)
    assert np.array_equal(one.image, other.image)
    assert np.array_equal(one.points, other.points)
    assert not np.array_equal(one.image, draw(WOMAN, scene).image)


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_draws_a_picture_of_its_own(name: str) -> None:
    pictures = [draw(WOMAN, replace(Scene(), **{name: value})).image for value in CHOICES[name]]
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((256, 256, 3), "uint8")}
    # Somebody without glasses looks without them as they are.
    alike = {"glasses": {(0, 2)}}.get(name, set())
    for a, one in enumerate(pictures):
        for b, other in enumerate(pictures[:a]):
            assert changed(one, other).any() != ((b, a) in alike), (CHOICES[name][a], CHOICES[name][b])


@pytest.mark.parametrize("style", sorted(COLOURLESS))
def test_ink_has_no_colours(style: str) -> None:
    picture = draw(WOMAN, Scene(style=style, background="red", clothes_colour="green")).image.astype(int)
    assert np.ptp(picture, axis=2).max() < 45


@pytest.mark.parametrize("number", range(20_000_600, 20_000_608))
@pytest.mark.parametrize("expression", ["neutral", "laugh"])
def test_the_five_points_are_where_the_mesh_finds_them(number: int, expression: str) -> None:
    drawn = draw(person(number).twin, Scene(expression=expression, roll=0.1, dx=5, zoom=1.03))
    found = mesh(drawn.image, drawn.points, _box(drawn))
    assert found is not None
    seen = np.stack([*found.eyes, found.points[4], found.points[61], found.points[291]])[:, :2]
    assert np.abs(seen - drawn.points).max() < 8
    assert np.abs(seen - drawn.points).mean() < 3.5


def _box(drawn: Drawing) -> tuple[float, float, float, float]:
    low, high = drawn.points.min(0) - 25, drawn.points.max(0) + 25
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


@pytest.mark.parametrize("style", scenes.STYLES)
def test_a_large_picture_is_the_small_one_in_finer_lines(style: str) -> None:
    scene = Scene(style=style, background="room", expression="smile", dx=3, roll=0.05)
    small, large = draw(WOMAN, scene, 256), draw(WOMAN, scene, 512)
    assert large.image.shape == (512, 512, 3)
    assert np.allclose(large.points, 2 * small.points, atol=0.01)
    fitted = cv2.resize(large.image, (256, 256), interpolation=cv2.INTER_AREA)
    apart = np.abs(fitted.astype(int) - small.image)
    # Alike but for lines, which are as wide as whole pixels allow.
    assert np.median(apart) <= 2
    assert apart.mean() < 12


def test_a_face_lies_in_its_usual_place_unless_told_otherwise() -> None:
    mean = WOMAN.model_copy(update={"shape": (0.0,) * 14})
    assert np.allclose(draw(mean, Scene()).points, usual_points(), atol=1)
    assert np.allclose(usual_points(512), 2 * usual_points(256))
    away = Scene(style="ink", dx=6, dy=-5, zoom=1.03, roll=0.1, yaw=0.4, pitch=0.1)
    assert np.allclose(draw(mean, centred(away)).points, usual_points(), atol=1)
    moved = draw(mean, Scene(dx=6, dy=-5)).points - draw(mean, Scene()).points
    assert np.allclose(moved, [6, -5], atol=0.01)


def test_a_head_that_turns_carries_its_nose() -> None:
    ahead, left, right = (draw(WOMAN, Scene(yaw=yaw)).points for yaw in (0, -0.4, 0.4))
    noses, eyes = ([points[2, 0] for points in (left, ahead, right)], [p[1, 0] - p[0, 0] for p in (ahead, left)])
    assert noses[0] < noses[1] - 5 < noses[2] - 10
    assert eyes[1] < eyes[0]


def test_the_reference_shows_the_whole_of_long_hair_and_nothing_besides() -> None:
    told = reference(WOMAN, 224)
    assert told.image.shape == (224, 224, 3)
    assert np.allclose(told.points, reference(WOMAN).points * 224 / 256, atol=0.01)
    bare = reference(BARE.model_copy(update={"hair": MAN.hair}))
    assert within(changed(reference(WOMAN).image, bare.image))[1] > 2


@pytest.mark.parametrize("glasses", get_args(Glasses)[1:])
def test_glasses_change_what_is_around_the_eyes(glasses: str) -> None:
    plain, worn = (draw(BARE.model_copy(update={"glasses": kind}), Scene()) for kind in ("none", glasses))
    left, top, right, bottom = within(changed(plain.image, worn.image))
    eyes = plain.points[:2]
    assert left < eyes[0, 0] - 12
    assert right > eyes[1, 0] + 12
    assert eyes[:, 1].min() - 30 < top
    assert bottom < plain.points[2, 1] + 8
    assert left > eyes[0, 0] - 50
    assert right < eyes[1, 0] + 50


@pytest.mark.parametrize("beard", get_args(Beard)[1:])
def test_a_beard_grows_below_the_nose_and_within_the_jaw(beard: str) -> None:
    dark = BARE.model_copy(update={"beard_colour": (0.1, 0.08, 0.07), "skin": (0.9, 0.75, 0.65)})
    plain, grown = (draw(dark.model_copy(update={"beard": kind}), Scene()) for kind in ("none", beard))
    left, top, right, bottom = within(changed(plain.image, grown.image))
    mouth = plain.points[3:]
    assert top > plain.points[:2, 1].mean() - 6 if beard in ("full", "stubble") else top > plain.points[2, 1]
    assert top < mouth[:, 1].mean()
    assert bottom > mouth[:, 1].mean() - 2
    assert left > 60
    assert right < 196
    assert bottom < 225
    assert not changed(plain.image, grown.image)[:100].any()


@pytest.mark.parametrize("length", get_args(HairLength))
def test_hair_of_every_length_leaves_the_face_as_it_is(length: HairLength) -> None:
    twin = corrected(BARE, Corrections(hair_length=length))
    assert twin.hair.length_word == length
    picture = draw(twin, Scene()).image
    others = [
        draw(corrected(BARE, Corrections(hair_length=other)), Scene()).image
        for other in get_args(HairLength)
        if other != length
    ]
    eyes, mouth = usual_points()[:2], usual_points()[3:]
    face = np.zeros((256, 256), bool)
    face[int(eyes[0, 1]) - 8 : int(mouth[0, 1]) + 8, int(eyes[0, 0]) : int(eyes[1, 0])] = True
    for other in others:
        assert changed(picture, other).mean() > 0.01
        assert not (changed(picture, other) & face).any()


def test_colours_are_those_of_the_twin() -> None:
    """Within what light and outline make of them, in a photo's style and soft light."""
    skin, hair = (0.8, 0.6, 0.45), (0.2, 0.45, 0.2)
    cut = corrected(BARE, Corrections(hair_length="short", hair_colour=hair, skin=skin))
    picture = draw(cut, Scene()).image / 255
    cheek, crown = picture[150:160, 96:106].reshape(-1, 3), picture[50:62, 116:140].reshape(-1, 3)
    assert np.abs(np.median(cheek, axis=0) - skin).max() < 0.12
    assert np.abs(np.median(crown, axis=0) - hair).max() < 0.15


def test_a_scene_may_ask_for_another_age_and_for_glasses() -> None:
    def asked(twin: Twin, **what: Any) -> Twin:
        return shown(twin, Scene(**what))

    assert asked(WOMAN) == WOMAN
    assert asked(BARE, glasses="on").glasses == "round"
    assert asked(MAN, glasses="on").glasses == MAN.glasses
    assert asked(MAN, glasses="off").glasses == "none"
    assert asked(WOMAN, age="old").lines > 0.8
    assert asked(WOMAN, age="young").lines == 0
    old, own = np.array(asked(WOMAN, age="old").hair.colour), np.array(WOMAN.hair.colour)
    assert np.ptp(old) < np.ptp(own)
