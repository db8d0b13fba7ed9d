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
from fastface_core.domain.checkpoints import Checkpoint

_LARGEST_HEADER = 100_000_000
_GB = 1_000_000_000
_FULL_SIZE_WORK = 4.5 * _GB
"""What a picture of 1024 pixels takes beside the weights on a CPU: a step of three branches, decoding, libraries."""

_HALVES = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a checkpoint takes, in numbers of weights.

    Attributes:
        resident: of what every step needs: UNet, face adapter, decoder.
        encoders: of what is needed between pictures alone: text and image encoders.
        work: bytes beside the weights that a picture of the checkpoint's own size takes on a CPU.
    """

    resident: int
    encoders: int
    work: int

    def main_memory(self, item: int) -> int:
        """Bytes of main memory where all is computed on a CPU, with weights of `item` bytes each."""
        return (self.resident + self.encoders) * item + self.work


def of(checkpoint: Checkpoint) -> Footprint:
    """Reads headers alone; a file that cannot be read counts by its size."""
    base = checkpoint.base
    if checkpoint.weights is not None:
        resident, encoders = _weights(checkpoint.weights), 0
    else:
        resident = _weights(checkpoint.unet or base / "unet")
        encoders = _weights(base / "text_encoder") + _weights(base / "text_encoder_2")
    resident += _weights(checkpoint.vae or base / "vae") + _weights(checkpoint.adapter.weights)
    if checkpoint.preview is not None:
        resident += _weights(checkpoint.preview)
    if checkpoint.adapter.image_encoder is not None:
        encoders += _weights(checkpoint.adapter.image_encoder)
    return Footprint(resident, encoders, round(_FULL_SIZE_WORK * (checkpoint.sampling.size / 1024) ** 2))


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


def _weights(place: Path) -> int:
    """How many weights lie in a file, or in the files of a model's folder that a loader would take."""
    if place.is_dir():
        return _of_folder(place)
    return _of_file(place)


def _of_folder(folder: Path) -> int:
    found = [path for path in folder.glob("*") if path.suffix == ".safetensors"]
    found = found or [path for path in folder.glob("*") if path.suffix in (".bin", ".pt", ".pth", ".ckpt")]
    halves = [path for path in found if ".fp16." in path.name]
    # One model in two precisions is loaded once.
    return sum(_of_file(path) for path in (halves or found))


def _of_file(path: Path) -> int:
    try:
        size = path.stat().st_size
        if path.suffix != ".safetensors":
            return size // 2
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > min(_LARGEST_HEADER, size):
                return size // 2
            header = cast(dict[str, dict[str, Any]], json.loads(file.read(length)))
        tensors = (entry for name, entry in header.items() if name != "__metadata__")
        return sum(math.prod(entry["shape"]) for entry in tensors if entry["dtype"] in _HALVES)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return 0
