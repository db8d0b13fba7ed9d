"""The content filter: how it is read, what it decides, and what then becomes of a picture."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import ViTForImageClassification
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
from typer.testing import CliRunner

from fastface_core import paths
from fastface_core.cli.main import app
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PictureDone, PictureWithheld, PortraitRequest
from fastface_core.engine import device
from fastface_core.engine.content_filter import ContentFilter
from fastface_core.engine.engine import Engine
from fastface_core.errors import ContentWithheldError, ModelError
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
from fastface_core.presets import files as preset_files
from fastface_core.progress import Preview, Stage, StepDone
from fastface_core.settings import AppSettings, file_content, settings_file
from tests.core.tiny_filter import make_filter, plain

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
CPU = device.choose("cpu")


@pytest.fixture(scope="module")
def told_apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_filter(tmp_path_factory.mktemp("filter"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine("cpu")
    engine.load(installed.starter())
    return engine


def generate(engine: Engine, count: int = 1) -> list[object]:
    """Everything that a small run reports."""
    events: list[object] = []
    request = PortraitRequest(
        prompt="portrait", preset=preset_files.find("baseline"), steps=1, seed=7, count=count, width=64, height=64
    )
    person = engine.identify([PhotoChoice(EXAMPLE)])
    result = engine.generate(request, person, events.append, previews=True)
    assert [event.picture for event in events if isinstance(event, PictureDone)] == list(result.pictures)
    return events


def test_it_decides_as_transformers_own_classifier_does(told_apart: Path) -> None:
    model = ViTForImageClassification.from_pretrained(told_apart).eval()
    processor = ViTImageProcessorPil.from_pretrained(told_apart)
    noise = np.random.default_rng(3).integers(0, 256, (90, 61, 3), dtype=np.uint8)
    pictures = [plain(0), plain(255), plain(128), Image.fromarray(noise), Image.open(EXAMPLE).convert("RGB")]
    with torch.inference_mode():
        pixels = processor(images=pictures, return_tensors="pt").pixel_values
        expected = model(pixel_values=pixels).logits.softmax(dim=-1)[:, 1].tolist()
    assert ContentFilter(told_apart, CPU).probability(pictures) == pytest.approx(expected, abs=1e-4)


def test_what_it_calls_unsafe_is_withheld_and_nothing_else(told_apart: Path) -> None:
    found = ContentFilter(told_apart, CPU)
    assert found.withholds(plain(255))
    assert not found.withholds(plain(0))
    black, white = (Preview(8, 6, bytes([value]) * (8 * 6 * 3)) for value in (0, 255))
    covered = found.covered((black, white))
    assert covered[0] == black
    assert covered[1] == Preview(8, 6, b"\x80" * (8 * 6 * 3))
    assert found.covered(()) == ()


def test_a_withheld_picture_is_said_and_neither_shown_nor_returned(engine: Engine, tmp_path: Path) -> None:
    without = generate(engine, count=3)
    engine.filter_content(make_filter(tmp_path / "all", withholds=True))
    events = generate(engine, count=3)
    assert [event for event in events if isinstance(event, PictureWithheld)] == [
        PictureWithheld(index, 7 + index) for index in range(3)
    ]
    assert not [event for event in events if isinstance(event, PictureDone)]
    previews = [preview for event in events if isinstance(event, StepDone) for preview in event.previews]
    assert previews
    assert all(set(preview.rgb) == {0x80} for preview in previews)

    # What is allowed is the same picture as without it.
    engine.filter_content(make_filter(tmp_path / "none", withholds=False))
    allowed = generate(engine, count=3)
    engine.filter_content(None)
    for one, other in zip(_pictures(without), _pictures(allowed), strict=True):
        assert np.array_equal(np.asarray(one.picture.image), np.asarray(other.picture.image))
    # Off again, it is not asked any more.
    assert not [event for event in generate(engine) if isinstance(event, Stage) and "filter" in event.text]


def _pictures(events: list[object]) -> list[PictureDone]:
    return [event for event in events if isinstance(event, PictureDone)]


def test_switched_off_it_is_never_read(engine: Engine, tmp_path: Path) -> None:
    engine.filter_content(tmp_path / "not-there")
    engine.filter_content(None)
    assert _pictures(generate(engine))


def test_some_of_a_batch_are_withheld_and_the_others_keep_their_seeds(engine: Engine, tmp_path: Path) -> None:
    pictures = [event.picture for event in _pictures(generate(engine, count=4))]
    folder = make_filter(tmp_path / "filter")
    model = ViTForImageClassification.from_pretrained(folder)
    with torch.no_grad():
        # Less sure of itself, so that no chance is exactly 1.
        for values in model.classifier.parameters():
            values *= 0.02
    model.save_pretrained(folder)
    chances = ContentFilter(folder, CPU).probability([picture.image for picture in pictures])
    margins = [math.log(chance / (1 - chance)) for chance in chances]
    # The two that are most like white are withheld.
    with torch.no_grad():
        cast(torch.nn.Linear, model.classifier).bias[1] -= sum(sorted(margins)[1:3]) / 2
    model.save_pretrained(folder)
    kept = [picture for picture, margin in zip(pictures, margins, strict=True) if margin < sorted(margins)[2]]

    engine.filter_content(folder)
    events = generate(engine, count=4)
    engine.filter_content(None)
    withheld = [(event.index, event.seed) for event in events if isinstance(event, PictureWithheld)]
    made = [event.picture for event in _pictures(events)]
    assert [(one.index, one.seed) for one in made] == [(one.index, one.seed) for one in kept]
    assert sorted([*withheld, *((one.index, one.seed) for one in made)]) == [(index, 7 + index) for index in range(4)]
    for one, other in zip(made, kept, strict=True):
        assert np.array_equal(np.asarray(one.image), np.asarray(other.image))


def _cut(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-100])


def _other_classes(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "cat", "1": "dog"}
    (folder / "config.json").write_text(json.dumps(config))


def _no_size(folder: Path) -> None:
    (folder / "preprocessor_config.json").write_text("{}")


def _nothing(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


@pytest.mark.parametrize("damage", [_cut, _other_classes, _no_size, _nothing])
def test_a_damaged_filter_ends_the_job_with_its_sentence(
    damage: Callable[[Path], None], engine: Engine, tmp_path: Path
) -> None:
    folder = make_filter(tmp_path / "filter")
    damage(folder)
    engine.filter_content(folder)
    with pytest.raises(ModelError) as met:
        generate(engine)
    engine.filter_content(None)
    assert "--no-content-filter" in met.value.hint
    assert _pictures(generate(engine))


def test_it_is_where_the_catalogue_puts_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert installed.content_filter(tmp_path) is None
    component = Catalogue.load().component("content-filter")
    folder = make_filter(tmp_path / component.folder)
    assert installed.content_filter(tmp_path) == folder
    names = {file.path for file in component.files}
    assert names <= {path.name for path in folder.iterdir()}
    # A download that is not finished is none.
    (folder / "model.safetensors").rename(store.part_path(component, "model.safetensors"))
    assert installed.content_filter(tmp_path) is None


def command(*words: str | Path) -> tuple[int, str, str]:
    small = ["generate", "--photo", EXAMPLE, "--prompt", "portrait", "--seed", "7", "--size", "64x64", "--steps", "1"]
    found = CliRunner().invoke(app, [str(word) for word in (*small, *words)], prog_name="fastface")
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.stdout, found.stderr


def test_the_command_saves_nothing_that_is_withheld(tmp_path: Path) -> None:
    make_filter(paths.models_folder() / Catalogue.load().component("content-filter").folder, withholds=True)
    out = tmp_path / "out"
    code, said, why = command("--out", out, "--count", "2")
    assert (code, said) == (1, "")
    assert ContentWithheldError().message in why
    assert not list(out.rglob("*.png"))

    code, said, _ = command("--out", out, "--no-content-filter", "--json")
    assert code == 0
    result = json.loads(said)
    assert result["withheld"] == 0
    assert [Path(image["path"]) for image in result["images"]] == list(out.rglob("*.png"))

    # Whoever switched it off in the window has it off here.
    settings_file().write_bytes(file_content(AppSettings(content_filter=False)))
    assert command("--out", out)[0] == 0
