"""What the starter model does with faces, words and weights, through the engine, on people it has never met.

Every check is also made on a pack of seeded random weights, which has to fail it: none can be passed by chance.
Likeness is measured by the recogniser that ships, where the model puts a face, so that no detection is needed.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fastface_core import preset_files
from fastface_core.checkpoints import Checkpoint
from fastface_core.engine.detectors import MtcnnFaces
from fastface_core.engine.engine import Engine
from fastface_core.identity import PhotoChoice
from fastface_core.models import installed
from fastface_core.presets import Guidance
from fastface_core.request import Picture, PortraitRequest
from tools.starter import make
from tools.starter.judging import usual_points

PHOTOS = sorted((Path(__file__).resolve().parents[1] / "data" / "starter").glob("person-*.jpg"))
BACKGROUNDS = {"blue": (-1, 0, 1), "red": (1, -0.5, -0.5), "yellow": (0.5, 0.5, -1)}
"""What sets each colour apart from grey."""

Numbers = NDArray[np.float64]


class Model:
    """A pack in the engine, with eight people; what it draws is drawn once."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._engine = Engine("cpu")
        self._engine.load(checkpoint)
        self._people = [self._engine.identify([PhotoChoice(path)]) for path in PHOTOS]
        # The same recogniser for every pack, or an untrained one would be judged by its own random numbers.
        self._faces = MtcnnFaces(installed.starter().faces.path)
        photos = [np.asarray(Image.open(path)) for path in PHOTOS]
        self._known = np.stack([self._faces.embed(photo, self._faces.detect(photo)[0].points) for photo in photos])
        self._drawn: dict[tuple[float, float], list[Picture]] = {}

    def portrait(self, person: int, prompt: str, identity: float, text: float) -> Picture:
        guidance = Guidance(identity_weight=identity, text_weight=text)
        preset = preset_files.find("baseline").model_copy(update={"guidance": guidance})
        request = PortraitRequest(prompt=prompt, preset=preset, seed=person)
        return self._engine.generate(request, self._people[person]).pictures[0]

    def portraits(self, identity: float, text: float) -> list[Picture]:
        """One of each person, with these weights; the prompts' backgrounds go round."""
        if (identity, text) not in self._drawn:
            colours = list(BACKGROUNDS)
            self._drawn[identity, text] = [
                self.portrait(person, f"photo of a person, {colours[person % 3]} background", identity, text)
                for person in range(len(PHOTOS))
            ]
        return self._drawn[identity, text]

    def likeness(self, identity: float, text: float) -> "Likeness":
        pictures = [np.asarray(picture.image) for picture in self.portraits(identity, text)]
        found = np.stack([self._faces.embed(picture, usual_points(picture.shape[0])) for picture in pictures])
        return Likeness((found @ self._known.T).astype(np.float64))

    @cached_property
    def by_style(self) -> dict[str, "Look"]:
        """What pictures of two people look like in three styles, before the same background."""
        return {
            style: Look.of([
                np.asarray(self.portrait(person, f"{style} of a person, red background", 1.5, 1.5).image)
                for person in (0, 1)
            ])
            for style in ("photo", "ink sketch", "pop art")
        }  # fmt: skip


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
    def of(cls, pictures: list[NDArray[np.uint8]]) -> "Look":
        pixels = np.stack(pictures).astype(np.float64)
        edges = np.abs(np.diff(pixels.mean(axis=3), axis=2)).mean()
        return cls(float(np.ptp(pixels, axis=3).mean()), float(edges))


# What a trained model does


def tells_people_apart(model: Model) -> bool:
    likeness = model.likeness(1, 1)
    return likeness.more_than_others > 0.3 and likeness.recognised >= 5


def follows_the_identity_weight(model: Model) -> bool:
    """Up to 1; beyond it a distilled model has hardly anything to gain."""
    return model.likeness(1, 1).own > model.likeness(0.25, 1).own + 0.08


def takes_the_person_from_the_face_alone(model: Model) -> bool:
    """With weights of 0 only the branch without text and face is left: what likeness remains is eight people's luck."""
    without, with_face = model.likeness(0, 0), model.likeness(1, 1)
    at_chance = without.recognised <= 4 and without.more_than_others < 0.2
    return at_chance and with_face.more_than_others > without.more_than_others + 0.25


def shows_the_background(model: Model) -> bool:
    """The upper corners, where neither hair nor shoulders reach, have the colour that the prompt names."""
    right = 0
    for person, picture in enumerate(model.portraits(1, 1)):
        pixels = np.asarray(picture.image).astype(np.float64)
        corners = np.concatenate([pixels[8:60, 8:40], pixels[8:60, -40:-8]]).mean(axis=(0, 1))
        closeness = [float(np.dot(corners - corners.mean(), which)) for which in BACKGROUNDS.values()]
        right += int(np.argmax(closeness)) == person % 3
    return right >= 7


def shows_the_style(model: Model) -> bool:
    """Ink has no colours; pop art has hard lines."""
    photo, ink, pop = (model.by_style[style] for style in ("photo", "ink sketch", "pop art"))
    return ink.colour < 0.4 * photo.colour and pop.edges > 1.4 * photo.edges


CHECKS = (
    tells_people_apart,
    follows_the_identity_weight,
    takes_the_person_from_the_face_alone,
    shows_the_background,
    shows_the_style,
)


@pytest.fixture(scope="module")
def trained() -> Model:
    return Model(installed.starter())


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("untrained")
    make.write_untrained(folder, 0)
    return Model(installed.starter(folder))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_starter(check, trained: Model) -> None:
    assert check(trained)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_but_no_untrained_model(check, untrained: Model) -> None:
    assert not check(untrained)


def test_the_app_gives_the_likeness_as_a_number(trained: Model) -> None:
    """Of what it finds a face in; without the face in the conditioning the number falls."""
    with_face, without = (
        [one.likeness for one in trained.portraits(*weights) if one.likeness is not None]
        for weights in ((1, 1), (0, 0))
    )
    assert len(with_face) >= 5
    assert np.mean(with_face) > 0.35
    assert not without or np.mean(without) < np.mean(with_face) - 0.2


def test_an_untrained_model_claims_no_likeness(untrained: Model) -> None:
    assert {one.likeness for one in untrained.portraits(1, 1)} == {None}
