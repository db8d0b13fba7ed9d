"""Which GPUs this computer has, without torch: NVIDIA's from its driver, others from the system."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Vendor = Literal["nvidia", "amd", "intel"]

_PCI: dict[str, tuple[Vendor, str]] = {
    "0x10de": ("nvidia", "NVIDIA GPU"),
    "0x1002": ("amd", "AMD GPU"),
    "0x8086": ("intel", "Intel GPU"),
}
_NAMES: dict[str, Vendor] = {"nvidia": "nvidia", "geforce": "nvidia", "amd": "amd", "radeon": "amd", "intel": "intel"}
_PATIENCE = 20
_WINDOWS_SMI = r"C:\Windows\System32\nvidia-smi.exe"


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU.

    Attributes:
        driver: the driver's version, "580.65.06"; empty where it is not known, as without a driver.
        capability: of an NVIDIA GPU, its architecture as CUDA counts it: 9.0; None where it is not known.
        memory: bytes; 0 where it is not known.
    """

    vendor: Vendor
    name: str
    driver: str = ""
    capability: float | None = None
    memory: int = 0

    @property
    def driver_major(self) -> int:
        major = self.driver.partition(".")[0]
        return int(major) if major.isdigit() else 0


def find(devices: Path = Path("/sys/bus/pci/devices")) -> tuple[Gpu, ...]:
    """All GPUs, the most capable of NVIDIA's first."""
    smi = shutil.which("nvidia-smi") or _WINDOWS_SMI
    # A driver that is too old to know compute_cap refuses; its version alone decides then.
    for fields in ("name,driver_version,memory.total,compute_cap", "name,driver_version,memory.total"):
        found = parse_nvidia(_answer([smi, f"--query-gpu={fields}", "--format=csv,noheader,nounits"]))
        if found:
            break
    else:
        found = ()
    others = _of_windows() if sys.platform == "win32" else _of_pci(devices)
    known = {gpu.vendor for gpu in found}
    return (*found, *(gpu for gpu in others if gpu.vendor not in known))


def parse_nvidia(answer: str) -> tuple[Gpu, ...]:
    """The GPUs of lines such as `NVIDIA H200, 580.65.06, 143771, 9.0`; memory in MiB."""
    found: list[Gpu] = []
    for line in answer.splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) < 3 or not re.fullmatch(r"\d+(\.\d+)*", parts[1]):
            continue
        memory = int(parts[2]) << 20 if parts[2].isdigit() else 0
        known = len(parts) > 3 and re.fullmatch(r"\d+\.\d+", parts[3])
        found.append(Gpu("nvidia", parts[0], parts[1], float(parts[3]) if known else None, memory))
    return tuple(sorted(found, key=lambda gpu: gpu.capability or 0.0, reverse=True))


def _of_pci(devices: Path) -> tuple[Gpu, ...]:
    """Display controllers (PCI class 0x03) of known makers, by what Linux says of the bus."""
    found: list[Gpu] = []
    for device in sorted(devices.iterdir()) if devices.is_dir() else ():
        try:
            kind, vendor = ((device / name).read_text().strip() for name in ("class", "vendor"))
        except (OSError, ValueError):
            continue
        if kind.startswith("0x03") and vendor in _PCI:
            found.append(Gpu(*_PCI[vendor]))
    return tuple(dict.fromkeys(found))


def _of_windows() -> tuple[Gpu, ...]:
    script = "Get-CimInstance Win32_VideoController | ForEach-Object { $_.Name }"
    return parse_names(_answer(["powershell", "-NoProfile", "-Command", script]))


def parse_names(answer: str) -> tuple[Gpu, ...]:
    """The GPUs of known makers among names, a line each."""
    found: list[Gpu] = []
    for line in filter(None, map(str.strip, answer.splitlines())):
        vendor: Vendor | None = next((maker for word, maker in _NAMES.items() if word in line.lower()), None)
        if vendor is not None:
            found.append(Gpu(vendor, line))
    return tuple(found)


def _answer(command: Sequence[str]) -> str:
    """What a command prints; empty where it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""
