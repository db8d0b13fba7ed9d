"""Pictures that are finished while the next ones are sampled: the same as one after the other, told in that order."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from PIL.Image import Image

from benchmarks import random_sdxl
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PictureDone, PortraitRequest, Recipe
from fastface_core.engine.device import Device
from fastface_core.engine.engine import Engine
from fastface_core.errors import DeviceError
from fastface_core.memory_plans import MemoryPlan
from fastface_core.models import installed
from fastface_core.presets.files import find
from fastface_core.progress import Cancelled, CancelToken, StepDone
from tests.core.engine.test_memory_plans import engine as tiny

RESIDENT = MemoryPlan("resident", 0)
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tiny(RESIDENT)


@pytest.fixture
def decoder(engine: Engine) -> Iterator[AutoencoderKL]:
    """Without what a test has hooked into it afterwards."""
    vae = engine.loaded.vae
    yield vae
    vae.decoder.conv_in._forward_pre_hooks.clear()


@pytest.fixture(scope="module")
def expected(engine: Engine) -> list[object]:
    return made(engine, random_sdxl.somebody())


def request(count: int = 3, **changes: object) -> PortraitRequest:
    fields = {"prompt": "a portrait", "preset": find("fastface-scale-power"), "seed": 5, "width": 64, "height": 64}
    return PortraitRequest.model_validate({**fields, "count": count, **changes})


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Device, "finishes_beside", lambda *_: False)


def made(engine: Engine, person: Identity, **how: Any) -> list[object]:
    """What is told of three pictures: the steps with their previews, and the pixels."""
    told: list[object] = []

    def hear(event: object) -> None:
        if isinstance(event, PictureDone):
            found = event.picture
            told.append((found.index, np.asarray(found.image).tobytes(), found.score, found.recipe, event.file))
        elif isinstance(event, StepDone):
            told.append(event)

    engine.generate(request(**how), person, hear, previews=True, encode=_file)
    return told


def pictures(told: list[object]) -> list[object]:
    return [one for one in told if isinstance(one, tuple)]


def _file(image: Image, recipe: Recipe) -> bytes:
    return f"{image.size} {recipe.seed}".encode()


@pytest.mark.parametrize("at_once", [1, 2])
def test_the_same_pictures_and_events_in_the_same_order(
    engine: Engine, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Device, "images_at_once", lambda *_: at_once)
    threads: set[str] = set()
    hook = engine.loaded.vae.decoder.conv_in.register_forward_pre_hook(
        lambda *_: threads.add(threading.current_thread().name)
    )
    beside = made(engine, random_sdxl.somebody())
    hook.remove()
    assert any(name.startswith("finishing") for name in threads)
    one_by_one(monkeypatch)
    assert made(engine, random_sdxl.somebody()) == beside
    assert [one.name for one in threading.enumerate() if one.name.startswith("finishing")] == []


def test_with_likeness_too(monkeypatch: pytest.MonkeyPatch) -> None:
    starter = Engine("cpu")
    starter.load(installed.starter())
    person = starter.identify([PhotoChoice(EXAMPLE)])
    asked = {"count": 2, "steps": 1, "width": 128, "height": 128}
    beside = made(starter, person, **asked)
    one_by_one(monkeypatch)
    assert made(starter, person, **asked) == beside


def test_an_error_in_the_decoder_is_that_of_its_picture(
    engine: Engine, decoder: AutoencoderKL, expected: list[object]
) -> None:
    """The one before is told of, the one after is not, though it was being sampled; the next job is as before."""
    person, told = random_sdxl.somebody(), cast("list[object]", [])
    calls = iter(range(10))

    def spoil(_module: object, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        return (inputs[0] * torch.nan,) if next(calls) == 1 else inputs

    hook = decoder.decoder.conv_in.register_forward_pre_hook(spoil)
    with pytest.raises(DeviceError, match="overflowed"):
        engine.generate(request(), person, told.append)
    hook.remove()
    assert [one.picture.index for one in told if isinstance(one, PictureDone)] == [0]
    assert not [one for one in told if isinstance(one, StepDone) and one.images == (2,)]
    assert made(engine, person) == expected


def test_where_the_decoder_has_no_room_beside_the_unet_it_comes_after(
    engine: Engine, decoder: AutoencoderKL, expected: list[object]
) -> None:
    person = random_sdxl.somebody()

    def short(*_: object) -> None:
        if threading.current_thread().name.startswith("finishing"):
            raise torch.OutOfMemoryError("CUDA out of memory")

    hook = decoder.decoder.conv_in.register_forward_pre_hook(short)
    found = made(engine, person)
    hook.remove()
    assert pictures(found) == pictures(expected)


def test_memory_that_runs_out_in_the_unet_loses_no_picture(engine: Engine, expected: list[object]) -> None:
    person = random_sdxl.somebody()
    calls = iter(range(100))

    def short(*_: object) -> None:
        if next(calls) == 5:  # the second picture's second step
            raise torch.OutOfMemoryError("CUDA out of memory")

    hook = engine.loaded.unet.register_forward_pre_hook(short)
    found = made(engine, person)
    hook.remove()
    assert pictures(found) == pictures(expected)


def test_cancel_ends_both(engine: Engine, decoder: AutoencoderKL, expected: list[object]) -> None:
    person, token, decoding = random_sdxl.somebody(), CancelToken(), threading.Event()

    def wait(*_: object) -> None:
        decoding.set()
        token.wait(60)

    def cancel(*_: object) -> None:
        if decoding.is_set():  # so this is the second picture's
            token.cancel()

    hooks = [
        decoder.decoder.conv_in.register_forward_pre_hook(wait),
        engine.loaded.unet.register_forward_hook(cancel),
    ]
    told: list[object] = []
    with pytest.raises(Cancelled):
        engine.generate(request(count=20), person, told.append, token)
    for hook in hooks:
        hook.remove()
    assert not [one for one in told if isinstance(one, PictureDone)]
    assert [one.name for one in threading.enumerate() if one.name.startswith("finishing")] == []
    assert made(engine, person) == expected


def test_there_has_to_be_room_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Device(torch.device("cuda"), torch.float16, "A card")
    room = {"free": 3 << 30}
    monkeypatch.setattr("fastface_core.engine.device.free_on", lambda _device: room["free"])
    assert card.finishes_beside(1024, 1024, 1, 2)
    assert not replace(card, memory="saving").finishes_beside(1024, 1024, 1, 2)
    assert not replace(card, plan=MemoryPlan("strips", 0)).finishes_beside(1024, 1024, 1, 2)
    assert not replace(card, torch_device=torch.device("mps")).finishes_beside(1024, 1024, 1, 2)
    # A decoder in single precision takes twice as much.
    assert not card.finishes_beside(1024, 1024, 1, 4)
    room["free"] = 2 << 30
    assert not card.finishes_beside(1024, 1024, 1, 2)
    assert card.finishes_beside(512, 512, 1, 2)
