"""What the metrics give, against cases that are known beforehand and against transformers' own scores."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

from fastface_core import paths
from fastface_core.domain.checkpoints import AdapterFiles, Checkpoint, FaceModels, sampling_of
from fastface_core.engine.detectors import InsightFaces
from fastface_core.engine.device import Device
from fastface_core.engine.drawing.picture import draw
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.judging import clip as clip_judge
from fastface_core.engine.judging.aesthetics import AestheticHead
from fastface_core.engine.judging.clip import Clip
from fastface_core.engine.judging.expressions import expressions
from fastface_core.engine.judging.mimic import Mimic
from fastface_core.engine.judging.views import FaceReader, View
from fastface_core.evaluation import drawn_set, metrics, picture_metrics
from fastface_core.evaluation.judges import Judges
from fastface_core.evaluation.measures import MEASURES
from fastface_core.evaluation.metrics import Shown
from fastface_core.evaluation.prompts import Prompt
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from tests.core.tiny_faces import PACK, PEOPLE, drawn, like
from tests.core.tiny_judges import make_clip, make_head, make_image_reward, make_words
from tests.core.tiny_models import CPU

REALISTIC, STYLISTIC = Prompt(text="a cat, smiling"), Prompt(text="cat; a person, sad")


def view(pixels: np.ndarray) -> View:
    return View(str(hash(pixels.tobytes())), pixels)


def face(grid: np.ndarray, left: int = 20, side: int = 80, size: int = 200) -> View:
    return view(drawn(size, size, (left, 20, side, grid)))


@pytest.fixture(scope="module")
def reader() -> FaceReader:
    return FaceReader(InsightFaces(PACK, None), "tiny")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "small", pickle=True)
    make_clip(folder / "large", 768)
    make_head(folder / "head.bin")
    return folder


def shown(picture: View, prompt: Prompt = REALISTIC, photo: View | None = None, **more: object) -> Shown:
    return Shown(photo=photo or face(PEOPLE[1]), picture=picture, prompt=prompt, **more)  # type: ignore[reportArgumentType]


# Faces


def test_identity_is_the_cosine_and_failures_are_counted_apart(reader: FaceReader) -> None:
    metric = metrics.Identity(reader, "by")
    found = metric.measure(shown(face(like(1, 2, 0.75))))
    assert found["likeness"] == pytest.approx(1 / math.hypot(1, 0.75), abs=0.02)
    assert found["face_found"] == 1
    assert found["face_ratio"] == pytest.approx(80 * 80 / 200**2, rel=0.1)
    assert metric.measure(shown(face(PEOPLE[2])))["likeness"] == pytest.approx(0, abs=0.02)
    nothing = view(np.full((100, 100, 3), 90, np.uint8))
    assert metric.measure(shown(nothing)) == {"likeness": None, "face_found": 0.0, "face_ratio": 0.0}


def test_a_copy_is_nearer_to_its_photo_than_to_others(reader: FaceReader) -> None:
    """The photo has the person (1) and something of its own (3); another photo the person and something else (4)."""
    photo, other = face(like(1, 3, 0.6)), face(like(1, 4, 0.6))
    metric = metrics.Copying(reader, "by")
    copy = metric.measure(shown(photo, photo=photo, others=(other,)))
    honest = metric.measure(shown(face(PEOPLE[1]), photo=photo, others=(other,)))
    share = 1 / (1 + 0.36)
    assert copy["copied"] == pytest.approx(1 - share, abs=0.02)
    assert honest["copied"] == pytest.approx(0, abs=0.02)
    assert honest["likeness_others"] == pytest.approx(math.sqrt(share), abs=0.02)
    assert metric.measure(shown(photo, photo=photo)) == {"copied": None, "likeness_others": None}


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [("a woman smiling", "smile"), ("with a big smile", "laugh"), ("unhappy man", "sad"), ("a sadhu", None),
     ("serious", "neutral"), ("astonished", "surprised")],
)  # fmt: skip
def test_what_a_prompt_asks_a_face_to_show(prompt: str, wanted: str | None) -> None:
    assert metrics.asked(prompt, metrics.EXPRESSION_WORDS) == wanted


def test_a_shown_expression_is_told_from_others() -> None:
    """Drawings of a person whom the fit has not seen; the words of the prompt decide what is right."""
    judge = Judges(CPU, drawn=True)
    panel = judge.panel(installed.starter())
    manner = next(one for one in panel.metrics if one.name == "manner")
    twin = drawn_set.twins()[0]
    laughter, surprise = Scene(expression="laugh", light="left"), Scene(expression="surprised")
    photo, laughing, surprised, turned = (
        view(draw(twin, scene, 384).image) for scene in (Scene(), laughter, surprise, Scene(look="left", yaw=-0.4))
    )
    laugh, startle = Prompt(text="ink; somebody laughing"), Prompt(text="surprised, looking to the left")
    found = manner.measure(shown(laughing, laugh, photo))
    assert (found["expression_followed"], found["look_followed"]) == (1, None)
    assert found["pose_apart"] is not None
    assert found["pose_apart"] < 8
    assert found["light_apart"] == pytest.approx(0.3, abs=0.2)
    assert manner.measure(shown(laughing, startle, photo))["expression_followed"] == 0
    assert manner.measure(shown(surprised, startle, photo))["expression_followed"] == 1
    left = manner.measure(shown(turned, startle, photo))
    assert left["look_followed"] == 1
    assert left["pose_apart"] is not None
    assert left["pose_apart"] > 8
    # The same picture is no change at all.
    same = manner.measure(shown(photo, REALISTIC, photo))
    assert (same["pose_apart"], same["light_apart"], same["expression_apart"]) == (0, 0, 0)
    # Where the starter's recogniser may judge, because the people are drawings.
    assert panel.skipped["likeness_second"].startswith("No second recogniser that knows drawings")
    assert "likeness" in judge.panel(installed.starter()).metrics[0].measure(shown(laughing, laugh, photo))


def test_expressions_are_told_apart_as_their_file_says() -> None:
    told = expressions()
    means = dict(zip(told.names, told.means, strict=True))
    for name, values in means.items():
        assert told.nearest(Mimic(*values, yaw=0, pitch=0, light=0, above=0)) == name


# Whole pictures


def picture(seed: int = 1, size: tuple[int, int] = (90, 120)) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC))


@pytest.mark.parametrize("size", [(90, 120), (64, 64), (301, 200)])
def test_clip_is_transformers_own_score(clips: Path, size: tuple[int, int]) -> None:
    for name in ("small", "large"):
        pixels, text = picture(size=size), "a cat on a mat " * 40
        model = CLIPModel.from_pretrained(clips / name).eval()
        tokens = CLIPTokenizer.from_pretrained(clips / name)(
            [text], truncation=True, max_length=77, return_tensors="pt"
        )
        look = CLIPImageProcessorPil(size={"shortest_edge": 64}, crop_size={"height": 64, "width": 64})
        values = look(images=Image.fromarray(pixels), return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            answer = model(pixel_values=values, **tokens)
            expected = float(answer.logits_per_image[0, 0] / model.logit_scale.exp())
        judge = Clip(clips / name, CPU)
        assert judge.fit(view(pixels), text) == pytest.approx(expected, abs=1e-5)
        assert picture_metrics.PromptFit(judge, "clip_b32", "by").measure(
            shown(view(pixels), Prompt(text=text.strip()))
        )


def test_the_style_is_asked_of_the_face_alone(clips: Path, reader: FaceReader) -> None:
    judge = Clip(clips / "large", CPU)
    made = face(PEOPLE[1], left=60)
    metric = picture_metrics.FaceStyle(judge, reader, "by")
    found = reader.face(made)
    assert found is not None
    left, top, right, bottom = (int(edge) for edge in found.found.box)
    cut = view(np.ascontiguousarray(made.pixels[top:bottom, left:right]))
    assert metric.measure(shown(made, STYLISTIC))["face_style"] == pytest.approx(judge.fit(cut, "cat"), abs=1e-6)
    wall = view(np.full((100, 100, 3), 90, np.uint8))
    assert metric.measure(shown(wall, STYLISTIC))["face_style"] is None
    assert metric.measure(shown(made, STYLISTIC, photo=wall))["face_style"] is None
    # As published, pixels of 0 to 255 are taken for -1 to 1.
    odd = picture_metrics.FaceStyle(judge, reader, "by", published=True).measure(shown(made, STYLISTIC))["face_style"]
    pixels = (clip_judge.prepared(cut.pixels, judge.size) * 255 + 1) / 2
    assert odd == pytest.approx(float(judge.features(pixels) @ judge.text("cat")), abs=1e-6)
    assert odd is not None
    assert abs(odd - judge.fit(cut, "cat")) > 1e-4


def test_the_aesthetic_head_is_one_affine_map(clips: Path) -> None:
    state = torch.load(clips / "head.bin", weights_only=True)
    features = np.random.default_rng(2).normal(size=768).astype(np.float32)
    features /= np.linalg.norm(features)
    by_hand = features.astype(np.float64)
    for number in (0, 2, 4, 6, 7):
        weight, bias = (state[f"layers.{number}.{name}"].double().numpy() for name in ("weight", "bias"))
        by_hand = weight @ by_hand + bias
    assert AestheticHead(clips / "head.bin").score(features) == pytest.approx(float(by_hand[0]), rel=1e-4)


def test_variety_by_hand(clips: Path) -> None:
    black, white, half = (view(np.full((64, 80, 3), value, np.uint8)) for value in (0, 255, 51))
    metric = picture_metrics.Variety(picture_metrics.colours_apart, "by")
    found = metric.measure(shown(black, seeds=(white, half), neighbours=(black,)))
    assert found == {"variety_seeds": pytest.approx((1 + 0.2) / 2), "variety_prompts": 0}
    assert metric.measure(shown(black)) == {"variety_seeds": None, "variety_prompts": None}
    # Cells of other pictures are means, whatever their size.
    assert picture_metrics.colours_apart(view(picture(3)), view(picture(3, (180, 240)))) < 0.02
    judge = Clip(clips / "small", CPU)
    apart = picture_metrics.clip_apart(judge)
    assert apart(black, black) == pytest.approx(0, abs=1e-6)
    assert apart(black, white) == pytest.approx(1 - float(judge.image(black) @ judge.image(white)), abs=1e-6)


# Who judges


def checkpoint(**changes: object) -> Checkpoint:
    nowhere = Path("nowhere")
    fields: dict[str, object] = {
        "name": "tiny", "title": "Tiny", "sampling": sampling_of("hyper"), "base": nowhere,
        "adapter": AdapterFiles(kind="faceid-plus-v2", weights=nowhere, image_encoder=nowhere),
        "faces": FaceModels(kind="insightface", path=PACK), **changes,
    }  # fmt: skip
    return Checkpoint.model_validate(fields)


def test_what_is_not_installed_is_skipped_with_its_reason(clips: Path, tmp_path: Path) -> None:
    bare = Judges(CPU).panel(checkpoint())
    assert {one.name for one in bare.metrics} == {"identity", "copying", "manner", "variety"}
    assert {"clip_b32", "clip_l14", "face_style", "aesthetics", "likeness_second", "image_reward"} <= set(bare.skipped)
    assert all("fastface models download judges" in bare.skipped[name] for name in ("clip_b32", "aesthetics"))
    catalogue = Catalogue.load()
    for name, folder in (("clip-b32", "small"), ("clip-l14", "large")):
        place = paths.models_folder() / catalogue.component(name).place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(clips / folder)
    make_head(paths.models_folder() / catalogue.component("aesthetic-head").place)
    make_words(paths.models_folder() / catalogue.component("bert-words").place)
    make_image_reward(paths.models_folder() / catalogue.component("image-reward").place)
    whole = Judges(CPU).panel(checkpoint())
    assert set(whole.skipped) == {"likeness_second", "copied"}
    found = [one.measure(shown(face(PEOPLE[1]), STYLISTIC)) for one in whole.metrics]
    names = [name for values in found for name in values]
    assert len(set(names)) == len(names)
    assert set(names) == set(MEASURES) - {"likeness_second"}
    # Another model is another judge: what was measured by the one before is measured again.
    by = {one.name: one.by for one in whole.metrics}
    make_clip(tmp_path / "other", 48)
    place = paths.models_folder() / catalogue.component("clip-b32").place
    place.unlink()
    place.symlink_to(tmp_path / "other")
    changed = {one.name: one.by for one in Judges(CPU).panel(checkpoint()).metrics}
    assert {name for name in by if by[name] != changed[name]} == {"clip_b32"}


def test_the_recogniser_that_conditioned_is_no_second_one(tmp_path: Path) -> None:
    """Whatever its file is called; another one is taken, and copying is judged by it."""
    same = tmp_path / "another name.onnx"
    same.write_bytes((PACK / "recogniser.onnx").read_bytes())
    panel = Judges(CPU, second=same).panel(checkpoint())
    assert "is the one that conditioned" in panel.skipped["likeness_second"]
    starters = installed.starter().faces.path
    panel = Judges(CPU, second=starters).panel(checkpoint())
    assert "likeness_second" not in panel.skipped
    assert "copied" not in panel.skipped
    assert {one.name for one in panel.metrics} >= {"second identity", "copying"}


def test_the_published_way_takes_the_surest_face_and_its_size_at_the_smallest_input() -> None:
    plain, published = (Judges(CPU, published=flag).panel(checkpoint()).metrics[0] for flag in (False, True))
    assert plain.by != published.by
    two = view(drawn(640, 640, (40, 40, 80, PEOPLE[1]), (300, 300, 240, PEOPLE[2])))
    assert plain.measure(shown(two))["likeness"] == pytest.approx(0, abs=0.02)
    assert plain.measure(shown(two))["face_ratio"] == pytest.approx(240**2 / 640**2, rel=0.1)
    found = published.measure(shown(two))
    assert found["face_found"] == 1
    tiny = view(drawn(1600, 1600, (40, 40, 40, PEOPLE[1])))
    assert published.measure(shown(tiny))["face_ratio"] in (0.0, pytest.approx(40**2 / 1600**2, rel=0.4))


def test_precision_is_part_of_who_judged() -> None:
    half = replace(CPU, dtype=torch.bfloat16)
    assert isinstance(half, Device)
    assert half.precision != CPU.precision
