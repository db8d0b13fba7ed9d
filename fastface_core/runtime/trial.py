"""One real computation with a runtime, in a process of its own: whatever it does, this one goes on."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from fastface_core.bounded import shortened
from fastface_core.errors import DeviceError
from fastface_core.overlay import Computed, Record
from fastface_core.progress import CancelToken

Trial = Callable[[Path, Record, CancelToken], Computed]
"""Computes something with the runtime in a folder, or raises DeviceError."""

_PATIENCE = 300.0
"""Seconds. The first use of a GPU compiles and loads for long."""

_LARGEST_ANSWER = 1 << 16


def command(folder: Path, device: str) -> list[str]:
    """The command line of the child: the hidden `fastface runtime try`."""
    if getattr(sys, "frozen", False):
        # The window's program has no console on Windows.
        program = [str(Path(sys.executable).with_name("fastface.exe" if sys.platform == "win32" else "fastface"))]
    else:
        program = [sys.executable, "-m", "fastface_core.cli"]
    return [*program, "runtime", "try", str(folder), device]


def run(folder: Path, record: Record, cancel: CancelToken) -> Computed:
    """
    Raises:
        DeviceError: it does not compute; says why and what to do.
        Cancelled: at once.
    """
    return answer(command(folder, record.device), folder, record, cancel)


def answer(
    command: list[str], folder: Path, record: Record, cancel: CancelToken, patience: float = _PATIENCE
) -> Computed:
    """What a child says on its last line, in JSON. Raises as `run` does.

    Args:
        patience: seconds that it has.
    """
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise _fails("its trial cannot be started") from error
        deadline = time.monotonic() + patience
        try:
            while process.poll() is None:
                cancel.wait(0.05)
                if time.monotonic() > deadline:
                    raise _fails(f"it has not computed anything in {round(patience)} seconds")
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        lines = said.read(_LARGEST_ANSWER).decode(errors="replace").strip().splitlines()
    return _understood(process.returncode, lines[-1] if lines else "", folder, record)


class _Answer(BaseModel):
    """The child's last line: what it computed, or what is wrong."""

    error: str = ""
    hint: str = ""
    device: str = ""
    torch: str = ""
    folder: str = ""
    tflops: float = 0.0


def _understood(code: int, line: str, folder: Path, record: Record) -> Computed:
    try:
        found = _Answer.model_validate_json(line)
    except ValidationError as error:
        raise _fails(f"its trial ends with {code}" if code else "its trial says nothing") from error
    if found.error:
        raise DeviceError(shortened(found.error, 400), shortened(found.hint or _HINT, 400))
    if code != 0:
        raise _fails(f"its trial ends with {code}")
    if Path(found.folder).resolve() != folder.resolve() or found.torch.partition("+")[0] != record.torch:
        raise _fails(f"torch {shortened(found.torch, 40)} was taken instead of its own")
    return Computed(device=found.device, torch=found.torch, tflops=found.tflops)


_HINT = "Pictures are computed as before. Update the GPU's driver, and install the runtime again."


def _fails(why: str) -> DeviceError:
    return DeviceError(f"The GPU's runtime does not work on this computer: {why}.", _HINT)
