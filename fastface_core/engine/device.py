"""Where and how precisely to compute, how much memory there is, and what an out-of-memory error becomes."""

import gc
import math
import os
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import psutil
import torch

from fastface_core import footprint, main_memory, memory_plans
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.errors import DeviceError, DeviceLostError, OutOfMemoryError
from fastface_core.memory_plans import MemoryPlan
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
_TIMED_SIDE, _TIMED_TRIALS = 768, 4
_EVERYTHING_STAYS = MemoryPlan("resident", 0)
# What libraries say when memory is short and have no error class for.
_OUT_OF_MEMORY = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "ALLOC_FAILED",
    "CUDNN_STATUS_NOT_INITIALIZED",
    "find an engine to execute",
)


@dataclass(frozen=True, slots=True)
class Device:
    """What is computed with.

    Attributes:
        name: for people and for recipes: "NVIDIA H200", "CPU".
        memory: what somebody chose of the use of its memory.
        plan: what of the checkpoint stays on it.
    """

    torch_device: torch.device
    dtype: torch.dtype
    name: str
    memory: Memory = "automatic"
    plan: MemoryPlan = _EVERYTHING_STAYS

    @property
    def precision(self) -> str:
        return str(self.dtype).removeprefix("torch.")

    def images_at_once(self, width: int, height: int, count: int) -> int:
        """How many images of one job to sample together."""
        if self.torch_device.type != "cuda" or self.memory == "saving" or self.plan.in_strips:
            # On a CPU a batch is no faster, and one at a time shows the first picture sooner.
            return 1
        each = _BYTES_PER_IMAGE_AT_1024 * width * height / 1024**2
        return max(1, min(count, 8, int(free_on(self.torch_device) / each)))

    def finishes_beside(self, width: int, height: int, at_once: int, item: int) -> bool:
        """Whether a picture can be decoded while the next ones are sampled: there is room for both.

        Args:
            at_once: how many are sampled together.
            item: bytes of the decoder's weights each.
        """
        # Two threads at work on an Apple GPU end the program: github.com/pytorch/pytorch/issues/197805.
        if self.torch_device.type == "mps" or self.memory == "saving" or self.plan.in_strips:
            return False
        needed = memory_plans.sampling_and_decoding(width, height, at_once, max(item, self.dtype.itemsize))
        return needed <= free_on(self.torch_device)


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
        memory: what stays on a GPU. "automatic" goes by what is free; "saving" keeps the encoders in main memory,
            decodes in strips and samples one image at a time; "fast" keeps everything there.

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
                    "Choose another device in Settings, or use --device cpu.",
                )
            _try(chosen)
            return Device(chosen, dtype or torch.float16, "Apple GPU", memory)
        case "cuda":
            return _cuda(chosen, dtype, memory)
        case _:
            raise DeviceError(f'The device "{device}" is not supported.', "Use auto, cuda, mps or cpu.")


def _cuda(chosen: torch.device, dtype: torch.dtype | None, memory: Memory) -> Device:
    index = chosen.index or 0
    if not torch.cuda.is_available() or index >= torch.cuda.device_count():
        raise DeviceError(
            "This computer has no such NVIDIA GPU that torch can use.",
            "Choose another device in Settings, or run `fastface doctor`.",
        )
    _try(chosen)
    properties = torch.cuda.get_device_properties(index)
    # Before Volta (7.0) half precision is many times slower than single precision.
    fast_half = (properties.major, properties.minor) >= (7, 0)
    return Device(chosen, dtype or (torch.float16 if fast_half else torch.float32), properties.name, memory)


def _try(device: torch.device) -> None:
    """Runs one real kernel: a GPU newer than the installed torch is "available" and fails only here."""
    try:
        (torch.ones(8, 8, device=device) @ torch.ones(8, 8, device=device)).sum().item()
    except RuntimeError as error:
        raise DeviceError(
            "The installed torch cannot compute on this GPU.",
            "Choose the CPU in Settings, or with --device cpu. `fastface doctor` says which torch fits.",
        ) from error


def prepared(device: Device, checkpoint: Checkpoint, *, chosen: bool) -> tuple[Device, ...]:
    """The device as a checkpoint is computed with on it, best first; the others are for when memory runs out all the
    same. On a GPU they differ in what stays there. On a CPU there is one: full-size models are computed in half
    precision where it is fast in that, or has no room for more.

    Args:
        chosen: somebody named the precision, and keeps it.

    Raises:
        DeviceError: the checkpoint needs more memory than there is; nothing was loaded.
    """
    if device.torch_device.type != "cpu":
        return with_plans(device, checkpoint, free_on(device.torch_device))
    size, room = footprint.of(checkpoint), main_memory.available()
    small = size.full_size and not chosen and (_fast_bfloat16() or size.main_memory(device.dtype.itemsize) > room)
    found = replace(device, dtype=torch.bfloat16) if small else device
    needed = size.main_memory(found.dtype.itemsize)
    if needed > room:
        raise DeviceError(
            f"{checkpoint.title} needs about {needed / 1e9:.0f} GB of memory on the CPU, "
            f"and {room / 1e9:.1f} GB are free.",
            "Close other programs, or use the starter model (--checkpoint starter), which runs on any computer.",
        )
    return (found,)


def with_plans(device: Device, checkpoint: Checkpoint, room: int) -> tuple[Device, ...]:
    """A GPU with each plan that fits into `room` bytes of its memory, the largest first.

    Raises:
        DeviceError: none does.
    """
    size, item = footprint.of(checkpoint), device.dtype.itemsize
    found = memory_plans.fitting(size, item, room, device.memory)
    if not found:
        needed = memory_plans.least_of(size, item)
        raise DeviceError(
            f"{checkpoint.title} needs at least {needed / _GIB:.1f} GB of the GPU's memory, "
            f"and {room / _GIB:.1f} GB are free.",
            "Close other programs that use the GPU, use the starter model (--checkpoint starter), or compute on the"
            " CPU (--device cpu).",
        )
    return tuple(replace(device, plan=plan) for plan in found)


def _fast_bfloat16() -> bool:
    """Whether the CPU has instructions for it; elsewhere it is emulated, and slower than float32."""
    capability = torch.backends.cpu.get_cpu_capability()
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return capability.startswith("AVX512") and supported is not None and bool(supported())


@contextmanager
def memory_errors() -> Generator[None]:
    """Turns running out of memory, or losing the GPU, into a `DeviceError`.

    What was computed with is let go of first: an error holds the frames that it went through, and they the model.
    """
    try:
        yield
        return
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        found = _known(error)
        if found is None:
            raise
        traceback.clear_frames(error.__traceback__)
    free_memory()
    raise found


def is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(text in str(error) for text in _OUT_OF_MEMORY)


def _known(error: Exception) -> DeviceError | None:
    """An error of the memory, or of a GPU that is lost; None for any other."""
    if is_out_of_memory(error):
        return OutOfMemoryError(
            "There is not enough memory for this picture.",
            "Choose a smaller size, make fewer pictures at a time, or close other programs.",
        )
    if isinstance(error, torch.AcceleratorError):
        return DeviceLostError(
            "The GPU stopped answering.", "Start the program again; if it recurs, update the driver."
        )
    return None


def free_memory() -> None:
    """Gives memory that nothing uses any more back to the system."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


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


def free_on(device: torch.device) -> int:
    """Bytes that can be had for tensors on a device."""
    match device.type:
        case "cuda":
            free, _ = torch.cuda.mem_get_info(device)
            # What the allocator keeps from the job before is there to be used again.
            return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        case "mps":
            return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
        case _:
            return main_memory.available()


def operations_a_second(device: Device) -> float:
    """Of a product of matrices in the device's precision, the best of a few. Takes a tenth of a second on most CPUs."""
    one = torch.ones(_TIMED_SIDE, _TIMED_SIDE, dtype=device.dtype, device=device.torch_device)
    best = math.inf
    for _ in range(_TIMED_TRIALS):
        start = time.perf_counter()
        torch.mm(one, one)
        synchronize(device.torch_device)
        best = min(best, time.perf_counter() - start)
    return 2 * _TIMED_SIDE**3 / best


def share_the_cpu() -> None:
    """Leaves one core to the rest of the program, where there are more than two. Counts for the calling thread."""
    threads = torch.get_num_threads()
    if threads > 2:
        torch.set_num_threads(min(threads, max(2, (os.cpu_count() or 1) - 1)))


def synchronize(device: torch.device) -> None:
    """Waits until the device has done what it was given, so that a clock says something."""
    if device.type == "cuda":
        # What another thread does in its stream is not waited for.
        torch.cuda.current_stream(device).synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()
