"""Which build of torch fits which GPU and driver, and exactly which files it is made of.

The rules and the files are data in `resources/runtime/lanes.json`; `tools/runtime_lanes.py` writes the files.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import DeviceError, FastFaceError
from fastface_core.models.catalogue import Sha256
from fastface_core.overlay import python_tag, system_tag
from fastface_core.runtime.gpus import Gpu, Vendor

_PAGE = "https://pytorch.org/get-started/locally"
_ELSEWHERE: dict[str, str] = {
    "amd": (
        f"Some AMD GPUs have a build of torch on Linux (ROCm): install FastFace with pip, and torch as {_PAGE} says."
    ),
    "intel": f"Intel Arc has a build of torch (XPU): install FastFace with pip, and torch as {_PAGE} says.",
}

WheelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+!-]{1,200}\.whl$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wheel(_Model):
    """A file of a lane.

    Attributes:
        size: bytes to be fetched.
        unpacked: bytes on the disk.
    """

    name: WheelName
    url: str
    size: Annotated[int, Field(ge=1)]
    unpacked: Annotated[int, Field(ge=1)]
    sha256: Sha256


class Build(_Model):
    """A lane's wheels for one system and one Python."""

    system: str
    python: str
    wheels: Annotated[tuple[Wheel, ...], Field(min_length=1)]

    @property
    def size(self) -> int:
        return sum(wheel.size for wheel in self.wheels)

    @property
    def unpacked(self) -> int:
        return sum(wheel.unpacked for wheel in self.wheels)


class Lane(_Model):
    """One build of torch, and whom it is for.

    Attributes:
        min_driver: major version that the driver has to have.
        oldest, newest: the GPU's architecture, both included; None for no limit.
        index: where torch's wheels of this lane are.
        pypi: the systems for which the torch on PyPI is this build.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.]{1,19}$")]
    title: str
    vendor: Vendor
    device: Literal["cuda", "xpu", "cpu"]
    systems: tuple[str, ...]
    min_driver: int = 0
    oldest: float | None = None
    newest: float | None = None
    index: str
    pypi: tuple[str, ...] = ()
    builds: tuple[Build, ...] = ()

    def knows(self, gpu: Gpu) -> bool:
        """Whether it has code for the GPU's architecture; one that is not known counts as known."""
        if gpu.capability is None:
            return True
        return (self.oldest or 0.0) <= gpu.capability <= (self.newest or 1000.0)

    def build(self, system: str = "", python: str = "") -> Build | None:
        """Its wheels for a system and a Python: this computer's, where none is given."""
        system, python = system or system_tag(), python or python_tag()
        return next((one for one in self.builds if (one.system, one.python) == (system, python)), None)


class Lanes(_Model):
    """All lanes, the better ones first.

    Attributes:
        skip: what of the wheels is not unpacked, as patterns of their paths: nothing here reads it.
    """

    version: Literal[1] = 1
    torch: str
    skip: tuple[str, ...] = ()
    lanes: tuple[Lane, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Lanes":
        """
        Raises:
            DeviceError: the file is damaged.
        """
        try:
            return cls.model_validate_json(read_bytes(path or paths.resource("runtime", "lanes.json")))
        except (OSError, ValidationError) as error:
            raise DeviceError("The list of GPU runtimes is damaged.", "Install FastFace again.") from error

    def named(self, name: str) -> Lane:
        """
        Raises:
            DeviceError: there is none of that name.
        """
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise DeviceError(
            f'There is no GPU runtime named "{name[:40]}".', f"Choose one of: {', '.join(x.name for x in self.lanes)}."
        )


def folder_name(lane: Lane, build: Build) -> str:
    """The name of its folder: another one as soon as any of its files is another."""
    digests = "".join(wheel.sha256 for wheel in build.wheels)
    return f"{lane.name}-{hashlib.sha256(digests.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What fits a computer.

    Attributes:
        gpu: the GPU that it is about; None where none was found.
        lane: what fits it, whether or not its files are known; None where nothing does.
        reason: why this one or none, in a sentence.
        hint: the next step, where nothing can be installed.
    """

    gpu: Gpu | None
    lane: Lane | None
    build: Build | None
    reason: str
    hint: str = ""


def offer(gpus: tuple[Gpu, ...], lanes: Lanes, system: str = "", python: str = "") -> Offer:
    """What fits the best of the GPUs."""
    system, python = system or system_tag(), python or python_tag()
    if system.startswith("darwin"):
        return Offer(None, None, None, "The program's own torch computes on an Apple GPU.", "Nothing is to be done.")
    found = [_for_gpu(gpu, lanes, system, python) for gpu in gpus]
    # One that can be installed, one that would fit, or why the first does not.
    for wanted in ([one for one in found if one.build], [one for one in found if one.lane], found):
        if wanted:
            return wanted[0]
    return Offer(
        None,
        None,
        None,
        "No GPU was found that torch has a build for: pictures are computed on the CPU.",
        "With an NVIDIA GPU in this computer, install its driver and look again.",
    )


def _for_gpu(gpu: Gpu, lanes: Lanes, system: str, python: str) -> Offer:
    of_vendor = [lane for lane in lanes.lanes if lane.vendor == gpu.vendor and system in lane.systems]
    if not of_vendor:
        return Offer(
            gpu,
            None,
            None,
            f"{gpu.name}: FastFace installs no build of torch for it on this system.",
            _ELSEWHERE.get(gpu.vendor, "Pictures are computed on the CPU; the starter model works well on it."),
        )
    known = [lane for lane in of_vendor if lane.knows(gpu)]
    if not known:
        return Offer(gpu, None, None, f"{gpu.name} is too old for torch {lanes.torch}.", "Compute on the CPU.")
    fitting = [lane for lane in known if gpu.driver_major >= lane.min_driver]
    if not fitting:
        needed = min(lane.min_driver for lane in known)
        has = f"{gpu.driver} is installed" if gpu.driver else "none is installed"
        reason = f"{gpu.name} needs a driver of version {needed} or newer, and {has}."
        return Offer(gpu, None, None, reason, "Install the newest driver from the GPU's maker, and look again.")
    lane = next((one for one in fitting if one.build(system, python)), fitting[0])
    build = lane.build(system, python)
    if build is None:
        return Offer(
            gpu,
            lane,
            None,
            f"{lane.title} fits {gpu.name}, but this copy of FastFace does not know its files.",
            f"Install FastFace with pip, and torch {lanes.torch} from {lane.index}.",
        )
    return Offer(gpu, lane, build, f"{lane.title} fits {gpu.name} and its driver {gpu.driver or 'of the system'}.")


def buildable(found: Offer) -> tuple[Lane, Build]:
    """What can be installed.

    Raises:
        FastFaceError: nothing; the sentence says why.
    """
    if found.lane is None or found.build is None:
        raise FastFaceError(found.reason, found.hint)
    return found.lane, found.build
