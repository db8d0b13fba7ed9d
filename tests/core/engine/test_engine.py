"""The engine as a whole, on tiny files that lie as the hub's: load, learn a face, make pictures, stop, fail, go on."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import Picture, PictureDone, PortraitRequest
from fastface_core.engine import device
from fastface_core.engine.device import Device
from fastface_core.engine.engine import Engine
from fastface_core.engine.faces import likeness
from fastface_core.engine.scoring import Score, scored
from fastface_core.errors import DeviceError, ModelError
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage, StepDone
from tests.core import tiny_models
from tests.core.tiny_faces import PACK, PEOPLE, drawn

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
BASE = "stabilityai/stable-diffusion-xl-base-1.0"


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with everything that hyper-4, base and commercial-lcm need, tiny."""
    folder = tmp_path_factory.mktemp("models")
    places = {
        "hyper": "ByteDance/Hyper-SD/Hyper-SDXL-4steps-lora.safetensors",
        "lcm": "latent-consistency/lcm-lora-sdxl/pytorch_lora_weights.safetensors",
        "faceid": "h94/IP-Adapter-FaceID/ip-adapter-faceid-plusv2_sdxl.bin",
        "plus-face": "h94/IP-Adapter/sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors",
    }
    paths = {name: folder / place for name, place in places.items()}
    for path in paths.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    tiny_models.make_base(folder / BASE)
    tiny_models.make_distillation_lora(paths["hyper"])
    tiny_models.make_distillation_lora(paths["lcm"])
    shutil.copy(tiny_models.FACEID, paths["faceid"])
    save_file(tiny_models.dotted(tiny_models.plus_face_state()), paths["plus-face"])
    tiny_models.make_image_encoder(folder / "h94/IP-Adapter/models/image_encoder")
    shutil.copytree(PACK, folder / "public-data/insightface/models/buffalo_l")
    (folder / "fal/AuraFace-v1").mkdir(parents=True)
    shutil.copy(PACK / "recogniser.onnx", folder / "fal/AuraFace-v1/glintr100.onnx")
    return folder


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "person.png"
    Image.fromarray(drawn(400, 400, (100, 80, 200, PEOPLE[3]))).save(path)
    return path


@pytest.fixture(scope="session")
def engine(hub: Path) -> Engine:
    """Loaded with hyper-4; every test has to leave it as it was."""
    engine = Engine("cpu")
    engine.load(installed.find("hyper-4", hub))
    return engine


@pytest.fixture(scope="session")
def person(engine: Engine, photo: Path) -> Identity:
    return engine.identify([PhotoChoice(photo)])


def request(**changes: object) -> PortraitRequest:
    fields = {"prompt": "a cat", "preset": preset_files.find("fastface-scheduled-softmask"), "seed": 3}
    return PortraitRequest.model_validate({**fields, "width": 64, "height": 96, **changes})


def pixels(picture: Picture) -> "np.ndarray":
    return np.asarray(picture.image)


# Which checkpoint


def test_what_is_installed_and_what_is_best(hub: Path, tmp_path: Path) -> None:
    missing = {one.name: one.missing for one in installed.availability(hub)}
    assert [name for name, places in missing.items() if not places] == [
        "hyper-4",
        "lcm",
        "base",
        "commercial-lcm",
        "starter",
    ]
    assert missing["turbo"] == ("stabilityai/sdxl-turbo/scheduler", "stabilityai/sdxl-turbo/unet")
    assert installed.best(hub).name == "hyper-4"
    assert installed.best(tmp_path).name == "starter"
    with pytest.raises(ModelError, match=r"turbo is not installed.*sdxl-turbo/unet"):
        installed.find("turbo", hub)


def test_every_listed_checkpoint_can_be_resolved(tmp_path: Path) -> None:
    """With all files there, each bundle becomes a checkpoint; an own UNet serves where the LoRA is absent."""
    catalogue = Catalogue.load()
    for component in catalogue.components:
        for file in component.files:
            path = tmp_path / component.folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    names = [bundle.name for bundle in catalogue.bundles if bundle.checkpoint]
    assert {"hyper-4", "lightning-8", "lcm", "turbo", "base", "commercial-lcm"} <= set(names)
    for name in names:
        found = installed.find(name, tmp_path)
        assert found.sampling.fewest <= found.sampling.steps <= found.sampling.most
        assert found.vae is not None
        assert found.preview is not None
        assert found.unet is None or found.lora is None
    (tmp_path / "ByteDance/SDXL-Lightning/sdxl_lightning_4step_lora.safetensors").unlink()
    with pytest.raises(ModelError, match="lightning-4 is not installed"):
        installed.find("lightning-4", tmp_path)
    unet = tmp_path / "ByteDance/SDXL-Lightning/sdxl_lightning_4step_unet.safetensors"
    unet.touch()
    found = installed.find("lightning-4", tmp_path)
    assert (found.unet, found.lora) == (unet, None)


def test_a_converted_adapter_is_taken_instead_of_the_pickle(hub: Path, tmp_path: Path) -> None:
    shutil.copytree(hub, tmp_path / "models")
    converted = tmp_path / "models/h94/IP-Adapter-FaceID/ip-adapter-faceid-plusv2_sdxl.safetensors"
    save_file(tiny_models.dotted(tiny_models.faceid_state()), converted)
    assert installed.find("hyper-4", tmp_path / "models").adapter.weights == converted


# Making pictures


def test_a_job_from_photo_to_picture(engine: Engine, photo: Path, person: Identity) -> None:
    events: list[object] = []
    result = engine.generate(request(count=2), person, events.append, previews=True)
    assert [picture.seed for picture in result.pictures] == [3, 4]
    assert [event.picture for event in events if isinstance(event, PictureDone)] == list(result.pictures)
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [(event.images, event.step, event.steps) for event in steps] == [
        ((image,), step, 4) for image in (0, 1) for step in (1, 2, 3, 4)
    ]
    for event in steps:
        (preview,) = event.previews
        assert len(preview.rgb) == preview.width * preview.height * 3
        assert preview.width / preview.height == pytest.approx(64 / 96, abs=0.02)
    first = result.pictures[0]
    assert first.image.size == (64, 96)
    assert first.recipe.checkpoint == "hyper-4"
    assert first.recipe.scheduler == "ddim"
    assert first.recipe.steps == 4
    assert [(used.sha256, used.face) for used in first.recipe.photos] == [(person.photos[0].sha256, 1)]
    seen = likeness(pixels(first), person.embedding, engine.loaded_faces.detector)
    assert first.likeness == seen
    assert (first.likeness_reason is None) == (seen is not None)
    assert {"condition", "sample", "decode", "score"} == set(result.timings)


def test_pictures_are_the_same_alone_and_together(engine: Engine, person: Identity) -> None:
    together = engine.generate(request(count=3), person).pictures
    for picture in together:
        (alone,) = engine.generate(request(seed=picture.seed), person).pictures
        assert np.abs(pixels(alone).astype(int) - pixels(picture)).max() <= 1


def test_likeness_is_the_cosine_of_the_face_in_the_picture(engine: Engine, person: Identity) -> None:
    checkpoint, detector = engine.loaded.checkpoint, engine.loaded_faces.detector
    made = scored(drawn(300, 300, (50, 50, 200, PEOPLE[3])), "", person, None, checkpoint, detector)
    assert made.likeness == pytest.approx(1, abs=0.02)
    assert (made.reason, made.twin_match, made.taken_over) == (None, None, None)
    stranger = scored(drawn(300, 300, (50, 50, 200, PEOPLE[5])), "", person, None, checkpoint, detector)
    assert stranger.likeness == pytest.approx(0, abs=0.05)
    nobody = scored(np.full((300, 300, 3), 128, np.uint8), "", person, None, checkpoint, detector)
    assert nobody == Score(reason="No face was found in the picture.")


def test_a_prompt_that_is_too_long_is_said(engine: Engine, person: Identity) -> None:
    events: list[object] = []
    engine.generate(request(prompt="a cat " * 60, count=1), person, events.append)
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "cat" in notice.text
    events.clear()
    engine.generate(request(), person, events.append)
    assert not [event for event in events if isinstance(event, Notice)]


def test_steps_and_size_come_from_preset_and_checkpoint(engine: Engine, person: Identity) -> None:
    sized = preset_files.changed(preset_files.find("baseline"), {"width": 72, "height": 136})
    (picture,) = engine.generate(request(width=None, height=None, preset=sized, steps=2), person).pictures
    assert picture.image.size == (72, 136)
    assert picture.recipe.steps == 2


@pytest.mark.parametrize("name", ["lcm", "base", "commercial-lcm"])
def test_other_checkpoints_make_pictures_too(hub: Path, photo: Path, name: str) -> None:
    other = Engine("cpu")
    other.load(installed.find(name, hub))
    commercial = name.startswith("commercial")
    # The commercial one looks for faces with BlazeFace, which takes such drawings for none.
    someone = other.identify([PhotoChoice(EXAMPLE if commercial else photo)])
    preset = "scale-power" if commercial else "fastface-scheduled-softmask"
    (picture,) = other.generate(request(preset=preset_files.find(preset), steps=3), someone).pictures
    assert picture.recipe.scheduler == ("ddim" if name == "base" else "lcm")
    assert picture.recipe.steps == 3
    assert picture.recipe.terms is not None
    assert picture.recipe.terms.commercial_use is commercial
    assert pixels(picture).std() > 0


def test_nothing_is_requested_from_any_network(hub: Path, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = Engine("cpu")
    fresh.load(installed.find("hyper-4", hub))
    (picture,) = fresh.generate(request(steps=1), fresh.identify([PhotoChoice(photo)])).pictures
    assert picture.image.size == (64, 96)


# Stopping and failing


def cancelling(token: CancelToken, at: Callable[[object], bool]) -> Callable[[object], None]:
    def report(event: object) -> None:
        if at(event):
            token.cancel()

    return report


@pytest.mark.parametrize("step", [1, 3])
def test_cancelling_leaves_the_engine_as_it_was(engine: Engine, person: Identity, step: int) -> None:
    alone = pixels(engine.generate(request(), person).pictures[0])
    before = {name: type(processor) for name, processor in engine.loaded.unet.attn_processors.items()}
    token = CancelToken()
    with pytest.raises(Cancelled):
        engine.generate(
            request(seed=9), person, cancelling(token, lambda e: isinstance(e, StepDone) and e.step == step), token
        )
    after = {name: type(processor) for name, processor in engine.loaded.unet.attn_processors.items()}
    assert after == before
    assert np.array_equal(pixels(engine.generate(request(), person).pictures[0]), alone)


def test_cancelling_keeps_the_pictures_that_are_finished(engine: Engine, person: Identity) -> None:
    token = CancelToken()
    finished: list[Picture] = []

    def report(event: object) -> None:
        if isinstance(event, PictureDone):
            finished.append(event.picture)
            token.cancel()

    with pytest.raises(Cancelled):
        engine.generate(request(count=5), person, report, token)
    (picture,) = finished
    assert np.array_equal(pixels(picture), pixels(engine.generate(request(), person).pictures[0]))


def test_a_failure_in_the_middle_leaves_the_engine_as_it_was(engine: Engine, person: Identity) -> None:
    alone = pixels(engine.generate(request(), person).pictures[0])

    def fail(*_: object) -> None:
        raise torch.OutOfMemoryError("no memory")

    hook = engine.loaded.unet.mid_block.register_forward_hook(fail)
    with pytest.raises(DeviceError, match="not enough memory") as caught:
        engine.generate(request(seed=9), person)
    hook.remove()
    assert "smaller size" in caught.value.hint
    assert np.array_equal(pixels(engine.generate(request(), person).pictures[0]), alone)


def test_several_at_a_time_and_fewer_where_memory_is_short(
    engine: Engine, person: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a GPU, where several images share a batch: here a batch of more than two images does not fit."""
    alone = [pixels(engine.generate(request(seed=3 + index), person).pictures[0]).astype(int) for index in range(3)]
    monkeypatch.setattr(Device, "images_at_once", lambda *_: 3)
    batches: list[int] = []

    def limited(_module: object, inputs: tuple[torch.Tensor, ...]) -> None:
        batches.append(len(inputs[0]))
        if len(inputs[0]) > 6:
            raise torch.OutOfMemoryError("no memory")

    events: list[object] = []
    hook = engine.loaded.unet.register_forward_pre_hook(limited)
    together = engine.generate(request(count=3), person, events.append).pictures
    hook.remove()
    assert batches == [9, *[3] * 12]
    assert [event.picture for event in events if isinstance(event, PictureDone)] == list(together)
    batches.clear()
    monkeypatch.setattr(Device, "images_at_once", lambda *_: 2)
    hook = engine.loaded.unet.register_forward_pre_hook(limited)
    in_twos = engine.generate(request(count=3), person).pictures
    hook.remove()
    assert batches == [*[6] * 4, *[3] * 4]
    for pictures in (together, in_twos):
        assert max(np.abs(pixels(one) - other).max() for one, other in zip(pictures, alone, strict=True)) <= 1


def test_a_picture_of_nothing_is_an_error(engine: Engine, person: Identity) -> None:
    hook = engine.loaded.unet.register_forward_hook(lambda *_: (torch.full((2, 4, 48, 32), float("nan")),))
    single = preset_files.changed(preset_files.find("baseline"), {"guidance": {"identity_weight": 2, "text_weight": 2}})
    with pytest.raises(DeviceError, match="overflowed"):
        engine.generate(request(preset=single), person)
    hook.remove()


def test_loading_says_what_it_does_and_can_be_cancelled(hub: Path) -> None:
    fresh, token, events = Engine("cpu"), CancelToken(), []

    def report(event: object) -> None:
        events.append(event)
        if isinstance(event, Stage) and "UNet" in event.text:
            token.cancel()

    checkpoint = installed.find("hyper-4", hub)
    with pytest.raises(Cancelled):
        fresh.load(checkpoint, report, token)
    assert fresh.checkpoint is None
    events.clear()
    fresh.load(checkpoint, events.append)
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fresh.checkpoint == checkpoint
    events.clear()
    fresh.load(checkpoint, events.append)
    assert events == []


def test_a_checkpoint_that_cannot_be_loaded_says_which_file(hub: Path, photo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "models"
    shutil.copytree(hub, copy)
    weights = copy / BASE / "unet/diffusion_pytorch_model.fp16.safetensors"
    content = weights.read_bytes()
    fresh = Engine("cpu")
    for damage in (b"", content[: len(content) // 2], b"<html>"):
        weights.write_bytes(damage)
        with pytest.raises(ModelError, match=r"unet/diffusion_pytorch_model\.fp16\.safetensors"):
            fresh.load(installed.find("hyper-4", copy))
        assert fresh.checkpoint is None
    weights.write_bytes(content)
    fresh.load(installed.find("hyper-4", copy))
    assert fresh.identify([PhotoChoice(photo)]).photos


# Devices


def test_devices_that_are_not_there() -> None:
    with pytest.raises(DeviceError, match='"warp" is not a device'):
        device.choose("warp")
    with pytest.raises(DeviceError, match="not supported"):
        device.choose("meta")
    with pytest.raises(DeviceError, match="NVIDIA"):
        device.choose("cuda:99")


def test_bfloat16_on_the_cpu(hub: Path, photo: Path) -> None:
    half = Engine("cpu", "bfloat16")
    half.load(installed.find("hyper-4", hub))
    (picture,) = half.generate(request(), half.identify([PhotoChoice(photo)])).pictures
    assert picture.recipe.dtype == "bfloat16"
    assert pixels(picture).std() > 0


def test_an_engine_that_is_not_loaded_says_so(person: Identity) -> None:
    with pytest.raises(RuntimeError, match="load"):
        Engine("cpu").generate(request(), person)


def test_checkpoints_are_compared_by_value(hub: Path) -> None:
    one = installed.find("hyper-4", hub)
    assert Checkpoint.model_validate(one.model_dump()) == one


def test_previews_come_nearer_to_the_picture() -> None:
    """The starter's small decoder shows the guess of each step; the last one is the picture itself, roughly."""
    starter = Engine("cpu")
    starter.load(installed.starter())
    someone = starter.identify([PhotoChoice(EXAMPLE)])
    events: list[object] = []
    wanted = request(preset=preset_files.find("decoupled-guidance"), width=256, height=192)
    (picture,) = starter.generate(wanted, someone, events.append, previews=True).pictures
    errors: list[float] = []
    for event in events:
        if isinstance(event, StepDone):
            (preview,) = event.previews
            shown = np.frombuffer(preview.rgb, np.uint8).reshape(preview.height, preview.width, 3)
            assert shown.shape == pixels(picture).shape
            errors.append(float(np.abs(shown.astype(float) - pixels(picture)).mean()))
    assert errors[-1] == min(errors)
    assert errors[-1] < errors[0] / 1.5
