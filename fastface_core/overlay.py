"""The GPU's runtime in the user's folder, which comes before the libraries that ship with the program.

Looked at before torch is imported, and without importing anything heavy. Which runtime is in effect is written in one
small file that is replaced atomically; `fastface_core.runtime` writes it, once that runtime has computed something.
"""

import importlib.metadata
import logging
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fastface_core import paths
from fastface_core.bounded import read_bytes

OFF = "FASTFACE_NO_RUNTIME"
"""Set to anything, this variable of the environment leaves the runtime aside."""

RECORD = "fastface-runtime.json"
CHOSEN = "chosen.json"
# Operations of one picture of 1024 x 1024 in 4 steps with one branch, in millions of millions: 4 forward passes of
# SDXL's UNet with 6.8 each, and the VAE's decoding with 10.5, counted from the shapes of their layers.
_PICTURE = 4 * 6.8 + 10.5
NAME = re.compile(r"[a-z0-9][a-z0-9.]*-[0-9a-f]{12}")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Landmark(_Model):
    """A file that is looked at whenever the program starts."""

    path: str
    size: int
    mtime_ns: int


class Record(_Model):
    """What lies in the folder of a runtime, written last when it is unpacked.

    Attributes:
        python: the tag of the interpreter it is for, "cp311".
        torch: its version without the build, "2.13.0".
        device: what it computes on, as torch calls it: "cuda", "xpu", "cpu".
        size: bytes of all files.
    """

    version: Literal[1] = 1
    lane: str
    title: str
    python: str
    torch: str
    device: str
    size: int
    landmarks: tuple[Landmark, ...]


class Computed(_Model):
    """What a runtime has computed, when it was tried.

    Attributes:
        device: the GPU's name.
        tflops: million million operations a second of a large product in half precision; 0 where it was not measured.
    """

    device: str
    torch: str
    tflops: float = 0.0

    @property
    def least_seconds(self) -> float:
        """What a picture takes at least, by what the GPU has multiplied; 0 where that is not known.

        In seconds; 1024 x 1024 pixels in 4 steps with one branch, and nothing but the operations counted.
        """
        return _PICTURE / self.tflops if self.tflops else 0.0


class Chosen(_Model):
    """Which runtime is in effect."""

    version: Literal[1] = 1
    name: str
    computed: Computed


@dataclass(frozen=True, slots=True)
class State:
    """What is in the user's folder.

    Attributes:
        problem: why it is not used, in a sentence; empty where it is.
    """

    folder: Path
    record: Record | None
    computed: Computed | None
    problem: str = ""


def system_tag() -> str:
    """The system as files for it are named: "linux-x86_64", "windows-amd64", "darwin-arm64"."""
    return f"{platform.system()}-{platform.machine()}".lower()


def python_tag() -> str:
    return f"cp{sys.version_info[0]}{sys.version_info[1]}"


def own_torch() -> str:
    """The version of torch that the program has without a runtime, and that a runtime has to have."""
    return importlib.metadata.version("torch").partition("+")[0]


def read_record(folder: Path) -> Record | None:
    """What a runtime's folder says of itself; None where it is not whole."""
    try:
        return Record.model_validate_json(read_bytes(folder / RECORD))
    except (OSError, ValidationError):
        return None


def read_chosen(root: Path) -> Chosen | None:
    """Which runtime of the user's folder is to be used; None where there is none."""
    try:
        chosen = Chosen.model_validate_json(read_bytes(root / CHOSEN))
    except (OSError, ValidationError):
        return None
    return chosen if NAME.fullmatch(chosen.name) else None


def look(root: Path | None = None) -> State | None:
    """The runtime that was chosen and whether it can be used, at the cost of a look at its larger files.

    None where none was ever installed.
    """
    root = root or paths.runtime_folder()
    chosen = read_chosen(root)
    if chosen is None:
        return None
    folder = root / chosen.name
    record = read_record(folder)
    if record is None:
        return State(folder, None, chosen.computed, "The GPU's runtime is gone or damaged.")
    if record.python != python_tag() or record.torch != own_torch():
        problem = f"The GPU's runtime is of another version of FastFace, with torch {record.torch}."
        return State(folder, record, chosen.computed, problem)
    for one in record.landmarks:
        try:
            status = (folder / one.path).stat()
        except OSError:
            return State(folder, record, chosen.computed, f"A file of the GPU's runtime is missing: {one.path}.")
        if (status.st_size, status.st_mtime_ns) != (one.size, one.mtime_ns):
            return State(folder, record, chosen.computed, f"A file of the GPU's runtime was changed: {one.path}.")
    return State(folder, record, chosen.computed)


_in_use: list[BinaryIO] = []


def put_into_effect() -> None:
    """Puts the chosen runtime before everything else, once, if it can be used. Called before torch is imported.

    Why it cannot be used goes to the log: on the command line to stderr, in the window to its file.
    """
    if _in_use or "torch" in sys.modules or os.environ.get(OFF):
        return
    state = look()
    if state is None:
        return
    if state.problem:
        logging.getLogger(__name__).warning(
            "%s The program computes without it. Mend it with: fastface runtime repair.", state.problem
        )
        return
    use(state.folder)


def use(folder: Path) -> None:
    """Puts a runtime before everything else in this process, and holds it so that nobody removes it meanwhile."""
    file = (folder / RECORD).open("rb")
    if os.name != "nt":  # where nobody removes a file that is open
        import fcntl

        fcntl.flock(file, fcntl.LOCK_SH)
    _in_use.append(file)
    sys.path.insert(0, str(folder))


def in_effect() -> Path | None:
    """The folder of the runtime that this process works with; None where it works with the program's own libraries."""
    return Path(_in_use[-1].name).parent if _in_use else None


def is_used(folder: Path) -> bool:
    """Whether any process works with a runtime."""
    if os.name == "nt":
        return False
    import fcntl

    try:
        with (folder / RECORD).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
