"""Real work on a device, compared with the CPU: whether a torch that was just installed computes, and how fast."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

from fastface_core.errors import DeviceError

_SIDE = 4096
_REPEATS = 20


@dataclass(frozen=True, slots=True)
class Kernel:
    """What was computed.

    Attributes:
        device: the device's name.
        torch: the version, with the build: "2.13.0+cu130".
        folder: the folder that torch was imported from.
        tflops: million million operations a second of a large product in half precision; 0 on a CPU.
    """

    device: str
    torch: str
    folder: str
    tflops: float


def compute(device: str) -> Kernel:
    """Multiplies, convolves and attends on a device in the precision that pictures are made in.

    Args:
        device: "cuda", "xpu" or "cpu".

    Raises:
        DeviceError: torch sees no such device, its kernels do not run there, or they give other results than the CPU.
    """
    try:
        name = _name(device)
        _compare(torch.device(device))
        tflops = 0.0 if device == "cpu" else _speed(torch.device(device))
    except (RuntimeError, AssertionError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise DeviceError(
            f"torch {torch.__version__} cannot compute on this GPU: {first}.",
            "Update the GPU's driver and install the runtime again.",
        ) from error
    return Kernel(name, torch.__version__, str(Path(torch.__file__).parents[1]), tflops)


def _name(device: str) -> str:
    if device == "cpu":
        return "CPU"
    module = torch.cuda if device == "cuda" else torch.xpu
    if not module.is_available():
        raise DeviceError(
            f"torch {torch.__version__} sees no GPU that it can use.",
            "Update the GPU's driver and install the runtime again.",
        )
    return module.get_device_name(0)


def _compare(device: torch.device) -> None:
    """Raises DeviceError where a result differs by more than half precision explains."""
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(1, 8, 32, 32, generator=generator)
    weight = torch.randn(16, 8, 3, 3, generator=generator) / 8
    tokens = torch.randn(1, 4, 64, 32, generator=generator)
    precision = torch.float32 if device.type == "cpu" else torch.float16

    def work(on: torch.device, dtype: torch.dtype) -> tuple[torch.Tensor, ...]:
        x, w, t = (one.to(on, dtype) for one in (image, weight, tokens))
        return functional.conv2d(x, w), functional.scaled_dot_product_attention(t, t, t), t @ t.transpose(-1, -2)

    for got, right in zip(work(device, precision), work(torch.device("cpu"), torch.float32), strict=True):
        if not torch.allclose(got.float().cpu(), right, rtol=2e-2, atol=5e-2):
            raise DeviceError(
                f"torch {torch.__version__} gives wrong results on this GPU.",
                "Update the GPU's driver, and look whether the GPU is overclocked or too hot.",
            )


def _speed(device: torch.device) -> float:
    module = torch.cuda if device.type == "cuda" else torch.xpu
    one = torch.ones(_SIDE, _SIDE, device=device, dtype=torch.float16) / _SIDE
    _ = one @ one
    module.synchronize()
    started = time.perf_counter()
    for _ in range(_REPEATS):
        _ = one @ one
    module.synchronize()
    return _REPEATS * 2 * _SIDE**3 / (time.perf_counter() - started) / 1e12
