"""How much memory a checkpoint takes, from the headers of its files: told before anything of it is loaded."""

import json
import math
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fastface_core import main_memory
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import Checkpoint

_LARGEST_HEADER = 100_000_000
_GB = 1_000_000_000
_FULL_SIZE_WORK = 4.5 * _GB
"""What a picture of 1024 pixels takes beside the weights on a CPU: a step of three branches, decoding, libraries."""

_SINGLE = 4
_HALVES = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a checkpoint takes, in numbers of weights.

    Attributes:
        unet: of the UNet.
        decoder: of the decoder, and of the small one for previews.
        adapter: of what every step needs beside the UNet: the face attention, a control network.
        lora: of the face's LoRA, which is read from main memory when a job begins.
        encoders: of each part that is needed between pictures alone: text encoders, image encoder, the projection.
        work: bytes beside the weights that a picture of the checkpoint's own size takes on a CPU.
        side: pixels of that size along one side.
        adapter_item: bytes that a weight of the adapter takes at least, and one of the last two encoders, its own.
    """

    unet: int
    decoder: int
    adapter: int
    lora: int
    encoders: tuple[int, ...]
    work: int
    side: int
    adapter_item: int = 1

    @property
    def weights(self) -> int:
        return self.unet + self.decoder + self.adapter + self.lora + sum(self.encoders)

    @property
    def full_size(self) -> bool:
        """Whether it takes a computer minutes and gigabytes, as SDXL does, and not seconds and megabytes."""
        return self.weights >= _GB

    def main_memory(self, item: int) -> int:
        """Bytes of main memory where all is computed on a CPU, with weights of `item` bytes each."""
        rest = (self.unet + self.decoder + self.lora) * item
        return rest + self.adapter_bytes(item) + sum(self.encoder_bytes(item)) + self.work

    def adapter_bytes(self, item: int) -> int:
        """Of the adapter, where the other weights have `item` bytes each."""
        return self.adapter * max(item, self.adapter_item)

    def encoder_bytes(self, item: int) -> tuple[int, ...]:
        """Of each encoder, where the other weights have `item` bytes each."""
        own = len(self.encoders) - 2
        return tuple(
            count * (item if number < own else max(item, self.adapter_item))
            for number, count in enumerate(self.encoders)
        )


def of(checkpoint: Checkpoint) -> Footprint:
    """Reads headers alone; a file that cannot be read counts by its size."""
    base = checkpoint.base
    texts: list[int]
    if checkpoint.weights is not None:
        whole = _weights(
            checkpoint.weights, "conditioner.embedders.0.", "conditioner.embedders.1.", "first_stage_model."
        )
        unet, texts = whole[0], whole[1:3]
    else:
        (unet,) = _weights(checkpoint.unet or base / "unet")
        texts = [*_weights(base / "text_encoder"), *_weights(base / "text_encoder_2")]
    (decoder,) = _weights(checkpoint.vae or base / "vae")
    if checkpoint.preview is not None:
        decoder += _weights(checkpoint.preview)[0]
    files = checkpoint.adapter
    attention, lora, *projections = _weights(files.weights, "lora", "image_proj.", "id_adapter.")
    if files.control is not None:
        attention += _weights(files.control)[0]
    if files.lora is not None:
        lora += _weights(files.lora)[0]
    # A CLIP model's file may hold its text tower too, which is not taken.
    of_images = _weights(files.image_encoder, "text.")[:1] if files.image_encoder is not None else []
    side = checkpoint.sampling.size
    return Footprint(
        unet=unet,
        decoder=decoder,
        adapter=attention,
        lora=lora,
        encoders=(*texts, *of_images, sum(projections)),
        work=round(_FULL_SIZE_WORK * (side / 1024) ** 2),
        side=side,
        adapter_item=_SINGLE if TRAITS[files.kind].single else 1,
    )


def fits_main_memory(checkpoint: Checkpoint, item: int = 2) -> bool:
    """Whether it can be computed with on a CPU in place of what this process holds, in half precision unless said
    otherwise."""
    return of(checkpoint).main_memory(item) <= main_memory.available() + main_memory.held()


def graphics_likely() -> bool:
    """Whether there is a GPU that a full-size model may run on, as far as can be told without loading torch."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        return shutil.which("nvidia-smi") is not None
    return Path("/dev/nvidiactl").exists() or Path("/dev/kfd").exists()


def _weights(place: Path, *parts: str) -> list[int]:
    """How many weights lie in a file, or in the files of a model's folder that a loader would take: first those with
    none of `parts` in their names, then those with the first of them, and so on."""
    found = [0] * (1 + len(parts))
    for path in _files(place) if place.is_dir() else [place]:
        for name, count in _of_file(path):
            found[next((index for index, part in enumerate(parts, start=1) if part in name), 0)] += count
    return found


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*") if path.suffix == ".safetensors"]
    found = found or [path for path in folder.glob("*") if path.suffix in (".bin", ".pt", ".pth", ".ckpt")]
    # One model in two precisions is loaded once.
    return [path for path in found if ".fp16." in path.name] or found


def _of_file(path: Path) -> list[tuple[str, int]]:
    """Names of the tensors in a file, and how many weights each has."""
    try:
        size = path.stat().st_size
        if path.suffix != ".safetensors":
            return [("", size // 2)]
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > min(_LARGEST_HEADER, size):
                return [("", size // 2)]
            header = cast(dict[str, dict[str, Any]], json.loads(file.read(length)))
        tensors = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
        return [(name, math.prod(entry["shape"])) for name, entry in tensors if entry["dtype"] in _HALVES]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
