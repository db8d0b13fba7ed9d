"""What the starter model does with people, words and weights, through the engine, for people it has never met.

Every check is also made on a pack of seeded random weights, which has to fail it: none can be passed by chance. People
are told to the model as the app tells them, by the reference of their twin. The match is measured by the recogniser
that ships, where the model puts a face, so that no detection is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.likeness import DRAWN
from fastface_core.domain.presets import Guidance
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.drawing.picture import draw, usual_points
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.engine import Engine
from fastface_core.engine.twin import colours
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.taken_over import Comparison, compared
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from tools.starter import dataset, make, measure
from tools.starter.people import person

PHOTOS = sorted((Path(__file__).resolve().parents[2] / "data" / "starter").glob("person-*.jpg"))
TWINS = [person(dataset.EVALUATION + 600 + number).twin for number in range(8)]
LIGHT_FRAMES = [
    twin
    for twin in (person(dataset.EVALUATION + 700 + number).twin for number in range(150))
    if twin.glasses != "none" and max(twin.glasses_colour) > 0.3 and max(twin.skin) > 0.7
][:6]
Contrasts = dict[str, tuple[float, float, float]]
BACKGROUNDS: Contrasts = {
    "blue": (-1, 0, 1),
    "red": (1, -0.5, -0.5),
    "yellow": (0.5, 0.5, -1),
}
CLOTHES: Contrasts = {
    "green": (-0.5, 1, -0.5),
    "red": (1, -0.5, -0.5),
    "blue": (-0.5, -0.5, 1),
    "purple": (0.5, -1, 0.5),
}
"""What sets each colour apart from grey."""

FIVE = usual_points(256)
_low, _high = FIVE.min(0) - 25, FIVE.max(0) + 25
BOX = (float(_low[0]), float(_low[1]), float(_high[0]), float(_high[1]))

Numbers = NDArray[np.float64]
Pixels = NDArray[np.uint8]


@cache
def known_people() -> NDArray[np.float32]:
    """What the recogniser that ships says of another drawing of each.

    The same recogniser for every pack: an untrained one would be judged by its own random numbers.
    """
    shown = [draw(twin, Scene(expression="smile", background="blue")) for twin in TWINS]
    return np.stack([shipped().detector.embed(one.image, one.points) for one in shown])


@cache
def shipped() -> measure.Pack:
    return measure.Pack("starter", make.PACK)


class Model:
    """A pack in the engine, with eight people; what it draws is drawn once."""

    def __init__(self, folder: Path) -> None:
        self.pack = measure.Pack("tried", folder)
        self._engine = Engine("cpu")
        self._engine.load(self.pack.checkpoint)
        self._people = [measure.identity(self.pack.detector, twin) for twin in (*TWINS, *LIGHT_FRAMES)]
        self._drawn: dict[tuple[int, str, float, float], Pixels] = {}

    def portrait(self, number: int, prompt: str, identity: float = 1, text: float = 1) -> Pixels:
        key = (number, prompt, identity, text)
        if key not in self._drawn:
            guidance = Guidance(identity_weight=identity, text_weight=text)
            preset = preset_files.find("baseline").model_copy(update={"guidance": guidance})
            request = PortraitRequest(prompt=prompt, preset=preset, seed=number)
            (picture,) = self._engine.generate(request, self._people[number]).pictures
            self._drawn[key] = np.asarray(picture.image)
        return self._drawn[key]

    def portraits(self, identity: float = 1, text: float = 1) -> list[Pixels]:
        """One of each person, with these weights; the colours of backgrounds and clothes go round."""
        backgrounds, clothes = list(BACKGROUNDS), list(CLOTHES)
        prompt = "photo of a person, wearing a {} hoodie, {} background"
        return [
            self.portrait(number, prompt.format(clothes[number % 4], backgrounds[number % 3]), identity, text)
            for number in range(len(TWINS))
        ]

    def likeness(self, identity: float, text: float) -> "Likeness":
        detector = shipped().detector
        found = np.stack([detector.embed(picture, FIVE) for picture in self.portraits(identity, text)])
        return Likeness((found @ known_people().T).astype(np.float64))

    def beside_the_twin(self, number: int, words: str = "blue background") -> Comparison:
        """A picture of somebody, beside the drawing of their twin."""
        return compared(self.portrait(number, f"photo of a person, {words}"), TWINS[number], FIVE)

    def with_light_frames(self, number: int) -> Comparison:
        """The same for somebody whose glasses have light frames."""
        picture = self.portrait(len(TWINS) + number, "photo of a person, blue background")
        return compared(picture, LIGHT_FRAMES[number], FIVE)

    @cached_property
    def by_style(self) -> dict[str, "Look"]:
        """What pictures of two people look like in three styles, before the same background."""
        return {
            style: Look.of(
                [self.portrait(number, f"{style} of a person, red background", 1.5, 1.5) for number in (0, 1)]
            )
            for style in ("photo", "ink sketch", "pop art")
        }


@dataclass(frozen=True)
class Likeness:
    """Cosines of pictures (rows) to people (columns), the right ones on the diagonal."""

    cosines: Numbers

    @property
    def own(self) -> float:
        return float(np.diag(self.cosines).mean())

    @property
    def more_than_others(self) -> float:
        """How much more like the right person than like the others a picture is, on average."""
        people = len(self.cosines)
        return self.own - (float(self.cosines.sum()) - people * self.own) / (people * (people - 1))

    @property
    def recognised(self) -> int:
        """How many pictures are most like the right person."""
        return int((self.cosines.argmax(axis=1) == np.arange(len(self.cosines))).sum())


@dataclass(frozen=True)
class Look:
    """How colourful pictures are (0 to 255), and how large the steps between neighbouring pixels."""

    colour: float
    edges: float

    @classmethod
    def of(cls, pictures: list[Pixels]) -> "Look":
        pixels = np.stack(pictures).astype(np.float64)
        edges = np.abs(np.diff(pixels.mean(axis=3), axis=2)).mean()
        return cls(float(np.ptp(pixels, axis=3).mean()), float(edges))


def named(area: Numbers, names: dict[str, tuple[float, float, float]]) -> str:
    """Which of the colours an area, (n, 3), has most of."""
    colour = area.mean(axis=0)
    return max(names, key=lambda name: float(np.dot(colour - colour.mean(), names[name])))


def mouth(picture: Pixels) -> tuple[float, float] | None:
    """Width and opening of the mouth, in eye distances; None where no face is to be seen."""
    found = mesh(picture, FIVE, BOX)
    if found is None:
        return None
    left, right = found.eyes
    unit = float(np.hypot(*(right - left)[:2]))
    width, opening = (np.hypot(*(found.points[a] - found.points[b])[:2]) for a, b in ((61, 291), (13, 14)))
    return float(width) / unit, float(opening) / unit


# What a trained model does


def tells_people_apart(model: Model) -> bool:
    likeness = model.likeness(1, 1)
    return likeness.more_than_others > 0.3 and likeness.recognised >= 6


def follows_the_identity_weight(model: Model) -> bool:
    """Up to 1; beyond it a distilled model has hardly anything to gain."""
    return model.likeness(1, 1).own > model.likeness(0.25, 1).own + 0.08


def takes_the_person_from_the_twin_alone(model: Model) -> bool:
    """With weights of 0 only the branch without text and face is left: what likeness remains is eight people's luck."""
    without, with_face = model.likeness(0, 0), model.likeness(1, 1)
    at_chance = without.recognised <= 4 and without.more_than_others < 0.2
    return at_chance and with_face.more_than_others > without.more_than_others + 0.25


def carries_the_skin(model: Model) -> bool:
    """Its lightness goes with the twin's, and its colour is the one that the twin is drawn with, as far as eyes see."""
    places = np.round(FIVE[3:] + np.array([(-8, -16), (8, -16)])).astype(int)
    cheeks = [
        np.mean([colours.lab(picture)[y - 4 : y + 5, x - 4 : x + 5, 0].mean() for x, y in places])
        for picture in model.portraits()
    ]
    wanted = [colours.lab_of(twin.skin)[0] for twin in TWINS]
    apart = [model.beside_the_twin(number).skin for number in range(len(TWINS))]
    mean = float(np.mean([100 if one is None else one for one in apart]))
    return float(np.corrcoef(cheeks, wanted)[0, 1]) > 0.9 and mean < 8


def carries_hair_and_glasses(model: Model) -> bool:
    found = [model.beside_the_twin(number) for number in range(len(TWINS))]
    hair = [one.hair for one in found if one.hair is not None]
    seen = [(one.glasses or 0) > 0.4 for one in found]
    right = sum(one == (twin.glasses != "none") for one, twin in zip(seen, TWINS, strict=True))
    return len(hair) >= 6 and float(np.mean(hair)) < 12 and right >= 7


def keeps_light_frames(model: Model) -> bool:
    """Of people with glasses in light and coloured frames; on dark skin dark frames are there and hard to measure."""
    return sum((model.with_light_frames(number).glasses or 0) > 0.4 for number in range(len(LIGHT_FRAMES))) >= 5


def shows_the_background(model: Model) -> bool:
    """The upper corners, where neither hair nor shoulders reach, have the colour that the prompt names."""
    right = 0
    for number, picture in enumerate(model.portraits()):
        pixels = picture.astype(np.float64)
        corners = np.concatenate([pixels[8:60, 8:36], pixels[8:60, -36:-8]]).reshape(-1, 3)
        right += named(corners, BACKGROUNDS) == list(BACKGROUNDS)[number % 3]
    return right >= 7


def shows_the_clothes(model: Model) -> bool:
    """What is between the hair over the shoulders has the colour that the prompt names."""
    right = 0
    for number, picture in enumerate(model.portraits()):
        chest = picture[242:254, 84:172].astype(np.float64).reshape(-1, 3)
        right += named(chest, CLOTHES) == list(CLOTHES)[number % 4]
    return right >= 6


def shows_the_style(model: Model) -> bool:
    """Ink has no colours; pop art has hard lines."""
    photo, ink, pop = (model.by_style[style] for style in ("photo", "ink sketch", "pop art"))
    return ink.colour < 0.4 * photo.colour and pop.edges > 1.3 * photo.edges


def shows_the_expression(model: Model) -> bool:
    """Whoever laughs has a wider mouth than whoever is sad, and an open one."""
    wider = opener = 0
    for number in range(4):
        laughing, sad = (
            mouth(model.portrait(number, f"photo of a person, {word}, blue background")) for word in ("laughing", "sad")
        )
        if laughing is None or sad is None:
            return False
        wider += laughing[0] > sad[0] + 0.12
        opener += laughing[1] > sad[1] + 0.04
    return wider >= 3 and opener >= 3


def puts_glasses_on(model: Model) -> bool:
    bare = [number for number, twin in enumerate(TWINS) if twin.glasses == "none"][:4]
    more = [_glasses(model, number, "wearing glasses") - _glasses(model, number, "smiling") for number in bare]
    return sum(one > 0.2 for one in more) >= 3


def takes_glasses_off(model: Model) -> bool:
    worn = [number for number, twin in enumerate(TWINS) if twin.glasses != "none"][:3]
    less = [_glasses(model, number, "smiling") - _glasses(model, number, "without glasses") for number in worn]
    return sum(one > 0.2 for one in less) >= 2


def _glasses(model: Model, number: int, words: str) -> float:
    """How much of a drawing's glasses is seen, 0 to 1."""
    return model.beside_the_twin(number, f"{words}, blue background").glasses or 0.0


def shows_the_age(model: Model) -> bool:
    """Hair turns grey: it is nearer to that of the old drawing than to that of the young one."""
    with_colour = [n for n, twin in enumerate(TWINS) if twin.hair.cover > 0.9 and max(twin.hair.colour) < 0.8][:4]
    greyer = 0
    for number in with_colour:
        pictures = [model.portrait(number, f"photo of {age} person, blue background") for age in ("an old", "a young")]
        drawings = [draw(TWINS[number], Scene(age=age)).image for age in ("old", "young")]
        crowns = [np.median(colours.lab(one)[48:62, 112:144].reshape(-1, 3), axis=0) for one in (*pictures, *drawings)]
        old, young, drawn_old, drawn_young = crowns
        way = drawn_old - drawn_young
        greyer += float(np.dot(old - young, way)) > 0.4 * float(np.dot(way, way))
    return len(with_colour) >= 3 and greyer >= len(with_colour) - 1


CHECKS = (
    tells_people_apart,
    follows_the_identity_weight,
    takes_the_person_from_the_twin_alone,
    carries_the_skin,
    carries_hair_and_glasses,
    keeps_light_frames,
    shows_the_background,
    shows_the_clothes,
    shows_the_style,
    shows_the_expression,
    puts_glasses_on,
    takes_glasses_off,
    shows_the_age,
)
Check = Callable[[Model], bool]


@pytest.fixture(scope="module")
def trained() -> Model:
    return Model(make.PACK)


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("untrained")
    make.write_untrained(folder, 0)
    return Model(folder)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_starter(check: Check, trained: Model) -> None:
    assert check(trained)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_but_no_untrained_model(check: Check, untrained: Model) -> None:
    assert not check(untrained)


@pytest.mark.slow
def test_the_app_gives_the_match_with_the_drawing_and_no_likeness() -> None:
    """From photos; without the face in the conditioning the match falls."""
    engine, checkpoint = Engine("cpu"), installed.starter()
    engine.load(checkpoint)
    assert checkpoint.match is not None
    found: dict[float, list[float]] = {1.0: [], 0.0: []}
    for seed, path in enumerate(PHOTOS[:4]):
        who = engine.identify([PhotoChoice(path)])
        for weight, matches in found.items():
            guidance = Guidance(identity_weight=weight, text_weight=1)
            preset = preset_files.find("baseline").model_copy(update={"guidance": guidance})
            request = PortraitRequest(prompt="photo of a person, blue background", preset=preset, seed=seed)
            (picture,) = engine.generate(request, who).pictures
            assert (picture.likeness, picture.likeness_reason) == (None, DRAWN)
            assert picture.twin_match is not None
            matches.append(picture.twin_match)
    assert np.mean(found[1.0]) > checkpoint.match.good
    assert np.mean(found[0.0]) < np.mean(found[1.0]) - 0.2


def test_an_untrained_model_claims_no_match(untrained: Model) -> None:
    assert installed.starter(untrained.pack.folder).match is None
