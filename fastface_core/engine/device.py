"""Where and how precisely to compute, how much memory there is, and what an out-of-memory error becomes."""

import gc
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import psutil
import torch

from fastface_core.errors import DeviceError, DeviceLostError
from fastface_core.settings import Memory

Precision = Literal["float32", "float16", "bfloat16"]
_DTYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
_GIB = 1 << 30
# What one image with three branches may take beside the weights, in proportion to its pixels. A guess on the safe side:
# where it is too bold all the same, the engine halves the number of images and goes on.
_BYTES_PER_IMAGE_AT_1024 = 3 * _GIB
# Below this, text and image encoders wait in main memory while the UNet works: 3 GB that a 12 GB card needs.
_ENCODERS_STAY_FROM = 16 * _GIB
# Below this, the picture is decoded in tiles.
_WHOLE_DECODE_FROM = 12 * _GIB


@dataclass(frozen=True, slots=True)
class Device:
    """What is computed with.

    Attributes:
        name: for people and for recipes: "NVIDIA H200", "CPU".
        keep_encoders: text and image encoders stay on the device between pictures.
        tile_decoding: pictures are decoded in tiles.
        one_at_a_time: images of a job are never sampled together.
    """

    torch_device: torch.device
    dtype: torch.dtype
    name: str
    keep_encoders: bool = True
    tile_decoding: bool = False
    one_at_a_time: bool = False

    @property
    def precision(self) -> str:
        return str(self.dtype).removeprefix("torch.")

    def images_at_once(self, width: int, height: int, count: int) -> int:
        """How many images of one job to sample together."""
        if self.torch_device.type != "cuda" or self.one_at_a_time:
            # On a CPU a batch is no faster, and one at a time shows the first picture sooner.
            return 1
        free, _ = torch.cuda.mem_get_info(self.torch_device)
        each = _BYTES_PER_IMAGE_AT_1024 * width * height / 1024**2
        return max(1, min(count, 8, int(free / each)))


def offered() -> tuple[tuple[str, str], ...]:
    """What `choose` can be asked for on this computer, and its name for people; the CPU is always among them."""
    found: list[tuple[str, str]] = []
    if torch.cuda.is_available():
        found += [(f"cuda:{one}", torch.cuda.get_device_name(one)) for one in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append(("mps", "Apple GPU"))
    return (*found, ("cpu", "CPU"))


def choose(device: str = "auto", precision: Precision | None = None, memory: Memory = "automatic") -> Device:
    """The device to compute with.

    Args:
        device: "auto" takes the CUDA GPU, else Apple's, else the CPU; or "cuda", "cuda:1", "mps", "cpu".
        precision: None takes float16 on GPUs that are fast in it, float32 elsewhere.
        memory: what stays on an NVIDIA GPU. "automatic" goes by the size of its memory; "saving" keeps the encoders in
            main memory, decodes in tiles and samples one image at a time; "fast" keeps everything there.

    Raises:
        DeviceError: the device named is not there, or the installed torch cannot run on it.
    """
    if device == "auto":
        if torch.cuda.is_available():
            device = "cuda"
        elif torch.backends.mps.is_available():
            device = "mps"
        else:
            device = "cpu"
    try:
        chosen = torch.device(device)
    except RuntimeError as error:
        raise DeviceError(f'"{device}" is not a device.', "Use auto, cuda, mps or cpu.") from error
    dtype = _DTYPES[precision] if precision else None
    match chosen.type:
        case "cpu":
            return Device(chosen, dtype or torch.float32, "CPU")
        case "mps":
            if not torch.backends.mps.is_available():
                raise DeviceError(
                    "This computer has no Apple GPU that torch can use.",
                    "Choose another device in Preferences, or use --device cpu.",
                )
            _try(chosen)
            return Device(chosen, dtype or torch.float16, "Apple GPU")
        case "cuda":
            return _cuda(chosen, dtype, memory)
        case _:
            raise DeviceError(f'The device "{device}" is not supported.', "Use auto, cuda, mps or cpu.")


def _cuda(chosen: torch.device, dtype: torch.dtype | None, memory: Memory) -> Device:
    index = chosen.index or 0
    if not torch.cuda.is_available() or index >= torch.cuda.device_count():
        raise DeviceError(
            "This computer has no such NVIDIA GPU that torch can use.",
            "Choose another device in Preferences, or run `fastface doctor`.",
        )
    _try(chosen)
    properties = torch.cuda.get_device_properties(index)
    # Before Volta (7.0) half precision is many times slower than single precision.
    fast_half = (properties.major, properties.minor) >= (7, 0)
    return Device(
        chosen,
        dtype or (torch.float16 if fast_half else torch.float32),
        properties.name,
        keep_encoders=_keeps_encoders(memory, properties.total_memory),
        tile_decoding=_decodes_in_tiles(memory, properties.total_memory),
        one_at_a_time=memory == "saving",
    )


def _keeps_encoders(memory: Memory, total: int) -> bool:
    return memory == "fast" or (memory == "automatic" and total >= _ENCODERS_STAY_FROM)


def _decodes_in_tiles(memory: Memory, total: int) -> bool:
    return memory == "saving" or (memory == "automatic" and total < _WHOLE_DECODE_FROM)


def _try(device: torch.device) -> None:
    """Runs one real kernel: a GPU newer than the installed torch is "available" and fails only here."""
    try:
        (torch.ones(8, 8, device=device) @ torch.ones(8, 8, device=device)).sum().item()
    except RuntimeError as error:
        raise DeviceError(
            "The installed torch cannot compute on this GPU.",
            "Choose the CPU in Preferences, or with --device cpu. `fastface doctor` says which torch fits.",
        ) from error


@contextmanager
def memory_errors() -> Generator[None]:
    """Turns running out of memory, or losing the GPU, into a `DeviceError`."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        free_memory()
        raise DeviceError(
            "There is not enough memory for this picture.",
            "Choose a smaller size, make fewer pictures at a time, or close other programs that use the GPU.",
        ) from error
    except MemoryError as error:
        raise DeviceError(
            "There is not enough memory for this picture.", "Choose a smaller size or close other programs."
        ) from error
    except torch.AcceleratorError as error:
        raise DeviceLostError(
            "The GPU stopped answering.", "Start the program again; if it recurs, update the driver."
        ) from error
    except RuntimeError as error:
        # The CPU's allocator has no error class of its own.
        if "not enough memory" in str(error) or "can't allocate memory" in str(error):
            raise DeviceError(
                "There is not enough memory for this picture.", "Choose a smaller size or close other programs."
            ) from error
        raise


def free_memory() -> None:
    """Gives memory that nothing uses any more back to the system."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def memory_in_use(device: torch.device) -> tuple[int, int] | None:
    """Bytes in use by all programs, and bytes there are: the GPU's, or the computer's where it computes on the CPU.

    None where it cannot be told.
    """
    match device.type:
        case "cuda":
            try:
                free, total = torch.cuda.mem_get_info(device)
            except RuntimeError:
                return None  # a GPU that was lost; what needs it says so
            return total - free, total
        case "mps":
            return torch.mps.driver_allocated_memory(), torch.mps.recommended_max_memory()
        case _:
            main = psutil.virtual_memory()
            return main.total - main.available, main.total


def share_the_cpu() -> None:
    """Leaves one core to the rest of the program, where there are more than two. Counts for the calling thread."""
    threads = torch.get_num_threads()
    if threads > 2:
        torch.set_num_threads(min(threads, max(2, (os.cpu_count() or 1) - 1)))


def synchronize(device: torch.device) -> None:
    """Waits until the device has done what it was given, so that a clock says something."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
