"""Checkpoints that are told a person by a drawn twin: from the photo to the picture, and what is said of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastface_core.domain.checkpoints import Checkpoint, FaceModels
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.likeness import DRAWN, MatchScale
from fastface_core.domain.measures import Measures, TakenOver
from fastface_core.domain.request import Picture, PortraitRequest
from fastface_core.domain.twin import Corrections, corrected
from fastface_core.engine.drawing.picture import draw, reference, usual_points
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.engine import Engine
from fastface_core.engine.scoring import scored, style_in
from fastface_core.errors import PhotoError
from fastface_core.presets import files as preset_files
from fastface_core.studio.measuring import model_of
from tests.core import tiny_models
from tests.core.tiny_faces import PACK

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
PLUM = (0.5, 0.2, 0.4)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("twin")
    base = tiny_models.make_base(folder / "base")
    faces = FaceModels(kind="blazeface", path=PACK / "recogniser.onnx")
    return tiny_models.make_checkpoint(
        folder, base, faces=faces, identity="twin", match=MatchScale(), likeness_reason=DRAWN
    )


@pytest.fixture(scope="module")
def engine(checkpoint: Checkpoint) -> Engine:
    engine = Engine("cpu")
    engine.load(checkpoint)
    return engine


@pytest.fixture(scope="module")
def person(engine: Engine) -> Identity:
    return engine.identify([PhotoChoice(PORTRAIT)])


def measures(person: Identity) -> Measures:
    found = person.photos[0].face.measures
    assert found is not None
    return found


def measured_as(person: Identity, *found: Measures | None) -> Identity:
    """The same photo with other measures, once for each of them."""
    (photo,) = person.photos
    return replace(person, photos=tuple(replace(photo, face=replace(photo.face, measures=one)) for one in found))


def request(**changes: object) -> PortraitRequest:
    fields = {"prompt": "photo of a cat", "preset": preset_files.find("baseline"), "seed": 3, "steps": 1}
    return PortraitRequest.model_validate({**fields, "width": 64, "height": 96, **changes})


def made(engine: Engine, person: Identity, **changes: object) -> Picture:
    (picture,) = engine.generate(request(**changes), person).pictures
    return picture


def pixels(picture: Picture) -> "np.ndarray":
    return np.asarray(picture.image)


def test_a_picture_matches_the_drawing_and_has_no_likeness(engine: Engine, person: Identity) -> None:
    picture = made(engine, person)
    assert (picture.likeness, picture.likeness_reason) == (None, DRAWN)
    assert picture.twin_match is not None
    assert -1 <= picture.twin_match <= 1
    assert picture.score == picture.twin_match
    assert isinstance(picture.taken_over, TakenOver)
    assert engine.same_person is None
    assert picture.recipe.corrections is None
    assert "skin" not in picture.recipe.model_dump_json(exclude_none=True)


def test_faces_are_measured_for_the_twin_alone(checkpoint: Checkpoint, person: Identity) -> None:
    assert measures(person).twin.glasses == "none"
    by_photo = checkpoint.model_copy(update={"identity": "photo", "match": None})
    engine = Engine("cpu")
    engine.load_faces(by_photo)
    assert engine.identify([PhotoChoice(PORTRAIT)]).photos[0].face.measures is None
    assert model_of(by_photo) != model_of(checkpoint)
    assert (by_photo.scale, checkpoint.scale) == (None, MatchScale())


def test_the_model_is_told_of_the_twin_and_not_of_the_photo(engine: Engine, person: Identity) -> None:
    picture = made(engine, person)
    turned = replace(person, crop=255 - person.crop, embedding=-person.embedding)
    again = made(engine, turned)
    assert np.array_equal(pixels(again), pixels(picture))
    assert again.twin_match == picture.twin_match
    twin = measures(person).twin
    told = reference(twin)
    embedding = engine.loaded_faces.detector.embed(told.image, told.points)
    by_numbers = Identity(embedding, reference(twin, 224).image)
    assert np.array_equal(pixels(made(engine, by_numbers)), pixels(picture))


def test_corrections_change_the_picture_and_are_in_its_recipe(engine: Engine, person: Identity) -> None:
    corrections = Corrections(hair_colour=PLUM, glasses="round")
    picture = made(engine, person, corrections=corrections)
    assert not np.array_equal(pixels(picture), pixels(made(engine, person)))
    assert picture.recipe.corrections == corrections
    again = made(engine, person, corrections=picture.recipe.corrections)
    assert np.array_equal(pixels(again), pixels(picture))
    assert request(corrections=Corrections()).corrections is None


def test_photos_that_cannot_be_measured_are_passed_over(engine: Engine, person: Identity) -> None:
    known = measures(person)
    assert engine.twin_of(measured_as(person, None, known)).measured == known.twin
    with pytest.raises(PhotoError, match=r'The face in "?portrait\.jpg"? cannot be measured') as caught:
        engine.generate(request(), measured_as(person, None))
    assert "eyes, nose and mouth" in caught.value.hint
    with pytest.raises(PhotoError, match="in any of the photos"):
        engine.twin_of(measured_as(person, None, None))
    (photo,) = measured_as(person, None).photos
    of_library = replace(photo, path=Path(photo.sha256))
    with pytest.raises(PhotoError, match="in any of the photos"):
        engine.twin_of(replace(person, photos=(of_library,)))


def test_the_twin_as_the_window_shows_it(engine: Engine, person: Identity) -> None:
    drawn = engine.twin_of(person, Corrections(beard="full", curl="curly"), size=320, style="watercolor")
    assert drawn.image.shape == (320, 320, 3)
    assert drawn.measured == measures(person).twin
    assert drawn.twin == corrected(drawn.measured, Corrections(beard="full", curl="curly"))
    assert drawn.sure == measures(person).sure | {"beard", "hair.curl"}
    assert not np.array_equal(drawn.image, engine.twin_of(person, size=320, style="watercolor").image)
    for style, own in (("pop-art", "pop"), ("pixel-art", "pixel"), ("ink", "ink"), (None, "photo"), ("anime", "photo")):
        wanted = draw(drawn.measured, Scene(style=own, expression="laugh")).image
        assert np.array_equal(engine.twin_of(person, style=style, expression="laugh").image, wanted)


def test_light_is_spoken_of_where_no_photo_is_good(engine: Engine, person: Identity) -> None:
    good = replace(measures(person), notes=())
    dark, tinted = replace(good, notes=("It is dark.",)), replace(good, notes=("It is dark.", "It is green."))
    assert engine.twin_of(measured_as(person, dark)).notes == ("It is dark.",)
    assert engine.twin_of(measured_as(person, dark, tinted)).notes == ("It is dark.", "It is green.")
    assert engine.twin_of(measured_as(person, dark, good)).notes == ()


def test_until_goes_by_the_match(engine: Engine, person: Identity) -> None:
    result = engine.generate(request(count=3, goal={"pictures": 1, "score": -1}), person)
    assert len(result.pictures) == 1
    assert len(engine.generate(request(count=2, goal={"pictures": 1, "score": 1}), person).pictures) == 2


def test_the_match_is_that_of_the_face_in_the_picture(checkpoint: Checkpoint, engine: Engine, person: Identity) -> None:
    twin, detector = measures(person).twin, engine.loaded_faces.detector
    told = reference(twin)
    known = replace(person, embedding=detector.embed(told.image, told.points))
    shown = draw(twin, Scene(expression="neutral"))
    score = scored(shown.image, "photo of a person", known, twin, checkpoint, detector)
    assert score.twin_match is not None
    assert score.twin_match > 0.5
    assert (score.likeness, score.reason) == (None, DRAWN)
    # Nothing to be found in it: looked at where a face would be.
    empty = np.full((80, 128, 3), 128, np.uint8)
    empty[:, 40:] = 90
    wanted = detector.embed(empty, usual_points(80) + np.array([24, 0], np.float32)) @ known.embedding
    assert scored(empty, "", known, None, checkpoint, detector).twin_match == pytest.approx(float(wanted), abs=1e-5)


def test_what_the_prompt_asks_for_is_not_missing(checkpoint: Checkpoint, engine: Engine, person: Identity) -> None:
    twin, detector = measures(person).twin, engine.loaded_faces.detector
    shown = draw(twin.model_copy(update={"glasses": "round"}), Scene()).image
    silent = scored(shown, "photo of a woman", person, twin, checkpoint, detector).taken_over
    asked = scored(shown, "photo of a woman wearing glasses", person, twin, checkpoint, detector).taken_over
    assert silent is not None
    assert asked is not None
    assert silent.glasses is False
    assert asked == replace(silent, glasses=None)
    other = scored(shown, "an old bald woman with a beard", person, twin, checkpoint, detector).taken_over
    assert other is not None
    assert (other.beard, other.hair_length, other.hair_colour) == (None, None, None)


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("Watercolor painting of a man", "watercolor"),
        ("oil painting of a woman in a garden", "oil"),
        ("ink sketch of a person", "ink"),
        ("pixel art of a person", "pixel"),
        ("pop art of a person", "pop"),
        ("a man on a boat", "photo"),
    ],
)
def test_the_style_of_a_prompt(prompt: str, style: str) -> None:
    assert style_in(prompt) == style


def test_every_style_of_the_starter_is_told(engine: Engine, person: Identity) -> None:
    from fastface_core.domain import styles
    from fastface_core.engine.drawing.scene import STYLES

    names = [style_in(style.apply("a person", "", plain=True)[0]) for style in styles.for_checkpoint(plain=True)]
    # Pixel art is not offered with the starter.
    assert sorted(names) == sorted(set(STYLES) - {"pixel"})


def test_a_photo_of_a_drawing_becomes_its_twin(engine: Engine, person: Identity, tmp_path: Path) -> None:
    """Drawn faces are measured like others, so that the starter can be tried with them."""
    Image.fromarray(draw(measures(person).twin, Scene(), 512).image).save(tmp_path / "drawn.png")
    drawn = engine.twin_of(engine.identify([PhotoChoice(tmp_path / "drawn.png")]))
    assert drawn.image.shape == (256, 256, 3)
