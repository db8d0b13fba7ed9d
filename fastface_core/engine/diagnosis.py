"""What this computer's torch and GPU can do: facts, each with a verdict, and what to do where it is not good."""

import importlib.metadata
import platform
import subprocess
import sys

import torch

from fastface_core import memory_plans
from fastface_core.domain.checks import Check
from fastface_core.engine import device
from fastface_core.errors import DeviceError

LIBRARIES = ("diffusers", "transformers", "peft", "insightface", "onnxruntime", "huggingface_hub")
_GIB = 1 << 30
WHEELS = "https://download.pytorch.org/whl"


def checks() -> list[Check]:
    """torch, GPU, driver, video memory, one real computation, and the libraries."""
    found = [_torch()]
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            found += _cuda(index)
    else:
        found.append(_no_cuda())
    found += [_computes(), _libraries()]
    return found


def _torch() -> Check:
    build = "for CUDA " + torch.version.cuda if torch.version.cuda else "for the CPU"
    if torch.version.hip:
        build = "for ROCm " + torch.version.hip
    architectures = torch.cuda.get_arch_list() if torch.cuda.is_available() else []
    listed = f", GPU architectures {' '.join(architectures)}" if architectures else ""
    return Check("torch", "good", f"{torch.__version__}, built {build}{listed}")


def _no_cuda() -> Check:
    if torch.backends.mps.is_available():
        return Check("GPU", "good", "Apple GPU")
    driver = _driver()
    if driver is None:
        return Check(
            "GPU",
            "warn",
            "No NVIDIA GPU was found; pictures are computed on the CPU, which takes minutes with full-size models.",
            "The starter model works well on a CPU. For full-size models use a computer with an NVIDIA GPU of 8 GB.",
        )
    if torch.version.cuda is None:
        return Check(
            "GPU",
            "bad",
            f"There is an NVIDIA GPU (driver {driver}), but the installed torch was built for the CPU.",
            f"Install a torch built for CUDA from {WHEELS}/{_fitting_index(driver)}.",
        )
    return Check(
        "GPU",
        "bad",
        f"The installed torch, built for CUDA {torch.version.cuda}, cannot use the NVIDIA driver {driver}.",
        f"Update the driver, or install the torch that fits it from {WHEELS}/{_fitting_index(driver)}.",
    )


def _cuda(index: int) -> list[Check]:
    properties = torch.cuda.get_device_properties(index)
    name, major, minor = properties.name, properties.major, properties.minor
    found: list[Check] = []
    if _built_for(major, minor, torch.cuda.get_arch_list()):
        found.append(Check("GPU", "good", f"{name}, architecture {major}.{minor}"))
    else:
        older = (major, minor) < (7, 5)
        found.append(
            Check(
                "GPU",
                "bad",
                f"{name} has the architecture {major}.{minor}, for which the installed torch was not built.",
                f"Install the torch from {WHEELS}/{'cu126' if older else 'cu130'}.",
            )
        )
    found.append(Check("NVIDIA driver", "good", _driver() or "It is in use; its version could not be read."))
    found += memory_checks(*torch.cuda.mem_get_info(index), itemsize=2 if (major, minor) >= (7, 0) else 4)
    return found


def memory_checks(free: int, total: int, itemsize: int) -> list[Check]:
    """What is free on a GPU, and how a full-size model would use it.

    Args:
        free, total: bytes.
        itemsize: bytes of a weight.
    """
    memory = f"{free / _GIB:.1f} GB free of {total / _GIB:.1f} GB"
    plans = memory_plans.fitting(memory_plans.FULL_SIZE, itemsize, free)
    if plans:
        return [Check("GPU memory", "good", memory), Check("Full-size models", "good", plans[0].words)]
    if memory_plans.fitting(memory_plans.FULL_SIZE, itemsize, total):
        return [Check("GPU memory", "warn", memory, "Close other programs that use the GPU.")]
    least = memory_plans.least_of(memory_plans.FULL_SIZE, itemsize) / _GIB
    return [Check("GPU memory", "warn", memory, f"Full-size models need {least:.1f} GB: compute on the CPU.")]


def _built_for(major: int, minor: int, architectures: list[str]) -> bool:
    """Whether a build with these architectures has code for a GPU: binary code of the same major version and no
    higher minor one, or intermediate code of any lower version (CUDA programming guide, compute compatibility)."""
    for architecture in architectures:
        kind, _, version = architecture.partition("_")
        digits = version.rstrip("af")
        if not digits.isdigit():
            continue
        built = divmod(int(digits), 10)
        if kind == "sm" and built[0] == major and built[1] <= minor:
            return True
        if kind == "compute" and built <= (major, minor):
            return True
    return False


def _driver() -> str | None:
    """The NVIDIA driver's version, or None where there is none."""
    try:
        output = subprocess.run(
            ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return output.strip().partition("\n")[0] or None


def _fitting_index(driver: str) -> str:
    major = driver.partition(".")[0]
    return "cu130" if major.isdigit() and int(major) >= 580 else "cu126"


def _computes() -> Check:
    try:
        chosen = device.choose("auto")
        values = torch.arange(64, dtype=torch.float32, device=chosen.torch_device).reshape(8, 8)
        right = float((values @ torch.eye(8, device=chosen.torch_device)).sum()) == 2016.0
    except (DeviceError, RuntimeError) as error:
        hint = (
            error.hint
            if isinstance(error, DeviceError)
            else "Update the driver, or choose the CPU in Settings or with --device cpu."
        )
        return Check("One computation", "bad", str(error), hint)
    if not right:
        hint = "Choose the CPU in Settings, or with --device cpu."
        return Check("One computation", "bad", f"{chosen.name} gave a wrong result.", hint)
    return Check("One computation", "good", f"Computed on {chosen.name}, in {chosen.precision}.")


def _libraries() -> Check:
    versions: list[str] = []
    absent: list[str] = []
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            absent.append(library)
    if absent:
        return Check("Libraries", "bad", f"Missing: {', '.join(absent)}.", "Install the program again.")
    return Check("Libraries", "good", ", ".join(versions))


def python() -> Check:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check("Python", "good", f"{version} on {platform.system()} {platform.machine()}")
    return Check("Python", "warn", f"{version} was not tried.", "Use Python 3.11, 3.12 or 3.13.")
